import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { digitsFor } from "../integer/clear.ts";
import { combine, digitNoise, type Radix } from "../integer/radix.ts";

/** The number of flags so far, of which no more than `most` are set. */
export function counterFrom(builder: Builder, most: number): Radix {
  return Array.from({ length: digitsFor(builder, most) }, () => builder.constant(0));
}

/** The number with one more flag: a rotation for each digit that it may change. */
export function counted(builder: Builder, count: Radix, flag: Block | undefined): Radix {
  const { messageModulus } = builder.parameters;
  let carry = flag;
  return count.map((digit) => {
    if (carry === undefined) return digit;
    const sum = combine(builder, [
      [1, digit],
      [1, carry],
    ]);
    const carries = sum.max >= messageModulus;
    carry = carries ? builder.lookup(sum, (value) => Math.floor(value / messageModulus)) : undefined;
    return builder.lookup(sum, (value) => value % messageModulus, digitNoise(builder));
  });
}

/** How many of some flags are set among the first ones, for each number of these, from none to all. */
export function runningCounts(
  builder: Builder,
  flags: readonly (Block | undefined)[],
  most: number,
): readonly Radix[] {
  const counts = [counterFrom(builder, most)];
  for (const flag of flags) counts.push(counted(builder, counts[counts.length - 1], flag));
  return counts;
}
