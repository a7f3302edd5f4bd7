import type { DriftTechnique, ParameterSet } from "./parameter-set.ts";
import {
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "./sets.ts";

/*
 * The sets of TFHE-rs 1.0 to 1.3. They differ from the current ones in the modulus switch alone, so that Tacet
 * computes under their keys just as it does under current ones. TFHE-rs: `shortint::parameters::v1_0` and `v1_1`.
 */

function former(
  version: string,
  current: ParameterSet,
  log2FailureProbability: number,
  modulusSwitch: DriftTechnique,
): ParameterSet {
  return Object.freeze({
    ...current,
    name: `${version}_${current.name}`,
    modulusSwitch: Object.freeze(modulusSwitch),
    log2FailureProbability,
  });
}

const DRIFT_1_1: DriftTechnique = {
  zeros: 1437,
  bound: 2 ** 60,
  sigmaFactor: 13.926881354504543,
  inputVariance: 0.00000263576954463012,
};

/** Of the default set. */
export const DRIFT_2_2: DriftTechnique = {
  zeros: 1449,
  bound: 2 ** 58,
  sigmaFactor: 13.179852282053789,
  inputVariance: 2.63039184094559e-7,
};

const DRIFT_3_3: DriftTechnique = {
  zeros: 1459,
  bound: 2 ** 56,
  sigmaFactor: 13.149107412468162,
  inputVariance: 4.51118140877493e-9,
};

/** Sets that keys of older versions are of; version 1.0 has the 1_1 and 3_3 sets of 1.1. */
export const FORMER_SETS: readonly ParameterSet[] = [
  former("V1_0", PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128, -129.15284804376165, DRIFT_2_2),
  former("V1_1", PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128, -144.044, DRIFT_1_1),
  former("V1_1", PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128, -129.358, DRIFT_2_2),
  former("V1_1", PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128, -128.771, DRIFT_3_3),
];
