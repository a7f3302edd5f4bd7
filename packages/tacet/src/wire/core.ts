import { AES_BLOCK_BYTES } from "../random/aes.ts";
import { DOMAIN_SEPARATOR_BYTES, type MaskSeed } from "../random/mask-seed.ts";
import {
  type Codec,
  constant,
  frequent,
  mapped,
  nothing,
  optional,
  struct,
  union,
  variant,
  versioned,
} from "./codec.ts";
import {
  bitVector,
  bytes,
  byteVector,
  f64,
  u64,
  wideBitVector,
  wideWordVector,
  word,
  wordVector,
} from "./primitives.ts";

/* The building blocks of TFHE-rs's `core_crypto` and the small types that all else is made of. */

/** Any of TFHE-rs's wrapped integers, such as `LweDimension` or `Degree`. */
export const count: Codec<number> = versioned(0, u64);

/** Any of its wrapped doubles, such as `Variance`. */
export const real: Codec<number> = versioned(0, f64);

/** `Tag` and all else that wraps bytes of any number. */
export const taggedBytes: Codec<Uint8Array> = versioned(0, byteVector);

/** A 128-bit integer that must be zero. */
const zero128: Codec<null> = mapped(
  bytes(16),
  (value, fail) => (value.every((byte) => byte === 0) ? null : fail("128-bit integer other than 0")),
  () => new Uint8Array(16),
);

/** `CiphertextModulus` of integers of some width that wrap: 2^width, which is written as 0. */
export function fullModulus(bits: 32 | 64 | 128): Codec<null> {
  return mapped(
    versioned(0, struct({ modulus: zero128, scalarBits: constant(u64, bits) })),
    () => null,
    () => ({ modulus: null, scalarBits: null }),
  );
}

/** `CiphertextModulus` 2^64. */
export const nativeModulus: Codec<null> = frequent(fullModulus(64), null);

/** `CiphertextModulus` 2^128. */
export const wideModulus: Codec<null> = fullModulus(128);

/** Bytes of a stream that may come before its first mask: more than any key takes. */
const MOST_SKIPPED_BYTES = 2 ** 48;

/** `TableIndex`: where in its stream a seed's masks start, as a number of bytes. */
const streamStart: Codec<number> = frequent(
  mapped(
    versioned(
      0,
      struct({ aesIndex: versioned(0, struct({ low: u64, high: u64 })), byteIndex: versioned(0, u64) }),
    ),
    ({ aesIndex: { low, high }, byteIndex }, fail) => {
      if (byteIndex >= AES_BLOCK_BYTES) fail(`byte ${byteIndex} of a block of ${AES_BLOCK_BYTES}`);
      if (high > 0 || low * AES_BLOCK_BYTES > MOST_SKIPPED_BYTES)
        fail("masks start too far into their stream");
      return low * AES_BLOCK_BYTES + byteIndex;
    },
    (start) => ({
      aesIndex: { low: Math.floor(start / AES_BLOCK_BYTES), high: 0 },
      byteIndex: start % AES_BLOCK_BYTES,
    }),
  ),
  0,
);

/** `SeedKind`. */
const seedKind = versioned(
  0,
  union<{ ctr: Uint8Array<ArrayBuffer>; xof: Uint8Array<ArrayBuffer> }>({
    ctr: versioned(0, bytes(16)),
    xof: versioned(
      0,
      mapped(
        byteVector as Codec<Uint8Array<ArrayBuffer>>,
        (seed, fail) =>
          seed.length < DOMAIN_SEPARATOR_BYTES || seed.length > 1024
            ? fail(`seed of ${seed.length} bytes; expected ${DOMAIN_SEPARATOR_BYTES} to 1024`)
            : seed,
        (seed) => seed,
      ),
    ),
  }),
);

/** `CompressionSeed`. Its first layout left out that masks start at the second byte. */
export const compressionSeed: Codec<MaskSeed> = mapped(
  versioned(1, versioned(0, struct({ seed: seedKind, start: streamStart })), {
    0: mapped(
      bytes(16),
      (value) => ({ seed: { kind: "ctr" as const, value }, start: 1 }),
      ({ seed }) => seed.value,
    ),
  }),
  ({ seed, start }) => ({ kind: seed.kind, bytes: seed.value, start }),
  ({ kind, bytes, start }) => ({ seed: { kind, value: bytes }, start }),
);

/** `LweSecretKey` with binary coefficients. */
export const lweSecretKey: Codec<Uint8Array> = versioned(0, bitVector);

/** `GlweSecretKey` with binary coefficients: k polynomials of N. */
export interface WireGlweSecretKey {
  data: Uint8Array;
  polynomialSize: number;
}

export const glweSecretKey: Codec<WireGlweSecretKey> = versioned(
  0,
  struct<WireGlweSecretKey>({ data: bitVector, polynomialSize: count }),
);

/** The same of 128-bit integers. */
export const wideGlweSecretKey: Codec<WireGlweSecretKey> = versioned(
  0,
  struct<WireGlweSecretKey>({ data: wideBitVector, polynomialSize: count }),
);

/** `LweCiphertext`: mask, then body. */
export const lweCiphertext: Codec<BigUint64Array> = mapped(
  versioned(0, struct({ data: wordVector as Codec<BigUint64Array>, modulus: nativeModulus })),
  (wire) => wire.data,
  (data) => ({ data, modulus: null }),
);

/** `LweCiphertextList`: ciphertexts of `lweSize` elements, one after the other. */
export interface WireLweList {
  data: BigUint64Array<ArrayBuffer>;
  lweSize: number;
  modulus: null;
}

export const lweCiphertextList: Codec<WireLweList> = versioned(
  0,
  struct<WireLweList>({ data: wordVector, lweSize: count, modulus: nativeModulus }),
);

/** `SeededLweCiphertext`. */
export interface WireSeededLwe {
  body: bigint;
  lweSize: number;
  seed: MaskSeed;
  modulus: null;
}

export const seededLweCiphertext: Codec<WireSeededLwe> = versioned(
  0,
  struct<WireSeededLwe>({ body: word, lweSize: count, seed: compressionSeed, modulus: nativeModulus }),
);

/** `SeededLweCiphertextList`. */
export interface WireSeededLweList {
  bodies: BigUint64Array<ArrayBuffer>;
  lweSize: number;
  seed: MaskSeed;
  modulus: null;
}

export const seededLweCiphertextList: Codec<WireSeededLweList> = versioned(
  0,
  struct<WireSeededLweList>({
    bodies: wordVector,
    lweSize: count,
    seed: compressionSeed,
    modulus: nativeModulus,
  }),
);

/** `LweKeyswitchKey`, expanded. */
export interface WireExpandedKeySwitchKey {
  data: BigUint64Array<ArrayBuffer>;
  baseLog: number;
  level: number;
  outputLweSize: number;
  modulus: null;
}

export const keySwitchKey: Codec<WireExpandedKeySwitchKey> = versioned(
  2,
  struct<WireExpandedKeySwitchKey>({
    data: wordVector,
    baseLog: count,
    level: count,
    outputLweSize: count,
    modulus: nativeModulus,
  }),
);

/** `SeededLweKeyswitchKey`. */
export interface WireKeySwitchKey {
  bodies: BigUint64Array<ArrayBuffer>;
  baseLog: number;
  level: number;
  outputLweSize: number;
  seed: MaskSeed;
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

/** Torus elements of 64 bits, or the bytes of those of 128 bits. */
type Torus = BigUint64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** `SeededLweBootstrapKey`, which is a `SeededGgswCiphertextList`. */
export interface WireBootstrapKey<Bodies extends Torus = BigUint64Array<ArrayBuffer>> {
  bodies: Bodies;
  glweSize: number;
  polynomialSize: number;
  baseLog: number;
  level: number;
  seed: MaskSeed;
  modulus: null;
}

const bootstrapKey = <Bodies extends Torus>(
  bodies: Codec<Bodies>,
  modulus: Codec<null>,
): Codec<WireBootstrapKey<Bodies>> =>
  versioned(
    1,
    versioned(
      1,
      struct<WireBootstrapKey<Bodies>>({
        bodies,
        glweSize: count,
        polynomialSize: count,
        baseLog: count,
        level: count,
        seed: compressionSeed,
        modulus,
      }),
    ),
  );

export const seededBootstrapKey: Codec<WireBootstrapKey> = bootstrapKey(wordVector, nativeModulus);

/** A bootstrap key to a GLWE key on the torus of 128 bits. */
export type WireWideBootstrapKey = WireBootstrapKey<Uint8Array<ArrayBuffer>>;

export const seededWideBootstrapKey: Codec<WireWideBootstrapKey> = bootstrapKey(wideWordVector, wideModulus);

/** `SeededLwePackingKeyswitchKey`: a body polynomial for each element of the input key and each gadget level. */
export interface WirePackingKey<Bodies extends Torus = BigUint64Array<ArrayBuffer>> {
  bodies: Bodies;
  baseLog: number;
  level: number;
  glweSize: number;
  polynomialSize: number;
  seed: MaskSeed;
  modulus: null;
}

const packingKey = <Bodies extends Torus>(
  bodies: Codec<Bodies>,
  modulus: Codec<null>,
): Codec<WirePackingKey<Bodies>> =>
  versioned(
    2,
    struct<WirePackingKey<Bodies>>({
      bodies,
      baseLog: count,
      level: count,
      glweSize: count,
      polynomialSize: count,
      seed: compressionSeed,
      modulus,
    }),
  );

export const seededPackingKey: Codec<WirePackingKey> = packingKey(wordVector, nativeModulus);

/** A packing key on the torus of 128 bits. */
export type WireWidePackingKey = WirePackingKey<Uint8Array<ArrayBuffer>>;

export const seededWidePackingKey: Codec<WireWidePackingKey> = packingKey(wideWordVector, wideModulus);

/** `PBSOrder`: key switch first, so that ciphertexts rest under the big key. */
export const pbsOrder: Codec<null> = versioned(
  0,
  variant(["key switch before bootstrap", "bootstrap before key switch"], 0, nothing),
);

/** The enums that tell TFHE-rs's atomic patterns apart, of which Tacet has the standard one. */
export function standardPattern<T>(inner: Codec<T>): Codec<T> {
  return variant(["standard atomic pattern", "32-bit key switch"], 0, inner);
}

/** `AtomicPatternKind`; before TFHE-rs 1.2, ciphertexts had a `PBSOrder` in its place. */
export const atomicPattern: Codec<null> = frequent(versioned(0, standardPattern(pbsOrder)), null);

/** How a modulus switch is kept from adding too much noise; `T` is what the drift technique needs. */
export type ModulusSwitch<T> = "standard" | "centred mean" | T;

const isDrift = <T extends object>(value: ModulusSwitch<T>): value is T => typeof value === "object";

/** `ModulusSwitchType` and the configurations that go with it. */
export function modulusSwitch<T extends object>(drift: Codec<T>): Codec<ModulusSwitch<T>> {
  return mapped(
    versioned(
      0,
      union<{ standard: null; drift: T; "centred mean": null }>({
        standard: nothing,
        drift,
        "centred mean": nothing,
      }),
    ),
    (found) => (found.kind === "drift" ? found.value : found.kind),
    (value) => (isDrift(value) ? { kind: "drift" as const, value } : { kind: value, value: null }),
  );
}

/** What stood in its place in TFHE-rs 1.0 to 1.2. */
export function optionalDrift<T extends object>(drift: Codec<T>): Codec<ModulusSwitch<T>> {
  return mapped(
    optional(drift),
    (found) => found ?? "standard",
    (value) => (isDrift(value) ? value : null),
  );
}
