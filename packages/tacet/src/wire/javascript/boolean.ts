import type { BooleanParameterSet } from "../../parameters/boolean-sets.ts";
import {
  checkNoiseSecurity,
  encryptionDimension,
  validateClassicParameters,
} from "../../parameters/classic-parameters.ts";
import type { MaskSeed } from "../../random/mask-seed.ts";
import { type Codec, mapped, struct, union, type Variant } from "../bincode/codec.ts";
import { bool } from "../bincode/primitives.ts";
import { checked, checkLweSize, checkSecretKey } from "../core/checks.ts";
import { core32, type HalfWords, type WireBootstrapKey, type WireKeySwitchKey } from "../core/torus.ts";
import { checkEvaluationKey, checkZeros, classicFields, encryptionKey } from "./classic.ts";

/* The types of TFHE-rs's `boolean` module, as its JavaScript packages write them. */

/** What a truth value holds: an LWE ciphertext of 32-bit elements, or the value in the open. */
export type BooleanContent = HalfWords | boolean;

interface BooleanForms {
  encrypted: HalfWords;
  trivial: boolean;
}

/** `boolean::Ciphertext`. */
export const booleanCiphertext: Codec<BooleanContent> = mapped(
  union<BooleanForms>({ encrypted: core32.lweCiphertext, trivial: bool }),
  ({ kind, value }, fail) => {
    if (kind === "encrypted") checkLweSize(value.length, fail);
    return value;
  },
  (value): Variant<BooleanForms> =>
    typeof value === "boolean" ? { kind: "trivial", value } : { kind: "encrypted", value },
);

/** A truth value whose mask is expanded from a seed. */
export interface SeededBoolean {
  readonly body: number;
  /** Number of mask elements. */
  readonly dimension: number;
  readonly seed: MaskSeed;
}

/** `boolean::CompressedCiphertext`. */
export const seededBoolean: Codec<SeededBoolean> = mapped(
  core32.seededLweCiphertext,
  ({ body, lweSize, seed }, fail) => {
    checkLweSize(lweSize, fail);
    return { body, dimension: lweSize - 1, seed };
  },
  ({ body, dimension, seed }) => ({ body, lweSize: dimension + 1, seed, modulus: null }),
);

/** `BooleanParameters`. */
const parameters: Codec<BooleanParameterSet> = mapped(
  struct<BooleanParameterSet>({ ...classicFields, encryptionKey }),
  (values, fail, format) => {
    const check = (found: BooleanParameterSet): void => {
      validateClassicParameters(found, 32);
      checkNoiseSecurity(found, 32, format);
    };
    return Object.freeze(checked(values, check, fail));
  },
  (values) => values,
);

/** The secrets of a client. */
export interface BooleanSecretKey {
  /** The small LWE key: n bytes of 0 or 1. */
  readonly lwe: Uint8Array;
  /** The GLWE key: k·N bytes of 0 or 1. */
  readonly glwe: Uint8Array;
  readonly parameters: BooleanParameterSet;
}

/** `boolean::ClientKey`. */
export const booleanClientKey: Codec<BooleanSecretKey> = mapped(
  struct({ lwe: core32.lweSecretKey, glwe: core32.glweSecretKey, parameters }),
  ({ lwe, glwe, parameters }, fail) => {
    checkSecretKey(lwe, glwe, parameters, fail);
    return { lwe, glwe: glwe.data, parameters };
  },
  ({ lwe, glwe, parameters }) => ({
    lwe,
    glwe: { data: glwe, polynomialSize: parameters.polynomialSize },
    parameters,
  }),
);

/** A seeded evaluation key. */
export interface BooleanEvaluationKey {
  readonly bootstrap: WireBootstrapKey<HalfWords>;
  readonly keySwitch: WireKeySwitchKey<HalfWords>;
  readonly encryptionKey: "big" | "small";
}

/** `boolean::CompressedServerKey`. */
export const booleanServerKey: Codec<BooleanEvaluationKey> = mapped(
  struct<BooleanEvaluationKey>({
    bootstrap: core32.seededBootstrapKey,
    keySwitch: core32.seededKeySwitchKey,
    encryptionKey,
  }),
  (key, fail) => {
    checkEvaluationKey(key, fail);
    return key;
  },
  (key) => key,
);

/** Encryptions of zero, each of a mask and a body. */
export interface BooleanZeros {
  readonly zeros: HalfWords;
  readonly parameters: BooleanParameterSet;
}

/** `boolean::PublicKey`. */
export const booleanPublicKey: Codec<BooleanZeros> = mapped(
  struct({ list: core32.lweCiphertextList, parameters }),
  ({ list: { data, lweSize }, parameters }, fail) => {
    checkZeros(data.length, lweSize, lweSize, parameters, 32, fail);
    return { zeros: data, parameters };
  },
  ({ zeros, parameters }) => ({
    list: { data: zeros, lweSize: encryptionDimension(parameters) + 1, modulus: null },
    parameters,
  }),
);
