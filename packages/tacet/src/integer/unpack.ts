import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { sumColumns } from "./arithmetic/sum.ts";
import { combine, type Radix } from "./radix.ts";

/**
 * Makes a valid digit of any that a block can hold: a table from `[0, messageModulus)` to the same. The digits that it
 * gives have no gaps: where a block's padding bit is set, its mirror image is what comes out.
 */
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
 * The digits of values from blocks that others have made, each by a lookup: they may have put anything into them, so
 * blocks are to be inputs of a form that may stand anywhere and of the largest degree, and digits come out valid. A
 * packed block holds two digits, the second weighing as much as the message modulus. (TFHE-rs: expansion of a
 * `CompactCiphertextList`, which trusts the padding bit.)
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
 * The same of an integer whose blocks say that they hold carries, as TFHE-rs's unchecked operations leave them: these
 * are carried out.
 */
export function unpackCarries(builder: Builder, blocks: readonly Block[]): Radix {
  const { messageModulus } = builder.parameters;
  const digits = blocks.map((block) => builder.lookup(block, (value) => value % messageModulus));
  const carries = blocks.map((block) => builder.lookup(block, (value) => Math.floor(value / messageModulus)));
  return sumColumns(
    builder,
    digits.map((digit, i) => (i === 0 ? [digit] : [carries[i - 1], digit])),
  );
}

/**
 * The digits of values from blocks of a list that a server has packed, each by a lookup. As packing multiplies them by
 * the message modulus, a digit stands for as many values of its block, in the middle of which it lies if half a value is
 * added: the block is to be an input of the form `stored` to which that has been done.
 *
 * @param sanitizers one for each block.
 */
export function unpackStored(
  builder: Builder,
  blocks: readonly Block[],
  sanitizers: readonly Sanitizer[],
): Block[] {
  const { messageModulus } = builder.parameters;
  const digitOf = (value: number): number =>
    Math.min(messageModulus - 1, Math.floor((value + messageModulus / 2 - 1) / messageModulus));
  return blocks.map((block, i) => builder.lookup(block, (value) => sanitizers[i](digitOf(value))));
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
