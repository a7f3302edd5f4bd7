import {
  type CompactEncryption,
  directEncryption,
  validateCompactEncryption,
  type ZkScheme,
} from "../../parameters/compact-encryption.ts";
import {
  type CastingParameters,
  COMPACT_SETS,
  type CompactParameterSet,
  dedicatedEncryption,
} from "../../parameters/compact-sets.ts";
import { identify, KNOWN_SETS, type Known, type ValuesOf } from "../../parameters/known-sets.ts";
import {
  type DriftTechnique,
  type ParameterSet,
  validateParameters,
} from "../../parameters/parameter-set.ts";
import { checkGadget } from "../../parameters/shapes.ts";
import {
  type Codec,
  type Fail,
  mapped,
  nothing,
  struct,
  union,
  variant,
  versioned,
} from "../bincode/codec.ts";
import { f64, u32 } from "../bincode/primitives.ts";
import type { Format } from "../bincode/reader.ts";
import { checked } from "./checks.ts";
import { atomicPattern, count, modulusSwitch, nativeModulus, optionalDrift, pbsOrder, real } from "./core.ts";

/**
 * The set that has the given values. Refuses values that make no set, and insecure sets unless they are allowed.
 */
export function match<T extends Known>(
  values: Partial<ValuesOf<T>>,
  known: readonly T[],
  validate: (set: T) => void,
  fail: Fail,
  format: Format,
): T {
  return checked(allowed(identify<T>(values, known), fail, format), validate, fail);
}

function allowed<T extends Known>(set: T, fail: Fail, format: Format): T {
  if (!set.insecure || format.allowInsecureParameters === true) return set;
  return fail(`${set.name} is not known to be secure; allowInsecureParameters accepts it`);
}

/** The set with those values of it that a type carries. Refuses an insecure one, unless it is allowed. */
export function matchParameters(
  values: Partial<ValuesOf<ParameterSet>>,
  fail: Fail,
  format: Format,
): ParameterSet {
  return match(values, KNOWN_SETS, validateParameters, fail, format);
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

/** How a compact key encrypts, as far as it travels. */
export type CompactEncryptionValues = ValuesOf<CompactEncryption>;

const compactFields = {
  lweDimension: count,
  noise: tuniform,
  messageModulus: count,
  carryModulus: count,
  modulus: nativeModulus,
  requiresCasting: expansionKind,
  zkScheme,
};

/** `CompactPublicKeyEncryptionParameters`. */
export const compactEncryptionValues: Codec<CompactEncryptionValues> = mapped(
  versioned(1, struct(compactFields)),
  ({ modulus: _, ...values }) => values,
  (values) => ({ ...values, modulus: null }),
);

const KNOWN_ENCRYPTIONS: readonly CompactEncryption[] = [
  ...KNOWN_SETS.map(directEncryption),
  ...COMPACT_SETS.map(dedicatedEncryption),
];

/** The same of a known encryption; of an insecure one only if it is allowed. */
export const compactEncryption: Codec<CompactEncryption> = mapped(
  compactEncryptionValues,
  (values, fail, format) => match(values, KNOWN_ENCRYPTIONS, validateCompactEncryption, fail, format),
  (encryption) => encryption,
);

/** `ShortintKeySwitchingParameters`. */
export const castingParameters: Codec<CastingParameters> = versioned(
  0,
  struct<CastingParameters>({ baseLog: count, level: count, destination: keyChoice }),
);

/** The set of a dedicated compact key with the given values. Refuses an insecure one, unless it is allowed. */
export function matchCompactParameters(
  values: ValuesOf<CompactParameterSet>,
  fail: Fail,
  format: Format,
): CompactParameterSet {
  const { level, baseLog } = values.casting;
  checked(level, () => checkGadget("key switch of the compact key", level, baseLog, 63), fail);
  return match(values, COMPACT_SETS, validateCompactEncryption, fail, format);
}
