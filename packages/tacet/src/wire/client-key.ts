import { bigLweDimension } from "../parameters/parameter-set.ts";
import type { CompactSecretKey, SecretKeys } from "../scheme/secret-key.ts";
import { absent, type Codec, type Fail, mapped, optional, struct, versioned } from "./codec.ts";
import {
  type CompressionSecretKey,
  compressionSecretKey,
  formerCompressionSecretKey,
} from "./compression-keys.ts";
import { glweSecretKey, lweSecretKey, standardPattern, taggedBytes } from "./core.ts";
import {
  type NoiseSquashingCompressionSecretKey,
  type NoiseSquashingSecretKey,
  noiseSquashingCompressionSecretKey,
  noiseSquashingSecretKey,
} from "./noise-squashing-keys.ts";
import {
  castingParameters,
  checkSecurity,
  classicParameters,
  compactEncryptionParameters,
  matchCompactParameters,
  shortintParameters,
} from "./parameters.ts";
import {
  checkReRandomizationParameters,
  formerReRandomizationParameters,
  type ReRandomizationParameters,
  reRandomizationParameters,
} from "./re-randomization.ts";
import {
  type DeserializeOptions,
  type KeyOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "./safe-serialize.ts";
import { checkModuli } from "./shape.ts";

/** What TFHE-rs's `ClientKey` holds. */
export interface SerializedClientKey extends SecretKeys {
  /** Secrets of what Tacet does not do, which it carries along; `null` if there are none. */
  readonly extras: ClientKeyExtras | null;
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

const NO_EXTRAS: ClientKeyExtras = {
  compression: null,
  noiseSquashing: null,
  noiseSquashingCompression: null,
  reRandomization: null,
};

const secretFields = { glwe: glweSecretKey, lwe: lweSecretKey };

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
      versioned(0, struct({ key: lweSecretKey, parameters: compactEncryptionParameters })),
    ),
    casting: castingParameters,
  }),
  ({ secret: { key, parameters }, casting }, fail, format) => {
    const { modulus: _modulus, requiresCasting, ...values } = parameters;
    if (!requiresCasting) fail("a dedicated compact key whose ciphertexts need no casting");
    if (key.length !== values.lweDimension) {
      fail(`length of the compact key is ${key.length}; the parameters say ${values.lweDimension}`);
    }
    return { key, parameters: matchCompactParameters({ ...values, casting }, fail, format) };
  },
  ({ key, parameters: { casting, ...values } }) => ({
    secret: { key, parameters: { ...values, modulus: null, requiresCasting: true } },
    casting,
  }),
);

/** `OprfPrivateKey` of `integer` around that of `shortint`. */
const oprfKey = versioned(0, versioned(0, versioned(0, standardPattern(lweSecretKey))));

const integerFields = {
  key: versioned(0, shortintKey),
  compact: optional(compactKey),
  compression: optional(compressionSecretKey),
  noiseSquashing: optional(noiseSquashingSecretKey),
  noiseSquashingCompression: optional(noiseSquashingCompressionSecretKey),
  reRandomization: optional(reRandomizationParameters),
  oprf: optional(oprfKey),
};

type IntegerKey = {
  [Field in keyof typeof integerFields]: ReturnType<(typeof integerFields)[Field]["read"]>;
};

const lacking = (missing: Partial<IntegerKey>, fields = integerFields): Codec<IntegerKey> =>
  struct<IntegerKey>(fields, missing);

const BEFORE_8 = { oprf: null };
const BEFORE_6 = { ...BEFORE_8, reRandomization: null };
const BEFORE_5 = { ...BEFORE_6, noiseSquashingCompression: null };
const BEFORE_4 = { ...BEFORE_5, noiseSquashing: null };

/** `IntegerClientKey`. */
const integerKey: Codec<IntegerKey> = versioned(8, struct<IntegerKey>(integerFields), {
  7: lacking(BEFORE_8),
  6: lacking(BEFORE_8, { ...integerFields, reRandomization: optional(formerReRandomizationParameters) }),
  5: lacking(BEFORE_6),
  4: lacking(BEFORE_5),
  3: lacking(BEFORE_4),
  2: lacking(BEFORE_4, { ...integerFields, compression: optional(formerCompressionSecretKey) }),
});

const fields = { key: integerKey, tag: taggedBytes };

/** `ClientKey`. */
const layout = versioned(1, struct(fields), { 0: struct(fields, { tag: new Uint8Array(0) }) });

type Layout = typeof layout extends Codec<infer T> ? T : never;

function fromLayout(
  { key: { key, compact, oprf, ...extras }, tag }: Layout,
  fail: Fail,
): SerializedClientKey {
  const { glwe, lwe, parameters } = key;
  const expect = (what: string, found: number, expected: number): void => {
    if (found !== expected) fail(`${what} is ${found}; the parameters say ${expected}`);
  };
  expect("length of the LWE key", lwe.length, parameters.lweDimension);
  expect("length of the GLWE key", glwe.data.length, bigLweDimension(parameters));
  expect("polynomial size of the GLWE key", glwe.polynomialSize, parameters.polynomialSize);
  if (oprf !== null) expect("length of the OPRF key", oprf.length, parameters.lweDimension);
  if (compact !== null) {
    expect(
      "message modulus of the compact key",
      compact.parameters.messageModulus,
      parameters.messageModulus,
    );
    expect("carry modulus of the compact key", compact.parameters.carryModulus, parameters.carryModulus);
  }
  const { noiseSquashing, noiseSquashingCompression, reRandomization } = extras;
  if (noiseSquashing !== null) {
    checkModuli("noise squashing key", noiseSquashing.parameters, parameters, fail);
  }
  if (noiseSquashingCompression !== null) {
    checkModuli("noise squashing compression key", noiseSquashingCompression.parameters, parameters, fail);
  }
  if (reRandomization !== null) checkReRandomizationParameters(reRandomization, compact !== null, fail);
  const hasExtras = Object.values(extras).some((part) => part !== null);
  return { parameters, lwe, glwe: glwe.data, compact, oprf, extras: hasExtras ? extras : null, tag };
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
    ...(extras ?? NO_EXTRAS),
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
 * @throws DeserializationError if the bytes are not one, or one with parts or parameters that Tacet lacks.
 * @throws ParameterError if its parameters are insecure and `allowInsecureParameters` is not set.
 */
export function deserializeClientKey(
  input: Uint8Array,
  options: DeserializeOptions & KeyOptions = {},
): SerializedClientKey {
  const key = safeDeserialize(clientKey, input, options);
  checkSecurity(key.parameters, options);
  if (key.compact !== null) checkSecurity(key.compact.parameters, options);
  return key;
}
