import type {
  ExpandedDecompressionKey,
  ExpandedKey,
  FourierBootstrapKey,
} from "../../scheme/server-key/expanded-key.ts";
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
import { expectEqual } from "../core/checks.ts";
import { taggedBytes } from "../core/core.ts";
import {
  type DeserializeOptions,
  type ParameterOptions,
  type SerializeOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "../safe-serialize.ts";
import { expandedCastingKey, fromWireExpandedCasting, toWireExpandedCasting } from "./casting-key.ts";
import {
  checkCompressionKeys,
  decompressionFields,
  expandedCompressionKey,
  formerDecompressionKey,
} from "./compression-keys.ts";
import {
  checkFourierKey,
  computingKey,
  expandedBootstrapKey,
  fromComputingKey,
  toComputingKey,
  toFourierLayout,
} from "./computing-key.ts";
import { fourierBootstrapKey, type WireFourierKey } from "./fourier-key.ts";
import {
  checkNoiseSquashingKeys,
  expandedNoiseSquashingCompressionKey,
  expandedNoiseSquashingKey,
} from "./noise-squashing-keys.ts";
import { expandedOprfKey } from "./oprf-key.ts";
import {
  expandedReRandomizer,
  formerExpandedReRandomizer,
  fromExpandedReRandomizer,
  toExpandedReRandomizer,
} from "./re-randomization.ts";
import { checkTranscipheringDimension, expandedTranscipheringKey } from "./transciphering-key.ts";

/** What TFHE-rs's `ServerKey` holds. */
export interface SerializedExpandedKey extends ExpandedKey {
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** `DecompressionKey` of `integer` around that of `shortint`. */
const expandedDecompressionKey: Codec<ExpandedDecompressionKey> = mapped(
  versioned(
    0,
    versioned(2, decompressionFields(expandedBootstrapKey), {
      1: formerDecompressionKey(fourierBootstrapKey),
      0: decompressionFields(expandedBootstrapKey, true),
    }),
  ),
  ({ bootstrap: { key, modulusSwitch }, ciphertextsPerGlwe }, fail) => {
    const { polynomials, lweDimension, ...shape } = key;
    const { values, polynomialSize } = polynomials;
    const expected = lweDimension * shape.level * shape.glweSize ** 2 * polynomialSize;
    expectEqual("length of the decompression key", values.length, expected, fail);
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
  key: versioned(1, computingKey),
  casting: optional(expandedCastingKey),
  compression: optional(expandedCompressionKey),
  decompression: optional(expandedDecompressionKey),
  noiseSquashing: optional(expandedNoiseSquashingKey),
  noiseSquashingCompression: optional(expandedNoiseSquashingCompressionKey),
  reRandomization: optional(expandedReRandomizer),
  oprf: optional(versioned(0, expandedOprfKey)),
  transciphering: optional(expandedTranscipheringKey),
};

const BEFORE_10 = { transciphering: null };
const BEFORE_9 = { ...BEFORE_10, oprf: null };
const BEFORE_7 = { ...BEFORE_9, reRandomization: null };
const BEFORE_6 = { ...BEFORE_7, noiseSquashingCompression: null };
const BEFORE_5 = { ...BEFORE_6, noiseSquashing: null };

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
  { key: { key, casting, oprf, transciphering, reRandomization, ...others }, tag }: Layout,
  fail: Fail,
  format: Format,
): SerializedExpandedKey {
  const computing = fromComputingKey(key, fail, format);
  const { parameters } = computing;
  const checkTransciphering = (wire: WireFourierKey): FourierBootstrapKey => {
    checkTranscipheringDimension(wire.lweDimension, parameters, fail, format);
    const own = { ...parameters, lweDimension: wire.lweDimension };
    return checkFourierKey("transciphering key", wire, own, fail);
  };
  const { compression, decompression, noiseSquashing, noiseSquashingCompression } = others;
  checkCompressionKeys(compression, decompression, parameters, fail);
  checkNoiseSquashingKeys(noiseSquashing, noiseSquashingCompression, parameters, fail);
  const castingKey = casting && fromWireExpandedCasting(casting, parameters, fail, format);
  return {
    ...computing,
    casting: castingKey,
    oprf: oprf && checkFourierKey("OPRF key", oprf, parameters, fail),
    ...others,
    reRandomization:
      reRandomization && fromExpandedReRandomizer(reRandomization, castingKey, parameters, fail),
    transciphering: transciphering && checkTransciphering(transciphering),
    tag,
  };
}

function toLayout(key: SerializedExpandedKey): Layout {
  const { parameters, casting, oprf, transciphering, compression, decompression, reRandomization, tag } = key;
  const { noiseSquashing, noiseSquashingCompression } = key;
  return {
    key: {
      key: toComputingKey(key),
      casting: casting && toWireExpandedCasting(casting, parameters),
      compression,
      decompression,
      noiseSquashing,
      noiseSquashingCompression,
      reRandomization: reRandomization && toExpandedReRandomizer(reRandomization, parameters),
      oprf: oprf && toFourierLayout(oprf, parameters),
      transciphering: transciphering && toFourierLayout(transciphering, parameters),
    },
    tag,
  };
}

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
