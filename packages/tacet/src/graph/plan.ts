import { blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";
import type { Block, LookupBlock, Term } from "./block.ts";
import { composeLookups } from "./compose.ts";
import { mergeLookups } from "./merge.ts";
import { inOrder } from "./order.ts";

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

/**
 * Plans the computation of blocks: leaves out what they do not need and what is resolved, composes
 * lookups of lookups, and merges lookups of one block into one rotation. Afterwards every requested
 * lookup, and every source of a requested linear combination, is resolved, under way, or the output of
 * a rotation.
 *
 * The plan depends on nothing but its arguments, and takes time linear in the size of the graph.
 *
 * @param isUnderWay whether a block is being computed already, so that it counts as an input.
 */
export function plan(
  requested: readonly Block[],
  parameters: ParameterSet,
  isUnderWay: (block: Block) => boolean = () => false,
): Plan {
  const capacity = blockCapacity(parameters);
  const order = inOrder(requested, isUnderWay).filter((block) => !isUnderWay(block));
  const jobs = composeLookups(order, new Set(requested), capacity);
  const rotations = mergeLookups(jobs, capacity);
  const depth = rotations.reduce((longest, { priority }) => Math.max(longest, priority + 1), 0);
  return { rotations, depth };
}
