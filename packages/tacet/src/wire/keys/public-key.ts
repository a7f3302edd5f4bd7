import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import {
  type ExpandedPublicKey,
  type SeededPublicKey,
  zeroCount,
} from "../../scheme/public-key/public-key.ts";
import { type Codec, type Fail, mapped, struct, versioned } from "../bincode/codec.ts";
import { expectEqual } from "../core/checks.ts";
import { atomicPattern, pbsOrder, taggedBytes } from "../core/core.ts";
import { shortintParameters } from "../core/parameters.ts";
import { core64, type WireLweList, type WireSeededLweList } from "../core/torus.ts";
import {
  type DeserializeOptions,
  type ParameterOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "../safe-serialize.ts";

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
  return versioned(1, struct({ key: versioned(0, shortintKey), tag: taggedBytes }));
}

/** Refuses encryptions of zero of another dimension or number than the parameters say. */
function checkZeros(
  parameters: ParameterSet,
  lweSize: number,
  found: number,
  perZero: number,
  fail: Fail,
): void {
  expectEqual("size of the encryptions of zero", lweSize, bigLweDimension(parameters) + 1, fail);
  expectEqual("length of the encryptions of zero", found, zeroCount(parameters) * perZero, fail);
}

const publicKey: Codec<SerializedPublicKey> = standalone(
  "high_level_api::PublicKey",
  mapped(
    layout<WireLweList>(core64.lweCiphertextList),
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
    layout<WireSeededLweList>(core64.seededLweCiphertextList),
    ({ key: { zeros, parameters }, tag }, fail) => {
      checkZeros(parameters, zeros.lweSize, zeros.bodies.length, 1, fail);
      return { parameters, zeros: { seed: zeros.seed, bodies: zeros.bodies }, tag };
    },
    ({ parameters, zeros, tag }) => ({
      key: {
        zeros: { ...zeros, lweSize: bigLweDimension(parameters) + 1 },
        parameters,
        atomicPattern: null,
      },
      tag,
    }),
  ),
);

/** The bytes of a public key in TFHE-rs's format: 2.2 GB at the default parameters. */
export function serializePublicKey(key: SerializedPublicKey): Uint8Array<ArrayBuffer> {
  return safeSerialize(publicKey, key);
}

/**
 * Reads a public key in the format of TFHE-rs 1.0 to 1.8.
 *
 * @throws DeserializationError if the bytes are not one, or one with parameters that Tacet lacks, or with insecure
 *   ones that are not allowed.
 */
export function deserializePublicKey(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): SerializedPublicKey {
  return safeDeserialize(publicKey, input, options);
}

/** The bytes of a compressed public key in TFHE-rs's format. */
export function serializeCompressedPublicKey(key: SerializedCompressedPublicKey): Uint8Array<ArrayBuffer> {
  return safeSerialize(compressedPublicKey, key);
}

/** Reads a compressed public key. @throws as `deserializePublicKey`. */
export function deserializeCompressedPublicKey(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): SerializedCompressedPublicKey {
  return safeDeserialize(compressedPublicKey, input, options);
}
