import { ParameterError } from "../errors.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import {
  INSECURE_TOY_MESSAGE_2_CARRY_2,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../parameters/sets.ts";
import { type Codec, type Fail, f64, mapped, nothing, struct, u32, variant, versioned } from "./codec.ts";
import { centredMeanModulusSwitch, count, nativeModulus } from "./core.ts";

/** Sets that input may be of. A set's name does not travel: it is found again by its values. */
const KNOWN_SETS: readonly ParameterSet[] = [
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
  INSECURE_TOY_MESSAGE_2_CARRY_2,
];

/** The values of a parameter set that a type carries. */
export type ParameterValues = Partial<Omit<ParameterSet, "name" | "insecure">>;

/** The known set that has the given values. Refuses if there is none, naming a value that keeps it from the nearest. */
export function matchParameters(values: ParameterValues, fail: Fail): ParameterSet {
  const fields = Object.keys(values) as (keyof ParameterValues)[];
  const candidates = KNOWN_SETS.map((set) => ({
    set,
    differing: fields.filter((field) => values[field] !== set[field]),
  })).sort((a, b) => a.differing.length - b.differing.length);
  const { set, differing } = candidates[0];
  const field = differing[0];
  if (field === undefined) return set;
  return fail(`unknown parameter set: ${field} is ${values[field]}, where ${set.name} has ${set[field]}`);
}

/** What reading a key may be told. */
export interface KeyOptions {
  /** Accept keys of parameter sets that hide nothing. */
  readonly allowInsecureParameters?: boolean;
}

/** @throws ParameterError if a set is insecure and that was not asked for. */
export function checkSecurity(parameters: ParameterSet, options: KeyOptions): void {
  if (parameters.insecure && options.allowInsecureParameters !== true) {
    throw new ParameterError(`key of the insecure parameter set ${parameters.name}; expected a secure one`);
  }
}

/** `DynamicDistribution` that is a TUniform: the b of its bound 2^b. */
const tuniform: Codec<number> = versioned(
  0,
  variant(["Gaussian noise", "TUniform noise"], 1, versioned(0, u32)),
);

const encryptionKeyChoice: Codec<null> = versioned(
  0,
  variant(["encryption under the big key", "encryption under the small key"], 0, nothing),
);

/** `PBSParameters` that are `ClassicPBSParameters`. */
export const classicParameters: Codec<ParameterSet> = mapped(
  versioned(
    0,
    variant(
      ["classic bootstrap parameters", "multi-bit bootstrap parameters"],
      0,
      versioned(
        2,
        struct({
          lweDimension: count,
          glweDimension: count,
          polynomialSize: count,
          lweNoise: tuniform,
          glweNoise: tuniform,
          pbsBaseLog: count,
          pbsLevel: count,
          ksBaseLog: count,
          ksLevel: count,
          messageModulus: count,
          carryModulus: count,
          maxNoiseLevel: count,
          log2FailureProbability: f64,
          ciphertextModulus: nativeModulus,
          encryptionKeyChoice,
          modulusSwitch: centredMeanModulusSwitch,
        }),
      ),
    ),
  ),
  ({ ciphertextModulus: _modulus, encryptionKeyChoice: _key, modulusSwitch: _switch, ...values }, fail) =>
    matchParameters(values, fail),
  (set) => ({ ...set, ciphertextModulus: null, encryptionKeyChoice: null, modulusSwitch: null }),
);
