import { ParameterError } from "../errors.ts";
import { describeSetting } from "../opaque.ts";
import type { Known } from "./known-sets.ts";
import { checkGadget, checkGlwe, checkNoise, checkPacked } from "./shapes.ts";

/**
 * How lists of results are packed into GLWE ciphertexts of a key of their own, of whose coefficients they keep a few
 * bits each, and bootstrapped back. (TFHE-rs: `ClassicCompressionParameters`.)
 */
export interface CompressionParameters extends Known {
  /** Number of gadget levels of the bootstrap key that unpacks. */
  readonly bootstrapLevel: number;
  /** log2 of its gadget base. */
  readonly bootstrapBaseLog: number;
  /** Number of gadget levels of the key that packs. */
  readonly packingLevel: number;
  /** log2 of its gadget base. */
  readonly packingBaseLog: number;
  /** N of the key that packed ciphertexts are under. */
  readonly polynomialSize: number;
  /** k of that key. */
  readonly glweDimension: number;
  /** Most ciphertexts that one GLWE ciphertext holds. */
  readonly ciphertextsPerGlwe: number;
  /** Number of bits that a packed coefficient keeps. */
  readonly storedBits: number;
  /** b of the TUniform(b) noise of the key that packs, in units of 2^-64. */
  readonly noise: number;
}

/**
 * For the default set, 128-bit security: 256 blocks in 1.9 KB.
 * TFHE-rs 1.0 to 1.8, `shortint::parameters::list_compression::p_fail_2_minus_128`.
 */
export const COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128: CompressionParameters = Object.freeze({
  name: "COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128",
  bootstrapLevel: 1,
  bootstrapBaseLog: 23,
  packingLevel: 3,
  packingBaseLog: 4,
  polynomialSize: 256,
  glweDimension: 4,
  ciphertextsPerGlwe: 256,
  storedBits: 12,
  noise: 43,
  insecure: false,
});

/** The sets above. */
export const COMPRESSION_SETS: readonly CompressionParameters[] = [
  COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
];

/**
 * Checks that lists can be compressed so. It does not judge security.
 *
 * @throws ParameterError naming what is out of range.
 */
export function validateCompression(set: CompressionParameters): void {
  const what = "compression key";
  checkGlwe(what, set.glweDimension, set.polynomialSize);
  checkGadget(what, set.packingLevel, set.packingBaseLog, 64);
  checkPacked(what, set.ciphertextsPerGlwe, set.polynomialSize);
  checkNoise(what, set.noise, 64);
  checkGadget("decompression key", set.bootstrapLevel, set.bootstrapBaseLog, 64);
  checkStoredBits(set.storedBits);
}

/** @throws ParameterError for coefficients of no bits, or of more than the torus has. */
export function checkStoredBits(bits: number): void {
  if (Number.isInteger(bits) && bits >= 1 && bits <= 64) return;
  throw new ParameterError(`compressed coefficients of ${describeSetting(bits)} bits`);
}
