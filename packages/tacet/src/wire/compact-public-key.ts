import {
  type CompactEncryption,
  directEncryption,
  isCompactDimension,
  knownCompactEncryption,
} from "../parameters/compact-encryption.ts";
import type { CompactKey, SeededCompactKey } from "../scheme/compact-public-key.ts";
import { type Codec, type Fail, mapped, struct, versioned } from "./codec.ts";
import { compressionSeed, count, nativeModulus, pbsOrder, taggedBytes } from "./core.ts";
import {
  type CompactEncryptionParameters,
  checkSecurity,
  compactEncryptionParameters,
  shortintParameters,
} from "./parameters.ts";
import { wordVector } from "./primitives.ts";
import {
  type DeserializeOptions,
  type KeyOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "./safe-serialize.ts";

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
const glweCiphertext = versioned(
  0,
  versioned(0, struct({ data: wordVector, polynomialSize: count, modulus: nativeModulus })),
);

/** `SeededLweCompactPublicKey`, which is a `SeededGlweCiphertext`. */
const seededGlweCiphertext = versioned(
  0,
  versioned(0, struct({ data: wordVector, glweSize: count, seed: compressionSeed, modulus: nativeModulus })),
);

const encryption: Codec<CompactEncryption> = mapped(
  compactEncryptionParameters,
  ({ modulus: _, ...values }, fail, format) => {
    const known = knownCompactEncryption(values);
    if (known !== undefined) return known;
    const name = "unknown parameters of a compact key";
    if (format.allowInsecureParameters !== true) fail(name);
    return checkEncryption({ ...values, name, insecure: true }, fail);
  },
  ({ name: _, insecure: __, ...values }): CompactEncryptionParameters => ({ ...values, modulus: null }),
);

/** What stood in its place before TFHE-rs 0.7: the parameters that are computed with. */
const formerEncryption: Codec<CompactEncryption> = mapped(
  shortintParameters,
  (parameters, fail) => checkEncryption(directEncryption(parameters), fail),
  () => {
    throw new TypeError("compact keys of this layout are only read");
  },
);

function checkEncryption(encryption: CompactEncryption, fail: Fail): CompactEncryption {
  const { lweDimension, noise, messageModulus, carryModulus } = encryption;
  if (!isCompactDimension(lweDimension)) {
    fail(`compact key of dimension ${lweDimension}; expected a power of two up to 65536`);
  }
  for (const modulus of [messageModulus, carryModulus]) {
    if (modulus < 2 || modulus > 256 || !Number.isInteger(Math.log2(modulus))) {
      fail(`message or carry modulus is ${modulus}; expected a power of two from 2 to 256`);
    }
  }
  if (noise > 62) fail(`TUniform bound is ${noise}; the most is 62`);
  return encryption;
}

interface WireCompactKey<Key> {
  key: { key: Key; encryption: CompactEncryption; pbsOrder: null };
  tag: Uint8Array;
}

/**
 * `CompactPublicKey`, `IntegerCompactPublicKey`, `integer::CompactPublicKey` and `shortint::CompactPublicKey`, from the
 * outside in; or their compressed forms.
 */
function layout<Key>(key: Codec<Key>): Codec<WireCompactKey<Key>> {
  const shortintFields = { key, encryption, pbsOrder };
  const shortintKey = versioned(1, struct(shortintFields, { pbsOrder: null }), {
    0: struct({ ...shortintFields, encryption: formerEncryption }),
  });
  const fields = { key: versioned(0, versioned(0, shortintKey)), tag: taggedBytes };
  return versioned(1, struct(fields), { 0: struct(fields, { tag: new Uint8Array(0) }) });
}

const compactPublicKey: Codec<SerializedCompactPublicKey> = standalone(
  "high_level_api::CompactPublicKey",
  mapped(
    layout(glweCiphertext),
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
        pbsOrder: null,
      },
      tag,
    }),
  ),
);

const compressedCompactPublicKey: Codec<SerializedCompressedCompactPublicKey> = standalone(
  "high_level_api::CompressedCompactPublicKey",
  mapped(
    layout(seededGlweCiphertext),
    ({ key: { key, encryption }, tag }, fail) => {
      const { lweDimension } = encryption;
      if (key.glweSize !== 2 || key.data.length !== lweDimension) {
        fail(`body of ${key.data.length} elements, GLWE size ${key.glweSize}; dimension ${lweDimension}`);
      }
      return { encryption, seed: key.seed, body: key.data, tag };
    },
    ({ encryption, seed, body, tag }) => ({
      key: { key: { data: body, glweSize: 2, seed, modulus: null }, encryption, pbsOrder: null },
      tag,
    }),
  ),
);

/** The bytes of a compact public key in TFHE-rs 1.7's format. */
export function serializeCompactPublicKey(key: SerializedCompactPublicKey): Uint8Array<ArrayBuffer> {
  return safeSerialize(compactPublicKey, key);
}

/**
 * Reads a compact public key in the format of TFHE-rs 1.0 to 1.7.
 *
 * @throws DeserializationError if the bytes are not one, or one with parameters that Tacet lacks.
 * @throws ParameterError if its parameters are insecure and `allowInsecureParameters` is not set.
 */
export function deserializeCompactPublicKey(
  input: Uint8Array,
  options: DeserializeOptions & KeyOptions = {},
): SerializedCompactPublicKey {
  const key = safeDeserialize(compactPublicKey, input, options);
  checkSecurity(key.encryption, options);
  return key;
}

/** The bytes of a compressed compact public key in TFHE-rs 1.7's format. */
export function serializeCompressedCompactPublicKey(
  key: SerializedCompressedCompactPublicKey,
): Uint8Array<ArrayBuffer> {
  return safeSerialize(compressedCompactPublicKey, key);
}

/** Reads a compressed compact public key. @throws as `deserializeCompactPublicKey`. */
export function deserializeCompressedCompactPublicKey(
  input: Uint8Array,
  options: DeserializeOptions & KeyOptions = {},
): SerializedCompressedCompactPublicKey {
  const key = safeDeserialize(compressedCompactPublicKey, input, options);
  checkSecurity(key.encryption, options);
  return key;
}
