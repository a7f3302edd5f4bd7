import type { Block } from "../../graph/block.ts";
import type { Builder, Summand } from "../../graph/builder.ts";
import { clearDigits } from "../clear.ts";
import { flagsPerBlock } from "../comparison/flags.ts";
import { combine, type Radix } from "../radix.ts";
import { addColumns, type Columns } from "./columns.ts";
import { multiplyClear } from "./multiply.ts";

/** Σ valueᵢ·weightᵢ for at least one value, and clear weights ≥ 0, as a sum that is still to be carried out. */
export function dotProduct(builder: Builder, values: readonly Radix[], weights: readonly bigint[]): Columns {
  return addColumns(values.map((value, i) => multiplyClear(builder, value, weights[i])));
}

/**
 * Σ flagᵢ·weightᵢ for Boolean blocks and clear weights ≥ 0, modulo what so many digits can hold, as a sum that is
 * still to be carried out.
 *
 * As many flags as leave room for two tables go side by side into one block, which has a table for each digit of the
 * sum of their weights: 3 flags and 1/2 rotation a digit at 2 message bits. (TFHE-rs: `boolean_scalar_dot_prod`.)
 */
export function booleanDotProduct(
  builder: Builder,
  flags: readonly Block[],
  weights: readonly bigint[],
  digits: number,
): Columns {
  const columns: Block[][] = Array.from({ length: digits }, () => []);
  const size = flagsPerBlock(builder);
  for (let start = 0; start < flags.length; start += size) {
    const group = flags.slice(start, start + size);
    const index = combine(
      builder,
      group.map((flag, i): Summand => [2 ** i, flag]),
    );
    const totals = Array.from({ length: 2 ** group.length }, (_, chosen) => {
      const total = group.reduce((sum, _, i) => sum + ((chosen >> i) & 1 ? weights[start + i] : 0n), 0n);
      return clearDigits(builder, total, digits);
    });
    for (const [k, column] of columns.entries()) {
      column.push(builder.lookup(index, (chosen) => totals[chosen][k]));
    }
  }
  return { columns, constant: 0n };
}
