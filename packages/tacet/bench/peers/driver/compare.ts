import type { Implementation, Request } from "./protocol.ts";

/** What takes part in a comparison. */
export interface Contestant {
  readonly implementation: Implementation;
  ask(request: Request): Promise<number | null>;
}

/** When enough rounds have been measured. */
export interface Limits {
  /** Rounds at most. */
  readonly rounds: number;
  /** No further round is begun after so many seconds, if there are `enough`. */
  readonly seconds: number;
  readonly enough: number;
  /** No further round is begun after so many seconds. */
  readonly patience: number;
}

/** Nanoseconds of one contestant, round by round. */
export interface Series {
  readonly implementation: Implementation;
  readonly nanoseconds: readonly number[];
}

/** What takes longer than this together needs no round to warm up. */
const LONG_NANOSECONDS = 4e9;

/**
 * Asks all in turn, A B A B, after one round to warm up. Those that do not have what is asked for take no part.
 *
 * @param now the time in seconds.
 */
export async function compare(
  contestants: readonly Contestant[],
  request: Request,
  limits: Limits,
  now: () => number = () => performance.now() / 1000,
): Promise<Series[]> {
  const started = now();
  const first: { contestant: Contestant; nanoseconds: number }[] = [];
  for (const contestant of contestants) {
    const nanoseconds = await contestant.ask(request);
    if (nanoseconds !== null) first.push({ contestant, nanoseconds });
  }
  if (first.length === 0) return [];
  const together = first.reduce((sum, { nanoseconds }) => sum + nanoseconds * request.batch, 0);
  const long = together > LONG_NANOSECONDS;
  const series = first.map(({ contestant, nanoseconds }) => ({
    contestant,
    nanoseconds: long ? [nanoseconds] : [],
  }));
  const rounds = (): number => series[0].nanoseconds.length;
  const enough = (): boolean => {
    if (rounds() === 0) return false;
    const seconds = now() - started;
    return seconds > limits.patience || (rounds() >= limits.enough && seconds > limits.seconds);
  };
  while (rounds() < limits.rounds && !enough()) {
    for (const { contestant, nanoseconds } of series) {
      nanoseconds.push((await contestant.ask(request))!);
    }
  }
  return series.map(({ contestant, nanoseconds }) => ({
    implementation: contestant.implementation,
    nanoseconds,
  }));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Time divided by the peer's: the median of pairs that were measured one after the other. */
export function ratio(ours: Series, peer: Series): number {
  return median(ours.nanoseconds.map((nanoseconds, round) => nanoseconds / peer.nanoseconds[round]));
}
