import type { Builder } from "../../graph/builder.ts";
import { clearValue } from "../clear.ts";
import { isClear, lookupUnordered, type Radix, toDigits } from "../radix.ts";
import { signFlag } from "../sign.ts";
import { abs, complementIfNegative, negateIf } from "./absolute.ts";
import { divideClear } from "./divide-clear.ts";
import { type Division, divideUnsigned } from "./restoring.ts";

/**
 * a / b, rounded towards zero, and the remainder, which has the sign of a.
 *
 * By an encrypted 0, the quotient has all bits set, or is 1 if a < 0, and the remainder is a. The smallest signed
 * integer by -1 is itself. (TFHE-rs: `div_rem_parallelized`.)
 *
 * Encrypted, it takes the 2·n·(n + 1) rotations of `divideUnsigned` for n digits, besides some 3·n, and 6·n more if
 * signed.
 *
 * @throws RangeError if b is a clear 0.
 */
export function divRem(builder: Builder, a: Radix, b: Radix, signed = false): Division {
  if (isClear(b)) return divideClear(builder, a, clearValue(builder, b), signed);
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
