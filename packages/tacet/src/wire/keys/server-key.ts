import { blockCapacity, type ParameterSet } from "../../parameters/parameter-set.ts";
import {
  type CarriedKeys,
  ggswBodyCount,
  keySwitchBodyCount,
  type NoiseSquashingCompressionKey,
  type SeededBodies,
  type SeededServerKey,
} from "../../scheme/server-key/seeded-key.ts";
import type { GeneratedServerKey } from "../../scheme/server-key/server-key.ts";
import {
  type Codec,
  type Fail,
  mapped,
  optional,
  struct,
  type ValueOf,
  versioned,
} from "../bincode/codec.ts";
import type { Format } from "../bincode/reader.ts";
import { bootstrapInput, expectEqual } from "../core/checks.ts";
import { count, nativeModulus, pbsOrder, standardPattern, taggedBytes } from "../core/core.ts";
import { matchParameters } from "../core/parameters.ts";
import { core64, type WireBootstrapKey, type WireKeySwitchKey } from "../core/torus.ts";
import {
  type DeserializeOptions,
  type ParameterOptions,
  type SerializeOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "../safe-serialize.ts";
import { bootstrapKey, fromWireModulusSwitch, toWireModulusSwitch } from "./bootstrap-key.ts";
import { castingKey, fromWireCasting, toWireCasting } from "./casting-key.ts";
import { checkCompressionKeys, compressionKey, decompressionKey } from "./compression-keys.ts";
import {
  checkNoiseSquashingKeys,
  noiseSquashingCompressionKey,
  noiseSquashingKey,
  type SeededNoiseSquashingKey,
} from "./noise-squashing-keys.ts";
import { seededOprfKey } from "./oprf-key.ts";
import {
  formerSeededReRandomizer,
  fromSeededReRandomizer,
  seededReRandomizer,
  toSeededReRandomizer,
} from "./re-randomization.ts";
import { checkTranscipheringDimension, seededTranscipheringKey } from "./transciphering-key.ts";

/** What TFHE-rs's `CompressedServerKey` holds. */
export interface SerializedServerKey extends SeededServerKey, CarriedKeys, ServerKeyExtras {
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** Keys for noise squashing, each `null` if there is none. */
export interface ServerKeyExtras {
  readonly noiseSquashing: SeededNoiseSquashingKey | null;
  readonly noiseSquashingCompression: NoiseSquashingCompressionKey | null;
}

/** A key that has been made, with what an application attached to it. */
export function serializedServerKey(key: GeneratedServerKey, tag: Uint8Array): SerializedServerKey {
  return { ...key, tag };
}

/** `CompressedStandardAtomicPatternServerKey`. */
const standardKeys = versioned(
  0,
  struct({ keySwitch: core64.seededKeySwitchKey, bootstrap: bootstrapKey, pbsOrder }),
);

const limits = { messageModulus: count, carryModulus: count, maxDegree: count, maxNoiseLevel: count };

/** `shortint::CompressedServerKey`. */
const shortintKey = versioned(3, struct({ keys: versioned(0, standardPattern(standardKeys)), ...limits }), {
  2: mapped(
    struct({
      keySwitch: core64.seededKeySwitchKey,
      bootstrap: bootstrapKey,
      ...limits,
      modulus: nativeModulus,
      pbsOrder,
    }),
    ({ keySwitch, bootstrap, modulus: _modulus, pbsOrder, ...limits }) => ({
      keys: { keySwitch, bootstrap, pbsOrder },
      ...limits,
    }),
    ({ keys, ...limits }) => ({ ...keys, ...limits, modulus: null }),
  ),
});

const integerFields = {
  key: versioned(2, shortintKey),
  casting: optional(castingKey),
  compression: optional(compressionKey),
  decompression: optional(decompressionKey),
  noiseSquashing: optional(noiseSquashingKey),
  noiseSquashingCompression: optional(noiseSquashingCompressionKey),
  reRandomization: optional(seededReRandomizer),
  oprf: optional(versioned(0, seededOprfKey)),
  transciphering: optional(seededTranscipheringKey),
};

const BEFORE_8 = { transciphering: null };
const BEFORE_7 = { ...BEFORE_8, oprf: null };
const BEFORE_5 = { ...BEFORE_7, reRandomization: null };
const BEFORE_4 = { ...BEFORE_5, noiseSquashingCompression: null };
const BEFORE_3 = { ...BEFORE_4, noiseSquashing: null };

/** `IntegerCompressedServerKey`. */
const integerKey = versioned(
  7,
  struct(integerFields, BEFORE_8),
  {
    5: struct({ ...integerFields, reRandomization: optional(formerSeededReRandomizer) }, BEFORE_7),
    4: struct(integerFields, BEFORE_5),
    3: struct(integerFields, BEFORE_4),
    2: struct(integerFields, BEFORE_3),
  },
  {
    version: 8,
    codec: struct(integerFields),
    since: "1.8",
    surplus: ({ transciphering }) => transciphering && "transciphering key",
  },
);

/** `CompressedServerKey`. */
const layout = versioned(2, struct({ key: integerKey, tag: taggedBytes }));

type Layout = ValueOf<typeof layout>;

function fromLayout(
  { key: { key, casting, oprf, transciphering, reRandomization, ...others }, tag }: Layout,
  fail: Fail,
  format: Format,
): SerializedServerKey {
  const { keySwitch, bootstrap } = key.keys;
  const drift = typeof bootstrap.modulusSwitch === "string" ? null : bootstrap.modulusSwitch;
  const parameters = matchParameters(
    {
      messageModulus: key.messageModulus,
      carryModulus: key.carryModulus,
      maxNoiseLevel: key.maxNoiseLevel,
      lweDimension: keySwitch.outputLweSize - 1,
      ksBaseLog: keySwitch.baseLog,
      ksLevel: keySwitch.level,
      ...bootstrapValues(bootstrap.key),
      modulusSwitch: fromWireModulusSwitch(bootstrap.modulusSwitch, ({ bodies }) => bodies.length),
    },
    fail,
    format,
  );
  const checkBootstrap = (what: string, found: WireBootstrapKey, dimension: number): SeededBodies => {
    const values = bootstrapValues(found);
    for (const field of Object.keys(values) as (keyof typeof values)[]) {
      expectEqual(`${field} of the ${what}`, values[field], parameters[field], fail);
    }
    expectEqual(`length of the ${what}`, found.bodies.length, dimension * ggswBodyCount(parameters), fail);
    return { seed: found.seed, bodies: found.bodies };
  };
  const checkTransciphering = (found: WireBootstrapKey): SeededBodies => {
    const what = "transciphering key";
    const dimension = bootstrapInput(what, found, fail);
    checkTranscipheringDimension(dimension, parameters, fail, format);
    return checkBootstrap(what, found, dimension);
  };
  const { seed, bodies } = keySwitch;
  expectEqual("maximum degree", key.maxDegree, maxDegree(parameters), fail);
  expectEqual("length of the key-switching key", bodies.length, keySwitchBodyCount(parameters), fail);
  if (drift !== null) {
    expectEqual("size of the drift zeros", drift.zeros.lweSize, parameters.lweDimension + 1, fail);
  }
  const castingKey = casting && fromWireCasting(casting, parameters, fail, format);
  const { compression, decompression, noiseSquashing, noiseSquashingCompression } = others;
  checkCompressionKeys(compression, decompression, parameters, fail);
  checkNoiseSquashingKeys(noiseSquashing, noiseSquashingCompression, parameters, fail);
  return {
    parameters,
    keySwitch: { seed, bodies },
    bootstrap: checkBootstrap("bootstrap key", bootstrap.key, parameters.lweDimension),
    casting: castingKey,
    driftZeros: drift && { seed: drift.zeros.seed, bodies: drift.zeros.bodies },
    oprf: oprf && checkBootstrap("OPRF key", oprf, parameters.lweDimension),
    transciphering: transciphering && checkTransciphering(transciphering),
    reRandomization: reRandomization && fromSeededReRandomizer(reRandomization, castingKey, parameters, fail),
    ...others,
    tag,
  };
}

function toLayout(key: SerializedServerKey): Layout {
  const { parameters, keySwitch, bootstrap, casting, driftZeros, oprf, transciphering, tag, ...rest } = key;
  const { reRandomization, ...others } = rest;
  return {
    key: {
      key: {
        keys: {
          keySwitch: toKeySwitchLayout(keySwitch, parameters),
          bootstrap: {
            key: toBootstrapLayout(bootstrap, parameters),
            modulusSwitch: toWireModulusSwitch(
              parameters,
              driftZeros && { ...driftZeros, lweSize: parameters.lweDimension + 1 },
            ),
          },
          pbsOrder: null,
        },
        messageModulus: parameters.messageModulus,
        carryModulus: parameters.carryModulus,
        maxDegree: maxDegree(parameters),
        maxNoiseLevel: parameters.maxNoiseLevel,
      },
      casting: casting && toWireCasting(casting, parameters),
      ...others,
      reRandomization: reRandomization && toSeededReRandomizer(reRandomization, parameters),
      oprf: oprf && toBootstrapLayout(oprf, parameters),
      transciphering: transciphering && toBootstrapLayout(transciphering, parameters),
    },
    tag,
  };
}

const toKeySwitchLayout = ({ seed, bodies }: SeededBodies, parameters: ParameterSet): WireKeySwitchKey => ({
  bodies,
  baseLog: parameters.ksBaseLog,
  level: parameters.ksLevel,
  outputLweSize: parameters.lweDimension + 1,
  seed,
  modulus: null,
});

const toBootstrapLayout = ({ seed, bodies }: SeededBodies, parameters: ParameterSet): WireBootstrapKey => ({
  bodies,
  glweSize: parameters.glweDimension + 1,
  polynomialSize: parameters.polynomialSize,
  baseLog: parameters.pbsBaseLog,
  level: parameters.pbsLevel,
  seed,
});

const bootstrapValues = (key: WireBootstrapKey) => ({
  glweDimension: key.glweSize - 1,
  polynomialSize: key.polynomialSize,
  pbsBaseLog: key.baseLog,
  pbsLevel: key.level,
});

/** The largest degree of a block that leaves room for the carry of its neighbour. */
export const maxDegree = (parameters: ParameterSet): number =>
  blockCapacity(parameters) - parameters.carryModulus;

/** `CompressedServerKey`, inside something else. */
export const seededServerKey: Codec<SerializedServerKey> = mapped(layout, fromLayout, toLayout);

const serverKey: Codec<SerializedServerKey> = standalone(
  "high_level_api::CompressedServerKey",
  seededServerKey,
);

/** The bytes of a seeded server key in TFHE-rs's format. */
export function serializeServerKey(
  key: SerializedServerKey,
  options?: SerializeOptions,
): Uint8Array<ArrayBuffer> {
  return safeSerialize(serverKey, key, options);
}

/**
 * Reads a compressed server key in the format of TFHE-rs 1.0 to 1.8.
 *
 * @throws DeserializationError if the bytes are not one, or one with parts or parameters that Tacet lacks, or with
 *   insecure parameters that are not allowed.
 */
export function deserializeServerKey(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): SerializedServerKey {
  return safeDeserialize(serverKey, input, options);
}
