import { type Block, isConstant } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { type Radix, toDigits } from "../radix.ts";
import { select, selectDigit } from "./select.ts";

/** a where the Boolean block `condition` is 1, else 0. One rotation a digit. (TFHE-rs: `if_then_zero`.) */
export function ifThenZero(builder: Builder, condition: Block, a: Radix): Radix {
  const zero = builder.constant(0);
  return select(
    builder,
    condition,
    a,
    a.map(() => zero),
  );
}

/**
 * [b, a] where the Boolean block `condition` is 1, else [a, b]. One rotation a digit gives both, one of them being
 * what the other leaves of the sum. (TFHE-rs: `flip`.)
 */
export function flip(builder: Builder, condition: Block, a: Radix, b: Radix): [Radix, Radix] {
  const [first, second] = exchange(builder, condition, a, b);
  return [toDigits(builder, first), toDigits(builder, second)];
}

/**
 * `flip` that leaves the noise of the digits plus 1 in the results. With `raise`, the condition is to come from a lookup
 * that has room for a multiple of it; then digits may be as noisy as their difference may.
 */
export function exchange(
  builder: Builder,
  condition: Block,
  a: readonly Block[],
  b: readonly Block[],
  raise = false,
): [readonly Block[], readonly Block[]] {
  const first = a.map((digit, i) => selectDigit(builder, condition, b[i], digit, raise));
  const second = a.map((digit, i) => {
    // Where one is clear, lookups of the other give both, in the same rotation and without its noise.
    if (isConstant(digit) || isConstant(b[i])) return selectDigit(builder, condition, digit, b[i], raise);
    const rest = [
      [1, digit],
      [1, b[i]],
      [-1, first[i]],
    ] as const;
    const [min, max] = [Math.min(digit.min, b[i].min), Math.max(digit.max, b[i].max)];
    return builder.linear(rest, 0, { min, max });
  });
  return [first, second];
}
