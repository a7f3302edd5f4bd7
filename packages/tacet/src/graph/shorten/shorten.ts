import { blockCapacity, type ParameterSet } from "../../parameters/parameter-set.ts";
import { batchTime, type Workforce } from "../batch.ts";
import type { Source } from "../block.ts";
import type { Job } from "../job.ts";
import { makespanOf } from "../makespan.ts";
import { depthOf, mergeLookups } from "../merge.ts";
import type { Rotation } from "../plan.ts";
import { findChains } from "./chain.ts";
import { Chunks } from "./chunks.ts";
import { Codes } from "./code.ts";

/**
 * The number of plans to choose from: as many as have so many rotations in all, within bounds. Where it is the most, each
 * has `ratio` times as many serial steps as the one before, and the last a sixteenth of the first.
 */
const TRIALS = { rotations: 8000, least: 3, most: 16, ratio: 0.83124 };

/** What could be gained at most, as a part of the whole, where it is not worth a try. */
const NEGLIGIBLE = 1 / 16;

/**
 * The rotations of some jobs, with chains of lookups shortened where the workforce finishes sooner for it.
 *
 * Chains go on step by step for some number of steps, then in chunks (see `Chunks`): the fewer, the shorter they get,
 * and the more rotations there are. Several numbers are tried, and what the workforce takes for each is simulated.
 *
 * @param jobs each after those that it depends on.
 * @param needed what the jobs have to compute.
 */
export function shortenChains(
  jobs: readonly Job[],
  needed: readonly Source[],
  parameters: ParameterSet,
  workforce: Workforce,
): readonly Rotation[] {
  const { threads, batch } = workforce;
  const capacity = blockCapacity(parameters);
  const unchanged = mergeLookups(jobs, capacity);
  /** Time for so many rotations if no thread ever waits. */
  const least = (rotations: number): number => (rotations * batchTime(batch)) / (batch * threads);
  const ideal = least(unchanged.length);
  const depth = depthOf(unchanged);
  if (depth <= NEGLIGIBLE * ideal) return unchanged;
  let best = { rotations: unchanged, makespan: makespanOf(unchanged, workforce) };
  if (best.makespan <= (1 + NEGLIGIBLE) * ideal) return unchanged;

  const codes = new Codes(capacity, parameters.maxNoiseLevel ** 2);
  const chains = findChains(jobs, codes);
  const tolerated = Math.min(Math.ceil(ideal), depth >> 1);
  for (const serial of trials(unchanged.length, Math.min(depth, 2 * Math.ceil(ideal)))) {
    const shortened = new Chunks(chains, codes, { serial, tolerated }).apply(jobs, needed);
    if (shortened.every((job, at) => job === jobs[at])) continue;
    const rotations = mergeLookups(shortened, capacity);
    // With fewer serial steps, there are only more rotations.
    if (least(rotations.length) >= best.makespan) break;
    const makespan = makespanOf(rotations, workforce);
    if (makespan < best.makespan) best = { rotations, makespan };
  }
  return best.rotations;
}

/** Numbers of serial steps to try, in descending order: from the most that could be of use. */
function trials(rotations: number, most: number): Set<number> {
  const count = Math.min(Math.max(Math.floor(TRIALS.rotations / rotations), TRIALS.least), TRIALS.most);
  // Only operations whose result IEEE 754 fixes: a deterministic engine's plan, and so its bits, depends on these numbers.
  const numbers = [most];
  while (numbers.length < TRIALS.most) numbers.push(TRIALS.ratio * numbers.at(-1)!);
  const chosen = Array.from({ length: count }, (_, i) => Math.round((i * (TRIALS.most - 1)) / (count - 1)));
  return new Set(chosen.map((at) => Math.max(1, Math.round(numbers[at]))));
}
