import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { JobJson } from "../src/http/schemas.ts";
import { type Caller, keyOf } from "./harness.ts";
import { sumOf } from "./stand-in.ts";

/** Does something again until the service, which may be down just now, answers. */
export async function untilAnswered<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 600; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(100);
    }
  }
}

/** Jobs that were asked for, and what has to come of each. */
export interface Load {
  readonly jobs: readonly { readonly key: string; readonly id: string; readonly expected: Uint8Array }[];
}

/**
 * Asks for jobs, each of its own values, while the service may crash: every request is repeated, under its idempotency
 * key, until it is answered.
 *
 * @param callerOf gives the caller anew each time, since the service may have moved.
 */
export async function submitLoad(
  callerOf: () => Caller,
  { count, keys, milliseconds, name }: { count: number; keys: number; milliseconds: number; name: string },
): Promise<Load> {
  const program = await untilAnswered(() => callerOf().storeProgram({ op: "add", inputs: ["x"] }));
  const serverKeys = Array.from({ length: keys }, (_, at) => keyOf(`${name}-${at}`));
  const hashes: string[] = [];
  for (const bytes of serverKeys) hashes.push(await untilAnswered(() => callerOf().upload(bytes)));
  const jobs = [];
  for (let at = 0; at < count; at++) {
    const value = Buffer.from(`${name} ${at}`);
    const x = await untilAnswered(() => callerOf().upload(value));
    const which = at % keys;
    const body = { program, serverKey: hashes[which]!, inputs: { x }, parameters: { milliseconds } };
    const key = `${name}-${at}`;
    const { id } = await untilAnswered(() => callerOf().submit(body, key));
    jobs.push({ key, id, expected: sumOf(serverKeys[which]!.toString(), [value]) });
  }
  return { jobs };
}

/** Waits for all jobs, and sees that none is lost, doubled or wrong. */
export async function checkLoad(callerOf: () => Caller, { jobs }: Load): Promise<JobJson[]> {
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
  const done: JobJson[] = [];
  for (const { id, expected } of jobs) {
    const job = await untilAnswered(() => callerOf().finished(id));
    expect(job, JSON.stringify(job.problem)).toMatchObject({ state: "succeeded" });
    const result = await untilAnswered(() => callerOf().download(job.outputs!.sum as string));
    expect(Buffer.compare(result, expected)).toBe(0);
    done.push(job);
  }
  const { jobs: all } = await untilAnswered(() =>
    callerOf().json<{ jobs: JobJson[] }>("GET", "/v1/jobs?limit=1000"),
  );
  if (jobs.length <= 1000) {
    const ids = new Set(jobs.map(({ id }) => id));
    expect(all.filter(({ id }) => ids.has(id)).length).toBe(jobs.length);
  }
  return done;
}
