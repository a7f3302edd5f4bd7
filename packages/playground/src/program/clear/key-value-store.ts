import { ClearBool } from "./bool.ts";
import { ClearHandle } from "./handle.ts";
import { ClearInteger, checkInteger, type Integer, integerOf } from "./integer.ts";
import { type ClearIntegerType, checkIntegerType } from "./maker.ts";
import { withoutCounterparts } from "./no-clear-counterpart.ts";

type Value = ClearInteger | Integer;

/** Integers under integers, with the operations of the library's `KeyValueStore`. */
export class ClearKeyValueStore {
  readonly #keyType: ClearIntegerType;
  readonly #valueType: ClearIntegerType;
  readonly #values = new Map<bigint, ClearInteger>();

  constructor(keys: ClearIntegerType, values: ClearIntegerType) {
    this.#keyType = checkIntegerType(keys);
    this.#valueType = checkIntegerType(values);
  }

  get size(): number {
    return this.#values.size;
  }

  *keys(): Generator<Integer, void> {
    for (const key of this.#values.keys()) yield this.#keyType.width > 32 ? key : Number(key);
  }

  insert(key: Integer, value: Value): ClearInteger | undefined {
    const place = checkInteger(this.#keyType, key);
    const former = this.#values.get(place);
    this.#values.set(place, this.#value(value));
    return former;
  }

  remove(key: Integer): ClearInteger | undefined {
    const place = checkInteger(this.#keyType, key);
    const former = this.#values.get(place);
    this.#values.delete(place);
    return former;
  }

  /** A clear key gives a value or undefined; an encrypted one gives a value, 0 if there is none, and whether there is. */
  get(key: Value): ClearInteger | undefined | [ClearInteger, ClearBool] {
    const found = this.#values.get(integerOf(this.#keyType, key));
    return key instanceof ClearHandle ? [found ?? this.#value(0), new ClearBool(found !== undefined)] : found;
  }

  update(key: Value, value: Value): ClearInteger | undefined | ClearBool {
    const place = integerOf(this.#keyType, key);
    const next = this.#value(value);
    const former = this.#values.get(place);
    if (former !== undefined) this.#values.set(place, next);
    return key instanceof ClearHandle ? new ClearBool(former !== undefined) : former;
  }

  map(
    key: ClearInteger,
    operation: (value: ClearInteger) => ClearInteger,
  ): [former: ClearInteger, value: ClearInteger, found: ClearBool] {
    const place = integerOf(this.#keyType, key);
    const before = this.#values.get(place);
    const former = before ?? this.#value(0);
    const value = operation(former);
    // What the operation itself took out stays out; what was not there before keeps what the operation put there.
    if (before !== undefined) this.update(key, value);
    return [former, value, new ClearBool(before !== undefined)];
  }

  contains(key: Value): boolean | ClearBool {
    const found = this.#values.has(integerOf(this.#keyType, key));
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

  #value(value: Value): ClearInteger {
    return new ClearInteger(this.#valueType, integerOf(this.#valueType, value));
  }
}

/** What takes ciphertexts. */
export const STORE_EXCEPTIONS = ["ciphertexts", "compress"] as const;

withoutCounterparts(ClearKeyValueStore.prototype, "keyValueStore", STORE_EXCEPTIONS);
