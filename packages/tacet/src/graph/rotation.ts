import type { LookupBlock, Term } from "./block.ts";

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
  /**
   * Whether the padding bit may be set as well: because nobody vouches for the only source, or because the input is wide,
   * and then has as many values as a block without. What comes out is mirrored there.
   */
  readonly anywhere: boolean;
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

/** Number of rotations on the longest chain. */
export function depthOf(rotations: readonly Rotation[]): number {
  let longest = 0;
  for (const { priority } of rotations) longest = Math.max(longest, priority + 1);
  return longest;
}
