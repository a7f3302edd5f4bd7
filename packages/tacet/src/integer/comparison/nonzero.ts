import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { combine } from "../radix.ts";

/**
 * Whether any of some blocks is not 0, as a Boolean block. Each rotation tests the sum of as many as a block can hold,
 * among them what earlier ones found.
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
