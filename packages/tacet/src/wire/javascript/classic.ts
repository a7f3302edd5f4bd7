import {
  type ClassicParameters,
  encryptionDimension,
  type NoiseDistribution,
  type TorusBits,
} from "../../parameters/classic-parameters.ts";
import { type Codec, decode, type Fail, mapped, struct, union, versioned } from "../bincode/codec.ts";
import { f64, u32, word } from "../bincode/primitives.ts";
import { expectEqual } from "../core/checks.ts";
import { count } from "../core/core.ts";
import { keyChoice } from "../core/parameters.ts";
import { checkSize, type DeserializeOptions, type ParameterOptions } from "../safe-serialize.ts";

/*
 * What the types of TFHE-rs's `boolean` and `shortint` modules share. The JavaScript packages write them as bincode
 * without header and version numbers.
 */

/** bincode without version numbers. */
export const PLAIN: { readonly versioned: false } = { versioned: false };

/**
 * Reads what one of the JavaScript packages' `Boolean.serialize_…` or `Shortint.serialize_…` wrote.
 *
 * @throws DeserializationError if the bytes are more than the limit, or not what they should be.
 */
export function readPlain<T>(
  codec: Codec<T>,
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): T {
  const { allowInsecureParameters } = checkSize(input, options);
  return decode(codec, input, { ...PLAIN, allowInsecureParameters });
}

/** `Gaussian`, whose mean is zero. */
const gaussian: Codec<number> = mapped(
  versioned(0, struct({ standardDeviation: f64, mean: word })),
  ({ standardDeviation, mean }, fail) => (mean === 0n ? standardDeviation : fail("mean other than 0")),
  (standardDeviation) => ({ standardDeviation, mean: 0n }),
);

/** `DynamicDistribution`. */
const noise: Codec<NoiseDistribution> = mapped(
  versioned(
    0,
    union<{ Gaussian: number; TUniform: number }>({ Gaussian: gaussian, TUniform: versioned(0, u32) }),
  ),
  ({ kind, value }) => (kind === "Gaussian" ? { kind, standardDeviation: value } : { kind, bound: value }),
  (noise) =>
    noise.kind === "Gaussian"
      ? { kind: noise.kind, value: noise.standardDeviation }
      : { kind: noise.kind, value: noise.bound },
);

/** The fields that parameters begin with. */
export const classicFields: {
  readonly [K in keyof Omit<ClassicParameters, "encryptionKey">]: Codec<ClassicParameters[K]>;
} = {
  lweDimension: count,
  glweDimension: count,
  polynomialSize: count,
  lweNoise: noise,
  glweNoise: noise,
  pbsBaseLog: count,
  pbsLevel: count,
  ksBaseLog: count,
  ksLevel: count,
};

/** `EncryptionKeyChoice`; `PBSOrder` says the same in the same form. */
export const encryptionKey: Codec<"big" | "small"> = keyChoice;

/** What is checked of a seeded evaluation key. */
interface EvaluationKeyParts {
  readonly keySwitch: {
    readonly bodies: { readonly length: number };
    readonly level: number;
    readonly outputLweSize: number;
  };
  readonly bootstrap: {
    readonly bodies: { readonly length: number };
    readonly level: number;
    readonly glweSize: number;
    readonly polynomialSize: number;
  };
}

/** Checks that the parts of an evaluation key fit each other. */
export function checkEvaluationKey({ keySwitch, bootstrap }: EvaluationKeyParts, fail: Fail): void {
  const { glweSize, polynomialSize } = bootstrap;
  const lweDimension = keySwitch.outputLweSize - 1;
  for (const size of [lweDimension, glweSize - 1, polynomialSize, keySwitch.level, bootstrap.level]) {
    if (size < 1) fail("an evaluation key of no dimension or no level");
  }
  const rows = lweDimension * bootstrap.level * glweSize;
  expectEqual("length of the bootstrap key", bootstrap.bodies.length, rows * polynomialSize, fail);
  const inputs = (glweSize - 1) * polynomialSize;
  expectEqual("length of the key-switching key", keySwitch.bodies.length, inputs * keySwitch.level, fail);
}

/**
 * Checks a public key, which is a list of encryptions of zero: as many as TFHE-rs makes, (n + 1)·log2 q + 128, so that
 * a random sum of them says nothing of the terms.
 *
 * @param length number of torus elements, `perZero` of them for each encryption.
 */
export function checkZeros(
  length: number,
  perZero: number,
  lweSize: number,
  parameters: ClassicParameters,
  torusBits: TorusBits,
  fail: Fail,
): void {
  expectEqual("LWE size of the public key", lweSize, encryptionDimension(parameters) + 1, fail);
  expectEqual("length of the public key", length, (lweSize * torusBits + 128) * perZero, fail);
}
