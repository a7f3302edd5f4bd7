import type { Block, LookupBlock } from "./block.ts";

/** A lookup on its way through the passes, which may give it another input and table. */
export interface Job {
  readonly output: LookupBlock;
  input: Block;
  /** The entry for each value of the input; what the input cannot reach does not matter. */
  table: readonly number[];
}

/** Number of values from a block's smallest to its largest. */
export function rangeSize(block: Block): number {
  return block.max - block.min + 1;
}

/**
 * Number of tables that one rotation can look a block up in (many-LUT: Chillotti et al., "Improved
 * Programmable Bootstrapping with Larger Precision", ePrint 2021/729, section 3): the accumulator has
 * room for `capacity` entries, of which each table takes as many as the block has values.
 */
export function tablesPerRotation(block: Block, capacity: number): number {
  return Math.max(1, Math.floor(capacity / rangeSize(block)));
}
