import type { Block } from "../graph/block.ts";
import type { Builder, Summand } from "../graph/builder.ts";
import { combine, isClear, type Radix } from "./radix.ts";

/** A number that can be negative, as a block: the number is the block's value less `zero`. */
export interface Difference {
  readonly block: Block;
  readonly zero: number;
}

/**
 * a - b in parts, least significant first: digit by digit, or two digits at a time where one operand
 * is clear, which leaves room for that. The most significant part that is not 0 decides the sign.
 */
export function differences(builder: Builder, a: Radix, b: Radix): Difference[] {
  const { messageModulus } = builder.parameters;
  const step = isClear(a) || isClear(b) ? 2 : 1;
  const parts: Difference[] = [];
  for (let start = 0; start < a.length; start += step) {
    const summands: Summand[] = [];
    for (let index = start; index < Math.min(start + step, a.length); index++) {
      const weight = messageModulus ** (index - start);
      summands.push([weight, a[index]], [-weight, b[index]]);
    }
    const lowest = summands.reduce((sum, [c, { min, max }]) => sum + c * (c > 0 ? min : max), 0);
    parts.push({ block: combine(builder, summands, -lowest), zero: -lowest });
  }
  return parts;
}
