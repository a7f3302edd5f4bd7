import { setTimeout as sleep } from "node:timers/promises";
import { ServiceError } from "./errors.ts";

const FIRST_MS = 200;
const LONGEST_MS = 5_000;

/**
 * Does something again and again until it succeeds, for as long as what it fails of can pass by itself: a database or a
 * store that does not answer.
 *
 * @throws whatever else it fails of, and what it failed of last when `patienceMs` are over; the signal's reason.
 */
export async function patiently<T>(
  work: () => Promise<T>,
  { signal, patienceMs }: { signal: AbortSignal; patienceMs: number },
): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let pause = FIRST_MS; ; pause = Math.min(2 * pause, LONGEST_MS)) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!passes(error) || performance.now() + pause > until) throw error;
      await sleep(pause, undefined, { signal });
    }
  }
}

/** What systems and drivers say when a connection cannot be had or is lost, and PostgreSQL when it starts or stops. */
const PASSING = /^(?:E(?:CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN)|ENOTFOUND|57P0|08|53|40001|40P01|25006)/;
const PASSING_WORDS = /connection|timeout|timed out|fetch failed|closed/i;

/** Whether something can succeed later that failed now. */
export function passes(error: unknown): boolean {
  if (error instanceof ServiceError) return error.kind === "unavailable" || error.kind === "storage-full";
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? PASSING.test(code) : PASSING_WORDS.test(error.message);
}
