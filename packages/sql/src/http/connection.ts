import { RequestError, SqlError } from "../errors.ts";
import { type Frame, readFrame, writeFrame } from "../frame.ts";
import type { Connection, QueryRequest, QueryResponse, RecordsRequest, ServerInfo } from "../wire.ts";
import { errorOf } from "./problems.ts";

export interface HttpOptions {
  /** In place of the platform's own, for tokens in headers, or retries. */
  readonly fetch?: typeof fetch;
}

/** A connection to a server that has the routes of `tacet-sql/fastify` at an address, as in `https://example.org/sql`. */
export function httpConnection(address: string, { fetch: call = fetch }: HttpOptions = {}): Connection {
  const base = address.replace(/\/+$/, "");
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await call(`${base}${path}`, init).catch((error: unknown) => {
      init.signal?.throwIfAborted();
      throw new SqlError("the server cannot be reached", { cause: error });
    });
    if (response.ok) return response;
    throw errorOf(await response.json().catch(() => undefined), response.status);
  };
  const send = async (path: string, frame: Frame, signal: AbortSignal | undefined): Promise<Uint8Array> => {
    const body = writeFrame(frame) as Uint8Array<ArrayBuffer>;
    const headers = { "content-type": "application/octet-stream" };
    const response = await ask(path, { method: "POST", body, headers, ...(signal && { signal }) });
    return new Uint8Array(await response.arrayBuffer());
  };
  return {
    async info(): Promise<ServerInfo> {
      return (await (await ask("/info", {})).json()) as ServerInfo;
    },
    async query({ salt, flags, ...header }: QueryRequest, signal?: AbortSignal): Promise<QueryResponse> {
      const { header: answer, parts } = readFrame(
        await send("/query", { header, parts: [salt, flags] }, signal),
        2,
      );
      const { kind } = (answer ?? {}) as { kind?: unknown };
      if (kind === "clear") return answer as QueryResponse;
      if (kind !== "secret") throw new RequestError("the answer is malformed");
      return { ...(answer as object), truths: parts[0]!, sums: parts[1]! } as QueryResponse;
    },
    async records({ selection, ...header }: RecordsRequest, signal?: AbortSignal): Promise<Uint8Array> {
      return await send("/records", { header, parts: [selection] }, signal);
    },
  };
}
