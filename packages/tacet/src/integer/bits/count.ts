import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { sumColumns } from "../arithmetic/sum.ts";
import { digitsFor } from "../clear.ts";
import { digitNoise, lookupUnordered, type Radix } from "../radix.ts";
import { bitNot } from "./bitwise.ts";

/**
 * The number of ones among the bits of a, in as few digits as hold the width.
 *
 * One rotation counts the bits of two digits, where a block has room for them.
 */
export function countOnes(builder: Builder, a: Radix): Radix {
  const size = messageBits(builder.parameters);
  const ones = (digit: number): number => {
    let count = 0;
    for (let rest = digit; rest > 0; rest >>= 1) count += rest & 1;
    return count;
  };
  const step = builder.capacity >= builder.parameters.messageModulus ** 2 && size > 1 ? 2 : 1;
  const counts: Block[] = [];
  for (let start = 0; start < a.length; start += step) {
    const [low, high = builder.constant(0)] = a.slice(start, start + step);
    counts.push(lookupUnordered(builder, high, low, (x, y) => ones(x) + ones(y), digitNoise(builder)));
  }
  return total(builder, counts, digitsFor(builder, a.length * size));
}

/** The sum of some blocks in so many digits, such as the number of flags that are set. */
export function total(builder: Builder, blocks: readonly Block[], digits: number): Radix {
  return sumColumns(builder, [blocks, ...Array.from({ length: digits - 1 }, () => [])]);
}

/** The number of zeros among the bits of a; see `countOnes`. */
export function countZeros(builder: Builder, a: Radix): Radix {
  return countOnes(builder, bitNot(builder, a));
}
