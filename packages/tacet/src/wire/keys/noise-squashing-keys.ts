import type { ValuesOf } from "../../parameters/known-sets.ts";
import type { Moduli } from "../../parameters/moduli.ts";
import {
  NOISE_SQUASHING_COMPRESSION_SETS,
  NOISE_SQUASHING_SETS,
  type NoiseSquashingCompressionParameters,
  type NoiseSquashingParameters,
  validateNoiseSquashing,
  validateNoiseSquashingCompression,
} from "../../parameters/noise-squashing.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { checkGadget, checkGlwe, checkPacked } from "../../parameters/shapes.ts";
import type { PackedSecretKey } from "../../scheme/secret-key/secret-key.ts";
import type {
  ExpandedNoiseSquashingCompressionKey,
  ExpandedNoiseSquashingKey,
  WideFourierKey,
} from "../../scheme/server-key/expanded-key.ts";
import type { NoiseSquashingCompressionKey } from "../../scheme/server-key/seeded-key.ts";
import { type Codec, type Fail, mapped, struct, variant, versioned } from "../bincode/codec.ts";
import { doubleVector } from "../bincode/primitives.ts";
import {
  bootstrapInput,
  checked,
  checkModuli,
  expectEqual,
  glweKeyOf,
  packingInput,
} from "../core/checks.ts";
import {
  count,
  type ModulusSwitch,
  modulusSwitch,
  optionalDrift,
  standardPattern,
  wideModulus,
} from "../core/core.ts";
import { driftTechnique, match, tuniform } from "../core/parameters.ts";
import { core128, type WideWords, type WireBootstrapKey, type WireSeededLweList } from "../core/torus.ts";
import {
  classicBootstrap,
  expandedDriftKey,
  seededDriftKey,
  type WireBootstrap,
  type WireDrift,
} from "./bootstrap-key.ts";

/*
 * The keys with which TFHE-rs takes ciphertexts to the torus of 128 bits, where their noise drowns in that of another
 * (threshold decryption needs it), and packs them there. Tacet makes them, and carries them along.
 */

const parameterFields = {
  glweDimension: count,
  polynomialSize: count,
  noise: tuniform,
  baseLog: count,
  level: count,
  modulusSwitch: modulusSwitch(driftTechnique),
  messageModulus: count,
  carryModulus: count,
  modulus: wideModulus,
};

type WireParameters = ValuesOf<NoiseSquashingParameters> & { readonly modulus: null };

/** `NoiseSquashingClassicParameters`. */
const classicParameters = struct<WireParameters>(parameterFields);

/** `NoiseSquashingParameters`. */
const noiseSquashingParameters: Codec<NoiseSquashingParameters> = mapped(
  versioned(
    2,
    variant(
      ["classic noise squashing parameters", "multi-bit noise squashing parameters"],
      0,
      versioned(0, classicParameters),
    ),
    {
      1: classicParameters,
      0: struct<WireParameters>({ ...parameterFields, modulusSwitch: optionalDrift(driftTechnique) }),
    },
  ),
  ({ modulus: _, ...values }, fail, format) =>
    match(values, NOISE_SQUASHING_SETS, validateNoiseSquashing, fail, format),
  (set) => ({ ...set, modulus: null }),
);

/** `NoiseSquashingPrivateKey` of `integer` around that of `shortint`. */
export const noiseSquashingSecretKey: Codec<PackedSecretKey<NoiseSquashingParameters>> = mapped(
  versioned(0, versioned(0, struct({ key: core128.glweSecretKey, parameters: noiseSquashingParameters }))),
  ({ key, parameters }, fail) => ({
    key: glweKeyOf("noise squashing key", key, parameters, fail),
    parameters,
  }),
  ({ key, parameters }) => ({
    key: { data: key, polynomialSize: parameters.polynomialSize },
    parameters,
  }),
);

/** `NoiseSquashingCompressionParameters`. */
const noiseSquashingCompressionParameters: Codec<NoiseSquashingCompressionParameters> = mapped(
  versioned(
    0,
    struct<ValuesOf<NoiseSquashingCompressionParameters> & { readonly modulus: null }>({
      level: count,
      baseLog: count,
      polynomialSize: count,
      glweDimension: count,
      ciphertextsPerGlwe: count,
      noise: tuniform,
      messageModulus: count,
      carryModulus: count,
      modulus: wideModulus,
    }),
  ),
  ({ modulus: _, ...values }, fail, format) =>
    match(values, NOISE_SQUASHING_COMPRESSION_SETS, validateNoiseSquashingCompression, fail, format),
  (set) => ({ ...set, modulus: null }),
);

/** `NoiseSquashingCompressionPrivateKey` of `integer` around that of `shortint`. */
export const noiseSquashingCompressionSecretKey: Codec<PackedSecretKey<NoiseSquashingCompressionParameters>> =
  mapped(
    versioned(
      0,
      versioned(0, struct({ key: core128.glweSecretKey, parameters: noiseSquashingCompressionParameters })),
    ),
    ({ key, parameters }, fail) => ({
      key: glweKeyOf("noise squashing compression key", key, parameters, fail),
      parameters,
    }),
    ({ key, parameters }) => ({
      key: { data: key, polynomialSize: parameters.polynomialSize },
      parameters,
    }),
  );

/** Bootstraps from the small key to that of squashed ciphertexts. */
export interface WireNoiseSquashingKey<Key, Zeros> extends Moduli {
  readonly bootstrap: WireBootstrap<Key, Zeros>;
}

/** `CompressedNoiseSquashingKey`. */
export type SeededNoiseSquashingKey = WireNoiseSquashingKey<WireBootstrapKey<WideWords>, WireSeededLweList>;

const limits = { messageModulus: count, carryModulus: count, modulus: wideModulus };

/** Around a bootstrap key, and what the drift technique needs: in `integer`, and there in `shortint`. */
function squashingKey<Key, Zeros>(
  key: Codec<Key>,
  drift: Codec<WireDrift<Zeros>>,
): Codec<WireNoiseSquashingKey<Key, Zeros>> {
  type Squashing = WireNoiseSquashingKey<Key, Zeros>;
  const current: Codec<Squashing> = mapped(
    struct<Squashing & { modulus: null }>({
      bootstrap: versioned(
        0,
        standardPattern(versioned(0, versioned(1, classicBootstrap(key, modulusSwitch(drift))))),
      ),
      ...limits,
    }),
    ({ modulus: _, ...key }) => key,
    (key) => ({ ...key, modulus: null }),
  );
  /** How it stood when all were classic. */
  const former = (modulusSwitch: Codec<ModulusSwitch<WireDrift<Zeros>>>): Codec<Squashing> =>
    mapped(
      struct<WireBootstrap<Key, Zeros> & Moduli & { modulus: null }>({ key, modulusSwitch, ...limits }),
      ({ key, modulusSwitch, modulus: _, ...limits }) => ({ bootstrap: { key, modulusSwitch }, ...limits }),
      ({ bootstrap, ...limits }) => ({ ...bootstrap, ...limits, modulus: null }),
    );
  return versioned(
    0,
    versioned(3, current, { 1: former(modulusSwitch(drift)), 0: former(optionalDrift(drift)) }),
  );
}

/** `CompressedNoiseSquashingKey` of `integer` around that of `shortint`. */
export const noiseSquashingKey: Codec<SeededNoiseSquashingKey> = squashingKey(
  core128.seededBootstrapKey,
  seededDriftKey,
);

/** `Fourier128LweBootstrapKey`. */
const wideFourierKey: Codec<WideFourierKey> = mapped(
  versioned(
    1,
    struct<WideFourierKey>({
      re0: doubleVector,
      re1: doubleVector,
      im0: doubleVector,
      im1: doubleVector,
      polynomialSize: count,
      lweDimension: count,
      glweSize: count,
      baseLog: count,
      level: count,
    }),
  ),
  checkWideFourierKey,
  (key) => key,
);

/** `NoiseSquashingKey` of `integer` around that of `shortint`. */
export const expandedNoiseSquashingKey: Codec<ExpandedNoiseSquashingKey> = squashingKey(
  wideFourierKey,
  expandedDriftKey,
);

/** Refuses what no polynomials of coefficients in [−1/2, 1/2) have, or not as many of them. */
function checkWideFourierKey(key: WideFourierKey, fail: Fail): WideFourierKey {
  const { lweDimension, glweSize, polynomialSize, baseLog, level, ...points } = key;
  const what = "noise squashing key";
  checked(glweSize - 1, (dimension) => checkGlwe(what, dimension, polynomialSize), fail);
  checked(level, () => checkGadget(what, level, baseLog, 128), fail);
  const expected = lweDimension * level * glweSize ** 2 * (polynomialSize / 2);
  const most = (polynomialSize / 2) * Math.SQRT1_2 * (1 + 2 ** -20);
  for (const [name, values] of Object.entries(points)) {
    expectEqual(`length of the ${what}`, values.length, expected, fail);
    const bound = name.endsWith("0") ? most : most * 2 ** -50;
    for (const value of values) {
      // NaN is not below anything.
      if (!(Math.abs(value) <= bound)) fail(`Fourier coefficient is ${value}; expected at most ${bound}`);
    }
  }
  return key;
}

/** `CompressedNoiseSquashingCompressionKey` of `integer` around that of `shortint`. */
export const noiseSquashingCompressionKey: Codec<NoiseSquashingCompressionKey> = versioned(
  0,
  versioned(
    0,
    struct<NoiseSquashingCompressionKey>({
      packing: core128.seededPackingKey,
      ciphertextsPerGlwe: count,
    }),
  ),
);

/** `NoiseSquashingCompressionKey` of `integer` around that of `shortint`. */
export const expandedNoiseSquashingCompressionKey: Codec<ExpandedNoiseSquashingCompressionKey> = versioned(
  0,
  versioned(
    0,
    struct<ExpandedNoiseSquashingCompressionKey>({
      packing: core128.packingKey,
      ciphertextsPerGlwe: count,
    }),
  ),
);

/** Refuses keys, in either form, that do not go with the parameters, or with each other. */
export function checkNoiseSquashingKeys(
  squashing: SeededNoiseSquashingKey | ExpandedNoiseSquashingKey | null,
  compression: NoiseSquashingCompressionKey | ExpandedNoiseSquashingCompressionKey | null,
  parameters: ParameterSet,
  fail: Fail,
): void {
  if (squashing !== null) {
    const { key, modulusSwitch } = squashing.bootstrap;
    const { lweDimension } = parameters;
    checkModuli("noise squashing key", squashing, parameters, fail);
    const input = "re0" in key ? key.lweDimension : bootstrapInput("noise squashing key", key, fail);
    expectEqual("input dimension of the noise squashing key", input, lweDimension, fail);
    if (typeof modulusSwitch !== "string") {
      const { lweSize } = modulusSwitch.zeros;
      expectEqual("size of the noise squashing key's drift zeros", lweSize, lweDimension + 1, fail);
    }
  }
  if (compression !== null) {
    const { packing, ciphertextsPerGlwe } = compression;
    const input = packingInput("noise squashing compression key", packing, fail);
    const check = ({ polynomialSize }: { readonly polynomialSize: number }) =>
      checkPacked("noise squashing compression key", ciphertextsPerGlwe, polynomialSize);
    checked(packing, check, fail);
    if (squashing !== null) {
      const { glweSize, polynomialSize } = squashing.bootstrap.key;
      const expected = (glweSize - 1) * polynomialSize;
      expectEqual("input dimension of the noise squashing compression key", input, expected, fail);
    }
  }
}
