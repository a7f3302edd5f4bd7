import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { combine } from "./radix.ts";

/** Makes a valid digit of any that a block can hold: a table from `[0, messageModulus)` to the same. */
export type Sanitizer = (digit: number) => number;

/** For digits of integers, all of which are valid. */
export const anyDigit: Sanitizer = (digit) => digit;

/** For truth values: whatever is not 0 is 1. */
export const truthValue: Sanitizer = (digit) => Number(digit !== 0);

/** For the topmost digit of something that ends within it: its lower bits. */
export const lowerBits =
  (bits: number): Sanitizer =>
  (digit) =>
    digit % 2 ** bits;

/**
 * The digits of a list of values from its blocks, each by a lookup: whoever made the list may have put anything into
 * it, so blocks are to be inputs that can hold all that fits, and digits come out valid. A packed block holds two
 * digits, the second weighing as much as the message modulus. (TFHE-rs: expansion of a `CompactCiphertextList`.)
 *
 * @param sanitizers one for each digit; there are as many blocks, or half as many, rounded up, if packed.
 */
export function unpack(
  builder: Builder,
  blocks: readonly Block[],
  sanitizers: readonly Sanitizer[],
  packed: boolean,
): Block[] {
  const { messageModulus } = builder.parameters;
  return sanitizers.map((sanitize, i) => {
    const weight = packed && i % 2 === 1 ? messageModulus : 1;
    const block = blocks[packed ? i >> 1 : i];
    return builder.lookup(block, (value) => sanitize(Math.floor(value / weight) % messageModulus));
  });
}

/**
 * Digits in pairs, as one block each: low + message modulus · high. The last one stands alone if their number is odd.
 * What `unpack` takes apart again.
 */
export function pack(builder: Builder, digits: readonly Block[]): Block[] {
  const { messageModulus } = builder.parameters;
  return Array.from({ length: Math.ceil(digits.length / 2) }, (_, i) => {
    const [low, high] = digits.slice(2 * i, 2 * i + 2);
    if (high === undefined) return low;
    return combine(builder, [
      [1, low],
      [messageModulus, high],
    ]);
  });
}
