import type { KernelParameters, KeySwitchShape } from "../../kernel/layout.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import type { MaskSeed } from "../../random/mask-seed.ts";
import type { SeededCompactKey } from "../public-key/compact-public-key.ts";

/** Ciphertexts whose masks are expanded from a seed, so that only their bodies travel. */
export interface SeededBodies {
  /** What all masks are expanded from, in order. */
  readonly seed: MaskSeed;
  /** The bodies, in units of 2^-64. */
  readonly bodies: BigUint64Array<ArrayBuffer>;
}

/** The same on the torus of 128 bits, as bytes, of which 16 are an element. */
export interface WideBodies {
  readonly seed: MaskSeed;
  readonly bodies: Uint8Array<ArrayBuffer>;
}

/** Seeded GLWE ciphertexts of the bits of a key: a bootstrap key, or one that packs. */
export interface SeededGlweKey<Bodies> {
  readonly seed: MaskSeed;
  readonly bodies: Bodies;
  /** k + 1. */
  readonly glweSize: number;
  readonly polynomialSize: number;
  readonly baseLog: number;
  readonly level: number;
}

/** Packs ciphertexts under the big key. (TFHE-rs: `CompressedCompressionKey`.) */
export interface CompressionKey {
  readonly packing: SeededGlweKey<BigUint64Array<ArrayBuffer>>;
  readonly ciphertextsPerGlwe: number;
  readonly storedBits: number;
}

/** Bootstraps what has been unpacked back to the big key. (TFHE-rs: `CompressedDecompressionKey`.) */
export interface DecompressionKey {
  readonly bootstrap: {
    readonly key: SeededGlweKey<BigUint64Array<ArrayBuffer>>;
    readonly modulusSwitch: "standard";
  };
  readonly ciphertextsPerGlwe: number;
}

/** Packs ciphertexts on the torus of 128 bits. (TFHE-rs: `CompressedNoiseSquashingCompressionKey`.) */
export interface NoiseSquashingCompressionKey {
  readonly packing: SeededGlweKey<Uint8Array<ArrayBuffer>>;
  readonly ciphertextsPerGlwe: number;
}

/**
 * The public evaluation key in its seeded form, as it travels: TFHE-rs's `CompressedServerKey`.
 *
 * `keySwitch` holds an LWE body for each element of the big key and each gadget level; `bootstrap` holds body
 * polynomials: one GGSW for each element of the small key, in it the levels, in each of them k + 1 rows. In both
 * the last level, the one of least weight, comes first.
 */
export interface SeededServerKey {
  readonly parameters: ParameterSet;
  readonly keySwitch: SeededBodies;
  readonly bootstrap: SeededBodies;
  /** The key switch from a dedicated compact key; `null` if there is none. */
  readonly casting: SeededCastingKey | null;
  /** The bootstrap key of the small key that random generation has to itself; `null` if there is none. */
  readonly oprf: SeededBodies | null;
  /** What packs results into lists; `null` if there is none. */
  readonly compression: CompressionKey | null;
  /** What unpacks them; `null` if there is none. */
  readonly decompression: DecompressionKey | null;
}

/** A key switch from a dedicated compact key to one of those that are computed under. */
export interface CastingShape extends KeySwitchShape {
  /** The key that it leads to: the big one, or the small one with a blind rotation to follow. */
  readonly destination: "big" | "small";
}

/** A casting key, its bodies in the order of `SeededServerKey.keySwitch`. */
export interface SeededCastingKey extends SeededBodies, CastingShape {}

/**
 * What re-randomises: a compact public key of the big key; or that of the dedicated compact key with a key switch to the
 * big one, either that which casts or one of its own. (TFHE-rs: `CompressedReRandomizationKey`.)
 */
export type ReRandomizer =
  | { readonly kind: "derived"; readonly key: SeededCompactKey }
  | { readonly kind: "casting" }
  | { readonly kind: "own"; readonly key: SeededCastingKey };

/** Parts of an evaluation key that an engine has no use for. */
export interface CarriedKeys {
  /** Encryptions of zero for the drift technique. */
  readonly driftZeros: SeededBodies | null;
  /** The bootstrap key of the small key of transciphering, which may have a dimension of its own. */
  readonly transciphering: SeededBodies | null;
  /** What re-randomises. */
  readonly reRandomization: ReRandomizer | null;
}

/** Number of bodies of a seeded key-switching key: k·N·level. */
export function keySwitchBodyCount(parameters: ParameterSet): number {
  return bigLweDimension(parameters) * parameters.ksLevel;
}

/** Number of body coefficients of a seeded GGSW ciphertext: level·(k + 1)·N. */
export function ggswBodyCount(parameters: KernelParameters): number {
  return parameters.pbsLevel * (parameters.glweDimension + 1) * parameters.polynomialSize;
}
