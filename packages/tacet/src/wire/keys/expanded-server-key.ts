import type { ParameterSet } from "../../parameters/parameter-set.ts";
import {
  type ExpandedDecompressionKey,
  type ExpandedKey,
  type FourierBootstrapKey,
  fourierElements,
  ggswElements,
  keySwitchElements,
} from "../../scheme/server-key/expanded-key.ts";
import {
  absent,
  type Codec,
  type Fail,
  mapped,
  optional,
  struct,
  type ValueOf,
  versioned,
} from "../bincode/codec.ts";
import type { Format } from "../bincode/reader.ts";
import { expectEqual } from "../core/checks.ts";
import {
  count,
  type ModulusSwitch,
  modulusSwitch,
  nativeModulus,
  optionalDrift,
  pbsOrder,
  standardPattern,
  taggedBytes,
} from "../core/core.ts";
import { matchParameters } from "../core/parameters.ts";
import { core64, type WireLweList } from "../core/torus.ts";
import {
  type DeserializeOptions,
  type ParameterOptions,
  type SerializeOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "../safe-serialize.ts";
import {
  classicBootstrap,
  driftKey,
  fromWireModulusSwitch,
  toWireModulusSwitch,
  type WireBootstrap,
  type WireDrift,
} from "./bootstrap-key.ts";
import { expandedCastingKey, fromWireExpandedCasting, toWireExpandedCasting } from "./casting-key.ts";
import {
  checkCompressionKeys,
  decompressionFields,
  expandedCompressionKey,
  formerDecompressionKey,
} from "./compression-keys.ts";
import { fourierBootstrapKey, type WireFourierKey } from "./fourier-key.ts";
import { expandedOprfKey } from "./oprf-key.ts";
import {
  expandedReRandomizer,
  formerExpandedReRandomizer,
  fromExpandedReRandomizer,
  toExpandedReRandomizer,
} from "./re-randomization.ts";
import { maxDegree } from "./server-key.ts";
import { checkTranscipheringDimension, expandedTranscipheringKey } from "./transciphering-key.ts";

/** What TFHE-rs's `ServerKey` holds. */
export interface SerializedExpandedKey extends ExpandedKey {
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

const expandedDriftKey = driftKey(core64.lweCiphertextList);

/** `SerializableShortintBootstrappingKey`. */
const bootstrapKey: Codec<WireBootstrap<WireFourierKey, WireLweList>> = versioned(
  2,
  classicBootstrap(fourierBootstrapKey, modulusSwitch(expandedDriftKey)),
  {
    1: classicBootstrap(fourierBootstrapKey, optionalDrift(expandedDriftKey)),
  },
);

/** `StandardAtomicPatternServerKey`. */
const standardKeys = versioned(
  0,
  struct({ keySwitch: core64.keySwitchKey, bootstrap: bootstrapKey, pbsOrder }),
);

const limits = {
  messageModulus: count,
  carryModulus: count,
  maxDegree: count,
  maxNoiseLevel: count,
  modulus: nativeModulus,
};

/** `shortint::ServerKey`. */
const shortintKey = versioned(2, struct({ keys: versioned(0, standardPattern(standardKeys)), ...limits }), {
  1: mapped(
    struct({ keySwitch: core64.keySwitchKey, bootstrap: bootstrapKey, ...limits, pbsOrder }),
    ({ keySwitch, bootstrap, pbsOrder, ...limits }) => ({
      keys: { keySwitch, bootstrap, pbsOrder },
      ...limits,
    }),
    ({ keys, ...limits }) => ({ ...keys, ...limits }),
  ),
});

/** `DecompressionKey` of `integer` around that of `shortint`. */
const expandedDecompressionKey: Codec<ExpandedDecompressionKey> = mapped(
  versioned(
    0,
    versioned(2, decompressionFields(bootstrapKey), { 1: formerDecompressionKey(fourierBootstrapKey) }),
  ),
  ({ bootstrap: { key, modulusSwitch }, ciphertextsPerGlwe }) => {
    const { polynomials, lweDimension: _, ...shape } = key;
    return { bootstrap: { key: { ...shape, ...polynomials }, modulusSwitch }, ciphertextsPerGlwe };
  },
  ({ bootstrap: { key, modulusSwitch }, ciphertextsPerGlwe }) => {
    const { values, polynomialSize, glweSize, baseLog, level } = key;
    const lweDimension = values.length / (level * glweSize ** 2 * polynomialSize);
    const wire = { polynomials: { polynomialSize, values }, lweDimension, glweSize, baseLog, level };
    return { bootstrap: { key: wire, modulusSwitch }, ciphertextsPerGlwe };
  },
);

const integerFields = {
  key: versioned(1, shortintKey),
  casting: optional(expandedCastingKey),
  compression: optional(expandedCompressionKey),
  decompression: optional(expandedDecompressionKey),
  noiseSquashingKey: absent,
  noiseSquashingCompressionKey: absent,
  reRandomization: optional(expandedReRandomizer),
  oprf: optional(versioned(0, expandedOprfKey)),
  transciphering: optional(expandedTranscipheringKey),
};

const BEFORE_10 = { transciphering: null };
const BEFORE_9 = { ...BEFORE_10, oprf: null };
const BEFORE_7 = { ...BEFORE_9, reRandomization: null };
const BEFORE_6 = { ...BEFORE_7, noiseSquashingCompressionKey: null };
const BEFORE_5 = { ...BEFORE_6, noiseSquashingKey: null };

/** `IntegerServerKey`. */
const integerKey = versioned(
  9,
  struct(integerFields, BEFORE_10),
  {
    7: struct({ ...integerFields, reRandomization: optional(formerExpandedReRandomizer) }, BEFORE_9),
    6: struct(integerFields, BEFORE_7),
    5: struct(integerFields, BEFORE_6),
    4: struct(integerFields, BEFORE_5),
  },
  {
    version: 10,
    codec: struct(integerFields),
    since: "1.8",
    surplus: ({ transciphering }) => transciphering && "transciphering key",
  },
);

/** `ServerKey`. */
const layout = versioned(3, struct({ key: integerKey, tag: taggedBytes }));

type Layout = ValueOf<typeof layout>;

function fromLayout(
  { key: { key, casting, oprf, transciphering, compression, decompression, reRandomization }, tag }: Layout,
  fail: Fail,
  format: Format,
): SerializedExpandedKey {
  const { keySwitch, bootstrap } = key.keys;
  const { lweDimension, ...bootstrapValues } = valuesOf(bootstrap.key);
  const parameters = matchParameters(
    {
      messageModulus: key.messageModulus,
      carryModulus: key.carryModulus,
      maxNoiseLevel: key.maxNoiseLevel,
      lweDimension,
      ksBaseLog: keySwitch.baseLog,
      ksLevel: keySwitch.level,
      ...bootstrapValues,
      modulusSwitch: fromWireModulusSwitch(
        bootstrap.modulusSwitch,
        ({ data, lweSize }) => data.length / lweSize,
      ),
    },
    fail,
    format,
  );
  const checkBootstrap = (
    what: string,
    wire: WireFourierKey,
    dimension = lweDimension,
  ): FourierBootstrapKey => {
    const expected = { ...parameters, lweDimension: dimension };
    const values = valuesOf(wire);
    for (const field of Object.keys(values) as (keyof typeof values)[]) {
      expectEqual(`${field} of the ${what}`, values[field], expected[field], fail);
    }
    const coefficients = wire.polynomials.values;
    expectEqual(`length of the ${what}`, coefficients.length, fourierElements(expected), fail);
    return coefficients;
  };
  const checkTransciphering = (wire: WireFourierKey): FourierBootstrapKey => {
    checkTranscipheringDimension(wire.lweDimension, parameters, fail, format);
    return checkBootstrap("transciphering key", wire, wire.lweDimension);
  };
  const { data, outputLweSize } = keySwitch;
  expectEqual("maximum degree", key.maxDegree, maxDegree(parameters), fail);
  expectEqual("size of the key-switching key's ciphertexts", outputLweSize, lweDimension + 1, fail);
  expectEqual("length of the key-switching key", data.length, keySwitchElements(parameters), fail);
  checkCompressionKeys(compression, decompression, parameters, fail);
  const castingKey = casting && fromWireExpandedCasting(casting, parameters, fail, format);
  return {
    parameters,
    keySwitch: data,
    bootstrap: checkBootstrap("bootstrap key", bootstrap.key),
    casting: castingKey,
    driftZeros: driftZerosOf(bootstrap.modulusSwitch, lweDimension + 1, fail),
    oprf: oprf && checkBootstrap("OPRF key", oprf),
    compression,
    decompression,
    reRandomization:
      reRandomization && fromExpandedReRandomizer(reRandomization, castingKey, parameters, fail),
    transciphering: transciphering && checkTransciphering(transciphering),
    tag,
  };
}

const valuesOf = ({ polynomials, lweDimension, glweSize, baseLog, level }: WireFourierKey) => ({
  lweDimension,
  glweDimension: glweSize - 1,
  polynomialSize: polynomials.polynomialSize,
  pbsBaseLog: baseLog,
  pbsLevel: level,
});

function driftZerosOf(
  found: ModulusSwitch<WireDrift<WireLweList>>,
  size: number,
  fail: Fail,
): BigUint64Array<ArrayBuffer> | null {
  if (typeof found === "string") return null;
  const { data, lweSize } = found.zeros;
  expectEqual("size of the drift zeros", lweSize, size, fail);
  if (data.length % size !== 0) fail(`${data.length} elements of drift zeros of ${size} each`);
  return data;
}

function toLayout({
  parameters,
  keySwitch,
  bootstrap,
  casting,
  driftZeros,
  oprf,
  transciphering,
  compression,
  decompression,
  reRandomization,
  tag,
}: SerializedExpandedKey): Layout {
  const { lweDimension, ksBaseLog, ksLevel, messageModulus, carryModulus, maxNoiseLevel } = parameters;
  return {
    key: {
      key: {
        keys: {
          keySwitch: {
            data: keySwitch,
            baseLog: ksBaseLog,
            level: ksLevel,
            outputLweSize: lweDimension + 1,
            modulus: null,
          },
          bootstrap: {
            key: toFourierLayout(bootstrap, parameters),
            modulusSwitch: toWireModulusSwitch(
              parameters,
              driftZeros && { data: driftZeros, lweSize: lweDimension + 1, modulus: null },
            ),
          },
          pbsOrder: null,
        },
        messageModulus,
        carryModulus,
        maxDegree: maxDegree(parameters),
        maxNoiseLevel,
        modulus: null,
      },
      casting: casting && toWireExpandedCasting(casting, parameters),
      compression,
      decompression,
      noiseSquashingKey: null,
      noiseSquashingCompressionKey: null,
      reRandomization: reRandomization && toExpandedReRandomizer(reRandomization, parameters),
      oprf: oprf && toFourierLayout(oprf, parameters),
      transciphering: transciphering && toFourierLayout(transciphering, parameters),
    },
    tag,
  };
}

const toFourierLayout = (values: FourierBootstrapKey, parameters: ParameterSet): WireFourierKey => ({
  polynomials: { polynomialSize: parameters.polynomialSize, values },
  lweDimension: values.length / ggswElements(parameters),
  glweSize: parameters.glweDimension + 1,
  baseLog: parameters.pbsBaseLog,
  level: parameters.pbsLevel,
});

/** `ServerKey`, inside something else. */
export const expandedServerKey: Codec<SerializedExpandedKey> = mapped(layout, fromLayout, toLayout);

const expandedKey: Codec<SerializedExpandedKey> = standalone("high_level_api::ServerKey", expandedServerKey);

/** The bytes of an expanded server key in TFHE-rs's format. */
export function serializeExpandedKey(
  key: SerializedExpandedKey,
  options?: SerializeOptions,
): Uint8Array<ArrayBuffer> {
  return safeSerialize(expandedKey, key, options);
}

/**
 * Reads an expanded server key in the format of TFHE-rs 1.0 to 1.8.
 *
 * @throws DeserializationError if the bytes are not one, or one with parts or parameters that Tacet lacks, or with
 *   insecure parameters that are not allowed.
 */
export function deserializeExpandedKey(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): SerializedExpandedKey {
  return safeDeserialize(expandedKey, input, options);
}
