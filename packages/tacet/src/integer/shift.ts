import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { messageBits } from "../parameters/parameter-set.ts";
import { combine, digitNoise, type Radix, toDigits } from "./radix.ts";

/**
 * a·2^amount modulo the width, for a clear amount; 0 if the amount is the width or more, as in TFHE-rs 1.7.
 *
 * Moving whole digits is free. Where bits cross from digit to digit, one rotation a digit gives both
 * of its parts.
 *
 * @throws RangeError if the amount is not a non-negative integer.
 */
export function shiftLeft(builder: Builder, a: Radix, amount: number): Radix {
  const { digits, bits } = splitAmount(builder, amount);
  return funnel(builder, a, -digits, bits);
}

/** ⌊a / 2^amount⌋ for a clear amount; see `shiftLeft`. */
export function shiftRight(builder: Builder, a: Radix, amount: number): Radix {
  const { digits, bits } = splitAmount(builder, amount);
  const size = messageBits(builder.parameters);
  return bits === 0 ? funnel(builder, a, digits, 0) : funnel(builder, a, digits + 1, size - bits);
}

/** Digit i of the result: the digit of `a` at i + digits, up by `bits`, filled from the digit below it. */
function funnel(builder: Builder, a: Radix, digits: number, bits: number): Radix {
  const { messageModulus } = builder.parameters;
  const noise = digitNoise(builder);
  const zero = builder.constant(0);
  const at = (index: number): Block => a[index] ?? zero;
  return toDigits(
    builder,
    a.map((_, index) => {
      const upper = builder.lookup(at(index + digits), (value) => (value << bits) % messageModulus, noise);
      const lower = builder.lookup(
        at(index + digits - 1),
        (value) => (value << bits) >> messageBits(builder.parameters),
      );
      return combine(builder, [
        [1, upper],
        [1, lower],
      ]);
    }),
  );
}

function splitAmount(builder: Builder, amount: number): { digits: number; bits: number } {
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new RangeError(`a shift amount must be a non-negative integer, not ${amount}`);
  }
  const size = messageBits(builder.parameters);
  return { digits: Math.floor(amount / size), bits: amount % size };
}
