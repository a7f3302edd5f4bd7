import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { combine, digitNoise, lookupPair } from "../radix.ts";

/** A distance in bits as whole digits and the bits left over. @throws RangeError if it is not a non-negative integer. */
export function splitAmount(builder: Builder, amount: number): { digits: number; bits: number } {
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new RangeError(`a shift amount must be a non-negative integer, not ${amount}`);
  }
  const size = messageBits(builder.parameters);
  return { digits: Math.floor(amount / size), bits: amount % size };
}

/** A digit's worth of two neighbouring digits: the upper one moved up by some bits, filled from the lower one. */
export function windowAt(builder: Builder, bits: number): (upper: number, lower: number) => number {
  const { messageModulus } = builder.parameters;
  return (upper, lower) =>
    Math.floor(((upper * messageModulus + lower) << bits) / messageModulus) % messageModulus;
}

/**
 * `window(upper, lower)` by a lookup of the pair; or, where that is too noisy, as the sum of what each contributes,
 * which is just as cheap but leaves more noise.
 */
export function between(
  builder: Builder,
  upper: Block,
  lower: Block,
  window: (upper: number, lower: number) => number,
): Block {
  const weight = lower.max + 1;
  const pair = [
    [weight, upper],
    [1, lower],
  ] as const;
  const noise = digitNoise(builder);
  if (builder.noiseOf(pair) <= builder.maxNoise) return lookupPair(builder, upper, lower, window, noise);
  return combine(builder, [
    [1, builder.lookup(upper, (digit) => window(digit, 0), noise)],
    [1, builder.lookup(lower, (digit) => window(0, digit))],
  ]);
}
