import type { ClassicParameters, NoiseDistribution } from "./classic-parameters.ts";

/** A parameter set for truth values, on the discretised torus of 32 bits. (TFHE-rs: `BooleanParameters`.) */
export type BooleanParameterSet = ClassicParameters;

const gaussian = (standardDeviation: number): NoiseDistribution =>
  Object.freeze({ kind: "Gaussian", standardDeviation });

/** Failure probability 2^-64 a gate; ciphertexts rest under the small key. TFHE-rs: `boolean::parameters`. */
export const DEFAULT_PARAMETERS: BooleanParameterSet = Object.freeze({
  lweDimension: 805,
  glweDimension: 3,
  polynomialSize: 512,
  lweNoise: gaussian(5.8615896642671336e-6),
  glweNoise: gaussian(9.315272083503367e-10),
  pbsBaseLog: 10,
  pbsLevel: 2,
  ksBaseLog: 3,
  ksLevel: 5,
  encryptionKey: "small",
});

/** Failure probability 2^-64 a gate; ciphertexts rest under the big key. TFHE-rs: `boolean::parameters`. */
export const DEFAULT_PARAMETERS_KS_PBS: BooleanParameterSet = Object.freeze({
  ...DEFAULT_PARAMETERS,
  lweDimension: 739,
  lweNoise: gaussian(1.8304520733507305e-5),
  ksLevel: 4,
  encryptionKey: "big",
});

/** Failure probability 2^-165 a gate; ciphertexts rest under the small key. TFHE-rs: `boolean::parameters`. */
export const PARAMETERS_ERROR_PROB_2_POW_MINUS_165: BooleanParameterSet = Object.freeze({
  ...DEFAULT_PARAMETERS,
  lweDimension: 837,
  glweDimension: 2,
  polynomialSize: 1024,
  lweNoise: gaussian(3.374714376692653e-6),
  glweNoise: gaussian(9.313225746198247e-10),
});

/** Failure probability 2^-166 a gate; ciphertexts rest under the big key. TFHE-rs: `boolean::parameters`. */
export const PARAMETERS_ERROR_PROB_2_POW_MINUS_165_KS_PBS: BooleanParameterSet = Object.freeze({
  ...PARAMETERS_ERROR_PROB_2_POW_MINUS_165,
  lweDimension: 770,
  lweNoise: gaussian(1.0721931696480342e-5),
  encryptionKey: "big",
});
