import { blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";
import type { Workforce } from "./batch.ts";
import { type Block, type LookupBlock, type Term, termsOf } from "./block.ts";
import { composeLookups } from "./compose.ts";
import { depthOf } from "./merge.ts";
import { inOrder } from "./order.ts";
import { shortenChains } from "./shorten/shorten.ts";

/** One table of a rotation. */
export interface RotationTable {
  /** `table[v]` for each value v in `[0, size)` of the rotation's input. */
  readonly table: readonly number[];
  /** The lookup that this table answers. */
  readonly output: LookupBlock;
}

/** One blind rotation: a linear combination of sources, looked up in one or several tables. */
export interface Rotation {
  /** Position in `plan.rotations`. */
  readonly index: number;
  /** The input is Σ coefficient·source + constant. Each source is an input, resolved, under way, or an output of a dependency. */
  readonly terms: readonly Term[];
  /** Such that the input's smallest value is 0; may be negative. */
  readonly constant: number;
  /** Number of values that the input can take: they are `[0, size)`; size times number of tables fits the capacity. */
  readonly size: number;
  readonly tables: readonly RotationTable[];
  /** Indices, all smaller than its own, of the rotations whose outputs it reads; ascending, without repetition. */
  readonly dependencies: readonly number[];
  /** Number of rotations on the longest chain that waits for this one. */
  readonly priority: number;
}

/** What is left to compute for some blocks: rotations, each after those that it depends on. */
export interface Plan {
  readonly rotations: readonly Rotation[];
  /** Number of rotations on the longest chain. */
  readonly depth: number;
}

export interface PlanOptions extends Partial<Workforce> {
  /** Whether a block is being computed already, so that it counts as an input. */
  readonly isUnderWay?: (block: Block) => boolean;
  /** The most rotations that a plan may have; any number unless given. */
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
export function plan(
  requested: readonly Block[],
  parameters: ParameterSet,
  { isUnderWay = () => false, threads = 1, batch = 1 }: PlanOptions = {},
): Plan {
  const capacity = blockCapacity(parameters);
  const order = inOrder(requested, isUnderWay).filter((block) => !isUnderWay(block));
  const jobs = composeLookups(order, new Set(requested), capacity);
  const needed = requested.flatMap(termsOf).map(({ source }) => source);
  const rotations = shortenChains(jobs, needed, parameters, { threads, batch });
  return { rotations, depth: depthOf(rotations) };
}

/** The same in small pieces of work, after each of which it gives the fraction that is done, from 0 to 1. */
export function* planSteps(
  requested: readonly Block[],
  parameters: ParameterSet,
  options: PlanOptions = {},
): Generator<number, Plan> {
  yield 0;
  return plan(requested, parameters, options);
}
