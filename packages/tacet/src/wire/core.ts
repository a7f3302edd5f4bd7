import {
  bitVector,
  bytes,
  byteVector,
  type Codec,
  constant,
  mapped,
  nothing,
  struct,
  u64,
  variant,
  versioned,
  wordVector,
} from "./codec.ts";

/* The building blocks of TFHE-rs's `core_crypto` and the small types that all else is made of. */

/** Any of TFHE-rs's wrapped integers, such as `LweDimension` or `Degree`. */
export const count: Codec<number> = versioned(0, u64);

/** `Tag` and all else that wraps bytes of any number. */
export const taggedBytes: Codec<Uint8Array> = versioned(0, byteVector);

/** A 128-bit integer that must be zero. */
const zero128: Codec<null> = mapped(
  bytes(16),
  (value, fail) => (value.every((byte) => byte === 0) ? null : fail("128-bit integer other than 0")),
  () => new Uint8Array(16),
);

/** `CiphertextModulus`: 2^64, which is written as 0 with the width of its integers. */
export const nativeModulus: Codec<null> = mapped(
  versioned(0, struct({ modulus: zero128, scalarBits: constant(u64, 64) })),
  () => null,
  () => ({ modulus: null, scalarBits: null }),
);

/** Where in its stream a seed's masks start: always at the first byte. */
const firstIndex: Codec<null> = mapped(
  versioned(0, struct({ aesIndex: versioned(0, zero128), byteIndex: versioned(0, constant(u64, 0)) })),
  () => null,
  () => ({ aesIndex: null, byteIndex: null }),
);

/** `CompressionSeed`: the 16 bytes of an AES key in the order in which AES takes them. */
const compressionSeed: Codec<Uint8Array<ArrayBuffer>> = mapped(
  versioned(
    1,
    versioned(
      0,
      struct({
        seed: versioned(0, variant(["Ctr seed", "Xof seed"], 0, versioned(0, bytes(16)))),
        firstIndex,
      }),
    ),
  ),
  (wire) => wire.seed,
  (seed) => ({ seed, firstIndex: null }),
);

/** `LweSecretKey` with binary coefficients. */
export const lweSecretKey: Codec<Uint8Array> = versioned(0, bitVector);

/** `GlweSecretKey` with binary coefficients: k polynomials of N. */
export const glweSecretKey: Codec<{ data: Uint8Array; polynomialSize: number }> = versioned(
  0,
  struct({ data: bitVector, polynomialSize: count }),
);

/** `LweCiphertext`: mask, then body. */
export const lweCiphertext: Codec<BigUint64Array> = mapped(
  versioned(0, struct({ data: wordVector, modulus: nativeModulus })),
  (wire) => wire.data,
  (data) => ({ data, modulus: null }),
);

/** `SeededLweKeyswitchKey`. */
export interface WireKeySwitchKey {
  bodies: BigUint64Array<ArrayBuffer>;
  baseLog: number;
  level: number;
  outputLweSize: number;
  seed: Uint8Array<ArrayBuffer>;
  modulus: null;
}

export const seededKeySwitchKey: Codec<WireKeySwitchKey> = versioned(
  2,
  struct<WireKeySwitchKey>({
    bodies: wordVector,
    baseLog: count,
    level: count,
    outputLweSize: count,
    seed: compressionSeed,
    modulus: nativeModulus,
  }),
);

/** `SeededLweBootstrapKey`, which is a `SeededGgswCiphertextList`. */
export interface WireBootstrapKey {
  bodies: BigUint64Array<ArrayBuffer>;
  glweSize: number;
  polynomialSize: number;
  baseLog: number;
  level: number;
  seed: Uint8Array<ArrayBuffer>;
  modulus: null;
}

export const seededBootstrapKey: Codec<WireBootstrapKey> = versioned(
  1,
  versioned(
    1,
    struct<WireBootstrapKey>({
      bodies: wordVector,
      glweSize: count,
      polynomialSize: count,
      baseLog: count,
      level: count,
      seed: compressionSeed,
      modulus: nativeModulus,
    }),
  ),
);

/** `PBSOrder`: key switch first, so that ciphertexts rest under the big key. */
export const pbsOrder: Codec<null> = versioned(
  0,
  variant(["key switch before bootstrap", "bootstrap before key switch"], 0, nothing),
);

/** The enums that tell TFHE-rs's atomic patterns apart, of which Tacet has the standard one. */
export function standardPattern<T>(inner: Codec<T>): Codec<T> {
  return variant(["standard atomic pattern", "32-bit key switch"], 0, inner);
}

/** `ModulusSwitchType` and `CompressedModulusSwitchConfiguration`: neither carries anything here. */
export const centredMeanModulusSwitch: Codec<null> = versioned(
  0,
  variant(
    ["standard modulus switch", "drift technique modulus switch", "centred-mean modulus switch"],
    2,
    nothing,
  ),
);
