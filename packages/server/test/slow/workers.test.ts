import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_OPTIONS } from "../../src/service/options.ts";
import { ADMIN, Caller, keyOf, newFolder, newTenant } from "../harness.ts";
import { checkLoad, submitLoad } from "../load.ts";
import { type Cluster, postgresFolder, startCluster } from "../postgres.ts";
import { type ServiceProcess, startProcess } from "../processes.ts";

const folder = await newFolder();
let cluster: Cluster;
let api: ServiceProcess;
const workers: ServiceProcess[] = [];

if (postgresFolder === undefined)
  console.warn("There is no PostgreSQL on this machine: its tests are left out.");
const withPostgres = test.skipIf(postgresFolder === undefined);

function start(role: "api" | "worker"): Promise<ServiceProcess> {
  const shared = { database: { url: cluster.url }, blobs: { kind: "database" as const }, adminToken: ADMIN };
  return startProcess({
    ...DEFAULT_OPTIONS,
    ...shared,
    folder,
    role,
    graceMs: 10_000,
    concurrency: 1,
    port: 0,
  });
}

beforeAll(async () => {
  if (postgresFolder === undefined) return;
  cluster = await startCluster();
  const [first, ...others] = await Promise.all([start("api"), start("worker"), start("worker")]);
  api = first;
  workers.push(...others);
});

afterAll(async () => {
  if (postgresFolder === undefined) return;
  await Promise.all([api, ...workers].map((one) => one.kill()));
  await cluster.remove();
  await rm(folder, { recursive: true, force: true });
});

withPostgres(
  "workers that are killed one after the other lose nothing, and nothing is done twice",
  async () => {
    const caller = await newTenant(api.url!, "crash");
    const current = () => new Caller(api.url!, caller.token);
    const loading = submitLoad(current, { count: 120, keys: 4, milliseconds: 150, name: "workers" });
    for (const at of [0, 1, 0, 1]) {
      await sleep(2_500);
      await workers[at]!.kill();
      workers[at] = await start("worker");
    }
    await checkLoad(current, await loading);
  },
);

withPostgres("a worker that stands still for a while is fenced off", async () => {
  const caller = await newTenant(api.url!, "fence");
  const program = await caller.storeProgram({ op: "add", inputs: [] });
  const serverKey = await caller.upload(keyOf("fence"));
  const jobs = await Promise.all(
    [1, 2].map(() => caller.submit({ program, serverKey, inputs: {}, parameters: { milliseconds: 3_000 } })),
  );
  await sleep(1_000);
  workers[0]!.child.kill("SIGSTOP");
  await sleep(13_500);
  workers[0]!.child.kill("SIGCONT");
  for (const { id } of jobs) expect((await caller.finished(id)).state).toBe("succeeded");
});

withPostgres("the database may be gone for a minute", async () => {
  const caller = await newTenant(api.url!, "database");
  const current = () => new Caller(api.url!, caller.token);
  const loading = submitLoad(current, { count: 40, keys: 2, milliseconds: 100, name: "database" });
  await sleep(1_500);
  await cluster.kill();
  const until = performance.now() + 60_000;
  while (performance.now() < until) {
    expect((await current().ask("GET", "/v1/jobs")).status).toBe(503);
    expect((await current().ask("GET", "/healthz")).status).toBe(200);
    await sleep(2_000);
  }
  await cluster.start();
  await checkLoad(current, await loading);
});
