import type { Radix } from "../../../integer/radix.ts";
import { describe } from "../../../opaque.ts";
import type { Integer } from "../../values/value.ts";

/** Pairs of a clear value and what it is to be replaced by, as an array or a Map. */
export type MatchTable<Key = Integer, Value = Integer> = Iterable<readonly [Key, Value]>;

/** What the values of a table become. */
export interface Target<Value, H> {
  /** How many digits hold one. */
  readonly digits: number;
  /** The unsigned integer that they hold. Throws for what is no value of the type. */
  readonly numberOf: (value: Value) => bigint;
  readonly make: (digits: Radix) => H;
}

/**
 * The entries of a user's table as unsigned integers.
 *
 * @param keyNumber the number of a key: different ones for different keys. It throws for what is none, as `numberOf` does.
 * @throws RangeError for a key that comes twice, TypeError for what is no table.
 */
export function matchEntries<Key, Value>(
  table: MatchTable<Key, Value>,
  keyNumber: (key: Key) => bigint,
  numberOf: (value: Value) => bigint,
): Map<bigint, bigint> {
  const entries = new Map<bigint, bigint>();
  for (const [key, value] of checkTable(table)) {
    const found = keyNumber(key);
    if (entries.has(found)) throw new RangeError("a key comes twice in the table");
    entries.set(found, numberOf(value));
  }
  return entries;
}

/** The pairs of a user's table. @throws TypeError for what is none. */
export function checkTable<Key, Value>(table: MatchTable<Key, Value>): (readonly [Key, Value])[] {
  if (typeof table !== "object" || typeof table?.[Symbol.iterator] !== "function") {
    throw new TypeError(`expected a Map or an array of pairs, not ${describe(table)}`);
  }
  return Array.from(table, (entry) => {
    if (!Array.isArray(entry)) throw new TypeError(`expected pairs in the table, not ${describe(entry)}`);
    return entry as unknown as readonly [Key, Value];
  });
}
