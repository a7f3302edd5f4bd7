import { type KernelParameters, keySwitchRows } from "../../kernel/layout.ts";
import type { Moduli } from "../../parameters/moduli.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import type { CompactKey } from "../public-key/compact-public-key.ts";
import type { NoiseSquashingKey } from "./other-keys.ts";
import {
  type CastingShape,
  keySwitchBodyCount,
  type SeededGlweKey,
  type SeededServerKey,
} from "./seeded-key.ts";
import type { WidePoints } from "./wide-fourier.ts";

/**
 * The public evaluation key with its masks, and its bootstrap key in the Fourier domain, as TFHE-rs's `ServerKey` holds
 * it. Rows and levels come in the order of `SeededServerKey`.
 */
export interface ExpandedKey {
  readonly parameters: ParameterSet;
  /** k·N·level LWE ciphertexts of n + 1 elements, the mask first. */
  readonly keySwitch: BigUint64Array<ArrayBuffer>;
  /** The bootstrap key. */
  readonly bootstrap: FourierBootstrapKey;
  /** The key switch from a dedicated compact key; `null` if there is none. */
  readonly casting: ExpandedCastingKey | null;
  /** Encryptions of zero under the small key, of n + 1 elements, for the drift technique; `null` if there are none. */
  readonly driftZeros: BigUint64Array<ArrayBuffer> | null;
  /** The bootstrap key of the small key that random generation has to itself; `null` if there is none. */
  readonly oprf: FourierBootstrapKey | null;
  /** What packs results into lists; `null` if there is none. */
  readonly compression: ExpandedCompressionKey | null;
  /** What unpacks them; `null` if there is none. */
  readonly decompression: ExpandedDecompressionKey | null;
  /** The bootstrap key of the small key of transciphering, which may have a dimension of its own; `null` for none. */
  readonly transciphering: FourierBootstrapKey | null;
  /** What re-randomises; `null` if there is nothing. */
  readonly reRandomization: ExpandedReRandomizer | null;
  /** What takes results to the torus of 128 bits; `null` if there is none. */
  readonly noiseSquashing: ExpandedNoiseSquashingKey | null;
  /** What packs them there; `null` if there is none. */
  readonly noiseSquashingCompression: ExpandedNoiseSquashingCompressionKey | null;
}

/** What re-randomises: `ReRandomizer`, with all masks. */
export type ExpandedReRandomizer =
  | { readonly kind: "derived"; readonly key: CompactKey }
  | { readonly kind: "casting" }
  | { readonly kind: "own"; readonly key: ExpandedCastingKey };

/** GLWE ciphertexts of the bits of a key, the levels of a gadget for each, that of least weight first. */
export interface ExpandedPackingKey {
  /** The ciphertexts, of (k + 1)·N elements, mask polynomials first. */
  readonly rows: BigUint64Array<ArrayBuffer>;
  /** k + 1. */
  readonly glweSize: number;
  readonly polynomialSize: number;
  readonly baseLog: number;
  readonly level: number;
}

/** Packs ciphertexts under the big key. (TFHE-rs: `CompressionKey`.) */
export interface ExpandedCompressionKey {
  readonly packing: ExpandedPackingKey;
  readonly ciphertextsPerGlwe: number;
  readonly storedBits: number;
}

/** Bootstraps what has been unpacked back to the big key. (TFHE-rs: `DecompressionKey`.) */
export interface ExpandedDecompressionKey {
  readonly bootstrap: {
    readonly key: ExpandedBootstrapKey;
    readonly modulusSwitch: "standard";
  };
  readonly ciphertextsPerGlwe: number;
}

/** A bootstrap key with a gadget of its own. */
export interface ExpandedBootstrapKey {
  readonly values: FourierBootstrapKey;
  /** k + 1. */
  readonly glweSize: number;
  readonly polynomialSize: number;
  readonly baseLog: number;
  readonly level: number;
}

/**
 * n GGSW ciphertexts in the Fourier domain: level → row → polynomial → N/2 complex numbers as pairs of doubles.
 *
 * Of a polynomial with coefficients p_j in [−1/2, 1/2), number s is Σ (p_j + i·p_(j + N/2))·e^(2πi·(1 − 4s)·j/2N) over
 * j < N/2: its remainder modulo X^(N/2) − i at a root of that. (TFHE-rs: `FourierPolynomialList`.)
 */
export type FourierBootstrapKey = Float64Array<ArrayBuffer>;

/** A casting key with its masks. */
export interface ExpandedCastingKey extends CastingShape {
  /** An LWE ciphertext under the destination key for each element of the compact key and each level. */
  readonly rows: BigUint64Array<ArrayBuffer>;
}

/** GGSW ciphertexts of the bits of a key in the Fourier domain. (TFHE-rs: `Fourier128LweBootstrapKey`.) */
export interface WideFourierKey extends WidePoints {
  /** Number of GGSW ciphertexts, of level·(k + 1)²·N/2 points. */
  readonly lweDimension: number;
  /** k + 1. */
  readonly glweSize: number;
  readonly polynomialSize: number;
  readonly baseLog: number;
  readonly level: number;
}

/** Encryptions of zero for the drift technique, and its bounds. */
export type SeededDrift = Extract<NoiseSquashingKey["bootstrap"]["modulusSwitch"], object>;

/** The same with masks. */
export type ExpandedDrift = Omit<SeededDrift, "zeros"> & {
  readonly zeros: {
    readonly data: BigUint64Array<ArrayBuffer>;
    readonly lweSize: number;
    readonly modulus: null;
  };
};

/** Bootstraps from the small key to the torus of 128 bits. (TFHE-rs: `NoiseSquashingKey`.) */
export interface ExpandedNoiseSquashingKey extends Moduli {
  readonly bootstrap: {
    readonly key: WideFourierKey;
    readonly modulusSwitch: "standard" | "centred mean" | ExpandedDrift;
  };
}

/** Packs ciphertexts on the torus of 128 bits. (TFHE-rs: `NoiseSquashingCompressionKey`.) */
export interface ExpandedNoiseSquashingCompressionKey {
  readonly packing: {
    /** GLWE ciphertexts as bytes, of which 16 are an element, mask polynomials first. */
    readonly rows: Uint8Array<ArrayBuffer>;
    readonly glweSize: number;
    readonly polynomialSize: number;
    readonly baseLog: number;
    readonly level: number;
  };
  readonly ciphertextsPerGlwe: number;
}

/** Number of elements of a key-switching key with its masks: k·N·level·(n + 1). */
export function keySwitchElements(parameters: ParameterSet): number {
  return keySwitchBodyCount(parameters) * (parameters.lweDimension + 1);
}

/** Number of doubles of a GGSW ciphertext in the Fourier domain: level·(k + 1)²·N. */
export function ggswElements(parameters: KernelParameters): number {
  return parameters.pbsLevel * (parameters.glweDimension + 1) ** 2 * parameters.polynomialSize;
}

/** Number of doubles of a bootstrap key in the Fourier domain: n·level·(k + 1)²·N. */
export function fourierElements(parameters: ParameterSet): number {
  return parameters.lweDimension * ggswElements(parameters);
}

/** Number of elements, with the body, of an LWE ciphertext under a key that a cast switches to. */
export function castSize(
  parameters: Pick<ParameterSet, "lweDimension" | "glweDimension" | "polynomialSize">,
  destination: CastingShape["destination"],
): number {
  return 1 + (destination === "small" ? parameters.lweDimension : bigLweDimension(parameters));
}

/** Number of elements of all parts that an engine loads. */
export function loadedElements(key: SeededServerKey | ExpandedKey): number {
  const { parameters, casting, oprf, compression, decompression } = key;
  const cast = casting && keySwitchRows(casting) * castSize(parameters, casting.destination);
  const bootstrapKeys = (oprf === null ? 1 : 2) * fourierElements(parameters);
  const packing = compression && packingElements(compression.packing);
  const unpacking = decompression && bootstrapElements(decompression.bootstrap.key);
  const usual = keySwitchElements(parameters) + bootstrapKeys;
  return usual + (cast ?? 0) + (packing ?? 0) + (unpacking ?? 0);
}

/** Number of elements, with the masks, of a packing key in either form. */
export function packingElements(key: SeededGlweKey<BigUint64Array> | ExpandedPackingKey): number {
  return "rows" in key ? key.rows.length : key.bodies.length * key.glweSize;
}

/** Number of doubles of a bootstrap key in either form. */
export function bootstrapElements(key: SeededGlweKey<BigUint64Array> | ExpandedBootstrapKey): number {
  return "values" in key ? key.values.length : key.bodies.length * key.glweSize;
}
