import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { cheapest } from "../cheapest.ts";
import { clearDigits } from "../clear.ts";
import type { Radix } from "../radix.ts";
import { CLASSIFIERS } from "./classify.ts";
import { casesPerCode, decode } from "./one-hot.ts";

/**
 * What a table gives for an encrypted integer, and whether it gives anything; the value is 0 where not. (TFHE-rs:
 * `match_value`.) At the default parameters, 16 entries take 25 rotations at 8 bits, and 131 at 64.
 *
 * @param table clear integers, as unsigned integers of the digits that hold them: what to give for which.
 */
export function matchValue(
  builder: Builder,
  a: Radix,
  table: ReadonlyMap<bigint, bigint>,
  digits: number,
): { value: Radix; matched: Block } {
  const rows = new Map(
    Array.from(table, ([key, value]) => [key, [...clearDigits(builder, value, digits), 1]]),
  );
  const results = match(builder, a, rows, new Array(digits + 1).fill(0));
  return { value: results.slice(0, digits), matched: results[digits] };
}

/** What a table gives for an encrypted integer, or `otherwise`; see `matchValue`. */
export function matchValueOr(
  builder: Builder,
  a: Radix,
  table: ReadonlyMap<bigint, bigint>,
  otherwise: bigint,
  digits: number,
): Radix {
  const rows = new Map(Array.from(table, ([key, value]) => [key, clearDigits(builder, value, digits)]));
  return match(builder, a, rows, clearDigits(builder, otherwise, digits));
}

/**
 * The row of an encrypted integer in a table of rows of digits, or another row for those that are not in it.
 *
 * Codes tell which of the different rows it is, and lookups of these give the digits.
 */
export function match(
  builder: Builder,
  a: Radix,
  rows: ReadonlyMap<bigint, readonly number[]>,
  otherwise: readonly number[],
): readonly Block[] {
  const complete = BigInt(rows.size) === 1n << BigInt(a.length * messageBits(builder.parameters));
  const others = complete ? mostFrequent(rows.values()) : otherwise;
  const different: (readonly number[])[] = [];
  const places = new Map([[others.join(), -1]]);
  const classes = new Map<bigint, number>();
  for (const [key, row] of rows) {
    const name = row.join();
    if (!places.has(name)) places.set(name, different.push(row) - 1);
    const place = places.get(name)!;
    if (place >= 0) classes.set(key, place);
  }
  if (classes.size === 0) return others.map((value) => builder.constant(value));
  const columns = others.map((value, i) => ({
    of: (place: number) => different[place][i],
    otherwise: value,
  }));
  const most = casesPerCode(builder);
  return cheapest(
    builder,
    a,
    CLASSIFIERS.map((classify) => () => decode(builder, classify(builder, a, classes, most), columns)),
  );
}

function mostFrequent(rows: Iterable<readonly number[]>): readonly number[] {
  const counts = new Map<string, { row: readonly number[]; count: number }>();
  for (const row of rows) {
    const name = row.join();
    const count = (counts.get(name)?.count ?? 0) + 1;
    counts.set(name, { row, count });
  }
  return [...counts.values()].reduce((a, b) => (b.count > a.count ? b : a)).row;
}
