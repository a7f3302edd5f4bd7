import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { DEFAULT_OPTIONS } from "../../src/service/options.ts";
import { ADMIN, Caller, newFolder, newTenant } from "../harness.ts";
import { checkLoad, submitLoad, untilAnswered } from "../load.ts";
import { postgresFolder, startCluster } from "../postgres.ts";
import { type ServiceProcess, startProcess } from "../processes.ts";

/** How long things are killed. */
const SECONDS = Number(process.env.TACET_CHAOS_SECONDS ?? "600");
const WORKERS = 3;
const JOBS = 500;

if (postgresFolder === undefined)
  console.warn("There is no PostgreSQL on this machine: its tests are left out.");

test.skipIf(postgresFolder === undefined)(
  "workers, API and database killed at random: nothing lost, doubled or wrong",
  async () => {
    const folder = await newFolder();
    const cluster = await startCluster();
    const start = (role: "api" | "worker"): Promise<ServiceProcess> =>
      untilAnswered(() =>
        startProcess({
          ...DEFAULT_OPTIONS,
          role,
          folder,
          port: 0,
          adminToken: ADMIN,
          concurrency: 1,
          database: { url: cluster.url },
          blobs: { kind: "folder", folder },
        }),
      );
    let api = await start("api");
    const workers = await Promise.all(Array.from({ length: WORKERS }, () => start("worker")));
    const tenants = [await newTenant(api.url!, "first"), await newTenant(api.url!, "second")];
    const until = Date.now() + SECONDS * 1000;
    // As many rounds of jobs as there is time for, of both tenants at the same time.
    const rounds = Promise.all(
      tenants.map(async ({ token }, who) => {
        const callerOf = () => new Caller(api.url!, token);
        let count = 0;
        for (let round = 0; round === 0 || Date.now() < until; round++) {
          const jobs = SECONDS >= 600 ? JOBS : 50;
          const options = { count: jobs, keys: 4, milliseconds: 30 + 50 * who, name: `${who}-${round}` };
          await checkLoad(callerOf, await submitLoad(callerOf, options));
          count += jobs;
        }
        return count;
      }),
    );
    rounds.catch(() => undefined); // it is awaited when all has been killed
    const kills = { worker: 0, api: 0, database: 0 };
    while (Date.now() < until) {
      await sleep(1_000 + 5_000 * Math.random());
      const dice = Math.random();
      if (dice < 0.6) {
        const at = Math.floor(WORKERS * Math.random());
        kills.worker++;
        await workers[at]!.kill();
        workers[at] = await start("worker");
      } else if (dice < 0.85) {
        kills.api++;
        await api.kill();
        api = await start("api");
      } else {
        kills.database++;
        await cluster.kill();
        await sleep(2_000 * Math.random());
        await cluster.start();
      }
    }
    const counts = await rounds;
    console.log(`${counts.join(" and ")} jobs; killed:`, kills);
    expect(counts.every((count) => count >= 50)).toBe(true);
    await Promise.all([api, ...workers].map((one) => one.kill()));
    await cluster.remove();
    await rm(folder, { recursive: true, force: true });
  },
);
