import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { cheapest } from "../cheapest.ts";
import { lookupFlagged } from "../choice/select.ts";
import { type Radix, toDigits } from "../radix.ts";
import { CLASSIFIERS } from "./classify.ts";
import { sumOfOne } from "./one-hot.ts";

/**
 * For each of some different clear keys, as unsigned integers, whether it is the encrypted one: no more than one is.
 * (TFHE-rs: `compute_equality_selectors`.)
 */
export function selectors(builder: Builder, keys: readonly bigint[], key: Radix): readonly Block[] {
  if (keys.length === 0) return [];
  const classes = new Map(keys.map((clear, i) => [clear, i]));
  return cheapest(
    builder,
    key,
    CLASSIFIERS.map((classify) => () => {
      const flags = new Array<Block>(keys.length);
      for (const { block, cases } of classify(builder, key, classes, 1)) flags[cases[0]] = block;
      return flags;
    }),
  );
}

/**
 * The value of an encrypted key among clear ones, given the flags that select it, and whether it is there; the value
 * is 0 if not. One rotation for each digit of each value. (TFHE-rs: `kv_store_get`.)
 */
export function selected(
  builder: Builder,
  flags: readonly Block[],
  values: readonly Radix[],
): { value: Radix; found: Block } {
  const pass = (flag: number, digit: number): number => (flag ? digit : 0);
  const digits = (values[0] ?? []).map((_, k) =>
    sumOfOne(
      builder,
      values.map((value, i) => lookupFlagged(builder, flags[i], value[k], pass)),
    ),
  );
  return { value: toDigits(builder, digits), found: anySelected(builder, flags) };
}

/** Whether one of some flags is set, of which no two are. */
export function anySelected(builder: Builder, flags: readonly Block[]): Block {
  return builder.lookup(sumOfOne(builder, flags), (value) => Number(value > 0));
}
