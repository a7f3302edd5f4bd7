import type { Family, Origin } from "../graph/block.ts";

/** A ciphertext as it enters and leaves. */
export interface BlockCiphertext {
  /** Mask and body under the big key; or, of one that enters, under the compact key. */
  readonly lwe: BigUint64Array;
  /** Largest value. */
  readonly degree: number;
  /** Standard deviation of the noise in units of a fresh bootstrap's. */
  readonly noiseLevel: number;
  /** Largest value of what has just been encrypted in its place, if that is known. */
  readonly fresh?: number;
  /** What the graph that it comes from calls its mask, of what kin it is there, and what its family is. */
  readonly origin?: Origin & Pick<Family, "opaque" | "wide">;
}

/** A ciphertext after the modulus switch, or as a seed gives it: small, and to be bootstrapped before anything else. */
export interface SwitchedCiphertext {
  /** Mask and body under the small key: integers modulo 2N. */
  readonly elements: Uint32Array;
  /** Largest value. */
  readonly degree: number;
}

/** Ciphertexts that enter later than they are spoken of: many are far smaller before than after. */
export interface LateCiphertexts {
  readonly count: number;
  readonly lweDimension: number;
  /** The masks that the ciphertexts are made from, the first one first. */
  readonly masks: BigUint64Array;
  /** Mask and body of each, valid until the next one is read. */
  readonly ciphertexts: Iterator<BigUint64Array>;
}
