import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { booleanNot } from "../bits/bitwise.ts";
import { combine } from "../radix.ts";

/**
 * Whether any of some blocks is not 0, as a Boolean block. Each rotation tests the sum of as many as a block can hold,
 * 15 flags at the default parameters, among them what earlier ones found. Those that come first are tested first, so
 * that other calls that start with the same ones share that.
 */
export function anyNonZero(builder: Builder, blocks: readonly Block[]): Block {
  const queue = [...new Set(blocks)].filter((block) => block.max > 0);
  for (;;) {
    const group: Block[] = [];
    let largest = 0;
    while (queue.length > 0) {
      const summands = [...group, queue[0]].map((block) => [1, block] as const);
      const fits = largest + queue[0].max < builder.capacity && builder.noiseOf(summands) <= builder.maxNoise;
      if (!fits && group.length > 1) break;
      largest += queue[0].max;
      group.push(queue.shift()!);
    }
    const sum = combine(
      builder,
      group.map((block) => [1, block]),
    );
    const flag = builder.lookup(sum, (value) => Number(value > 0));
    if (queue.length === 0) return flag;
    queue.push(flag);
  }
}

/** Whether all of some flags are set: none of their complements is. As many rotations as `anyNonZero`. */
export function all(builder: Builder, flags: readonly Block[]): Block {
  const complements = flags.map((flag) => booleanNot(builder, flag));
  return booleanNot(builder, anyNonZero(builder, complements));
}

/** Number of flags that one block holds side by side, as Σ 2^i·flagᵢ, with room for one more or for a second table. */
export function flagsPerBlock(builder: Builder): number {
  let size = 1;
  while (2 ** (size + 2) <= builder.capacity && (4 ** (size + 1) - 1) / 3 + 1 <= builder.maxNoise) size++;
  return size;
}
