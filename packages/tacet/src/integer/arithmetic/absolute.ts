import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { lookupPair, type Radix } from "../radix.ts";
import { signFlag } from "../sign.ts";
import { sumColumns } from "./sum.ts";

/**
 * |a| of a signed integer modulo the width: the smallest integer stays what it is. (TFHE-rs: `abs_parallelized`.)
 * Two rotations a digit.
 */
export function abs(builder: Builder, a: Radix): Radix {
  return increment(builder, complementIfNegative(builder, a), signFlag(builder, a));
}

/** -a modulo the width where the Boolean block `condition` is 1, else a. Two rotations a digit. */
export function negateIf(builder: Builder, condition: Block, a: Radix): Radix {
  return increment(builder, complementIf(builder, condition, a), condition);
}

/** Not a where a signed integer is negative, else a: |a| less the sign. One rotation a digit. */
export function complementIfNegative(builder: Builder, a: Radix): Radix {
  const top = a[a.length - 1];
  const { messageModulus } = builder.parameters;
  const folded = builder.lookup(top, (digit) => Math.min(digit, messageModulus - 1 - digit));
  const others = complementIf(builder, signFlag(builder, a), a);
  return a.map((digit, index) => (digit === top ? folded : others[index]));
}

/** Not a where the Boolean block `condition` is 1, else a. One rotation a digit. */
export function complementIf(builder: Builder, condition: Block, a: Radix): Radix {
  const { messageModulus } = builder.parameters;
  const complement = (flag: number, digit: number): number => (flag ? messageModulus - 1 - digit : digit);
  return a.map((digit) => lookupPair(builder, condition, digit, complement));
}

/** a + flag modulo the width. One rotation a digit. */
export function increment(builder: Builder, a: Radix, flag: Block): Radix {
  return sumColumns(
    builder,
    a.map((digit, index) => (index === 0 ? [digit, flag] : [digit])),
  );
}
