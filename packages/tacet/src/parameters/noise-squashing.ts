import { DRIFT_2_2 } from "./former-sets.ts";
import type { Known } from "./known-sets.ts";
import { type Moduli, validateModuli } from "./moduli.ts";
import type { ParameterSet } from "./parameter-set.ts";
import { checkGadget, checkGlwe, checkNoise, checkPacked } from "./shapes.ts";

/*
 * How ciphertexts are taken to the torus of 128 bits, where their noise drowns in that of another (threshold decryption
 * needs it), and packed there.
 */

/** A bootstrap from the small key to the torus of 128 bits. (TFHE-rs: `NoiseSquashingClassicParameters`.) */
export interface NoiseSquashingParameters extends Known, Moduli {
  readonly glweDimension: number;
  readonly polynomialSize: number;
  /** b of the TUniform(b) noise, in units of 2^-128. */
  readonly noise: number;
  readonly baseLog: number;
  readonly level: number;
  readonly modulusSwitch: ParameterSet["modulusSwitch"];
}

/** The packing of squashed ciphertexts. (TFHE-rs: `NoiseSquashingCompressionParameters`.) */
export interface NoiseSquashingCompressionParameters extends Known, Moduli {
  readonly level: number;
  readonly baseLog: number;
  readonly polynomialSize: number;
  readonly glweDimension: number;
  readonly ciphertextsPerGlwe: number;
  /** b of the TUniform(b) noise, in units of 2^-128. */
  readonly noise: number;
}

/** For the default set, 128-bit security. TFHE-rs 1.4 to 1.8, `shortint::parameters::noise_squashing`. */
export const NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128: NoiseSquashingParameters =
  Object.freeze({
    name: "NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128",
    glweDimension: 2,
    polynomialSize: 2048,
    noise: 30,
    baseLog: 24,
    level: 3,
    modulusSwitch: "centred mean",
    messageModulus: 4,
    carryModulus: 4,
    insecure: false,
  });

/** For the default set, with the former modulus switch. TFHE-rs 1.1 to 1.3. */
const V1_1_NOISE_SQUASHING: NoiseSquashingParameters = Object.freeze({
  ...NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  name: "V1_1_NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128",
  modulusSwitch: Object.freeze(DRIFT_2_2),
});

/** The sets above. */
export const NOISE_SQUASHING_SETS: readonly NoiseSquashingParameters[] = [
  NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  V1_1_NOISE_SQUASHING,
];

/** For the default set, 128-bit security. TFHE-rs 1.7 and 1.8, `shortint::parameters::noise_squashing`. */
export const NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128: NoiseSquashingCompressionParameters =
  Object.freeze({
    name: "NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128",
    level: 2,
    baseLog: 41,
    polynomialSize: 1024,
    glweDimension: 6,
    ciphertextsPerGlwe: 128,
    noise: 3,
    messageModulus: 4,
    carryModulus: 4,
    insecure: false,
  });

/** The same with a coarser gadget. TFHE-rs 1.3 to 1.6. */
const V1_3_NOISE_SQUASHING_COMPRESSION: NoiseSquashingCompressionParameters = Object.freeze({
  ...NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  name: "V1_3_NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128",
  level: 1,
  baseLog: 61,
});

/** The sets above. */
export const NOISE_SQUASHING_COMPRESSION_SETS: readonly NoiseSquashingCompressionParameters[] = [
  NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  V1_3_NOISE_SQUASHING_COMPRESSION,
];

/**
 * Checks that ciphertexts can be squashed so. It does not judge security.
 *
 * @throws ParameterError naming what is out of range.
 */
export function validateNoiseSquashing(set: NoiseSquashingParameters): void {
  const what = "noise squashing key";
  checkGlwe(what, set.glweDimension, set.polynomialSize);
  checkGadget(what, set.level, set.baseLog, 128);
  checkNoise(what, set.noise, 128);
  validateModuli(set);
}

/**
 * Checks that squashed ciphertexts can be packed so. It does not judge security.
 *
 * @throws ParameterError naming what is out of range.
 */
export function validateNoiseSquashingCompression(set: NoiseSquashingCompressionParameters): void {
  const what = "noise squashing compression key";
  checkGlwe(what, set.glweDimension, set.polynomialSize);
  checkGadget(what, set.level, set.baseLog, 128);
  checkPacked(what, set.ciphertextsPerGlwe, set.polynomialSize);
  checkNoise(what, set.noise, 128);
  validateModuli(set);
}
