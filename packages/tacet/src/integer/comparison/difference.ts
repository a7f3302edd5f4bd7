import type { Block } from "../../graph/block.ts";
import type { Builder, Summand } from "../../graph/builder.ts";
import { clearValue } from "../clear.ts";
import { combine, isClear, type Radix } from "../radix.ts";

/** A number that can be negative, as a block: the number is the block's value less `zero`. */
export interface Difference {
  readonly block: Block;
  readonly zero: number;
  /** The sign that the number stands for: its own, except for the top of signed integers. */
  readonly sign: (difference: number) => number;
}

/**
 * a - b in parts, least significant first: digit by digit, or two digits at a time where one operand
 * is clear, which leaves room for that. The most significant part that is not 0 decides the sign.
 */
export function differences(builder: Builder, a: Radix, b: Radix, signed = false): Difference[] {
  const step = isClear(a) || isClear(b) ? 2 : 1;
  const parts: Difference[] = [];
  for (let start = 0; start < a.length; start += step) {
    const end = start + step;
    const between = signed && end >= a.length ? signedDifference : difference;
    parts.push(between(builder, a.slice(start, end), b.slice(start, end)));
  }
  return parts;
}

function difference(builder: Builder, a: Radix, b: Radix): Difference {
  const { messageModulus } = builder.parameters;
  const summands = a.flatMap((digit, index): Summand[] => {
    const weight = messageModulus ** index;
    return [
      [weight, digit],
      [-weight, b[index]],
    ];
  });
  const lowest = summands.reduce((sum, [c, { min, max }]) => sum + c * (c > 0 ? min : max), 0);
  return { block: combine(builder, summands, -lowest), zero: -lowest, sign: Math.sign };
}

/**
 * The sign of a - b for the top digits of signed integers, which are in order once their highest bit is turned.
 * A difference tells that where one of them is clear; where none is, the digits go into the block side by side.
 */
function signedDifference(builder: Builder, a: Radix, b: Radix): Difference {
  const highest = builder.parameters.messageModulus ** a.length / 2;
  const order = (x: number, y: number): number => Math.sign((x ^ highest) - (y ^ highest));
  if (isClear(a)) {
    const x = Number(clearValue(builder, a));
    return { ...difference(builder, a, b), sign: (number) => order(x, x - number) };
  }
  if (isClear(b)) {
    const y = Number(clearValue(builder, b));
    return { ...difference(builder, a, b), sign: (number) => order(number + y, y) };
  }
  const weight = b[0].max + 1;
  const pair = combine(builder, [
    [weight, a[0]],
    [1, b[0]],
  ]);
  return { block: pair, zero: 0, sign: (number) => order(Math.floor(number / weight), number % weight) };
}
