import type { Builder } from "../graph/builder.ts";
import { messageBits } from "../parameters/parameter-set.ts";
import type { Radix } from "./radix.ts";

/** The digits of a clear integer, modulo what so many digits can hold. */
export function clearDigits(builder: Builder, value: bigint, digits: number): number[] {
  const bits = messageBits(builder.parameters);
  return Array.from({ length: digits }, (_, index) =>
    Number(BigInt.asUintN(bits, value >> BigInt(index * bits))),
  );
}

/** A clear integer, modulo what so many digits can hold, as a radix of constants. */
export function clearRadix(builder: Builder, value: bigint, digits: number): Radix {
  return clearDigits(builder, value, digits).map((digit) => builder.constant(digit));
}

/** The integer that a radix of constants holds. */
export function clearValue(builder: Builder, radix: Radix): bigint {
  const modulus = BigInt(builder.parameters.messageModulus);
  return radix.reduceRight((value, digit) => value * modulus + BigInt(digit.min), 0n);
}

/** What a digit counts: the message modulus to the power of its index. */
export function weightOf(builder: Builder, index: number): bigint {
  return 1n << BigInt(index * messageBits(builder.parameters));
}

/** Number of digits that hold the integers from 0 to a largest one. */
export function digitsFor(builder: Builder, largest: number | bigint): number {
  return Math.ceil(largest.toString(2).length / messageBits(builder.parameters));
}
