import { bigLweDimension, type ParameterSet } from "../parameters/parameter-set.ts";
import { type ExpandedPublicKey, type SeededPublicKey, zeroCount } from "../scheme/public-key.ts";
import { type Codec, type Fail, mapped, struct, versioned } from "./codec.ts";
import {
  atomicPattern,
  lweCiphertextList,
  pbsOrder,
  seededLweCiphertextList,
  taggedBytes,
  type WireLweList,
  type WireSeededLweList,
} from "./core.ts";
import { checkSecurity, shortintParameters } from "./parameters.ts";
import {
  type DeserializeOptions,
  type KeyOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "./safe-serialize.ts";

/** What TFHE-rs's `PublicKey` holds. */
export interface SerializedPublicKey extends ExpandedPublicKey {
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** What TFHE-rs's `CompressedPublicKey` holds. */
export interface SerializedCompressedPublicKey extends SeededPublicKey {
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** The layout that both kinds share, around their encryptions of zero. */
interface WirePublicKey<Zeros> {
  key: { zeros: Zeros; parameters: ParameterSet; atomicPattern: null };
  tag: Uint8Array;
}

/** `PublicKey`, `integer::PublicKey` and `shortint::PublicKey`, from the outside in; or their compressed forms. */
function layout<Zeros>(zeros: Codec<Zeros>): Codec<WirePublicKey<Zeros>> {
  const shortintFields = { zeros: versioned(0, zeros), parameters: shortintParameters };
  const shortintKey = versioned(1, struct({ ...shortintFields, atomicPattern }), {
    0: struct({ ...shortintFields, atomicPattern: pbsOrder }),
  });
  const fields = { key: versioned(0, shortintKey), tag: taggedBytes };
  return versioned(1, struct(fields), { 0: struct(fields, { tag: new Uint8Array(0) }) });
}

/** Refuses encryptions of zero of another dimension or number than the parameters say. */
function checkZeros(
  parameters: ParameterSet,
  lweSize: number,
  found: number,
  perZero: number,
  fail: Fail,
): void {
  const expectedSize = bigLweDimension(parameters) + 1;
  if (lweSize !== expectedSize) {
    fail(`encryptions of zero of ${lweSize} elements; the parameters say ${expectedSize}`);
  }
  const expected = zeroCount(parameters) * perZero;
  if (found !== expected) fail(`${found} elements of encryptions of zero; the parameters say ${expected}`);
}

const publicKey: Codec<SerializedPublicKey> = standalone(
  "high_level_api::PublicKey",
  mapped(
    layout<WireLweList>(lweCiphertextList),
    ({ key: { zeros, parameters }, tag }, fail) => {
      checkZeros(parameters, zeros.lweSize, zeros.data.length, zeros.lweSize, fail);
      return { parameters, zeros: zeros.data, tag };
    },
    ({ parameters, zeros, tag }) => ({
      key: {
        zeros: { data: zeros, lweSize: bigLweDimension(parameters) + 1, modulus: null },
        parameters,
        atomicPattern: null,
      },
      tag,
    }),
  ),
);

const compressedPublicKey: Codec<SerializedCompressedPublicKey> = standalone(
  "high_level_api::CompressedPublicKey",
  mapped(
    layout<WireSeededLweList>(seededLweCiphertextList),
    ({ key: { zeros, parameters }, tag }, fail) => {
      checkZeros(parameters, zeros.lweSize, zeros.bodies.length, 1, fail);
      return { parameters, zeros: { seed: zeros.seed, bodies: zeros.bodies }, tag };
    },
    ({ parameters, zeros, tag }) => ({
      key: {
        zeros: { ...zeros, lweSize: bigLweDimension(parameters) + 1, modulus: null },
        parameters,
        atomicPattern: null,
      },
      tag,
    }),
  ),
);

/** The bytes of a public key in TFHE-rs 1.7's format: 2.2 GB at the default parameters. */
export function serializePublicKey(key: SerializedPublicKey): Uint8Array<ArrayBuffer> {
  return safeSerialize(publicKey, key);
}

/**
 * Reads a public key in the format of TFHE-rs 1.0 to 1.7.
 *
 * @throws DeserializationError if the bytes are not one, or one with parameters that Tacet lacks.
 * @throws ParameterError if its parameters are insecure and `allowInsecureParameters` is not set.
 */
export function deserializePublicKey(
  input: Uint8Array,
  options: DeserializeOptions & KeyOptions = {},
): SerializedPublicKey {
  const key = safeDeserialize(publicKey, input, options);
  checkSecurity(key.parameters, options);
  return key;
}

/** The bytes of a compressed public key in TFHE-rs 1.7's format. */
export function serializeCompressedPublicKey(key: SerializedCompressedPublicKey): Uint8Array<ArrayBuffer> {
  return safeSerialize(compressedPublicKey, key);
}

/** Reads a compressed public key. @throws as `deserializePublicKey`. */
export function deserializeCompressedPublicKey(
  input: Uint8Array,
  options: DeserializeOptions & KeyOptions = {},
): SerializedCompressedPublicKey {
  const key = safeDeserialize(compressedPublicKey, input, options);
  checkSecurity(key.parameters, options);
  return key;
}
