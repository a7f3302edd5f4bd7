import type { ParameterSet } from "./parameter-set.ts";

/**
 * One message bit and one carry bit. 128-bit security, failure probability 2^-144.3 a lookup.
 * TFHE-rs 1.7, `shortint::parameters::v1_7::classic::tuniform::p_fail_2_minus_128`.
 */
export const PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128: ParameterSet = Object.freeze({
  name: "PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128",
  lweDimension: 879,
  glweDimension: 4,
  polynomialSize: 512,
  lweNoise: 46,
  glweNoise: 17,
  pbsBaseLog: 23,
  pbsLevel: 1,
  ksBaseLog: 5,
  ksLevel: 3,
  messageModulus: 2,
  carryModulus: 2,
  maxNoiseLevel: 3,
  modulusSwitch: "centred mean",
  log2FailureProbability: -144.322,
  insecure: false,
});

/**
 * Two message bits and two carry bits: the default. 128-bit security, failure probability 2^-129.6 a lookup.
 * TFHE-rs 1.7, `shortint::parameters::v1_7::classic::tuniform::p_fail_2_minus_128`.
 */
export const PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128: ParameterSet = Object.freeze({
  name: "PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128",
  lweDimension: 918,
  glweDimension: 1,
  polynomialSize: 2048,
  lweNoise: 45,
  glweNoise: 17,
  pbsBaseLog: 23,
  pbsLevel: 1,
  ksBaseLog: 4,
  ksLevel: 4,
  messageModulus: 4,
  carryModulus: 4,
  maxNoiseLevel: 5,
  modulusSwitch: "centred mean",
  log2FailureProbability: -129.581,
  insecure: false,
});

/**
 * Three message bits and three carry bits. 128-bit security, failure probability 2^-129.0 a lookup.
 * TFHE-rs 1.7, `shortint::parameters::v1_7::classic::tuniform::p_fail_2_minus_128`.
 */
export const PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128: ParameterSet = Object.freeze({
  name: "PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128",
  lweDimension: 1077,
  glweDimension: 1,
  polynomialSize: 8192,
  lweNoise: 41,
  glweNoise: 3,
  pbsBaseLog: 15,
  pbsLevel: 2,
  ksBaseLog: 4,
  ksLevel: 5,
  messageModulus: 8,
  carryModulus: 8,
  maxNoiseLevel: 9,
  modulusSwitch: "centred mean",
  log2FailureProbability: -128.992,
  insecure: false,
});

/**
 * Hides nothing: a lattice attack breaks it at once. It has the block layout of the default set in the smallest
 * dimensions that work, for quick tests of everything but security.
 */
export const INSECURE_TOY_MESSAGE_2_CARRY_2: ParameterSet = Object.freeze({
  ...PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  name: "INSECURE_TOY_MESSAGE_2_CARRY_2",
  lweDimension: 16,
  polynomialSize: 256,
  lweNoise: 30,
  log2FailureProbability: -128,
  insecure: true,
});

/** The sets above. */
export const SETS: readonly ParameterSet[] = [
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
  INSECURE_TOY_MESSAGE_2_CARRY_2,
];

/** The set that is used where none is named. */
export const DEFAULT_PARAMETERS: ParameterSet = PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128;
