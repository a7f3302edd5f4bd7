import type { BooleanParameterSet } from "../parameters/boolean-sets.ts";
import { encryptionDimension, validateClassicParameters } from "../parameters/classic-parameters.ts";
import type { MaskSeed } from "../random/mask-seed.ts";
import {
  checkEvaluationKey,
  checked,
  checkLweSize,
  checkSecretKey,
  checkZeros,
  classicFields,
  encryptionKey,
} from "./classic.ts";
import { type Codec, mapped, struct, union, type Variant } from "./codec.ts";
import {
  glweSecretKey32,
  lweCiphertext32,
  lweCiphertextList32,
  lweSecretKey32,
  seededBootstrapKey32,
  seededKeySwitchKey32,
  seededLweCiphertext32,
  type WireBootstrapKey32,
  type WireKeySwitchKey32,
} from "./core32.ts";
import { bool } from "./primitives.ts";

/* The types of TFHE-rs's `boolean` module, as its JavaScript packages write them. */

/** What a truth value holds: an LWE ciphertext of 32-bit elements, or the value in the open. */
export type BooleanContent = Uint32Array<ArrayBuffer> | boolean;

interface BooleanForms {
  encrypted: Uint32Array<ArrayBuffer>;
  trivial: boolean;
}

/** `boolean::Ciphertext`. */
export const booleanCiphertext: Codec<BooleanContent> = mapped(
  union<BooleanForms>({ encrypted: lweCiphertext32, trivial: bool }),
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
  seededLweCiphertext32,
  ({ body, lweSize, seed }, fail) => {
    checkLweSize(lweSize, fail);
    return { body, dimension: lweSize - 1, seed };
  },
  ({ body, dimension, seed }) => ({ body, lweSize: dimension + 1, seed, modulus: null }),
);

/** `BooleanParameters`. */
const parameters: Codec<BooleanParameterSet> = mapped(
  struct<BooleanParameterSet>({ ...classicFields, encryptionKey }),
  (values, fail) => Object.freeze(checked(values, (found) => validateClassicParameters(found, 32), fail)),
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
  struct({ lwe: lweSecretKey32, glwe: glweSecretKey32, parameters }),
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
  readonly bootstrap: WireBootstrapKey32;
  readonly keySwitch: WireKeySwitchKey32;
  readonly encryptionKey: "big" | "small";
}

/** `boolean::CompressedServerKey`. */
export const booleanServerKey: Codec<BooleanEvaluationKey> = mapped(
  struct<BooleanEvaluationKey>({
    bootstrap: seededBootstrapKey32,
    keySwitch: seededKeySwitchKey32,
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
  readonly zeros: Uint32Array<ArrayBuffer>;
  readonly parameters: BooleanParameterSet;
}

/** `boolean::PublicKey`. */
export const booleanPublicKey: Codec<BooleanZeros> = mapped(
  struct({ list: lweCiphertextList32, parameters }),
  ({ list: { data, lweSize }, parameters }, fail) => {
    checkZeros(data.length, lweSize, lweSize, parameters, 32, fail);
    return { zeros: data, parameters };
  },
  ({ zeros, parameters }) => ({
    list: { data: zeros, lweSize: encryptionDimension(parameters) + 1, modulus: null },
    parameters,
  }),
);
