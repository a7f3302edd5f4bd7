import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { type Radix, toDigits } from "../radix.ts";
import { between, splitAmount, windowAt } from "./funnel.ts";

/**
 * The bits of a moved up by a clear amount, which counts modulo the width, and in again at the bottom, as in TFHE-rs.
 *
 * Moving whole digits is free. Where bits cross from digit to digit, the result takes one rotation a digit.
 *
 * @throws RangeError if the amount is not a non-negative integer.
 */
export function rotateLeft(builder: Builder, a: Radix, amount: number): Radix {
  const { digits, bits } = splitAmount(builder, amount);
  const at = (index: number): number => (((index - digits) % a.length) + a.length) % a.length;
  if (bits === 0) return a.map((_, index) => a[at(index)]);
  const window = windowAt(builder, bits);
  return toDigits(
    builder,
    a.map((_, index) => between(builder, a[at(index)], a[at(index - 1)], window)),
  );
}

/** The bits of a moved down by a clear amount, and in again at the top; see `rotateLeft`. */
export function rotateRight(builder: Builder, a: Radix, amount: number): Radix {
  const width = a.length * messageBits(builder.parameters);
  splitAmount(builder, amount);
  return rotateLeft(builder, a, width - (amount % width));
}
