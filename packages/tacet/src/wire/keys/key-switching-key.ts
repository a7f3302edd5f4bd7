import { KNOWN_SETS } from "../../parameters/known-sets.ts";
import { bigLweDimension } from "../../parameters/parameter-set.ts";
import type { ExpandedCastingKey } from "../../scheme/server-key/expanded-key.ts";
import { type Codec, type Fail, mapped, optional, struct, versioned } from "../bincode/codec.ts";
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
import {
  fromWireExpandedCasting,
  type IsPublished,
  keySwitchMaterial,
  toWireExpandedCasting,
  type WireExpandedCastingKey,
} from "./casting-key.ts";
import {
  type ComputingKey,
  computingKey,
  fromComputingKey,
  toComputingKey,
  type WireComputingKey,
} from "./computing-key.ts";

/** What TFHE-rs's `KeySwitchingKey` holds. */
export interface SerializedKeySwitchingKey {
  /** The key switch from the former big key. */
  readonly casting: ExpandedCastingKey;
  /** The server key that it leads to. */
  readonly destination: ComputingKey;
  /** The server key that ciphertexts come from, if the key has it along. */
  readonly source: ComputingKey | null;
  /** Bytes that an application attached to the former key. */
  readonly formerTag: Uint8Array;
  /** Bytes that an application attached to the key that it leads to. */
  readonly tag: Uint8Array;
}

interface Layout {
  key: {
    casting: WireExpandedCastingKey;
    destination: WireComputingKey;
    source: WireComputingKey | null;
  };
  formerTag: Uint8Array;
  tag: Uint8Array;
}

/** `KeySwitchingKey`, that of `integer` in it, and that of `shortint` in that. */
const layout: Codec<Layout> = versioned(
  1,
  struct<Layout>({
    key: versioned(
      0,
      versioned(
        0,
        struct<Layout["key"]>({
          casting: keySwitchMaterial,
          destination: computingKey,
          source: optional(computingKey),
        }),
      ),
    ),
    formerTag: taggedBytes,
    tag: taggedBytes,
  }),
);

/** Whether a key switch is from the big key of a set, by the gadget that TFHE-rs takes for it: that of lookups. */
const isUsual: IsPublished = ({ inputDimension, baseLog, level }, parameters) =>
  baseLog === parameters.ksBaseLog &&
  level === parameters.ksLevel &&
  KNOWN_SETS.some(
    (set) =>
      !set.insecure &&
      set.messageModulus === parameters.messageModulus &&
      set.carryModulus === parameters.carryModulus &&
      bigLweDimension(set) === inputDimension,
  );

function fromLayout({ key, formerTag, tag }: Layout, fail: Fail, format: Format): SerializedKeySwitchingKey {
  const destination = fromComputingKey(key.destination, fail, format);
  const { parameters } = destination;
  const casting = fromWireExpandedCasting(key.casting, parameters, fail, format, isUsual);
  const source = key.source && fromComputingKey(key.source, fail, format);
  if (source !== null) {
    const dimension = bigLweDimension(source.parameters);
    expectEqual("input dimension of the key-switching key", casting.inputDimension, dimension, fail);
    for (const modulus of ["messageModulus", "carryModulus"] as const) {
      expectEqual(`${modulus} of the former key`, source.parameters[modulus], parameters[modulus], fail);
    }
  }
  return { casting, destination, source, formerTag, tag };
}

function toLayout({ casting, destination, source, formerTag, tag }: SerializedKeySwitchingKey): Layout {
  return {
    key: {
      casting: toWireExpandedCasting(casting, destination.parameters),
      destination: toComputingKey(destination),
      source: source && toComputingKey(source),
    },
    formerTag,
    tag,
  };
}

const keySwitchingKey: Codec<SerializedKeySwitchingKey> = standalone(
  "high_level_api::KeySwitchingKey",
  mapped(layout, fromLayout, toLayout),
);

/** The bytes of a key-switching key in TFHE-rs's format. */
export function serializeKeySwitchingKey(
  key: SerializedKeySwitchingKey,
  options?: SerializeOptions,
): Uint8Array<ArrayBuffer> {
  return safeSerialize(keySwitchingKey, key, options);
}

/**
 * Reads a key-switching key in the format of TFHE-rs up to 1.8.
 *
 * @throws DeserializationError if the bytes are not one, or one with parameters that Tacet lacks, or with insecure
 *   parameters that are not allowed.
 */
export function deserializeKeySwitchingKey(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): SerializedKeySwitchingKey {
  return safeDeserialize(keySwitchingKey, input, options);
}
