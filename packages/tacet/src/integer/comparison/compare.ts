import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { booleanNot } from "../bits/bitwise.ts";
import { select } from "../choice/select.ts";
import { combine, type Radix } from "../radix.ts";
import { type Difference, differences } from "./difference.ts";

/** Whether a < b, as a Boolean block. One rotation a digit, 2/3 where one operand is clear. */
export function lt(builder: Builder, a: Radix, b: Radix, signed = false): Block {
  return booleanNot(builder, ge(builder, a, b, signed));
}

/** Whether a ≤ b, as a Boolean block; see `lt`. */
export function le(builder: Builder, a: Radix, b: Radix, signed = false): Block {
  return booleanNot(builder, gt(builder, a, b, signed));
}

/** Whether a > b, as a Boolean block; see `lt`. */
export function gt(builder: Builder, a: Radix, b: Radix, signed = false): Block {
  return isPositive(builder, a, b, signed, 0);
}

/** Whether a ≥ b, as a Boolean block; see `lt`. */
export function ge(builder: Builder, a: Radix, b: Radix, signed = false): Block {
  return isPositive(builder, a, b, signed, 1);
}

/** The smaller of a and b: a comparison, and one rotation a digit. */
export function min(builder: Builder, a: Radix, b: Radix, signed = false): Radix {
  return select(builder, lt(builder, a, b, signed), a, b);
}

/** The larger of a and b; see `min`. */
export function max(builder: Builder, a: Radix, b: Radix, signed = false): Radix {
  return select(builder, lt(builder, a, b, signed), b, a);
}

/**
 * Whether a - b is positive, or 0 if `tie` is 1.
 *
 * The verdict on the lower digits, 1 or 0, added to the difference of the next digit tells the verdict on both: one
 * rotation a digit. Where a block has no room for that, as with pairs of digits that are compared with clear ones, the
 * signs sⱼ of a few differences join the verdict as Σ 2^j·sⱼ: 2/3 of a rotation a digit.
 */
function isPositive(builder: Builder, a: Radix, b: Radix, signed: boolean, tie: 0 | 1): Block {
  if (signed && builder.parameters.messageModulus === 2) {
    // A digit that is the sign alone counts downwards.
    return isPositive(builder, withTop(a, b), withTop(b, a), false, tie);
  }
  let verdict: Block = builder.constant(tie);
  for (const { block, zero } of joinDifferences(builder, differences(builder, a, b, signed))) {
    const sum = combine(builder, [
      [1, block],
      [1, verdict],
    ]);
    verdict = builder.lookup(sum, (value) => Number(value > zero));
  }
  return verdict;
}

/** The digits of `a`, with the most significant one of `b`. */
function withTop(a: Radix, b: Radix): Radix {
  return [...a.slice(0, -1), b[b.length - 1]];
}

/**
 * Differences that decide as the given ones do, the last one that is not 0 first, and that leave room for a verdict.
 * Only the first one does not need that.
 */
function joinDifferences(builder: Builder, parts: readonly Difference[]): Difference[] {
  const joined: Difference[] = [];
  const together = Math.max(1, Math.log2(builder.capacity) - 1);
  for (let start = 0; start < parts.length; ) {
    const part = parts[start];
    if (part.sign === Math.sign && part.block.max + 1 < builder.capacity) {
      joined.push(part);
      start++;
    } else {
      const end = start === 0 ? 1 : start + together;
      joined.push(joinSigns(builder, parts.slice(start, end)));
      start = end;
    }
  }
  return joined;
}

/** The difference Σ 2^j·(sign of part j). */
function joinSigns(builder: Builder, parts: readonly Difference[]): Difference {
  const signs = parts.map(({ block, zero, sign }, j) =>
    builder.lookup(block, (value) => 2 ** j * (sign(value - zero) + 1)),
  );
  const sum = combine(
    builder,
    signs.map((sign) => [1, sign]),
  );
  return { block: sum, zero: 2 ** parts.length - 1, sign: Math.sign };
}
