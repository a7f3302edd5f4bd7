import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { digitsFor } from "../clear.ts";
import { combine, type Radix, toDigits } from "../radix.ts";
import { bitNot } from "./bitwise.ts";
import { addUp, fillsDigits, findFirstOne, flagsOfDigit, highestOne } from "./first-one.ts";

/**
 * The number of zeros above the highest one of a, in as few digits as hold the width.
 *
 * About one rotation for each pair of digits and one more to find it.
 */
export function leadingZeros(builder: Builder, a: Radix): Radix {
  return zerosBefore(builder, a.toReversed(), highestOne);
}

/** The number of ones above the highest zero of a; see `leadingZeros`. */
export function leadingOnes(builder: Builder, a: Radix): Radix {
  return leadingZeros(builder, bitNot(builder, a));
}

/** The number of zeros below the lowest one of a; see `leadingZeros`. */
export function trailingZeros(builder: Builder, a: Radix): Radix {
  const size = messageBits(builder.parameters);
  return zerosBefore(builder, a, (digit) => (digit === 0 ? 0 : size - Math.log2(digit & -digit)));
}

/** The number of ones below the lowest zero of a; see `leadingZeros`. */
export function trailingOnes(builder: Builder, a: Radix): Radix {
  return trailingZeros(builder, bitNot(builder, a));
}

function zerosBefore(builder: Builder, digits: Radix, place: (digit: number) => number): Radix {
  const size = messageBits(builder.parameters);
  const found = findFirstOne(builder, digits, place);
  const length = digitsFor(builder, digits.length * size);
  const { missed, rest, chunk } = found;
  const before = builder.linear([[-1, rest]], chunk);
  if (!fillsDigits(builder, found)) return addUp(builder, before, missed, chunk, length);

  // Where nothing is found at all, every flag is 1, and chunk more bits carry through all of them.
  const { messageModulus } = builder.parameters;
  return toDigits(
    builder,
    Array.from({ length }, (_, k) => {
      const unit = messageModulus ** k;
      if (unit < chunk) return builder.lookup(before, (bits) => Math.floor(bits / unit) % messageModulus);
      const flags = flagsOfDigit(builder, missed, unit / chunk);
      const carry = 2 ** flags.length === messageModulus ? 1 - messageModulus : 1;
      const nothing = builder.lookup(before, (bits) => (bits === chunk ? Math.abs(carry) : 0));
      return combine(builder, [...flags, [Math.sign(carry), nothing]], 0, {
        min: 0,
        max: messageModulus - 1,
      });
    }),
  );
}
