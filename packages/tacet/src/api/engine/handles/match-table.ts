import { describe } from "../../../opaque.ts";
import { type Integer, type IntegerFormat, unsignedValue } from "../../values/value.ts";

/** Pairs of an integer and what it is to be replaced by, as an array or a Map. */
export type MatchTable = Iterable<readonly [Integer, Integer]>;

/**
 * The entries of a user's table as unsigned integers.
 *
 * @throws RangeError for a key that does not fit its type or comes twice, and for a value that does not fit its own;
 *   TypeError for what is no table.
 */
export function matchEntries(table: MatchTable, from: IntegerFormat, to: IntegerFormat): Map<bigint, bigint> {
  if (typeof table !== "object" || typeof table?.[Symbol.iterator] !== "function") {
    throw new TypeError(`expected a Map or an array of pairs, not ${describe(table)}`);
  }
  const entries = new Map<bigint, bigint>();
  for (const entry of table) {
    if (!Array.isArray(entry)) throw new TypeError(`expected pairs in the table, not ${describe(entry)}`);
    const [key, value] = entry;
    const found = unsignedValue(key, from);
    if (entries.has(found)) throw new RangeError("an integer comes twice in the table");
    entries.set(found, unsignedValue(value, to));
  }
  return entries;
}
