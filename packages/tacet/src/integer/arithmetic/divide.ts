import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { select } from "../choice/select.ts";
import { clearRadix, clearValue } from "../clear.ts";
import { isClear, lookupUnordered, type Radix, toDigits } from "../radix.ts";
import { signFlag } from "../sign.ts";
import { abs, complementIfNegative, negateIf } from "./absolute.ts";
import { divideClear } from "./divide-clear.ts";
import { type Division, divideUnsigned } from "./restoring.ts";

/**
 * a / b, rounded towards zero, and the remainder, which has the sign of a.
 *
 * By 0, the quotient has all bits set, or is 1 if a < 0, and the remainder is a. The smallest signed
 * integer by -1 is itself. (TFHE-rs: `div_rem_parallelized`.)
 *
 * Encrypted, it takes the 2·n·(n + 1) rotations of `divideUnsigned` for n digits, besides some 3·n, and 6·n more if
 * signed.
 */
export function divRem(builder: Builder, a: Radix, b: Radix, signed = false): Division {
  if (isClear(b)) {
    const divisor = clearValue(builder, b);
    return divisor === 0n ? divideByZero(builder, a, signed) : divideClear(builder, a, divisor, signed);
  }
  if (!signed) {
    const { quotient, remainder } = divideUnsigned(builder, a, {
      digits: b,
      increment: builder.constant(0),
    });
    return { quotient: toDigits(builder, quotient), remainder: toDigits(builder, remainder) };
  }

  // Subtractions have room for what not b is short of -b, so that |b| needs no carries.
  const negative = signFlag(builder, a);
  const divisorNegative = signFlag(builder, b);
  const { quotient, remainder } = divideUnsigned(builder, abs(builder, a), {
    digits: complementIfNegative(builder, b),
    increment: divisorNegative,
  });
  const differ = lookupUnordered(builder, negative, divisorNegative, (x, y) => Number(x !== y));
  return {
    quotient: negateIf(builder, differ, quotient),
    remainder: negateIf(builder, negative, remainder),
  };
}

function divideByZero(builder: Builder, a: Radix, signed: boolean): Division {
  const ones = clearRadix(builder, (1n << BigInt(a.length * messageBits(builder.parameters))) - 1n, a.length);
  if (!signed) return { quotient: ones, remainder: a };
  return {
    quotient: select(builder, signFlag(builder, a), clearRadix(builder, 1n, a.length), ones),
    remainder: a,
  };
}
