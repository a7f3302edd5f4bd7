import { introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import type { IntegerType } from "../../wire/core/types.ts";
import type { DeserializeOptions } from "../../wire/safe-serialize.ts";
import {
  deserializeStore,
  type SerializedStore,
  type StoreTypes,
  serializeStore,
} from "../../wire/values/key-value-store.ts";
import type { IntegerHandle, IntHandle, UintHandle } from "../engine/handles/integer-handle.ts";
import type { ClientKey } from "../keys/client-key.ts";
import type { FheIntType } from "../values/fhe-int.ts";
import { checkMaker, type FheIntegerType } from "../values/fhe-integer.ts";
import type { FheUintType } from "../values/fhe-uint.ts";
import { type Clear, checkBytes } from "../values/value.ts";
import { compressedList } from "./compressed-list.ts";

/** For the rest of the library: what a store holds, and a store of what an engine has packed. */
export let storeContentOf: (store: AnyStore) => SerializedStore & { readonly types: StoreTypes };
export let compressedStore: (content: SerializedStore, types: StoreTypes) => AnyStore;

type AnyStore = CompressedKeyValueStore<IntegerHandle, IntegerHandle>;

/** The handles of integers of a type. */
type HandleOf<Type> =
  Type extends FheUintType<infer W> ? UintHandle<W> : Type extends FheIntType<infer W> ? IntHandle<W> : never;

/**
 * A key-value store at rest: clear keys, and the values of all of them in a compressed list. `store.compress()` makes it,
 * for which the client key needs `compression`, and `engine.keyValueStore(stored)` takes it in again. (TFHE-rs:
 * `CompressedKVStore`.)
 */
export class CompressedKeyValueStore<K extends IntegerHandle, V extends IntegerHandle> extends Opaque {
  readonly #content: SerializedStore;
  readonly #types: StoreTypes;

  private constructor(permit: Permit, content: SerializedStore, types: StoreTypes) {
    super(permit);
    this.#content = content;
    this.#types = types;
  }

  static {
    introduce(CompressedKeyValueStore, {
      name: "CompressedKeyValueStore",
      noun: "an encrypted store at rest",
      source:
        "await store.compress() makes one, CompressedKeyValueStore.deserialize(bytes, keys, values) reads one",
      instead: "engine.keyValueStore(stored) gives what to look into",
    });
    storeContentOf = (store) => ({ ...store.#content, types: store.#types });
    compressedStore = (content, types) => new CompressedKeyValueStore(PERMIT, content, types);
  }

  /**
   * Reads a store in the format of TFHE-rs's `CompressedKVStore`, of keys and values of the given types.
   *
   * @throws TypeError for what are no bytes or types, ParameterError for keys of a type that Rust has no integers for,
   *   DeserializationError if the bytes are not a store of these types.
   */
  static deserialize<K extends FheIntegerType, V extends FheIntegerType>(
    bytes: Uint8Array,
    keys: K,
    values: V,
    options?: DeserializeOptions,
  ): CompressedKeyValueStore<HandleOf<K>, HandleOf<V>> {
    const types = { keys: typeOf(keys), values: typeOf(values) };
    return new CompressedKeyValueStore(PERMIT, deserializeStore(checkBytes(bytes), types, options), types);
  }

  /** Number of keys. */
  get size(): number {
    return this.#content.keys.length;
  }

  /** The types of keys and values. */
  get types(): { readonly keys: IntegerType; readonly values: IntegerType } {
    return { ...this.#types };
  }

  /**
   * The bytes of the store, as TFHE-rs's `safe_serialize` writes them.
   *
   * @throws ParameterError for keys of a type that Rust has no integers for.
   */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeStore(this.#content, this.#types);
  }

  /** The keys, from the smallest, and their values. Throws as `CompressedCiphertextList.decrypt`. */
  decrypt(clientKey: ClientKey): Map<Clear<K["width"]>, Clear<V["width"]>> {
    const { keys, ...rest } = this.#content;
    const list = compressedList({ ...rest, tag: new Uint8Array(0), reRandomizationMetadata: [] });
    const values = list.decrypt(clientKey) as Clear<V["width"]>[];
    const wide = Number(/\d+$/.exec(this.#types.keys)![0]) > 32;
    return new Map(
      keys.map((key, i) => [(wide ? key : Number(key)) as Clear<K["width"]>, values[i]] as const),
    );
  }
}

function typeOf(type: FheIntegerType): IntegerType {
  return checkMaker(type).name as IntegerType;
}
