import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { weightOf } from "../clear.ts";
import type { Radix } from "../radix.ts";
import { sumColumns } from "./sum.ts";

/**
 * A sum that has not been carried out: Σ M^k·(sum of column k) + constant modulo M^(number of columns), M being the
 * message modulus. What is added up before the carries run costs them only once.
 */
export interface Columns {
  readonly columns: readonly (readonly Block[])[];
  readonly constant: bigint;
}

/** A radix as a sum. */
export function columnsOf(radix: Radix): Columns {
  return { columns: radix.map((digit) => [digit]), constant: 0n };
}

/** The sum of at least one sum, all with as many columns. */
export function addColumns(sums: readonly Columns[]): Columns {
  return {
    columns: sums[0].columns.map((_, k) => sums.flatMap(({ columns }) => columns[k])),
    constant: sums.reduce((total, { constant }) => total + constant, 0n),
  };
}

/** The negative of a sum: each block's distance from its largest value, less that value. No rotation. */
export function negateColumns(builder: Builder, { columns, constant }: Columns): Columns {
  let rest = -constant;
  const negated = columns.map((column, k) =>
    column.map((block) => {
      rest -= BigInt(block.max) * weightOf(builder, k);
      return builder.linear([[-1, block]], block.max);
    }),
  );
  return { columns: negated, constant: rest };
}

/** The digits of a sum; see `sumColumns`. */
export function carryOut(builder: Builder, { columns, constant }: Columns): Radix {
  return sumColumns(builder, columns, constant);
}
