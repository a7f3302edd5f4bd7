import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { useMachines, withPostgres } from "../cluster.ts";
import { Caller, keyOf, newTenant } from "../harness.ts";
import { checkLoad, submitLoad } from "../load.ts";

const machines = useMachines();

withPostgres(
  "workers that are killed one after the other lose nothing, and nothing is done twice",
  async () => {
    const caller = await newTenant(machines.api.url!, "crash");
    const current = () => new Caller(machines.api.url!, caller.token);
    const loading = submitLoad(current, { count: 120, keys: 4, milliseconds: 150, name: "workers" });
    for (const at of [0, 1, 0, 1]) {
      await sleep(2_500);
      await machines.workers[at]!.kill();
      machines.workers[at] = await machines.start("worker");
    }
    await checkLoad(current, await loading);
  },
);

withPostgres("a worker that stands still for a while is fenced off", async () => {
  const caller = await newTenant(machines.api.url!, "fence");
  const program = await caller.storeProgram({ op: "add", inputs: [] });
  const serverKey = await caller.upload(keyOf("fence"));
  const jobs = await Promise.all(
    [1, 2].map(() => caller.submit({ program, serverKey, inputs: {}, parameters: { milliseconds: 3_000 } })),
  );
  await sleep(1_000);
  machines.workers[0]!.child.kill("SIGSTOP");
  await sleep(13_500);
  machines.workers[0]!.child.kill("SIGCONT");
  for (const { id } of jobs) expect((await caller.finished(id)).state).toBe("succeeded");
});

withPostgres("the database may be gone for a minute", async () => {
  const caller = await newTenant(machines.api.url!, "database");
  const current = () => new Caller(machines.api.url!, caller.token);
  const loading = submitLoad(current, { count: 40, keys: 2, milliseconds: 100, name: "database" });
  await sleep(1_500);
  await machines.cluster.kill();
  const until = performance.now() + 60_000;
  while (performance.now() < until) {
    expect((await current().ask("GET", "/v1/jobs")).status).toBe(503);
    expect((await current().ask("GET", "/healthz")).status).toBe(200);
    await sleep(2_000);
  }
  await machines.cluster.start();
  await checkLoad(current, await loading);
});
