import { ParameterError } from "../errors.ts";
import {
  type CastingParameters,
  COMPACT_SETS,
  type CompactParameterSet,
  type ZkScheme,
} from "../parameters/compact-sets.ts";
import { FORMER_SETS } from "../parameters/former-sets.ts";
import { type DriftTechnique, type ParameterSet, validateParameters } from "../parameters/parameter-set.ts";
import {
  INSECURE_TOY_MESSAGE_2_CARRY_2,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../parameters/sets.ts";
import {
  type Codec,
  type Fail,
  type Format,
  mapped,
  nothing,
  struct,
  union,
  variant,
  versioned,
} from "./codec.ts";
import { atomicPattern, count, modulusSwitch, nativeModulus, optionalDrift, pbsOrder, real } from "./core.ts";
import { f64, u32 } from "./primitives.ts";
import type { KeyOptions } from "./safe-serialize.ts";

/** Sets that input may be of. A set's name does not travel: it is found again by its values. */
const KNOWN_SETS: readonly ParameterSet[] = [
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
  ...FORMER_SETS,
  INSECURE_TOY_MESSAGE_2_CARRY_2,
];

/** The values of a parameter set that a type carries. */
export type ParameterValues = Partial<Omit<ParameterSet, "name" | "insecure">>;

const differs = (a: unknown, b: unknown): boolean =>
  a !== b && !(typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b));

/**
 * The set that has the given values: a known one; or, where insecure sets are allowed, one of those values that counts
 * as such. What the values do not tell, it has of the known set that is nearest. Refuses values that make no set.
 */
export function matchParameters(values: ParameterValues, fail: Fail, format: Format): ParameterSet {
  const fields = Object.keys(values) as (keyof ParameterValues)[];
  const candidates = KNOWN_SETS.map((set) => ({
    set,
    differing: fields.filter((field) => differs(values[field], set[field])),
  })).sort((a, b) => a.differing.length - b.differing.length);
  const { set, differing } = candidates[0];
  const field = differing[0];
  if (field === undefined) return set;
  const [found, expected] = [values, set].map((of) => JSON.stringify(of[field]));
  const name = `unknown parameter set (${field} is ${found}, where ${set.name} has ${expected})`;
  if (format.allowInsecureParameters !== true) fail(name);
  const unknown: ParameterSet = { ...set, ...values, name, insecure: true };
  try {
    validateParameters(unknown);
  } catch (error) {
    fail((error as Error).message);
  }
  return Object.freeze(unknown);
}

/** @throws ParameterError if a set is insecure and that was not asked for. */
export function checkSecurity(
  parameters: { readonly name: string; readonly insecure: boolean },
  options: KeyOptions,
): void {
  if (parameters.insecure && options.allowInsecureParameters !== true) {
    throw new ParameterError(`key of the insecure parameter set ${parameters.name}; expected a secure one`);
  }
}

/** `DynamicDistribution` that is a TUniform: the b of its bound 2^b. */
export const tuniform: Codec<number> = versioned(
  0,
  variant(["Gaussian noise", "TUniform noise"], 1, versioned(0, u32)),
);

/** `EncryptionKeyChoice`. */
export const keyChoice: Codec<"big" | "small"> = mapped(
  versioned(0, union<{ big: null; small: null }>({ big: nothing, small: nothing })),
  ({ kind }) => kind,
  (kind) => ({ kind, value: null }),
);

const bigKey: Codec<null> = versioned(
  0,
  variant(["encryption under the big key", "encryption under the small key"], 0, nothing),
);

/** `ModulusSwitchNoiseReductionParams`. */
export const driftTechnique: Codec<DriftTechnique> = versioned(
  0,
  struct<DriftTechnique>({ zeros: count, bound: real, sigmaFactor: real, inputVariance: real }),
);

const classicFields = {
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
  encryptionKeyChoice: bigKey,
  modulusSwitch: modulusSwitch(driftTechnique),
};

/** `PBSParameters` that are `ClassicPBSParameters`. */
export const classicParameters: Codec<ParameterSet> = mapped(
  versioned(
    0,
    variant(
      ["classic bootstrap parameters", "multi-bit bootstrap parameters"],
      0,
      versioned(2, struct(classicFields), {
        0: struct(classicFields, { modulusSwitch: "standard" }),
        1: struct({ ...classicFields, modulusSwitch: optionalDrift(driftTechnique) }),
      }),
    ),
  ),
  ({ ciphertextModulus: _modulus, encryptionKeyChoice: _key, ...values }, fail, format) =>
    matchParameters(values, fail, format),
  (set) => ({ ...set, ciphertextModulus: null, encryptionKeyChoice: null }),
);

/** `ShortintParameterSet` that holds parameters of bootstraps alone. */
export const shortintParameters: Codec<ParameterSet> = versioned(
  0,
  versioned(
    0,
    variant(
      ["bootstrap parameters", "WoP-PBS parameters", "bootstrap and WoP-PBS parameters", "32-bit key switch"],
      0,
      classicParameters,
    ),
  ),
);

/** `CompactPublicKeyEncryptionParameters`. */
export interface CompactEncryptionParameters {
  readonly lweDimension: number;
  readonly noise: number;
  readonly messageModulus: number;
  readonly carryModulus: number;
  readonly modulus: null;
  /** Whether what is encrypted has to be switched to other keys. */
  readonly requiresCasting: boolean;
  readonly zkScheme: ZkScheme;
}

/** `CompactCiphertextListExpansionKind`: whether ciphertexts have to be switched to other keys. */
export const expansionKind: Codec<boolean> = mapped(
  versioned(1, union<{ casting: null; direct: null }>({ casting: nothing, direct: atomicPattern }), {
    0: union<{ casting: null; direct: null }>({ casting: nothing, direct: pbsOrder }),
  }),
  ({ kind }) => kind === "casting",
  (requiresCasting) => ({ kind: requiresCasting ? ("casting" as const) : ("direct" as const), value: null }),
);

const zkScheme: Codec<ZkScheme> = mapped(
  versioned(0, union<{ none: null; V1: null; V2: null }>({ none: nothing, V1: nothing, V2: nothing })),
  ({ kind }) => kind,
  (kind) => ({ kind, value: null }),
);

const compactFields = {
  lweDimension: count,
  noise: tuniform,
  messageModulus: count,
  carryModulus: count,
  modulus: nativeModulus,
  requiresCasting: expansionKind,
  zkScheme,
};

export const compactEncryptionParameters: Codec<CompactEncryptionParameters> = versioned(
  1,
  struct<CompactEncryptionParameters>(compactFields),
  { 0: struct<CompactEncryptionParameters>(compactFields, { zkScheme: "V1" }) },
);

/** `ShortintKeySwitchingParameters`. */
export const castingParameters: Codec<CastingParameters> = versioned(
  0,
  struct<CastingParameters>({ baseLog: count, level: count, destination: keyChoice }),
);

/** The same for the parameters of a dedicated compact key. */
export function matchCompactParameters(
  values: Omit<CompactParameterSet, "name" | "insecure">,
  fail: Fail,
  format: Format,
): CompactParameterSet {
  const fields = Object.keys(values) as (keyof typeof values)[];
  const known = COMPACT_SETS.find((set) => fields.every((field) => !differs(values[field], set[field])));
  if (known !== undefined) return known;
  if (format.allowInsecureParameters !== true) fail("unknown parameters of a compact key");
  const { lweDimension, noise, casting } = values;
  const powerOfTwo = (value: number, most: number): boolean =>
    value >= 2 && value <= most && Number.isInteger(Math.log2(value));
  if (!powerOfTwo(lweDimension, 65536)) fail(`compact key of dimension ${lweDimension}`);
  if (!powerOfTwo(values.messageModulus, 256)) fail(`message modulus is ${values.messageModulus}`);
  if (!powerOfTwo(values.carryModulus, 256)) fail(`carry modulus is ${values.carryModulus}`);
  if (noise > 62) fail(`TUniform bound is ${noise}`);
  if (casting.level < 1 || casting.baseLog < 1 || casting.level * casting.baseLog > 63) {
    fail(`key switch with ${casting.level} levels of ${casting.baseLog} bits`);
  }
  return Object.freeze({ ...values, name: "unknown parameters of a compact key", insecure: true });
}
