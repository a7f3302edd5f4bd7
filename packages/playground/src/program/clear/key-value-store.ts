import { ClearBool } from "./bool.ts";
import { ClearHandle } from "./handle.ts";
import { ClearInteger, checkInteger, type Integer, integerOf } from "./integer.ts";
import { type ClearIntegerType, type ClearTextType, checkIntegerType, isTextType } from "./maker.ts";
import { withoutCounterparts } from "./no-clear-counterpart.ts";
import { textOf, unitsOf } from "./strings.ts";
import { type ClearText, unitsIn } from "./text.ts";

type Value = ClearInteger | Integer;
type ClearKey = Integer | string;
type Key = ClearInteger | ClearText | ClearKey;

/** Integers under integers or texts, with the operations of the library's `KeyValueStore`. */
export class ClearKeyValueStore {
  readonly #keyType: ClearIntegerType | ClearTextType;
  readonly #valueType: ClearIntegerType;
  readonly #values = new Map<bigint | string, ClearInteger>();

  constructor(keys: ClearIntegerType | ClearTextType, values: ClearIntegerType) {
    this.#keyType = isTextType(keys) ? keys : checkIntegerType(keys);
    this.#valueType = checkIntegerType(values);
  }

  get size(): number {
    return this.#values.size;
  }

  *keys(): Generator<ClearKey, void> {
    const type = this.#keyType;
    for (const key of this.#values.keys()) {
      if ("units" in type) yield textOf(String(key), type.units);
      else yield type.width > 32 ? (key as bigint) : Number(key);
    }
  }

  insert(key: ClearKey, value: Value): ClearInteger | undefined {
    const place = this.#clearPlace(key);
    const former = this.#values.get(place);
    this.#values.set(place, this.#value(value));
    return former;
  }

  remove(key: ClearKey): ClearInteger | undefined {
    const place = this.#clearPlace(key);
    const former = this.#values.get(place);
    this.#values.delete(place);
    return former;
  }

  /** A clear key gives a value or undefined; an encrypted one gives a value, 0 if there is none, and whether there is. */
  get(key: Key): ClearInteger | undefined | [ClearInteger, ClearBool] {
    const found = this.#values.get(this.#place(key));
    return key instanceof ClearHandle ? [found ?? this.#value(0), new ClearBool(found !== undefined)] : found;
  }

  update(key: Key, value: Value): ClearInteger | undefined | ClearBool {
    const place = this.#place(key);
    const next = this.#value(value);
    const former = this.#values.get(place);
    if (former !== undefined) this.#values.set(place, next);
    return key instanceof ClearHandle ? new ClearBool(former !== undefined) : former;
  }

  map(
    key: ClearInteger | ClearText,
    operation: (value: ClearInteger) => ClearInteger,
  ): [former: ClearInteger, value: ClearInteger, found: ClearBool] {
    const place = this.#place(key);
    const before = this.#values.get(place);
    const former = before ?? this.#value(0);
    const value = operation(former);
    // What the operation itself took out stays out; what was not there before keeps what the operation put there.
    if (before !== undefined) this.update(key, value);
    return [former, value, new ClearBool(before !== undefined)];
  }

  contains(key: Key): boolean | ClearBool {
    const found = this.#values.has(this.#place(key));
    return key instanceof ClearHandle ? new ClearBool(found) : found;
  }

  containsValue(value: Value): ClearBool {
    const wanted = this.#value(value).value;
    return new ClearBool([...this.#values.values()].some((one) => one.value === wanted));
  }

  dispose(): void {
    this.#values.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The place of a key, encrypted or clear. */
  #place(key: Key): bigint | string {
    if ("units" in this.#keyType) return unitsIn(this.#keyType, key);
    return integerOf(this.#keyType, key as Value);
  }

  #clearPlace(key: ClearKey): bigint | string {
    if ("units" in this.#keyType) return unitsOf(key, this.#keyType.units);
    return checkInteger(this.#keyType, key as Integer);
  }

  #value(value: Value): ClearInteger {
    return new ClearInteger(this.#valueType, integerOf(this.#valueType, value));
  }
}

/** What takes ciphertexts. */
export const STORE_EXCEPTIONS = ["ciphertexts", "compress"] as const;

withoutCounterparts(ClearKeyValueStore.prototype, "keyValueStore", STORE_EXCEPTIONS);
