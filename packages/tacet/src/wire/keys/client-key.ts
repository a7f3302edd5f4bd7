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
import { checkModuli, checkSecretKey, expectEqual } from "../core/checks.ts";
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
  safeDeserialize,
  safeSerialize,
  standalone,
} from "../safe-serialize.ts";
import { type CompressionSecretKey, compressionSecretKey } from "./compression-keys.ts";
import {
  type NoiseSquashingCompressionSecretKey,
  type NoiseSquashingSecretKey,
  noiseSquashingCompressionSecretKey,
  noiseSquashingSecretKey,
} from "./noise-squashing-keys.ts";
import {
  checkReRandomizationParameters,
  formerReRandomizationParameters,
  type ReRandomizationParameters,
  reRandomizationParameters,
} from "./re-randomization.ts";

/** What TFHE-rs's `ClientKey` holds. */
export interface SerializedClientKey extends SecretKeys {
  /** Secrets of what Tacet does not do, which it carries along. */
  readonly extras: ClientKeyExtras;
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** Parts of a client key that Tacet has no use for, each `null` if there is none. */
export interface ClientKeyExtras {
  readonly compression: CompressionSecretKey | null;
  readonly noiseSquashing: NoiseSquashingSecretKey | null;
  readonly noiseSquashingCompression: NoiseSquashingCompressionSecretKey | null;
  readonly reRandomization: ReRandomizationParameters | null;
}

/** Those of keys that Tacet makes. */
export const NO_CLIENT_EXTRAS: ClientKeyExtras = {
  compression: null,
  noiseSquashing: null,
  noiseSquashingCompression: null,
  reRandomization: null,
};

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

/** `OprfPrivateKey` of `integer` around that of `shortint`. */
const oprfKey = versioned(0, versioned(0, versioned(0, standardPattern(core64.lweSecretKey))));

const integerFields = {
  key: versioned(0, shortintKey),
  compact: optional(compactKey),
  compression: optional(compressionSecretKey),
  noiseSquashing: optional(noiseSquashingSecretKey),
  noiseSquashingCompression: optional(noiseSquashingCompressionSecretKey),
  reRandomization: optional(reRandomizationParameters),
  oprf: optional(oprfKey),
};

const BEFORE_8 = { oprf: null };
const BEFORE_6 = { ...BEFORE_8, reRandomization: null };
const BEFORE_5 = { ...BEFORE_6, noiseSquashingCompression: null };
const BEFORE_4 = { ...BEFORE_5, noiseSquashing: null };

/** `IntegerClientKey`. */
const integerKey = versioned(8, struct(integerFields), {
  6: struct({ ...integerFields, reRandomization: optional(formerReRandomizationParameters) }, BEFORE_8),
  5: struct(integerFields, BEFORE_6),
  4: struct(integerFields, BEFORE_5),
  3: struct(integerFields, BEFORE_4),
});

/** `ClientKey`. */
const layout = versioned(1, struct({ key: integerKey, tag: taggedBytes }));

type Layout = ValueOf<typeof layout>;

function fromLayout(
  { key: { key, compact, oprf, ...extras }, tag }: Layout,
  fail: Fail,
): SerializedClientKey {
  const { glwe, lwe, parameters } = key;
  checkSecretKey(lwe, glwe, parameters, fail);
  if (oprf !== null) expectEqual("length of the OPRF key", oprf.length, parameters.lweDimension, fail);
  if (compact !== null) checkModuli("compact key", compact.parameters, parameters, fail);
  const { noiseSquashing, noiseSquashingCompression, reRandomization } = extras;
  if (noiseSquashing !== null) {
    checkModuli("noise squashing key", noiseSquashing.parameters, parameters, fail);
  }
  if (noiseSquashingCompression !== null) {
    checkModuli("noise squashing compression key", noiseSquashingCompression.parameters, parameters, fail);
  }
  if (reRandomization !== null) checkReRandomizationParameters(reRandomization, compact !== null, fail);
  return { parameters, lwe, glwe: glwe.data, compact, oprf, extras, tag };
}

const toLayout = ({ parameters, lwe, glwe, compact, oprf, extras, tag }: SerializedClientKey): Layout => ({
  key: {
    key: {
      glwe: { data: glwe, polynomialSize: parameters.polynomialSize },
      lwe,
      parameters,
      wopbsParameters: null,
    },
    compact,
    ...extras,
    oprf,
  },
  tag,
});

const clientKey: Codec<SerializedClientKey> = standalone(
  "high_level_api::ClientKey",
  mapped(layout, fromLayout, toLayout),
);

/** The bytes of a client key in TFHE-rs 1.7's format. They are secret. */
export function serializeClientKey(key: SerializedClientKey): Uint8Array<ArrayBuffer> {
  return safeSerialize(clientKey, key);
}

/**
 * Reads a client key in the format of TFHE-rs 1.0 to 1.7.
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
