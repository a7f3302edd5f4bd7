import { blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";
import { type Block, termsOf } from "./block.ts";
import { composeLookups } from "./compose.ts";
import { mergeLookups } from "./merge.ts";
import { orderSteps } from "./order.ts";
import { depthOf, type Plan } from "./rotation.ts";
import { shortenChains } from "./shorten/shorten.ts";
import { finish, part, type Steps } from "./steps.ts";
import type { Workforce } from "./workforce/batch.ts";

export type { Plan, Rotation, RotationTable } from "./rotation.ts";

export interface PlanOptions extends Partial<Workforce> {
  /** Whether a block is being computed already, so that it counts as an input. */
  readonly isUnderWay?: (block: Block) => boolean;
  /** The most rotations that are of use: once a plan is known to have more, it is given as it is. */
  readonly maxRotations?: number;
}

/**
 * Plans the computation of blocks: leaves out what they do not need and what is resolved, composes
 * lookups of lookups, and merges lookups of one block into one rotation. Afterwards every requested
 * lookup, and every source of a requested linear combination, is resolved, under way, or the output of
 * a rotation. For more than one thread, or batches, it shortens chains where they would make threads wait, or take little
 * at once: that takes more rotations, and computes results that the graph does not know (see `shortenChains`). For one
 * thread that takes one rotation at a time, and unless told otherwise, there are as few rotations as can be.
 *
 * The plan depends on nothing but its arguments, and takes little more than linear time in the size of the graph.
 */
export function plan(requested: readonly Block[], parameters: ParameterSet, options: PlanOptions = {}): Plan {
  return finish(planSteps(requested, parameters, options));
}

/** The same in pieces. Nothing that the blocks need may be dropped meanwhile. */
export function* planSteps(
  requested: readonly Block[],
  parameters: ParameterSet,
  { isUnderWay = () => false, threads = 1, batch = 1, maxRotations = Infinity }: PlanOptions = {},
): Steps<Plan> {
  const capacity = blockCapacity(parameters);
  const order = yield* part(orderSteps(requested, isUnderWay), 0, 0.2);
  const jobs = yield* part(composeLookups(order, requested, capacity), 0.2, 0.4);
  const merged = yield* part(mergeLookups(jobs, capacity), 0.4, 0.5);
  if (merged.length > maxRotations) return { rotations: merged, depth: depthOf(merged) };
  const needed = requested.flatMap(termsOf).map(({ source }) => source);
  const limits = { threads, batch, maxRotations };
  const rotations = yield* part(shortenChains(jobs, merged, needed, parameters, limits), 0.5, 1);
  return { rotations, depth: depthOf(rotations) };
}
