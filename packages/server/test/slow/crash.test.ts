import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Caller, newFolder } from "../harness.ts";
import { checkLoad, submitLoad } from "../load.ts";
import { startProcess } from "../processes.ts";
import { seedFile } from "../setup.ts";

test("killed ten times, the only process loses nothing, and does nothing twice", async () => {
  const folder = await newFolder();
  const start = () => startProcess({ folder, seed: seedFile });
  let service = await start();
  const callerOf = () => new Caller(service.url!);
  const loading = submitLoad(callerOf, { count: 200, keys: 3, milliseconds: 60, name: "crash" });
  for (let kills = 0; kills < 10; kills++) {
    await sleep(700 + 2_000 * Math.random());
    await service.kill();
    service = await start();
  }
  const jobs = await checkLoad(callerOf, await loading);
  expect(jobs.filter(({ attempts }) => attempts > 1).length).toBeGreaterThan(0);
  await service.kill();
  await rm(folder, { recursive: true, force: true });
});
