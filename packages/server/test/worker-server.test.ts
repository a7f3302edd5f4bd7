import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import type { Database } from "../src/database/database.ts";
import { startWorkerServer } from "../src/http/worker-server.ts";
import { Metrics } from "../src/telemetry/metrics.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("a worker tells how it does: that it lives to everybody, the rest to the operator", async () => {
  const errors: unknown[] = [];
  let gone = false;
  const query = async () => {
    if (gone) throw new Error("postgres://user:secret@host is gone");
    return [];
  };
  const metrics = new Metrics();
  metrics.bootstraps(7);
  const port = await freePort();
  const stop = await startWorkerServer({
    host: "127.0.0.1",
    port,
    adminToken: "the operator's",
    metrics,
    database: { query } as unknown as Database,
    onError: (error) => errors.push(error),
  });
  const ask = async (path: string, token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return { status: response.status, text: await response.text() };
  };
  expect(await ask("/healthz")).toEqual({ status: 200, text: '{"status":"ok"}' });
  expect((await ask("/readyz")).status).toBe(200);
  expect((await ask("/metrics")).status).toBe(401);
  expect((await ask("/metrics", "another's")).status).toBe(401);
  expect((await ask("/metrics", "the operator's")).text).toContain("tacet_bootstraps_total 7");
  expect((await ask("/v1/jobs", "the operator's")).status).toBe(404);
  gone = true;
  expect(await ask("/readyz")).toEqual({ status: 503, text: "" });
  expect((await ask("/healthz")).status).toBe(200);
  expect(errors.length).toBe(1);
  await stop();
  await metrics.stop();
});
