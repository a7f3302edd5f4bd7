import { checkNoiseSecurity, encryptionDimension } from "../../parameters/classic-parameters.ts";
import { type Moduli, validateModuli } from "../../parameters/moduli.ts";
import { type ShortintParameterSet, validateShortintParameters } from "../../parameters/shortint-sets.ts";
import type { MaskSeed } from "../../random/mask-seed.ts";
import { absent, type Codec, type Fail, mapped, struct, variant } from "../bincode/codec.ts";
import { f64 } from "../bincode/primitives.ts";
import { checked, checkLweSize, checkSecretKey } from "../core/checks.ts";
import { count, modulusSwitch, nativeModulus, standardPattern } from "../core/core.ts";
import { driftTechnique } from "../core/parameters.ts";
import { core64, type WireKeySwitchKey } from "../core/torus.ts";
import { bootstrapKey, type WireBootstrap } from "../keys/bootstrap-key.ts";
import { checkEvaluationKey, checkZeros, classicFields, encryptionKey } from "./classic.ts";

/* The types of TFHE-rs's `shortint` module, as its JavaScript packages write them. */

/** What blocks carry besides their ciphertext. */
export interface BlockProperties {
  /** The largest value that the block may hold. */
  readonly degree: number;
  /** Its noise in units of fresh bootstrap noise; 0 for a trivial ciphertext. */
  readonly noiseLevel: number;
  readonly messageModulus: number;
  readonly carryModulus: number;
  /** The key that it rests under. */
  readonly encryptionKey: "big" | "small";
}

/** `shortint::Ciphertext`. */
export interface ShortintContent extends BlockProperties {
  /** Mask, then body. */
  readonly lwe: BigUint64Array<ArrayBuffer>;
}

/** `AtomicPatternKind`, in either order of its steps. */
const pattern: Codec<"big" | "small"> = standardPattern(encryptionKey);

/** Blocks of this module may have no carry. */
const checkModuli = (moduli: Moduli): void => validateModuli(moduli, 1);

function checkProperties(properties: BlockProperties, fail: Fail): void {
  const { degree, messageModulus, carryModulus } = checked(properties, checkModuli, fail);
  const capacity = messageModulus * carryModulus;
  if (degree >= capacity) fail(`degree is ${degree}; the largest value of a block is ${capacity - 1}`);
}

export const shortintCiphertext: Codec<ShortintContent> = mapped(
  struct<ShortintContent>({
    lwe: core64.lweCiphertext,
    degree: count,
    noiseLevel: count,
    messageModulus: count,
    carryModulus: count,
    encryptionKey: pattern,
  }),
  (content, fail) => {
    checkLweSize(content.lwe.length, fail);
    checkProperties(content, fail);
    return content;
  },
  (content) => content,
);

/** `shortint::CompressedCiphertext`: the mask is expanded from a seed. */
export interface SeededShortint extends BlockProperties {
  readonly body: bigint;
  /** Number of mask elements. */
  readonly dimension: number;
  readonly seed: MaskSeed;
}

export const seededShortint: Codec<SeededShortint> = mapped(
  struct({
    lwe: core64.seededLweCiphertext,
    degree: count,
    messageModulus: count,
    carryModulus: count,
    encryptionKey: pattern,
    noiseLevel: count,
  }),
  ({ lwe: { body, lweSize, seed }, ...properties }, fail) => {
    checkLweSize(lweSize, fail);
    checkProperties(properties, fail);
    return { body, dimension: lweSize - 1, seed, ...properties };
  },
  ({ body, dimension, seed, ...properties }) => ({
    lwe: { body, lweSize: dimension + 1, seed, modulus: null },
    ...properties,
  }),
);

/** A probability's logarithm, which must be finite: other doubles may lose bits in JavaScript. */
const finite: Codec<number> = mapped(
  f64,
  (value, fail) => (Number.isFinite(value) ? value : fail("not a finite number")),
  (value) => value,
);

/** `PBSParameters` that are `ClassicPBSParameters`. */
const parameters: Codec<ShortintParameterSet> = mapped(
  variant(
    ["classic bootstrap parameters", "multi-bit bootstrap parameters"],
    0,
    struct({
      ...classicFields,
      messageModulus: count,
      carryModulus: count,
      maxNoiseLevel: count,
      log2FailureProbability: finite,
      modulus: nativeModulus,
      encryptionKey,
      modulusSwitch: modulusSwitch(driftTechnique),
    }),
  ),
  ({ modulus: _modulus, ...values }, fail, format) => {
    const check = (found: ShortintParameterSet): void => {
      validateShortintParameters(found);
      checkNoiseSecurity(found, 64, format);
    };
    return Object.freeze(checked(values, check, fail));
  },
  (values) => ({ ...values, modulus: null }),
);

/** The secrets of a client. */
export interface ShortintSecretKey {
  /** The small LWE key: n bytes of 0 or 1. */
  readonly lwe: Uint8Array;
  /** The GLWE key: k·N bytes of 0 or 1. */
  readonly glwe: Uint8Array;
  readonly parameters: ShortintParameterSet;
}

/** `shortint::ClientKey`. */
export const shortintClientKey: Codec<ShortintSecretKey> = mapped(
  standardPattern(
    struct({ glwe: core64.glweSecretKey, lwe: core64.lweSecretKey, parameters, wopbsParameters: absent }),
  ),
  ({ lwe, glwe, parameters }, fail) => {
    checkSecretKey(lwe, glwe, parameters, fail);
    return { lwe, glwe: glwe.data, parameters };
  },
  ({ lwe, glwe, parameters }) => ({
    glwe: { data: glwe, polynomialSize: parameters.polynomialSize },
    lwe,
    parameters,
    wopbsParameters: null,
  }),
);

/** A seeded evaluation key. */
export interface ShortintEvaluationKey {
  readonly keySwitch: WireKeySwitchKey;
  readonly bootstrap: WireBootstrap;
  readonly encryptionKey: "big" | "small";
  readonly messageModulus: number;
  readonly carryModulus: number;
  readonly maxDegree: number;
  readonly maxNoiseLevel: number;
}

const evaluationKeys = struct({
  keySwitch: core64.seededKeySwitchKey,
  bootstrap: bootstrapKey,
  encryptionKey,
});

/** `shortint::CompressedServerKey`. */
export const shortintServerKey: Codec<ShortintEvaluationKey> = mapped(
  struct({
    keys: standardPattern(evaluationKeys),
    messageModulus: count,
    carryModulus: count,
    maxDegree: count,
    maxNoiseLevel: count,
  }),
  ({ keys, ...limits }, fail) => {
    checkEvaluationKey({ keySwitch: keys.keySwitch, bootstrap: keys.bootstrap.key }, fail);
    checked(limits, checkModuli, fail);
    return { ...keys, ...limits };
  },
  ({ keySwitch, bootstrap, encryptionKey, ...limits }) => ({
    keys: { keySwitch, bootstrap, encryptionKey },
    ...limits,
  }),
);

/** `ShortintParameterSet` that holds parameters of bootstraps alone. */
const parameterSet: Codec<ShortintParameterSet> = variant(
  ["bootstrap parameters", "WoP-PBS parameters", "bootstrap and WoP-PBS parameters", "32-bit key switch"],
  0,
  parameters,
);

/** Encryptions of zero, each of a mask and a body. */
export interface ShortintZeros {
  readonly zeros: BigUint64Array<ArrayBuffer>;
  readonly parameters: ShortintParameterSet;
}

/** `shortint::PublicKey`. */
export const shortintPublicKey: Codec<ShortintZeros> = mapped(
  struct({ list: core64.lweCiphertextList, parameters: parameterSet, encryptionKey: pattern }),
  ({ list: { data, lweSize }, parameters, encryptionKey }, fail) => {
    checkZeros(data.length, lweSize, lweSize, parameters, 64, fail);
    checkOrder(encryptionKey, parameters, fail);
    return { zeros: data, parameters };
  },
  ({ zeros, parameters }) => ({
    list: { data: zeros, lweSize: encryptionDimension(parameters) + 1, modulus: null },
    parameters,
    encryptionKey: parameters.encryptionKey,
  }),
);

/** Encryptions of zero whose masks are expanded from a seed. */
export interface SeededShortintZeros {
  readonly bodies: BigUint64Array<ArrayBuffer>;
  readonly seed: MaskSeed;
  readonly parameters: ShortintParameterSet;
}

/** `shortint::CompressedPublicKey`. */
export const seededShortintPublicKey: Codec<SeededShortintZeros> = mapped(
  struct({ list: core64.seededLweCiphertextList, parameters: parameterSet, encryptionKey: pattern }),
  ({ list: { bodies, lweSize, seed }, parameters, encryptionKey }, fail) => {
    checkZeros(bodies.length, 1, lweSize, parameters, 64, fail);
    checkOrder(encryptionKey, parameters, fail);
    return { bodies, seed, parameters };
  },
  ({ bodies, seed, parameters }) => ({
    list: { bodies, lweSize: encryptionDimension(parameters) + 1, seed, modulus: null },
    parameters,
    encryptionKey: parameters.encryptionKey,
  }),
);

function checkOrder(found: "big" | "small", parameters: ShortintParameterSet, fail: Fail): void {
  if (found !== parameters.encryptionKey) {
    fail(`public key of the ${found} key; its parameters say the ${parameters.encryptionKey} one`);
  }
}
