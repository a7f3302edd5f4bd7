import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { JobJson } from "../src/http/schemas.ts";
import { useMachines, withPostgres } from "./cluster.ts";
import { ADMIN, Caller, keyOf, newTenant } from "./harness.ts";
import { checkLoad, submitLoad } from "./load.ts";

const machines = useMachines();

withPostgres("blobs of many segments lie in the database", async () => {
  const caller = await newTenant(machines.api.url!, "blobs");
  const bytes = new Uint8Array(3_500_000).map((_, at) => at % 251);
  const hash = await caller.upload(bytes);
  expect(Buffer.compare(await caller.download(hash), bytes)).toBe(0);
  expect((await caller.ask("DELETE", "/v1/tenant")).status).toBe(204);
  expect((await caller.ask("GET", `/v1/blobs/${hash}`)).status).toBe(404);
});

withPostgres(
  "what a worker had that is killed is taken over within 12 seconds, and nothing is done twice",
  async () => {
    const caller = await newTenant(machines.api.url!, "takeover");
    const current = () => new Caller(machines.api.url!, caller.token);
    const program = await caller.storeProgram({ op: "add", inputs: [] });
    const serverKey = await caller.upload(keyOf("takeover"));
    const parameters = { milliseconds: 3_000 };
    const { id } = await caller.submit({ program, serverKey, inputs: {}, parameters });
    const attempts = async () => (await caller.json<JobJson>("GET", `/v1/jobs/${id}`)).attempts;
    await expect.poll(attempts, { interval: 50 }).toBe(1);
    const operator = new Caller(machines.api.url!, ADMIN);
    const { running, workers: known } = await operator.json<{
      running: { worker: string }[];
      workers: { id: string; details: { pid: number } }[];
    }>("GET", "/v1/admin/overview");
    const { pid } = known.find(({ id: name }) => name === running[0]!.worker)!.details;
    const at = machines.workers.findIndex(({ child }) => child.pid === pid);
    const killed = performance.now();
    await machines.workers[at]!.kill();
    const load = await submitLoad(current, { count: 30, keys: 4, milliseconds: 50, name: "workers" });
    await expect.poll(attempts, { interval: 50 }).toBe(2);
    const seconds = (performance.now() - killed) / 1000;
    console.log(`taken over after ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(process.env.CI === undefined ? 12 : 20);
    machines.workers[at] = await machines.start("worker");
    expect((await caller.finished(id)).state).toBe("succeeded");
    await checkLoad(current, load);
  },
);

withPostgres("the database may go away for a while, and be killed", async () => {
  const caller = await newTenant(machines.api.url!, "database");
  const current = () => new Caller(machines.api.url!, caller.token);
  const loading = submitLoad(current, { count: 40, keys: 2, milliseconds: 100, name: "database" });
  await sleep(1_500);
  await machines.cluster.kill();
  const gone = await current().ask("GET", "/v1/jobs");
  expect(gone.status).toBe(503);
  expect(Number(gone.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await current().ask("GET", "/readyz")).status).toBe(503);
  expect((await current().ask("GET", "/healthz")).status).toBe(200);
  await sleep(3_000);
  await machines.cluster.start();
  await checkLoad(current, await loading);
});

withPostgres("the process that takes requests may be killed as well", async () => {
  const caller = await newTenant(machines.api.url!, "api");
  const current = () => new Caller(machines.api.url!, caller.token);
  const loading = submitLoad(current, { count: 40, keys: 2, milliseconds: 50, name: "api" });
  await sleep(800);
  await machines.api.kill();
  machines.api = await machines.start("api");
  await checkLoad(current, await loading);
});
