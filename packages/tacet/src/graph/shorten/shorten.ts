import { blockCapacity, type ParameterSet } from "../../parameters/parameter-set.ts";
import type { Source } from "../block.ts";
import type { Job } from "../job.ts";
import { mergeLookups } from "../merge.ts";
import { depthOf, type Rotation } from "../rotation.ts";
import { part, type Steps } from "../steps.ts";
import { batchTime, type Workforce } from "../workforce/batch.ts";
import { makespanSteps } from "../workforce/makespan.ts";
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

interface Limits extends Workforce {
  /** A plan of more rotations is not chosen. */
  readonly maxRotations: number;
}

/**
 * The rotations of some jobs, with chains of lookups shortened where the workforce finishes sooner for it.
 *
 * Chains go on step by step for some number of steps, then in chunks (see `Chunks`): the fewer, the shorter they get,
 * and the more rotations there are. Several numbers are tried, and what the workforce takes for each is simulated.
 *
 * What it preserves: the value of what is needed, for all values of the sources that blocks admit; and that lookups of one
 * ciphertext are of one kin, those included that the graph may come to have later.
 *
 * @param jobs each after those that it depends on.
 * @param unchanged the rotations of the jobs as they are.
 * @param needed what the jobs have to compute.
 */
export function* shortenChains(
  jobs: readonly Job[],
  unchanged: readonly Rotation[],
  needed: readonly Source[],
  parameters: ParameterSet,
  { maxRotations, ...workforce }: Limits,
): Steps<readonly Rotation[]> {
  const { threads, batch } = workforce;
  const capacity = blockCapacity(parameters);
  /** Time for so many rotations if no thread ever waits. */
  const least = (rotations: number): number => (rotations * batchTime(batch)) / (batch * threads);
  const ideal = least(unchanged.length);
  const depth = depthOf(unchanged);
  if (depth <= NEGLIGIBLE * ideal) return unchanged;
  const makespan = yield* part(makespanSteps(unchanged, workforce), 0, 0.2);
  let best = { rotations: unchanged, makespan };
  if (best.makespan <= (1 + NEGLIGIBLE) * ideal) return unchanged;

  const codes = new Codes(capacity, parameters.maxNoiseLevel ** 2);
  const chains = yield* part(findChains(jobs, codes), 0.2, 0.4);
  const tolerated = Math.min(Math.ceil(ideal), depth >> 1);
  const ways = trials(unchanged.length, Math.min(depth, 2 * Math.ceil(ideal)));
  const share = 0.6 / ways.length;
  for (const [at, serial] of ways.entries()) {
    const start = 0.4 + at * share;
    const chunks = new Chunks(chains, codes, { serial, tolerated });
    const shortened = yield* part(chunks.apply(jobs, needed), start, start + share / 3);
    if (shortened === undefined || shortened.every((job, i) => job === jobs[i])) continue;
    const rotations = yield* part(
      mergeLookups(shortened, capacity),
      start + share / 3,
      start + (2 * share) / 3,
    );
    // With fewer serial steps, there are only more rotations.
    if (rotations.length > maxRotations || least(rotations.length) >= best.makespan) break;
    const makespan = yield* part(makespanSteps(rotations, workforce), start + (2 * share) / 3, start + share);
    if (makespan < best.makespan) best = { rotations, makespan };
  }
  return best.rotations;
}

/** Numbers of serial steps to try, in descending order: from the most that could be of use. */
function trials(rotations: number, most: number): number[] {
  const count = Math.min(Math.max(Math.floor(TRIALS.rotations / rotations), TRIALS.least), TRIALS.most);
  // Only operations whose result IEEE 754 fixes: a deterministic engine's plan, and so its bits, depends on these numbers.
  const numbers = [most];
  while (numbers.length < TRIALS.most) numbers.push(TRIALS.ratio * numbers.at(-1)!);
  const chosen = Array.from({ length: count }, (_, i) => Math.round((i * (TRIALS.most - 1)) / (count - 1)));
  return [...new Set(chosen.map((at) => Math.max(1, Math.round(numbers[at]))))];
}
