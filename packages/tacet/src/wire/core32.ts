import type { MaskSeed } from "../random/mask-seed.ts";
import { type Codec, mapped, struct, versioned } from "./codec.ts";
import { compressionSeed, count, fullModulus } from "./core.ts";
import { halfWordBitVector, halfWordVector, u32 } from "./primitives.ts";

/* Types of `core_crypto` over the torus of 32 bits. */

const modulus: Codec<null> = fullModulus(32);

/** `LweSecretKey` with binary coefficients. */
export const lweSecretKey32: Codec<Uint8Array> = versioned(0, halfWordBitVector);

/** `GlweSecretKey` with binary coefficients: k polynomials of N. */
export const glweSecretKey32: Codec<{ data: Uint8Array; polynomialSize: number }> = versioned(
  0,
  struct({ data: halfWordBitVector, polynomialSize: count }),
);

/** `LweCiphertext`: mask, then body. */
export const lweCiphertext32: Codec<Uint32Array<ArrayBuffer>> = mapped(
  versioned(0, struct({ data: halfWordVector, modulus })),
  ({ data }) => data,
  (data) => ({ data, modulus: null }),
);

/** `LweCiphertextList`. */
export interface WireLweList32 {
  data: Uint32Array<ArrayBuffer>;
  lweSize: number;
  modulus: null;
}

export const lweCiphertextList32: Codec<WireLweList32> = versioned(
  0,
  struct<WireLweList32>({ data: halfWordVector, lweSize: count, modulus }),
);

/** `SeededLweCiphertext`. */
export interface WireSeededLwe32 {
  body: number;
  lweSize: number;
  seed: MaskSeed;
  modulus: null;
}

export const seededLweCiphertext32: Codec<WireSeededLwe32> = versioned(
  0,
  struct<WireSeededLwe32>({ body: u32, lweSize: count, seed: compressionSeed, modulus }),
);

/** `SeededLweKeyswitchKey`. */
export interface WireKeySwitchKey32 {
  bodies: Uint32Array<ArrayBuffer>;
  baseLog: number;
  level: number;
  outputLweSize: number;
  seed: MaskSeed;
  modulus: null;
}

export const seededKeySwitchKey32: Codec<WireKeySwitchKey32> = versioned(
  2,
  struct<WireKeySwitchKey32>({
    bodies: halfWordVector,
    baseLog: count,
    level: count,
    outputLweSize: count,
    seed: compressionSeed,
    modulus,
  }),
);

/** `SeededLweBootstrapKey`. */
export interface WireBootstrapKey32 {
  bodies: Uint32Array<ArrayBuffer>;
  glweSize: number;
  polynomialSize: number;
  baseLog: number;
  level: number;
  seed: MaskSeed;
  modulus: null;
}

export const seededBootstrapKey32: Codec<WireBootstrapKey32> = versioned(
  1,
  versioned(
    1,
    struct<WireBootstrapKey32>({
      bodies: halfWordVector,
      glweSize: count,
      polynomialSize: count,
      baseLog: count,
      level: count,
      seed: compressionSeed,
      modulus,
    }),
  ),
);
