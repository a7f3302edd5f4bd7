import { bigLweDimension } from "../parameters/parameter-set.ts";
import type { SecretKey } from "../scheme/secret-key.ts";
import { absent, type Codec, type Fail, mapped, optional, struct, versioned } from "./codec.ts";
import { glweSecretKey, lweSecretKey, standardPattern, taggedBytes } from "./core.ts";
import { checkSecurity, classicParameters, type KeyOptions } from "./parameters.ts";
import { type DeserializeOptions, safeDeserialize, safeSerialize, standalone } from "./safe-serialize.ts";

/** What TFHE-rs's `ClientKey` holds. */
export interface SerializedClientKey extends SecretKey {
  /** The small LWE key that random generation has to itself: n bytes of 0 or 1; `null` if it has none. */
  readonly oprf: Uint8Array | null;
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** `StandardAtomicPatternClientKey`. */
const standardKeys = versioned(
  0,
  struct({ glwe: glweSecretKey, lwe: lweSecretKey, parameters: classicParameters, wopbsParameters: absent }),
);

/** `integer::ClientKey` around that of `shortint`. */
const integerKey = versioned(0, versioned(1, versioned(0, standardPattern(standardKeys))));

/** `OprfPrivateKey` of `integer` around that of `shortint`. */
const oprfKey = versioned(0, versioned(0, versioned(0, standardPattern(lweSecretKey))));

/** `ClientKey` and `IntegerClientKey`. */
const layout = versioned(
  1,
  struct({
    key: versioned(
      8,
      struct({
        key: integerKey,
        compactPrivateKey: absent,
        compressionKey: absent,
        noiseSquashingKey: absent,
        noiseSquashingCompressionKey: absent,
        reRandomizationParameters: absent,
        oprf: optional(oprfKey),
      }),
    ),
    tag: taggedBytes,
  }),
);

type Layout = typeof layout extends Codec<infer T> ? T : never;

function fromLayout({ key: { key, oprf }, tag }: Layout, fail: Fail): SerializedClientKey {
  const { glwe, lwe, parameters } = key;
  const expect = (what: string, found: number, expected: number): void => {
    if (found !== expected) fail(`${what} is ${found}; the parameters say ${expected}`);
  };
  expect("length of the LWE key", lwe.length, parameters.lweDimension);
  expect("length of the GLWE key", glwe.data.length, bigLweDimension(parameters));
  expect("polynomial size of the GLWE key", glwe.polynomialSize, parameters.polynomialSize);
  if (oprf !== null) expect("length of the OPRF key", oprf.length, parameters.lweDimension);
  return { parameters, lwe, glwe: glwe.data, oprf, tag };
}

const toLayout = ({ parameters, lwe, glwe, oprf, tag }: SerializedClientKey): Layout => ({
  key: {
    key: {
      glwe: { data: glwe, polynomialSize: parameters.polynomialSize },
      lwe,
      parameters,
      wopbsParameters: null,
    },
    compactPrivateKey: null,
    compressionKey: null,
    noiseSquashingKey: null,
    noiseSquashingCompressionKey: null,
    reRandomizationParameters: null,
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
 * Reads a client key in TFHE-rs 1.7's format.
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
  return key;
}
