import type { Builder } from "../graph/builder.ts";
import { messageBits } from "../parameters/parameter-set.ts";
import type { Radix } from "./radix.ts";

/** A clear integer, modulo what so many digits can hold, as a radix of constants. */
export function clearRadix(builder: Builder, value: bigint, digits: number): Radix {
  const bits = messageBits(builder.parameters);
  return Array.from({ length: digits }, (_, index) =>
    builder.constant(Number(BigInt.asUintN(bits, value >> BigInt(index * bits)))),
  );
}

/** The integer that a radix of constants holds. */
export function clearValue(builder: Builder, radix: Radix): bigint {
  const modulus = BigInt(builder.parameters.messageModulus);
  return radix.reduceRight((value, digit) => value * modulus + BigInt(digit.min), 0n);
}
