import { blockCapacity, type ParameterSet } from "../../parameters/parameter-set.ts";
import { batchTime, type Workforce } from "../batch.ts";
import type { Source } from "../block.ts";
import type { Job } from "../job.ts";
import { depthOf, mergeLookups } from "../merge.ts";
import type { Rotation } from "../plan.ts";
import { findChains } from "./chain.ts";
import { Chunks } from "./chunks.ts";
import { Codes } from "./code.ts";
import { makespanOf } from "./makespan.ts";

/** The number of plans to choose from: as many as have so many rotations in all, within bounds. */
const TRIALS = { rotations: 8000, least: 3, most: 16 };

/** What could be gained at most, as a part of the whole, where it is not worth a try. */
const NEGLIGIBLE = 1 / 16;

/**
 * The rotations of some jobs, with chains of lookups shortened where that has some threads finish sooner.
 *
 * Chains go on step by step for some number of steps, then in chunks (see `Chunks`): the fewer, the shorter they get,
 * and the more rotations there are. Several numbers are tried, and what threads take for each is simulated.
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
  const numbers = Array.from({ length: count }, (_, index) => most / 16 ** (index / (count - 1)));
  return new Set(numbers.map((number) => Math.max(1, Math.round(number))));
}
