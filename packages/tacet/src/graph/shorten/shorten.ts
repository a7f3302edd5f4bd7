import { blockCapacity, type ParameterSet } from "../../parameters/parameter-set.ts";
import type { Source } from "../block.ts";
import type { Job } from "../job.ts";
import { depthOf, mergeLookups } from "../merge.ts";
import type { Rotation } from "../plan.ts";
import { findChains } from "./chain.ts";
import { Chunks } from "./chunks.ts";
import { Codes } from "./code.ts";
import { roundsOf } from "./rounds.ts";

/** The number of plans to choose from: as many as have so many rotations in all, within bounds. */
const TRIALS = { rotations: 8000, least: 3, most: 16 };

/**
 * The rotations of some jobs, with chains of lookups shortened where that has some threads finish sooner.
 *
 * Chains go on step by step for some number of steps, then in chunks (see `Chunks`): the fewer, the shorter they get,
 * and the more rotations there are. Several numbers are tried.
 *
 * @param jobs each after those that it depends on.
 * @param needed what the jobs have to compute.
 */
export function shortenChains(
  jobs: readonly Job[],
  needed: readonly Source[],
  parameters: ParameterSet,
  threads: number,
): readonly Rotation[] {
  const capacity = blockCapacity(parameters);
  const unchanged = mergeLookups(jobs, capacity);
  const tolerated = Math.ceil(unchanged.length / threads);
  const worthwhile = tolerated + (tolerated >> 4);
  if (threads === 1 || depthOf(unchanged) <= worthwhile) return unchanged;

  const codes = new Codes(capacity, parameters.maxNoiseLevel ** 2);
  const chains = findChains(jobs, codes);
  let best = { rotations: unchanged, rounds: roundsOf(unchanged, threads) };
  for (const serial of trials(unchanged.length, tolerated)) {
    const shortened = new Chunks(chains, codes, { serial, tolerated }).apply(jobs, needed);
    if (shortened.every((job, at) => job === jobs[at])) continue;
    const rotations = mergeLookups(shortened, capacity);
    // With fewer serial steps, there are only more rotations.
    if (rotations.length >= threads * best.rounds) break;
    const rounds = roundsOf(rotations, threads);
    if (rounds < best.rounds) best = { rotations, rounds };
  }
  return best.rotations;
}

/** Numbers of serial steps to try, in descending order: around the rounds that are needed anyway. */
function trials(rotations: number, rounds: number): Set<number> {
  const count = Math.min(Math.max(Math.floor(TRIALS.rotations / rotations), TRIALS.least), TRIALS.most);
  const [first, last] = [2 * rounds, rounds / 8];
  const numbers = Array.from(
    { length: count },
    (_, index) => first * (last / first) ** (index / (count - 1)),
  );
  return new Set(numbers.map((number) => Math.max(1, Math.round(number))));
}
