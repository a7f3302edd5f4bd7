import { setTimeout as sleep } from "node:timers/promises";
import { type Note, quantile } from "./figures.ts";
import { type RunningCommand, startEmbedded, startOnPostgres } from "./places.ts";
import { TrivialJobs } from "./trivial.ts";

/** Milliseconds that a job may take beside what is computed. */
const MOST_MS = 30;
/** Megabytes that a service may take that nobody asks for anything. */
const IDLE_MB: Readonly<Record<string, number>> = { embedded: 400, PostgreSQL: 150 };
/** By how many megabytes it may grow over all jobs, once it has seen some. */
const GROWTH_MB = 30;
/** Until what was needed for the start has been given back. */
const REST_MS = 10_000;
const WARM_UP = 100;
const ONE_BY_ONE = 200;
const AT_ONCE = 8;

/** What a job costs beside the computation, and what a service takes in memory: before, and after many jobs. */
export async function overhead(note: Note, { jobs }: { jobs: number }): Promise<void> {
  for (const start of [startEmbedded, startOnPostgres]) {
    const service = await start();
    if (service === undefined) continue;
    try {
      await measure(service, note, jobs);
    } finally {
      await service.stop();
    }
  }
}

async function measure(service: RunningCommand, note: Note, jobs: number): Promise<void> {
  const { place } = service;
  note({
    name: "start, where it was started before",
    place,
    value: service.started,
    unit: "s",
    aim: { most: 3 },
  });
  await sleep(REST_MS);
  const idle = service.megabytes();
  note({ name: "memory, idle", place, value: idle, unit: "MB", aim: { most: IDLE_MB[place]! } });
  const trivial = await TrivialJobs.at(service.url);
  await trivial.many(WARM_UP, 1);
  const { times } = await trivial.many(ONE_BY_ONE, 1);
  const own = times.map((time) => time.service);
  const aim = { most: MOST_MS };
  note({
    name: "a trivial job, one at a time, from request to results: median",
    place,
    value: quantile(own, 0.5),
    unit: "ms",
    aim,
  });
  note({ name: "the same: 95 of 100", place, value: quantile(own, 0.95), unit: "ms", aim });
  const seen = times.map((time) => time.client);
  note({ name: "the same as the client sees it: median", place, value: quantile(seen, 0.5), unit: "ms" });
  const { perSecond } = await trivial.many(Math.min(1_000, jobs), AT_ONCE);
  note({ name: `trivial jobs, ${AT_ONCE} at a time`, place, value: perSecond, unit: "1/s" });
  const early = await rested(service);
  await trivial.many(jobs, AT_ONCE);
  const late = await rested(service);
  note({ name: "memory after some jobs, with one key ready", place, value: early, unit: "MB" });
  note({
    name: `memory after ${jobs} more`,
    place,
    value: late,
    unit: "MB",
    aim: { most: Math.round(early + GROWTH_MB) },
  });
}

async function rested(service: RunningCommand): Promise<number> {
  await sleep(REST_MS);
  return service.megabytes();
}
