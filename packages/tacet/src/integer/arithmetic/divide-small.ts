import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { bitNot, booleanNot } from "../bits/bitwise.ts";
import { shiftRight } from "../bits/shift.ts";
import { anyNonZero } from "../comparison/flags.ts";
import { combine, digitNoise, type Radix } from "../radix.ts";
import { signFlag } from "../sign.ts";
import { increment } from "./absolute.ts";
import { absolute, bitLength } from "./bigint.ts";

/** A divisor ±odd·2^twos. */
export interface SmallDivisor {
  readonly odd: number;
  readonly twos: number;
  readonly negative: boolean;
}

/** The parts of a divisor other than 0; none if there is no room in a block for its odd part times a digit. */
export function smallDivisor(builder: Builder, divisor: bigint): SmallDivisor | undefined {
  const negative = divisor < 0n;
  const size = absolute(divisor);
  const twos = bitLength(size & -size) - 1;
  const odd = size >> BigInt(twos);
  if (odd * BigInt(builder.parameters.messageModulus) > builder.capacity) return undefined;
  return { odd: Number(odd), twos, negative };
}

/**
 * ⌊a / divisor⌋, or, if signed, a / divisor rounded towards zero: a shift, and a division by the odd part, digit by digit
 * from the top. Signed quotients round down so, and get 1 back where something is left below 0.
 *
 * One rotation a digit for a shift that crosses digits, two for an odd part above 1, one if signed.
 */
export function divideBySmall(
  builder: Builder,
  a: Radix,
  { odd, twos, negative }: SmallDivisor,
  signed: boolean,
): Radix {
  const shifted = shiftRight(builder, a, twos, signed);
  const { quotient, rest } = divideDigits(builder, shifted, odd, signed);
  if (!signed) return quotient;

  const bits = messageBits(builder.parameters);
  const whole = Math.floor(twos / bits);
  const partial = builder.lookup(a[whole], (digit) => digit % 2 ** (twos % bits));
  const inexact = combine(builder, [
    [1, signFlag(builder, a)],
    [1, anyNonZero(builder, [...a.slice(0, whole), partial, rest])],
  ]);
  const short = builder.lookup(inexact, (value) => Number(value === 2));
  return negative
    ? increment(builder, bitNot(builder, quotient), booleanNot(builder, short))
    : increment(builder, quotient, short);
}

/** Division that rounds down, by a number that leaves room for its multiples in a block, and the remainder. */
function divideDigits(
  builder: Builder,
  a: Radix,
  divisor: number,
  signed: boolean,
): { quotient: Radix; rest: Block } {
  const { messageModulus } = builder.parameters;
  const quotient = [...a];
  let rest: Block = builder.constant(0);
  if (divisor === 1) return { quotient, rest };
  const top = a.length - 1;
  const signedValue = (index: number, block: number): number =>
    signed && index === top && 2 * block >= messageModulus ? block - messageModulus : block;
  for (let index = top; index >= 0; index--) {
    const sum = combine(builder, [
      [1, builder.lookup(rest, (value) => messageModulus * value)],
      [1, a[index]],
    ]);
    const digitOf = (block: number): number => {
      const whole = Math.floor(signedValue(index, block) / divisor);
      return (whole + messageModulus) % messageModulus;
    };
    const restOf = (block: number): number => {
      const value = signedValue(index, block);
      return value - divisor * Math.floor(value / divisor);
    };
    quotient[index] = builder.lookup(sum, digitOf, digitNoise(builder));
    rest = builder.lookup(sum, restOf);
  }
  return { quotient, rest };
}
