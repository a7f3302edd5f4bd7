import { ParameterError } from "../errors.ts";
import { type ClassicParameters, validateClassicParameters } from "./classic-parameters.ts";
import type { DriftTechnique, ParameterSet } from "./parameter-set.ts";
import { PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 } from "./sets.ts";

/** A parameter set for small integers, on the discretised torus of 64 bits. (TFHE-rs: `ClassicPBSParameters`.) */
export interface ShortintParameterSet extends ClassicParameters {
  /** Number of message values: a power of two. */
  readonly messageModulus: number;
  /** Number of carry values: a power of two, 1 if there is no carry. */
  readonly carryModulus: number;
  /** Largest Euclidean norm of a linear combination, in units of fresh bootstrap noise, that a lookup accepts. */
  readonly maxNoiseLevel: number;
  /** log2 of the probability that a lookup at `maxNoiseLevel` gives a wrong value. */
  readonly log2FailureProbability: number;
  /** How the modulus switch is kept from adding too much noise. */
  readonly modulusSwitch: "standard" | "centred mean" | DriftTechnique;
}

/** @throws ParameterError if a modulus is no power of two, or message and carry exceed 2^16. */
export function validateModuli(messageModulus: number, carryModulus: number): void {
  for (const [field, value, least] of [
    ["messageModulus", messageModulus, 2],
    ["carryModulus", carryModulus, 1],
  ] as const) {
    if (!(value >= least && value <= 256 && Number.isInteger(Math.log2(value)))) {
      throw new ParameterError(`${field} is ${value}; expected a power of two from ${least} to 256`);
    }
  }
}

/**
 * Checks that a parameter set is well formed. It does not judge security.
 *
 * @throws ParameterError naming the first field that is out of range.
 */
export function validateShortintParameters(parameters: ShortintParameterSet): void {
  validateClassicParameters(parameters, 64);
  validateModuli(parameters.messageModulus, parameters.carryModulus);
}

/** The same values as those of a set of the engine's. */
export function toShortintParameters(set: ParameterSet): ShortintParameterSet {
  const { name: _name, insecure: _insecure, lweNoise, glweNoise, ...values } = set;
  return Object.freeze({
    ...values,
    lweNoise: Object.freeze({ kind: "TUniform", bound: lweNoise }),
    glweNoise: Object.freeze({ kind: "TUniform", bound: glweNoise }),
    encryptionKey: "big",
  });
}

/** The set that is used where none is named: `PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128`. */
export const DEFAULT_PARAMETERS: ShortintParameterSet = toShortintParameters(
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
);
