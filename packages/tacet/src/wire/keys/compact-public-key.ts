import type { CompactEncryption } from "../../parameters/compact-encryption.ts";
import type { MaskSeed } from "../../random/mask-seed.ts";
import type { CompactKey, SeededCompactKey } from "../../scheme/public-key/compact-public-key.ts";
import { type Codec, mapped, struct, versioned } from "../bincode/codec.ts";
import { wordVector } from "../bincode/primitives.ts";
import { compressionSeed, count, nativeModulus, taggedBytes } from "../core/core.ts";
import { compactEncryption } from "../core/parameters.ts";
import {
  type DeserializeOptions,
  type ParameterOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "../safe-serialize.ts";

/** What TFHE-rs's `CompactPublicKey` holds. */
export interface SerializedCompactPublicKey extends CompactKey {
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** What TFHE-rs's `CompressedCompactPublicKey` holds. */
export interface SerializedCompressedCompactPublicKey extends SeededCompactKey {
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** `LweCompactPublicKey`, which is a `GlweCiphertext`. */
export interface WireCompactKey {
  data: BigUint64Array<ArrayBuffer>;
  polynomialSize: number;
  modulus: null;
}

export const expandedCompactKey: Codec<WireCompactKey> = versioned(
  0,
  versioned(0, struct<WireCompactKey>({ data: wordVector, polynomialSize: count, modulus: nativeModulus })),
);

/** `SeededLweCompactPublicKey`, which is a `SeededGlweCiphertext`. */
export interface WireSeededCompactKey {
  data: BigUint64Array<ArrayBuffer>;
  glweSize: number;
  seed: MaskSeed;
  modulus: null;
}

export const seededCompactKey: Codec<WireSeededCompactKey> = versioned(
  0,
  versioned(
    0,
    struct<WireSeededCompactKey>({
      data: wordVector,
      glweSize: count,
      seed: compressionSeed,
      modulus: nativeModulus,
    }),
  ),
);

interface TaggedKey<Key> {
  key: { key: Key; encryption: CompactEncryption };
  tag: Uint8Array;
}

/**
 * `CompactPublicKey`, `IntegerCompactPublicKey`, `integer::CompactPublicKey` and `shortint::CompactPublicKey`, from the
 * outside in; or their compressed forms.
 */
function layout<Key>(key: Codec<Key>): Codec<TaggedKey<Key>> {
  const shortintKey = versioned(1, struct({ key, encryption: compactEncryption }));
  return versioned(1, struct({ key: versioned(0, versioned(0, shortintKey)), tag: taggedBytes }));
}

/** `CompactPublicKey`, inside something else. */
export const compactPublicKey: Codec<SerializedCompactPublicKey> = mapped(
  layout(expandedCompactKey),
  ({ key: { key, encryption }, tag }, fail) => {
    const { lweDimension } = encryption;
    if (key.polynomialSize !== lweDimension || key.data.length !== 2 * lweDimension) {
      fail(
        `key of ${key.data.length} elements, polynomial size ${key.polynomialSize}; dimension ${lweDimension}`,
      );
    }
    return { encryption, data: key.data, tag };
  },
  ({ encryption, data, tag }) => ({
    key: {
      key: { data, polynomialSize: encryption.lweDimension, modulus: null },
      encryption,
    },
    tag,
  }),
);

/** `CompressedCompactPublicKey`, inside something else. */
export const compressedCompactPublicKey: Codec<SerializedCompressedCompactPublicKey> = mapped(
  layout(seededCompactKey),
  ({ key: { key, encryption }, tag }, fail) => {
    const { lweDimension } = encryption;
    if (key.glweSize !== 2 || key.data.length !== lweDimension) {
      fail(`body of ${key.data.length} elements, GLWE size ${key.glweSize}; dimension ${lweDimension}`);
    }
    return { encryption, seed: key.seed, body: key.data, tag };
  },
  ({ encryption, seed, body, tag }) => ({
    key: { key: { data: body, glweSize: 2, seed, modulus: null }, encryption },
    tag,
  }),
);

const standaloneKey = standalone("high_level_api::CompactPublicKey", compactPublicKey);
const standaloneCompressedKey = standalone(
  "high_level_api::CompressedCompactPublicKey",
  compressedCompactPublicKey,
);

/** The bytes of a compact public key in TFHE-rs's format. */
export function serializeCompactPublicKey(key: SerializedCompactPublicKey): Uint8Array<ArrayBuffer> {
  return safeSerialize(standaloneKey, key);
}

/**
 * Reads a compact public key in the format of TFHE-rs 1.0 to 1.8.
 *
 * @throws DeserializationError if the bytes are not one, or one with parameters that Tacet lacks, or with insecure
 *   ones that are not allowed.
 */
export function deserializeCompactPublicKey(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): SerializedCompactPublicKey {
  return safeDeserialize(standaloneKey, input, options);
}

/** The bytes of a compressed compact public key in TFHE-rs's format. */
export function serializeCompressedCompactPublicKey(
  key: SerializedCompressedCompactPublicKey,
): Uint8Array<ArrayBuffer> {
  return safeSerialize(standaloneCompressedKey, key);
}

/** Reads a compressed compact public key. @throws as `deserializeCompactPublicKey`. */
export function deserializeCompressedCompactPublicKey(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): SerializedCompressedCompactPublicKey {
  return safeDeserialize(standaloneCompressedKey, input, options);
}
