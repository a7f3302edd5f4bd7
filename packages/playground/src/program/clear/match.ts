import { ClearBool } from "./bool.ts";
import type { ClearHandle } from "./handle.ts";
import { ClearInteger, checkInteger, type Integer } from "./integer.ts";
import { type ClearIntegerType, type ClearTextType, checkIntegerType, isTextType } from "./maker.ts";
import { unitsOf } from "./strings.ts";
import { ClearText } from "./text.ts";

/** Pairs of a clear value and what it is to be replaced by. */
export type Table<Key, Value> = Iterable<readonly [Key, Value]>;

/** What is a key of some table; different ones for different keys. */
type Key = bigint | string;
type Value = Integer | string;

/** What a table has for a value, of a type, and whether it has anything; see the library's `matchValue`. */
export function matched<K>(
  table: Table<K, Value>,
  own: Key,
  keyOf: (key: K) => Key,
  type: ClearIntegerType | ClearTextType,
): [ClearHandle, ClearBool] {
  const found = lookUp(table, own, keyOf, type);
  const nothing = isTextType(type) ? "" : 0;
  return [found ?? valueIn(type, nothing), new ClearBool(found !== undefined)];
}

/** The same, or something else where it has nothing; see the library's `matchValueOr`. */
export function matchedOr<K>(
  table: Table<K, Value>,
  own: Key,
  keyOf: (key: K) => Key,
  type: ClearIntegerType | ClearTextType,
  otherwise: Value,
): ClearHandle {
  const rest = valueIn(type, otherwise);
  return lookUp(table, own, keyOf, type) ?? rest;
}

/** @throws RangeError for a key that comes twice, and as `keyOf` and `valueIn`. */
function lookUp<K>(
  table: Table<K, Value>,
  own: Key,
  keyOf: (key: K) => Key,
  type: ClearIntegerType | ClearTextType,
): ClearHandle | undefined {
  if (!isTextType(type)) checkIntegerType(type);
  const entries = [...table].map(([key, value]) => [keyOf(key), valueIn(type, value)] as const);
  const map = new Map(entries);
  if (map.size !== entries.length) throw new RangeError("a key comes twice in the table");
  return map.get(own);
}

/** @throws TypeError, RangeError for what is no value of the type. */
function valueIn(type: ClearIntegerType | ClearTextType, value: Value): ClearHandle {
  if (isTextType(type)) return new ClearText(type, unitsOf(value, type.units));
  return new ClearInteger(type, checkInteger(checkIntegerType(type), value as Integer));
}
