import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashOf } from "../src/hash.ts";
import { DEFAULT_LIMITS, type HttpLimits } from "../src/http/context.ts";
import type { JobJson } from "../src/http/schemas.ts";
import { DEFAULT_OPTIONS, type ServiceOptions } from "../src/service/options.ts";
import { type Service, startService } from "../src/service/service.ts";
import type { Metrics } from "../src/telemetry/metrics.ts";
import type { Computation } from "../src/worker/computation.ts";
import { seedFile } from "./setup.ts";
import { KEY_PREFIX, StandIn } from "./stand-in.ts";

/** A service in a folder of its own. */
export interface TestService extends Service {
  readonly url: string;
  readonly folder: string;
  readonly computation: StandIn;
  readonly errors: unknown[];
}

/** Tests also run where others keep all processors busy. */
export const TEST_LIMITS: HttpLimits = { ...DEFAULT_LIMITS, eventLoopMs: 0 };

export const ADMIN = "operator-token-of-the-tests";

/** @param options beside those that a service in a folder has. */
export async function startTestService(
  options: Partial<ServiceOptions> = {},
  folder?: string,
  makeComputation?: (metrics: Metrics) => Computation,
): Promise<TestService> {
  const place = folder ?? (await newFolder());
  const computation = new StandIn();
  const errors: unknown[] = [];
  const service = await startService(
    {
      ...DEFAULT_OPTIONS,
      database: { folder: join(place, "database") },
      blobs: { kind: "folder", folder: join(place, "blobs") },
      port: 0,
      seed: seedFile,
      graceMs: 5_000,
      limits: TEST_LIMITS,
      onError: (error) => errors.push(error),
      ...options,
    },
    makeComputation ?? (() => computation),
  );
  const stop = async () => {
    await service.stop();
    if (folder === undefined) await rm(place, { recursive: true, force: true });
  };
  return { ...service, url: service.url!, folder: place, computation, errors, stop };
}

export async function newFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "tacet-server-"));
}

/** Asks as a tenant. */
export class Caller {
  readonly url: string;
  readonly token: string | undefined;

  constructor(url: string, token?: string) {
    this.url = url;
    this.token = token;
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const all: Record<string, string> = { ...headers };
    if (this.token !== undefined) all.authorization = `Bearer ${this.token}`;
    const init: RequestInit = { method, headers: all };
    if (body instanceof Uint8Array) {
      all["content-type"] ??= "application/octet-stream";
      init.body = body as Uint8Array<ArrayBuffer>;
    } else if (body !== undefined) {
      all["content-type"] ??= "application/json";
      init.body = typeof body === "string" ? body : JSON.stringify(body);
    }
    return await fetch(new URL(path, this.url), init);
  }

  /** @returns the hash. */
  async upload(bytes: Uint8Array): Promise<string> {
    const hash = hashOf(bytes);
    let response = await this.ask("PUT", `/v1/blobs/${hash}`, bytes);
    if (response.status === 409) {
      // Some of it, or all but the end of the upload, has come before.
      const offset = response.headers.get("upload-offset") ?? "0";
      const headers = { "upload-offset": offset, "upload-length": String(bytes.length) };
      response = await this.ask("PUT", `/v1/blobs/${hash}`, bytes.subarray(Number(offset)), headers);
    }
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return hash;
  }

  async download(hash: string): Promise<Uint8Array> {
    const response = await this.ask("GET", `/v1/blobs/${hash}`);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  async json<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.ask(method, path, body);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async storeProgram(graph: object): Promise<string> {
    return (await this.json<{ id: string }>("POST", "/v1/programs", graph)).id;
  }

  async submit(body: object, key?: string): Promise<JobJson> {
    const headers = key === undefined ? {} : { "idempotency-key": key };
    const response = await this.ask("POST", "/v1/jobs", body, headers as Record<string, string>);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as JobJson;
  }

  /** Waits for the end of a job. */
  async finished(id: string): Promise<JobJson> {
    for (;;) {
      const job = await this.json<JobJson>("GET", `/v1/jobs/${id}`);
      if (job.finishedAt !== null) return job;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A key that the stand-in takes. */
export function keyOf(name: string): Uint8Array {
  return Buffer.from(KEY_PREFIX + name);
}

/** A tenant with a token, made by the operator. */
export async function newTenant(url: string, name: string, quota: object = {}): Promise<Caller> {
  const operator = new Caller(url, ADMIN);
  const { id } = await operator.json<{ id: string }>("POST", "/v1/admin/tenants", { name, ...quota });
  const path = `/v1/admin/tenants/${id}/tokens`;
  const { token } = await operator.json<{ token: string }>("POST", path, { name: "test" });
  return new Caller(url, token);
}
