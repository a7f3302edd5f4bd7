import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { digitsFor } from "../clear.ts";
import { combine, type Radix, toDigits } from "../radix.ts";
import { signFlag } from "../sign.ts";
import { booleanNot } from "./bitwise.ts";
import { addUp, type FirstOne, fillsDigits, findFirstOne, flagsOfDigit, highestOne } from "./first-one.ts";

/**
 * ⌊log₂ a⌋, in as many digits as hold it and a sign. For 0, which has none, all their bits are set; for a negative
 * number it is the width less 1; both as in TFHE-rs.
 *
 * About one rotation for each pair of digits and one more to find the highest one.
 */
export function ilog2(builder: Builder, a: Radix): Radix {
  return logarithm(builder, a, findHighestOne(builder, a));
}

/** `ilog2`, and whether a is positive, so that its logarithm means something. One rotation more if a has a sign. */
export function checkedIlog2(
  builder: Builder,
  a: Radix,
  signed = false,
): { readonly value: Radix; readonly positive: Block } {
  const found = findHighestOne(builder, a);
  const nonZero = builder.lookup(found.rest, (rest) => Number(rest > 0));
  const negative = signed ? signFlag(builder, a) : builder.constant(0);
  const positive = combine(
    builder,
    [
      [1, nonZero],
      [-1, negative],
    ],
    0,
    { min: 0 },
  );
  return { value: logarithm(builder, a, found), positive: toDigits(builder, [positive])[0] };
}

/** With zeros above up to a power of two of digits, so that the logarithm is that of the highest one's place. */
function findHighestOne(builder: Builder, a: Radix): FirstOne {
  const count = 2 ** Math.ceil(Math.log2(a.length));
  const zeros = Array.from({ length: count - a.length }, () => builder.constant(0));
  return findFirstOne(builder, [...a, ...zeros].toReversed(), highestOne);
}

function logarithm(builder: Builder, a: Radix, found: FirstOne): Radix {
  const { messageModulus } = builder.parameters;
  const { missed, rest, chunk } = found;
  const length = digitsFor(builder, 2 * (a.length * messageBits(builder.parameters) - 1));
  const hits = missed.map((flag) => booleanNot(builder, flag));
  if (!fillsDigits(builder, found)) return addUp(builder, rest, hits, chunk, length, -1n);
  return toDigits(
    builder,
    Array.from({ length }, (_, k) => {
      const unit = messageModulus ** k;
      if (unit < chunk) {
        return builder.lookup(rest, (bits) => Math.floor((bits + chunk - 1) / unit) % messageModulus);
      }
      // Where there is no one at all, no flag is 1.
      const none = builder.lookup(rest, (bits) => (bits === 0 ? messageModulus - 1 : 0));
      const summands = [...flagsOfDigit(builder, hits, unit / chunk), [1, none] as const];
      return combine(builder, summands, 0, { max: messageModulus - 1 });
    }),
  );
}
