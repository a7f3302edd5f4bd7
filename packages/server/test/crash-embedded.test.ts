import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { Caller, newFolder } from "./harness.ts";
import { checkLoad, submitLoad } from "./load.ts";
import { type ServiceProcess, startProcess } from "./processes.ts";
import { seedFile } from "./setup.ts";

const folder = await newFolder();
let service: ServiceProcess;

afterAll(async () => {
  await service.kill();
  await rm(folder, { recursive: true, force: true });
});

test("killed again and again, the only process loses nothing, and does nothing twice", async () => {
  const start = () => startProcess({ folder, seed: seedFile });
  service = await start();
  const callerOf = () => new Caller(service.url!);
  let loaded = false;
  const load = submitLoad(callerOf, { count: 30, keys: 3, milliseconds: 60, name: "crash" }).finally(() => {
    loaded = true;
  });
  for (let kills = 0; kills < 2; kills++) {
    await sleep(700 + 300 * kills);
    await service.kill();
    service = await start();
  }
  const jobs = await checkLoad(callerOf, await load);
  expect(loaded).toBe(true);
  expect(jobs.filter(({ attempts }) => attempts > 1).length).toBeGreaterThan(0);
});

test("told to end, it ends without losing its job, and the next goes on", async () => {
  const callerOf = () => new Caller(service.url!);
  const load = await submitLoad(callerOf, { count: 3, keys: 1, milliseconds: 400, name: "end" });
  expect(await service.end()).toBe(0);
  service = await startProcess({ folder });
  await checkLoad(callerOf, load);
});

test("a second process cannot use the same folder", async () => {
  await expect(startProcess({ folder })).rejects.toThrow("ended before it was ready");
});

test("a job that kills its worker is given up, and others go on", async () => {
  const callerOf = () => new Caller(service.url!);
  const program = await callerOf().storeProgram({ op: "crash", inputs: [] });
  const serverKey = await callerOf().upload(Buffer.from("key:crash"));
  const { id } = await callerOf().submit({ program, serverKey, inputs: {} });
  // Each attempt ends the process: as often as the queue tries, at most.
  for (let starts = 0; starts < 12; starts++) {
    const finished = callerOf()
      .finished(id)
      .catch(() => undefined);
    const job = await Promise.race([finished, service.ended.then(() => undefined)]);
    if (job !== undefined) {
      expect(job).toMatchObject({ state: "failed", problem: { type: "urn:tacet:problem:worker-lost" } });
      return;
    }
    await service.ended;
    service = await startProcess({ folder }).catch(() => service);
  }
  throw new Error("the job was never given up");
});
