import type { MaskSeed } from "../../random/mask-seed.ts";
import type { SeededGlweKey } from "../../scheme/server-key/seeded-key.ts";
import { type Codec, mapped, struct, versioned } from "../bincode/codec.ts";
import {
  bitVector,
  bytes,
  halfWordBitVector,
  halfWordVector,
  u32,
  wideBitVector,
  wideWordVector,
  word,
  wordVector,
} from "../bincode/primitives.ts";
import { compressionSeed, count, fullModulus, nativeModulus, wideModulus } from "./core.ts";

/* The keys and ciphertexts of TFHE-rs's `core_crypto`, over the discretised torus of 32, 64 or 128 bits. */

/** Elements of the torus of 32 bits. */
export type HalfWords = Uint32Array<ArrayBuffer>;

/** Elements of the torus of 64 bits, which is what most types are over. */
export type Words = BigUint64Array<ArrayBuffer>;

/** Elements of the torus of 128 bits, as their bytes. */
export type WideWords = Uint8Array<ArrayBuffer>;

/** `GlweSecretKey` with binary coefficients: k polynomials of N. */
export interface WireGlweSecretKey {
  data: Uint8Array;
  polynomialSize: number;
}

/** `LweCiphertextList`: ciphertexts of `lweSize` elements, one after the other. */
export interface WireLweList<Elements = Words> {
  data: Elements;
  lweSize: number;
  modulus: null;
}

/** `SeededLweCiphertext`. */
export interface WireSeededLwe<Element = bigint> {
  body: Element;
  lweSize: number;
  seed: MaskSeed;
  modulus: null;
}

/** `SeededLweCiphertextList`. */
export interface WireSeededLweList<Elements = Words> {
  readonly bodies: Elements;
  readonly lweSize: number;
  readonly seed: MaskSeed;
}

/** `LweKeyswitchKey`, with its masks. */
export interface WireExpandedKeySwitchKey<Elements = Words> {
  data: Elements;
  baseLog: number;
  level: number;
  outputLweSize: number;
  modulus: null;
}

/** `SeededLweKeyswitchKey`. */
export interface WireKeySwitchKey<Elements = Words> {
  bodies: Elements;
  baseLog: number;
  level: number;
  outputLweSize: number;
  seed: MaskSeed;
  modulus: null;
}

/** `SeededLweBootstrapKey`, which is a `SeededGgswCiphertextList`. */
export type WireBootstrapKey<Elements = Words> = SeededGlweKey<Elements>;

/** `SeededLwePackingKeyswitchKey`: a body polynomial for each element of the input key and each gadget level. */
export type WirePackingKey<Elements = Words> = WireBootstrapKey<Elements>;

/** `LwePackingKeyswitchKey`, with its masks. */
export interface WireExpandedPackingKey<Elements = Words> {
  readonly rows: Elements;
  readonly glweSize: number;
  readonly polynomialSize: number;
  readonly baseLog: number;
  readonly level: number;
}

/** The types over one torus. */
export interface Core<Elements, Element> {
  /** `LweSecretKey` with binary coefficients. */
  readonly lweSecretKey: Codec<Uint8Array>;
  readonly glweSecretKey: Codec<WireGlweSecretKey>;
  /** `LweCiphertext`: mask, then body. */
  readonly lweCiphertext: Codec<Elements>;
  readonly lweCiphertextList: Codec<WireLweList<Elements>>;
  readonly seededLweCiphertext: Codec<WireSeededLwe<Element>>;
  readonly seededLweCiphertextList: Codec<WireSeededLweList<Elements>>;
  readonly keySwitchKey: Codec<WireExpandedKeySwitchKey<Elements>>;
  readonly seededKeySwitchKey: Codec<WireKeySwitchKey<Elements>>;
  readonly seededBootstrapKey: Codec<WireBootstrapKey<Elements>>;
  readonly seededPackingKey: Codec<WirePackingKey<Elements>>;
  readonly packingKey: Codec<WireExpandedPackingKey<Elements>>;
}

/** Leaves out what the type of the elements says. */
const withoutModulus = <T extends object>(codec: Codec<T & { modulus: null }>): Codec<T> =>
  mapped(
    codec,
    ({ modulus: _, ...key }) => key as unknown as T,
    (key) => ({ ...key, modulus: null }),
  );

/** The types over the torus of the given elements; `bits` are the coefficients of binary keys. */
function coreOf<Elements, Element>(
  elements: Codec<Elements>,
  element: Codec<Element>,
  bits: Codec<Uint8Array>,
  modulus: Codec<null>,
): Core<Elements, Element> {
  const seed = compressionSeed;
  const gadget = { baseLog: count, level: count };
  const polynomials = { glweSize: count, polynomialSize: count };
  return {
    lweSecretKey: versioned(0, bits),
    glweSecretKey: versioned(0, struct({ data: bits, polynomialSize: count })),
    lweCiphertext: mapped(
      versioned(0, struct({ data: elements, modulus })),
      ({ data }) => data,
      (data) => ({ data, modulus: null }),
    ),
    lweCiphertextList: versioned(0, struct({ data: elements, lweSize: count, modulus })),
    seededLweCiphertext: versioned(0, struct({ body: element, lweSize: count, seed, modulus })),
    seededLweCiphertextList: versioned(
      0,
      withoutModulus(struct({ bodies: elements, lweSize: count, seed, modulus })),
    ),
    keySwitchKey: versioned(2, struct({ data: elements, ...gadget, outputLweSize: count, modulus })),
    seededKeySwitchKey: versioned(
      2,
      struct({ bodies: elements, ...gadget, outputLweSize: count, seed, modulus }),
    ),
    seededBootstrapKey: versioned(
      1,
      versioned(1, withoutModulus(struct({ bodies: elements, ...polynomials, ...gadget, seed, modulus }))),
    ),
    seededPackingKey: versioned(
      2,
      withoutModulus(struct({ bodies: elements, ...gadget, ...polynomials, seed, modulus })),
    ),
    packingKey: versioned(2, withoutModulus(struct({ rows: elements, ...gadget, ...polynomials, modulus }))),
  };
}

/** Over the torus of 32 bits. */
export const core32: Core<HalfWords, number> = coreOf(
  halfWordVector,
  u32,
  halfWordBitVector,
  fullModulus(32),
);

/** Over the torus of 64 bits. */
export const core64: Core<Words, bigint> = coreOf(wordVector, word, bitVector, nativeModulus);

/** Over the torus of 128 bits. */
export const core128: Core<WideWords, Uint8Array<ArrayBuffer>> = coreOf(
  wideWordVector,
  bytes(16),
  wideBitVector,
  wideModulus,
);
