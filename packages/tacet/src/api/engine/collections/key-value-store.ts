import type { Block } from "../../../graph/block.ts";
import type { Builder } from "../../../graph/builder.ts";
import { select } from "../../../integer/choice/select.ts";
import type { Radix } from "../../../integer/radix.ts";
import { anySelected, selected } from "../../../integer/table/look-up.ts";
import { contains } from "../../../integer/table/search.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../../../opaque.ts";
import { checkFunction } from "../../../options.ts";
import type { ProgressOptions } from "../../../progress.ts";
import { compressedListOf } from "../../lists/compressed-list.ts";
import { type CompressedKeyValueStore, compressedStore } from "../../lists/compressed-store.ts";
import { type Integer, type IntegerFormat, integerType } from "../../values/value.ts";
import { BoolHandle } from "../handles/bool-handle.ts";
import { build, type CiphertextOf, type Context, digitsIn, Handle } from "../handles/handle.ts";
import { type IntegerHandle, integerHandle, operand } from "../handles/integer-handle.ts";
import { packed } from "../take-in.ts";
import { type ClearKey, type GivenKey, type Key, keyType, type StoreKeys } from "./store-keys.ts";

/**
 * Encrypted integers of one type under clear integers of another, or under clear texts, which can be looked up and replaced with encrypted
 * keys: nobody learns which of them. With clear keys it is like a `Map`. (TFHE-rs: `KVStore`.)
 *
 * It keeps values of its own: handles given to it remain the caller's to dispose of, as do those that it gives.
 *
 * All methods throw TypeError for keys and values of another type or engine, RangeError for clear ones that do not fit,
 * and DisposedError for handles that have been disposed of.
 */
export class KeyValueStore<K extends Key, V extends IntegerHandle> extends Opaque {
  readonly #context: Context;
  readonly #keys: StoreKeys<K>;
  readonly #valueFormat: IntegerFormat;
  readonly #values = new Map<bigint, V>();

  static {
    introduce(KeyValueStore, {
      name: "KeyValueStore",
      noun: "an encrypted store",
      source: "engine.keyValueStore(keys, values) makes one",
      instead: "get and contains look into it",
      written: "await compress() and await ciphertexts() give what has bytes",
    });
  }

  /** @internal */
  constructor(permit: Permit, context: Context, keys: StoreKeys<K>, values: IntegerFormat) {
    super(permit);
    this.#context = context;
    this.#keys = keys;
    this.#valueFormat = values;
  }

  /** Number of keys. */
  get size(): number {
    return this.#values.size;
  }

  /** The keys, in the order in which they came. */
  *keys(): Generator<ClearKey<K>, void> {
    for (const key of this.#values.keys()) yield this.#keys.clearOf(key);
  }

  /** Puts a value under a clear key. What was there before comes back. */
  insert(key: GivenKey<K>, value: V | Integer): V | undefined {
    const place = this.#key(key);
    const digits = build(this.#context, (builder) => this.#value(this.#operand(builder, value)));
    return this.#replace(place, digits);
  }

  /** Takes a value and its clear key out. */
  remove(key: GivenKey<K>): V | undefined {
    const place = this.#key(key);
    const value = this.#values.get(place);
    this.#values.delete(place);
    return value;
  }

  /**
   * The value under a clear key, if any; or that under an encrypted key and whether there is one, the value being 0 if
   * not. The latter takes a bootstrap for each digit of each value in the store.
   */
  get(key: GivenKey<K>): V | undefined;
  get(key: K): [value: V, found: BoolHandle];
  get(key: K | GivenKey<K>): V | undefined | [V, BoolHandle] {
    if (!isHandle(key)) {
      const value = this.#values.get(this.#key(key));
      return value && this.#copy(value);
    }
    return build(this.#context, (builder) => this.#look(builder, this.#selectors(builder, key)));
  }

  /**
   * Puts another value in place of that under a key. For a clear key, the former value comes back, if there was any; for
   * an encrypted one, whether there is one. Nothing changes if not.
   */
  update(key: GivenKey<K>, value: V | Integer): V | undefined;
  update(key: K, value: V | Integer): BoolHandle;
  update(key: K | GivenKey<K>, value: V | Integer): V | undefined | BoolHandle {
    if (!isHandle(key)) return this.contains(key) ? this.insert(key, value) : undefined;
    return build(this.#context, (builder) => {
      const flags = this.#selectors(builder, key);
      this.#store(builder, [...this.#values.keys()], flags, this.#operand(builder, value));
      return new BoolHandle(PERMIT, this.#context, anySelected(builder, flags));
    });
  }

  /**
   * Puts what a function makes of the value under an encrypted key in its place. The function is given 0 if there is
   * none, and its result is not kept then. It may change the store: keys that it takes out stay out, and those that it
   * puts in keep what it puts there.
   *
   * @returns the former value, the new one, and whether there is one.
   */
  map(key: K, operation: (value: V) => V): [former: V, value: V, found: BoolHandle] {
    checkFunction("the operation", operation);
    this.#checked(key);
    const keys = [...this.#values.keys()];
    // What the operation builds must not sweep the flags away.
    const flags = build(this.#context, (builder) =>
      this.#selectors(builder, key).map((flag) => new BoolHandle(PERMIT, this.#context, flag)),
    );
    try {
      const blocks = flags.map((flag) => digitsIn(flag, this.#context).blocks[0]);
      const [former, found] = build(this.#context, (builder) => this.#look(builder, blocks));
      const value = operation(former);
      build(this.#context, (builder) => this.#store(builder, keys, blocks, this.#operand(builder, value)));
      return [former, value, found];
    } finally {
      for (const flag of flags) flag.dispose();
    }
  }

  /** Whether there is a clear key, or an encrypted one. */
  contains(key: GivenKey<K>): boolean;
  contains(key: K): BoolHandle;
  contains(key: K | GivenKey<K>): boolean | BoolHandle {
    if (!isHandle(key)) return this.#values.has(this.#key(key));
    return build(this.#context, (builder) => {
      const flag = this.#keys.contains(builder, [...this.#values.keys()], this.#checked(key));
      return new BoolHandle(PERMIT, this.#context, flag);
    });
  }

  /** Whether a value, encrypted or clear, is under any key. */
  containsValue(value: V | Integer): BoolHandle {
    return build(this.#context, (builder) => {
      const digits = this.#operand(builder, value);
      return new BoolHandle(PERMIT, this.#context, contains(builder, this.#radixes(), digits));
    });
  }

  /** Computes all values together. Throws as `Handle.ciphertext`. */
  async ciphertexts(options?: ProgressOptions): Promise<Map<ClearKey<K>, CiphertextOf<V>>> {
    const entries = [...this.#values].map(async ([key, value]) => {
      const ciphertext = (await value.ciphertext(options)) as CiphertextOf<V>;
      return [this.#keys.clearOf(key), ciphertext] as const;
    });
    return new Map(await Promise.all(entries));
  }

  /**
   * Computes all values together and packs them, for which the server key needs the keys for lists. Throws as
   * `Engine.compress`. (TFHE-rs: `KVStore::compress`.)
   */
  async compress(options?: ProgressOptions): Promise<CompressedKeyValueStore<K & IntegerHandle, V>> {
    const keys = keyType(this.#keys);
    const entries = [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
    const values = entries.map(([, value]) => value);
    const { blocks, kinds } = compressedListOf(await packed(this.#context, values, options));
    const types = { keys, values: integerType(this.#valueFormat) };
    return compressedStore({ keys: entries.map(([key]) => key), blocks, kinds }, types) as never;
  }

  /** Lets go of all values. */
  dispose(): void {
    for (const value of this.#values.values()) value.dispose();
    this.#values.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #key(key: GivenKey<K>): bigint {
    return this.#keys.numberOf(key);
  }

  #operand(builder: Builder, value: V | Integer): Radix {
    return operand(builder, this.#valueFormat, value, this.#context);
  }

  #value(digits: Radix): V {
    return integerHandle(this.#context, digits, this.#valueFormat) as V;
  }

  #copy(value: V): V {
    return build(this.#context, () => this.#value(digitsIn(value, this.#context).blocks));
  }

  #replace(key: bigint, value: V): V | undefined {
    const former = this.#values.get(key);
    this.#values.set(key, value);
    return former;
  }

  #radixes(): Radix[] {
    return [...this.#values.values()].map((value) => digitsIn(value, this.#context).blocks);
  }

  /** For each key in the store, whether it is an encrypted one. */
  #selectors(builder: Builder, key: K): readonly Block[] {
    return this.#keys.selectors(builder, [...this.#values.keys()], this.#checked(key));
  }

  /** @throws TypeError for what is no handle of a key: a clear one is none. */
  #checked(key: K): K {
    if (isHandle(key)) return key;
    throw new TypeError(`expected the handle of a key, not ${describe(key)}`);
  }

  #look(builder: Builder, flags: readonly Block[]): [V, BoolHandle] {
    const { value, found } = selected(builder, flags, this.#radixes());
    const digits = value.length > 0 ? value : operand(builder, this.#valueFormat, 0, this.#context);
    return [this.#value(digits), new BoolHandle(PERMIT, this.#context, found)];
  }

  /** Puts a value under each of some keys that is still there, where its flag is set. */
  #store(builder: Builder, keys: readonly bigint[], flags: readonly Block[], value: Radix): void {
    for (const [i, key] of keys.entries()) {
      const former = this.#values.get(key);
      if (former === undefined) continue;
      const digits = select(builder, flags[i], value, digitsIn(former, this.#context).blocks);
      this.#values.set(key, this.#value(digits));
      former.dispose();
    }
  }
}

/** Whether a key is an encrypted one. */
function isHandle<K extends Key>(key: K | GivenKey<K>): key is K {
  return (key as unknown) instanceof Handle;
}
