import { ParameterError } from "../../errors.ts";
import { type Codec, type Fail, mapped, struct, versioned } from "../bincode/codec.ts";
import { bool } from "../bincode/primitives.ts";
import { blocksOfType, type IntegerType, SHAPES } from "../core/types.ts";
import { type DeserializeOptions, safeDeserialize, safeSerialize, standalone } from "../safe-serialize.ts";
import {
  fromIntegerList,
  type IntegerList,
  integerList,
  type PackedBlocks,
  toIntegerList,
} from "./compressed-list.ts";
import { type DataKind, kindOfType } from "./data-kind.ts";

/** What TFHE-rs's `CompressedKVStore` holds. */
export interface SerializedStore {
  /** Clear integers, from the smallest. */
  readonly keys: readonly bigint[];
  /** The blocks of the values in the order of their keys; `null` if there are none. */
  readonly blocks: PackedBlocks | null;
  readonly kinds: readonly DataKind[];
}

/** The types of a store's keys and values. */
export interface StoreTypes {
  readonly keys: IntegerType;
  readonly values: IntegerType;
}

/** Widths of keys: those of Rust's integers. */
const KEY_WIDTHS: readonly number[] = [8, 16, 32, 64, 128];

const MOST_KEYS = 2 ** 20;

/** A vector of Rust's integers from the smallest, each once. */
function integers(type: IntegerType): Codec<bigint[]> {
  const { kind, bits } = SHAPES[type];
  const size = bits / 8;
  const integer = (view: DataView, at: number): bigint => {
    const word = (offset: number, most: number): bigint =>
      most === 8
        ? view.getBigUint64(at + offset, true)
        : BigInt(
            most === 1 ? view.getUint8(at) : most === 2 ? view.getUint16(at, true) : view.getUint32(at, true),
          );
    const value = size === 16 ? (word(8, 8) << 64n) | word(0, 8) : word(0, size);
    return kind === "signed" ? BigInt.asIntN(bits, value) : value;
  };
  return {
    minimumSize: 8,
    read: (reader) => {
      const start = reader.offset;
      const count = reader.length(size);
      if (count > MOST_KEYS) reader.fail(`${count} keys; the most is ${MOST_KEYS}`, start);
      const { buffer } = reader.bytes(size * count);
      const view = new DataView(buffer);
      const keys: bigint[] = [];
      for (let at = 0; at < view.byteLength; at += size) {
        const key = integer(view, at);
        if (at > 0 && key <= keys[keys.length - 1]) reader.fail("keys that are not in order", start + 8 + at);
        keys.push(key);
      }
      return keys;
    },
    write: (writer, keys) => {
      writer.u64(keys.length);
      for (const key of keys) {
        writer.bytes(Uint8Array.from({ length: size }, (_, i) => Number((key >> BigInt(8 * i)) & 0xffn)));
      }
    },
  };
}

/** @throws ParameterError for keys of a type that TFHE-rs has no stores under. */
function storeOf({ keys, values }: StoreTypes): Codec<SerializedStore> {
  const [key, value] = [SHAPES[keys], SHAPES[values]];
  if (!KEY_WIDTHS.includes(key.bits)) {
    throw new ParameterError(
      `a store under keys of type ${keys} has no bytes; only those of ${KEY_WIDTHS.join(", ")} bits do`,
    );
  }
  const signed = value.kind === "signed";
  const rust = `${key.kind === "signed" ? "i" : "u"}${key.bits}`;
  const fields = { keys: integers(keys), values: integerList, signed: bool };
  interface Layout {
    keys: bigint[];
    values: IntegerList;
    signed: boolean;
  }
  return standalone(
    `high_level_api::CompressedKVStore<${rust}, high_level_api::${signed ? "FheInt" : "FheUint"}>`,
    mapped(
      // That of the high-level API around that of `integer`.
      versioned(0, versioned(0, struct<Layout>(fields))),
      (layout, fail) => fromLayout(layout.keys, layout.values, layout.signed === signed, values, fail),
      ({ keys, blocks, kinds }) => ({ keys: [...keys], values: toIntegerList(blocks, kinds), signed }),
    ),
  );
}

function fromLayout(
  keys: readonly bigint[],
  list: IntegerList,
  alike: boolean,
  type: IntegerType,
  fail: Fail,
): SerializedStore {
  const blocks = fromIntegerList(list, fail);
  const { kinds } = list;
  if (!alike) fail("a store that says of its values that they are of another sign than their type");
  if (kinds.length !== keys.length) fail(`${kinds.length} values under ${keys.length} keys`);
  if (blocks !== null) {
    const expected = kindOfType(
      type,
      blocksOfType(type, Math.log2(blocks.messageModulus)),
      blocks.messageModulus,
    );
    kinds.forEach(({ kind, value }, i) => {
      if (kind !== expected.kind || value !== expected.value)
        fail(`value ${i} is of another type than ${type}`);
    });
  }
  return { keys, blocks, kinds };
}

/** The bytes of a store in TFHE-rs's format. @throws ParameterError for keys of a type that has none there. */
export function serializeStore(store: SerializedStore, types: StoreTypes): Uint8Array<ArrayBuffer> {
  return safeSerialize(storeOf(types), store);
}

/**
 * Reads a store in the format of TFHE-rs 1.3 to 1.8.
 *
 * @throws DeserializationError if the bytes are not one of these types, ParameterError as `serializeStore`.
 */
export function deserializeStore(
  input: Uint8Array,
  types: StoreTypes,
  options: DeserializeOptions = {},
): SerializedStore {
  return safeDeserialize(storeOf(types), input, options);
}
