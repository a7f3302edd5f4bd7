import type { CompactEncryption } from "../../parameters/compact-encryption.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import type { MaskSeed } from "../../random/mask-seed.ts";
import type { CastingShape } from "../../scheme/server-key/seeded-key.ts";
import { type Codec, type Fail, mapped, struct, union, versioned } from "../bincode/codec.ts";
import { expectEqual } from "../core/checks.ts";
import { xofSeed } from "../core/core.ts";
import {
  type DeserializeOptions,
  type ParameterOptions,
  type SerializeOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "../safe-serialize.ts";
import {
  compactPublicKey,
  compressedCompactPublicKey,
  type SerializedCompactPublicKey,
  type SerializedCompressedCompactPublicKey,
} from "./compact-public-key.ts";
import { expandedServerKey, type SerializedExpandedKey } from "./expanded-server-key.ts";
import { type SerializedServerKey, seededServerKey } from "./server-key.ts";

/** What TFHE-rs's `CompressedXofKeySet` holds. */
export interface SerializedCompressedKeySet {
  /** Where the stream of all masks begins: in which the keys have their places, whatever seeds they say. */
  readonly seed: MaskSeed;
  readonly publicKey: SerializedCompressedCompactPublicKey;
  readonly serverKey: SerializedServerKey;
}

/** What TFHE-rs's `XofKeySet` holds. */
export interface SerializedKeySet {
  readonly publicKey: SerializedCompactPublicKey;
  readonly serverKey: SerializedExpandedKey;
}

/** `XofSeedStart`. */
const seedStart: Codec<MaskSeed> = mapped(
  versioned(
    0,
    union<{ "first byte": Uint8Array<ArrayBuffer>; "second byte": Uint8Array<ArrayBuffer> }>({
      "first byte": xofSeed,
      "second byte": xofSeed,
    }),
  ),
  ({ kind, value }) => ({ kind: "xof", bytes: value, start: kind === "first byte" ? 0 : 1 }),
  ({ bytes, start }) => ({
    kind: start === 0 ? ("first byte" as const) : ("second byte" as const),
    value: bytes,
  }),
);

/** `XofSeed`, of the versions of TFHE-rs whose masks began at the second byte. */
const formerSeed: Codec<MaskSeed> = mapped(
  xofSeed,
  (bytes) => ({ kind: "xof", bytes, start: 1 }),
  ({ bytes }) => bytes,
);

const compressedKeys = { publicKey: compressedCompactPublicKey, serverKey: seededServerKey };

const compressedKeySet: Codec<SerializedCompressedKeySet> = standalone(
  "high_level_api::CompressedXofKeySet",
  mapped(
    versioned(1, struct<SerializedCompressedKeySet>({ seed: seedStart, ...compressedKeys }), {
      0: struct<SerializedCompressedKeySet>({ seed: formerSeed, ...compressedKeys }),
    }),
    checkedKeySet,
    (set) => set,
  ),
);

const keySet: Codec<SerializedKeySet> = standalone(
  "high_level_api::XofKeySet",
  mapped(
    versioned(0, struct<SerializedKeySet>({ publicKey: compactPublicKey, serverKey: expandedServerKey })),
    checkedKeySet,
    (set) => set,
  ),
);

/** A set whose public key is for its server key. */
function checkedKeySet<
  Set extends {
    readonly publicKey: { readonly encryption: CompactEncryption };
    readonly serverKey: { readonly parameters: ParameterSet; readonly casting: CastingShape | null };
  },
>(set: Set, fail: Fail): Set {
  const { encryption } = set.publicKey;
  const { parameters, casting } = set.serverKey;
  const dimension = casting === null ? bigLweDimension(parameters) : casting.inputDimension;
  expectEqual("LWE dimension of the compact public key", encryption.lweDimension, dimension, fail);
  for (const modulus of ["messageModulus", "carryModulus"] as const) {
    expectEqual(`${modulus} of the compact public key`, encryption[modulus], parameters[modulus], fail);
  }
  return set;
}

/** The bytes of a compressed key set in TFHE-rs's format. */
export function serializeCompressedKeySet(
  set: SerializedCompressedKeySet,
  options?: SerializeOptions,
): Uint8Array<ArrayBuffer> {
  return safeSerialize(compressedKeySet, set, options);
}

/**
 * Reads a compressed key set in the format of TFHE-rs up to 1.8.
 *
 * @throws DeserializationError if the bytes are not one, or one with keys that Tacet lacks or that do not go together, or
 *   with insecure parameters that are not allowed.
 */
export function deserializeCompressedKeySet(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): SerializedCompressedKeySet {
  return safeDeserialize(compressedKeySet, input, options);
}

/** The bytes of an expanded key set in TFHE-rs's format. */
export function serializeKeySet(set: SerializedKeySet, options?: SerializeOptions): Uint8Array<ArrayBuffer> {
  return safeSerialize(keySet, set, options);
}

/** Reads an expanded key set. @throws as `deserializeCompressedKeySet`. */
export function deserializeKeySet(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): SerializedKeySet {
  return safeDeserialize(keySet, input, options);
}
