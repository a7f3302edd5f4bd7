import { checkReRandomization } from "../../parameters/re-randomization.ts";
import type { CompactSecretKey, SecretKeys } from "../../scheme/secret-key/secret-key.ts";
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
import { checked, checkModuli, checkSecretKey, expectEqual } from "../core/checks.ts";
import { standardPattern, taggedBytes } from "../core/core.ts";
import {
  castingParameters,
  classicParameters,
  compactEncryptionValues,
  matchCompactParameters,
  shortintParameters,
} from "../core/parameters.ts";
import { core64 } from "../core/torus.ts";
import {
  type DeserializeOptions,
  type ParameterOptions,
  type SerializeOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "../safe-serialize.ts";
import { compressionSecretKey } from "./compression-keys.ts";
import { noiseSquashingCompressionSecretKey, noiseSquashingSecretKey } from "./noise-squashing-keys.ts";
import { oprfSecretKey } from "./oprf-key.ts";
import { formerReRandomizationParameters, reRandomizationParameters } from "./re-randomization.ts";
import { checkTranscipheringDimension, transcipheringSecretKey } from "./transciphering-key.ts";

/** What TFHE-rs's `ClientKey` holds. */
export interface SerializedClientKey extends SecretKeys {
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

const secretFields = { glwe: core64.glweSecretKey, lwe: core64.lweSecretKey };

/** `StandardAtomicPatternClientKey`. */
const standardKeys = versioned(
  0,
  struct({ ...secretFields, parameters: classicParameters, wopbsParameters: absent }),
);

/** `shortint::ClientKey`. */
const shortintKey = versioned(1, versioned(0, standardPattern(standardKeys)), {
  0: struct(
    { ...secretFields, parameters: shortintParameters, wopbsParameters: absent },
    { wopbsParameters: null },
  ),
});

/** `CompactPrivateKey` of `integer` around that of `shortint`, and the key switch from it. */
const compactKey: Codec<CompactSecretKey> = mapped(
  struct({
    secret: versioned(
      0,
      versioned(0, struct({ key: core64.lweSecretKey, parameters: compactEncryptionValues })),
    ),
    casting: castingParameters,
  }),
  ({ secret: { key, parameters }, casting }, fail, format) => {
    const { requiresCasting, ...values } = parameters;
    if (!requiresCasting) return fail("a dedicated compact key whose ciphertexts need no casting");
    expectEqual("length of the compact key", key.length, values.lweDimension, fail);
    return { key, parameters: matchCompactParameters({ ...values, requiresCasting, casting }, fail, format) };
  },
  ({ key, parameters: { casting, ...values } }) => ({
    secret: { key, parameters: values },
    casting,
  }),
);

const integerFields = {
  key: versioned(0, shortintKey),
  compact: optional(compactKey),
  compression: optional(compressionSecretKey),
  noiseSquashing: optional(noiseSquashingSecretKey),
  noiseSquashingCompression: optional(noiseSquashingCompressionSecretKey),
  reRandomization: optional(reRandomizationParameters),
  oprf: optional(versioned(0, oprfSecretKey)),
  transciphering: optional(transcipheringSecretKey),
};

const BEFORE_9 = { transciphering: null };
const BEFORE_8 = { ...BEFORE_9, oprf: null };
const BEFORE_6 = { ...BEFORE_8, reRandomization: null };
const BEFORE_5 = { ...BEFORE_6, noiseSquashingCompression: null };
const BEFORE_4 = { ...BEFORE_5, noiseSquashing: null };

/** `IntegerClientKey`. */
const integerKey = versioned(
  8,
  struct(integerFields, BEFORE_9),
  {
    6: struct({ ...integerFields, reRandomization: optional(formerReRandomizationParameters) }, BEFORE_8),
    5: struct(integerFields, BEFORE_6),
    4: struct(integerFields, BEFORE_5),
    3: struct(integerFields, BEFORE_4),
  },
  {
    version: 9,
    codec: struct(integerFields),
    since: "1.8",
    surplus: ({ transciphering }) => transciphering && "transciphering key",
  },
);

/** `ClientKey`. */
const layout = versioned(1, struct({ key: integerKey, tag: taggedBytes }));

type Layout = ValueOf<typeof layout>;

function fromLayout(
  { key: { key, ...parts }, tag }: Layout,
  fail: Fail,
  format: Format,
): SerializedClientKey {
  const { glwe, lwe, parameters } = key;
  const { compact, noiseSquashing, noiseSquashingCompression, reRandomization, oprf, transciphering } = parts;
  checkSecretKey(lwe, glwe, parameters, fail);
  if (oprf !== null) expectEqual("length of the OPRF key", oprf.length, parameters.lweDimension, fail);
  if (compact !== null) checkModuli("compact key", compact.parameters, parameters, fail);
  if (noiseSquashing !== null) {
    checkModuli("noise squashing key", noiseSquashing.parameters, parameters, fail);
  }
  if (noiseSquashingCompression !== null) {
    checkModuli("noise squashing compression key", noiseSquashingCompression.parameters, parameters, fail);
  }
  if (reRandomization !== null) {
    checked(reRandomization, (value) => checkReRandomization(value, compact?.parameters ?? null), fail);
  }
  if (transciphering !== null) {
    const { key, dedicated } = transciphering;
    if (dedicated) checkTranscipheringDimension(key.length, parameters, fail, format);
    else expectEqual("length of the transciphering key", key.length, parameters.lweDimension, fail);
  }
  return { parameters, lwe, glwe: glwe.data, ...parts, tag };
}

const toLayout = ({ parameters, lwe, glwe, tag, ...parts }: SerializedClientKey): Layout => ({
  key: {
    key: {
      glwe: { data: glwe, polynomialSize: parameters.polynomialSize },
      lwe,
      parameters,
      wopbsParameters: null,
    },
    ...parts,
  },
  tag,
});

const clientKey: Codec<SerializedClientKey> = standalone(
  "high_level_api::ClientKey",
  mapped(layout, fromLayout, toLayout),
);

/** The bytes of a client key in TFHE-rs's format. They are secret. */
export function serializeClientKey(
  key: SerializedClientKey,
  options?: SerializeOptions,
): Uint8Array<ArrayBuffer> {
  return safeSerialize(clientKey, key, options);
}

/**
 * Reads a client key in the format of TFHE-rs 1.0 to 1.8.
 *
 * @throws DeserializationError if the bytes are not one, or one with parts or parameters that Tacet lacks, or with
 *   insecure parameters that are not allowed.
 */
export function deserializeClientKey(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): SerializedClientKey {
  return safeDeserialize(clientKey, input, options);
}
