import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { digitNoise, type Radix, toDigits } from "../radix.ts";
import { signDigit } from "../sign.ts";
import { between, splitAmount, windowAt } from "./funnel.ts";

/**
 * a·2^amount modulo the width, for a clear amount; 0 if the amount is the width or more, as in TFHE-rs.
 *
 * Moving whole digits is free. Where bits cross from digit to digit, the result takes one rotation a digit.
 *
 * @throws RangeError if the amount is not a non-negative integer.
 */
export function shiftLeft(builder: Builder, a: Radix, amount: number): Radix {
  const { digits, bits } = splitAmount(builder, amount);
  return funnel(builder, a, -digits, bits, false);
}

/**
 * ⌊a / 2^amount⌋ for a clear amount; see `shiftLeft`. What comes in from above is zeros, or the sign of a signed
 * integer, of which an amount of the width or more leaves nothing else.
 */
export function shiftRight(builder: Builder, a: Radix, amount: number, signed = false): Radix {
  const { digits, bits } = splitAmount(builder, amount);
  const size = messageBits(builder.parameters);
  return bits === 0
    ? funnel(builder, a, digits, 0, signed)
    : funnel(builder, a, digits + 1, size - bits, signed);
}

/**
 * Digit i of the result: the digit of `a` at i + digits, up by `bits`, filled from the digit below it. There are
 * zeros below `a`, and zeros or digits of its sign above it.
 */
function funnel(builder: Builder, a: Radix, digits: number, bits: number, signed: boolean): Radix {
  const noise = digitNoise(builder);
  const top = a.length - 1;
  const above = (digit: number): number => (signed ? signDigit(builder, digit) : 0);
  const window = windowAt(builder, bits);

  const digitAt = (index: number): Block => {
    if (index > top + 1) return builder.lookup(a[top], above, noise);
    if (index > top) return builder.lookup(a[top], (digit) => window(above(digit), digit), noise);
    const zero = builder.constant(0);
    return bits === 0 ? (a[index] ?? zero) : between(builder, a[index] ?? zero, a[index - 1] ?? zero, window);
  };
  return toDigits(
    builder,
    a.map((_, index) => digitAt(index + digits)),
  );
}
