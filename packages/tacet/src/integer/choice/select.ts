import { type Block, isConstant } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { combine, lookupPair, lookupRaised, type Radix, toDigits } from "../radix.ts";

/**
 * a where the Boolean block `condition` is 1, b where it is 0.
 *
 * One rotation a digit, and one for a condition that is too noisy to stand beside a digit.
 */
export function select(builder: Builder, condition: Block, a: Radix, b: Radix): Radix {
  if (isConstant(condition)) return condition.min === 1 ? a : b;
  return toDigits(
    builder,
    a.map((digit, index) => selectDigit(builder, condition, digit, b[index])),
  );
}

/** `select` for one digit, which may come out noisier than a digit between operations. */
export function selectDigit(builder: Builder, condition: Block, a: Block, b: Block): Block {
  const look = (block: Block, table: (flag: number, value: number) => number): Block =>
    lookupFlagged(builder, condition, block, table);
  if (a === b) return a;
  if (isConstant(a)) return look(b, (flag, digit) => (flag ? a.min : digit));
  if (isConstant(b)) return look(a, (flag, digit) => (flag ? digit : b.min));

  // base + (taken ? other - base : 0), which has the noise of the base and 1.
  const [base, other, taken] = a.noise <= b.noise ? [a, b, 0] : [b, a, 1];
  const zero = Math.max(0, base.max - other.min);
  if (2 * (other.max + zero - base.min + 1) > builder.capacity)
    return selectByProducts(builder, condition, a, b);
  const difference = combine(
    builder,
    [
      [1, other],
      [-1, base],
    ],
    zero,
  );
  const passed = look(difference, (flag, value) => (flag === taken ? value : zero));
  const sum = [
    [1, base],
    [1, passed],
  ] as const;
  return combine(builder, sum, -zero, { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
}

/** `table(flag, value)`: the flag goes below the value, or, where that is too noisy, above it as in `lookupRaised`. */
export function lookupFlagged(
  builder: Builder,
  flag: Block,
  block: Block,
  table: (flag: number, value: number) => number,
): Block {
  const below = [
    [2, block],
    [1, flag],
  ] as const;
  if (builder.noiseOf(below) > builder.maxNoise) return lookupRaised(builder, flag, block, table);
  return builder.lookup(builder.linear(below), (value) => table(value % 2, value >> 1));
}

/** condition·a + (1 - condition)·b, for blocks that have no room for a flag above a difference. */
function selectByProducts(builder: Builder, condition: Block, a: Block, b: Block): Block {
  const first = lookupPair(builder, condition, a, (flag, digit) => (flag ? digit : 0));
  const second = lookupPair(builder, condition, b, (flag, digit) => (flag ? 0 : digit));
  const sum = [
    [1, first],
    [1, second],
  ] as const;
  return builder.linear(sum, 0, { max: Math.max(a.max, b.max) });
}
