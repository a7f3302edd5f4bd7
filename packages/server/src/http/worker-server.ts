import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { Database } from "../database/database.ts";
import type { Metrics } from "../telemetry/metrics.ts";

/** What the server of a worker needs. */
export interface WorkerServerOptions {
  readonly host: string;
  readonly port: number;
  readonly adminToken?: string | undefined;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly onError: (error: unknown) => void;
}

/**
 * Tells how a worker does: `/healthz`, `/readyz`, and, to the operator, `/metrics`. Nothing else can be asked of it, so it is
 * Node's own server: the one that takes requests takes 20 MB.
 *
 * @returns what stops it.
 */
export async function startWorkerServer(options: WorkerServerOptions): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    answer(options, request.url ?? "", request.headers.authorization, response).catch((error: unknown) => {
      options.onError(error);
      response.writeHead(503).end();
    });
  });
  server.listen(options.port, options.host);
  await once(server, "listening");
  return async () => {
    server.close();
    server.closeAllConnections();
  };
}

async function answer(
  { metrics, database, adminToken }: WorkerServerOptions,
  url: string,
  authorization: string | undefined,
  response: ServerResponse,
): Promise<void> {
  const json = { "content-type": "application/json" };
  switch (url) {
    case "/healthz":
      response.writeHead(200, json).end('{"status":"ok"}');
      return;
    case "/readyz":
      await database.query("select 1", []);
      response.writeHead(200, json).end('{"status":"ok"}');
      return;
    case "/metrics":
      if (adminToken !== undefined && !same(authorization, `Bearer ${adminToken}`)) {
        response.writeHead(401, { "www-authenticate": 'Bearer realm="tacet"' }).end();
        return;
      }
      response
        .writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" })
        .end(await metrics.text());
      return;
    default:
      response.writeHead(404).end();
  }
}

/** Compares in a time that does not depend on where the difference is. */
function same(given: string | undefined, expected: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return given !== undefined && timingSafeEqual(hash(given), hash(expected));
}
