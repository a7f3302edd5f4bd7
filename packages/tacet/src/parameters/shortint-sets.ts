import { type ClassicParameters, validateClassicParameters } from "./classic-parameters.ts";
import { type Moduli, validateModuli } from "./moduli.ts";
import type { DriftTechnique, ParameterSet } from "./parameter-set.ts";
import { PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 } from "./sets.ts";

/** A parameter set for small integers, on the discretised torus of 64 bits. (TFHE-rs: `ClassicPBSParameters`.) */
export interface ShortintParameterSet extends ClassicParameters, Moduli {
  /** Largest Euclidean norm of a linear combination, in units of fresh bootstrap noise, that a lookup accepts. */
  readonly maxNoiseLevel: number;
  /** log2 of the probability that a lookup at `maxNoiseLevel` gives a wrong value. */
  readonly log2FailureProbability: number;
  /** How the modulus switch is kept from adding too much noise. */
  readonly modulusSwitch: "standard" | "centred mean" | DriftTechnique;
}

/**
 * Checks that a parameter set is well formed. It does not judge security.
 *
 * @throws ParameterError naming the first field that is out of range.
 */
export function validateShortintParameters(parameters: ShortintParameterSet): void {
  validateClassicParameters(parameters, 64);
  validateModuli(parameters, 1);
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
