import { type Block, isConstant } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { combine, type Radix, toDigits } from "../radix.ts";
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
  const digits = a.map((digit, i) => flipDigit(builder, condition, digit, b[i]));
  const [first, second] = [digits.map(([digit]) => digit), digits.map(([, digit]) => digit)];
  return [toDigits(builder, first), toDigits(builder, second)];
}

function flipDigit(builder: Builder, condition: Block, a: Block, b: Block): [Block, Block] {
  const first = selectDigit(builder, condition, b, a);
  // Where one is clear, lookups of the other give both, in the same rotation and without its noise.
  if (isConstant(a) || isConstant(b)) return [first, selectDigit(builder, condition, a, b)];
  const rest = [
    [1, a],
    [1, b],
    [-1, first],
  ] as const;
  return [first, builder.linear(rest, 0, { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) })];
}

/**
 * `flip` for a digit of each, which may be as noisy as their difference may, where a condition on a third block decides:
 * c·(y - x) goes to x and comes from y. The results have the noise of x and that of y, each plus 1. One rotation, if the
 * third block comes from a lookup that has room for another table.
 */
export function exchange(
  builder: Builder,
  decider: Block,
  condition: (value: number) => boolean,
  x: Block,
  y: Block,
): [Block, Block] {
  if (x === y) return [x, y];
  const zero = Math.max(0, x.max - y.min);
  const range = y.max - x.min + zero + 1;
  if (2 * range > builder.capacity) {
    const flag = builder.lookup(decider, (value) => Number(condition(value)));
    return flipDigit(builder, flag, x, y);
  }
  const difference = combine(
    builder,
    [
      [1, y],
      [-1, x],
    ],
    zero,
  );
  const raised = builder.lookup(decider, (value) => (condition(value) ? range : 0));
  const both = combine(builder, [
    [1, raised],
    [1, difference],
  ]);
  const change = builder.lookup(both, (value) => (value >= range ? value - range : zero));
  const bounds = { min: Math.min(x.min, y.min), max: Math.max(x.max, y.max) };
  const sum = (coefficient: 1 | -1, block: Block): Block =>
    combine(
      builder,
      [
        [1, block],
        [coefficient, change],
      ],
      -coefficient * zero,
      bounds,
    );
  return [sum(1, x), sum(-1, y)];
}
