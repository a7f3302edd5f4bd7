import {
  type Codec,
  mapped,
  optional,
  struct,
  union,
  type Variant,
  vector,
  versioned,
} from "../../wire/bincode/codec.ts";
import { bytes, byteVector, u64, word } from "../../wire/bincode/primitives.ts";
import { standalone } from "../../wire/safe-serialize.ts";
import { extendable, integerBytes, integerOf } from "../scheme/scalars.ts";
import type { ParametersV1 } from "../scheme/v1-parameters.ts";
import type { Bound, ParametersV2 } from "../scheme/v2-parameters.ts";
import { g1Point, g2Point, type WrittenPoint } from "./points.ts";

/** Most points of a list that are read: some four times as many as the largest proofs of TFHE-rs take. */
const MOST_POINTS = 2 ** 20;

/** A CRS as it is written. */
export interface WrittenCrs<Parameters> {
  readonly parameters: Parameters;
  readonly g1: readonly WrittenPoint[];
  readonly g2: readonly WrittenPoint[];
}

/** The separators but the last, in the order in which they are written. */
const NAMES_V2 = ["hash", "R", "t", "w", "agg", "lmap", "phi", "xi", "z", "chi"] as const;
const NAMES_V1 = ["hash", "t", "agg", "lmap", "w", "z"] as const;
const OLDER_NAMES_V1 = ["hash", "t", "agg", "lmap", "z", "w"] as const;

interface Points {
  readonly g1: WrittenPoint[];
  readonly g2: WrittenPoint[];
}

/** `SerializableGroupElements`. */
const points: Codec<Points> = mapped(
  versioned(0, struct({ g1: vector(g1Point, 2 * MOST_POINTS), g2: vector(g2Point, MOST_POINTS) })),
  (lists, fail) => {
    if (lists.g1.length === 2 * lists.g2.length) return lists;
    return fail(`${lists.g1.length} points of G1 and ${lists.g2.length} of G2; expected twice as many of G1`);
  },
  (lists) => lists,
);

/** A number of 64 bits that sizes follow from. */
const size = u64;

const wide: Codec<bigint> = mapped(bytes(16), integerOf, (value) => integerBytes(value, 16));

/** Bytes of a separator: formerly 256, now 8. */
const SEPARATOR_BYTES = [8, 256];

/** Separators as they are written, all of the same length. */
function separatorFields<Name extends string>(names: readonly Name[]): Codec<Record<Name, Uint8Array>> {
  const fields = Object.fromEntries(names.map((name) => [name, byteVector])) as Record<
    Name,
    Codec<Uint8Array>
  >;
  return mapped(
    struct<Record<Name, Uint8Array>>(fields),
    (found, fail) => {
      const lengths = names.map((name) => found[name].length);
      if (SEPARATOR_BYTES.includes(lengths[0]!) && lengths.every((length) => length === lengths[0]))
        return found;
      return fail(`domain separators of ${[...new Set(lengths)].join(" and ")} bytes; expected 8`);
    },
    (value) => value,
  );
}

/** What older CRS had no separator for: TFHE-rs hashes some of the others to make up for it. */
const HASHED_FOR_GAMMA = ["hash", "t", "w", "agg", "lmap", "z"] as const;

/** Separators without the last one, which follows from the others. */
function olderSeparators<Name extends string>(
  names: readonly Name[],
): Codec<Record<Name | "gamma", Uint8Array>> {
  return mapped(
    separatorFields(names),
    (found) => {
      const named = found as Record<string, Uint8Array>;
      const read = extendable(HASHED_FOR_GAMMA.map((name) => named[name]!));
      return { ...found, gamma: read(named.hash!.length) };
    },
    notWritten,
  );
}

/** Domain separators, in the order in which they are written. */
function separators<Name extends string>(names: readonly Name[]): Codec<Record<Name | "gamma", Uint8Array>> {
  return versioned(1, separatorFields([...names, "gamma" as const]), { 0: olderSeparators(names) });
}

function notWritten(): never {
  throw new Error("older layouts are only read");
}

/** An enum whose variants carry nothing. */
export function indexOf<Name extends string>(names: readonly Name[]): Codec<Name> {
  return {
    minimumSize: 4,
    read: (reader) => {
      const at = reader.offset;
      const found = names[reader.u32()];
      return found ?? reader.fail(`unknown variant; expected ${names.join(" or ")}`, at);
    },
    write: (writer, name) => writer.u32(names.indexOf(name)),
  };
}

const BOUNDS: readonly Bound[] = ["GHL", "CS"];
const bound = versioned(0, indexOf(BOUNDS));

/** A CRS whose fields are those of its parameters, after its points. */
function crs<Parameters extends { readonly sid: bigint | undefined }>(
  fields: Codec<Omit<Parameters, "sid"> & { readonly points: Points; readonly sid: bigint | null }>,
): Codec<WrittenCrs<Parameters>> {
  return mapped(
    fields,
    ({ points: { g1, g2 }, sid, ...rest }) => {
      const parameters = { ...rest, sid: sid ?? undefined } as unknown as Parameters;
      return { parameters, g1, g2 };
    },
    ({ parameters: { sid, ...rest }, g1, g2 }) => ({
      ...(rest as Omit<Parameters, "sid">),
      points: { g1: [...g1], g2: [...g2] },
      sid: sid ?? null,
    }),
  );
}

/** Fields as older CRS have them: no identity, and separators that were fields of their own. */
const older = <T>(fields: Codec<T>): Codec<T & { readonly sid: null }> =>
  mapped(fields, (value) => ({ ...value, sid: null }), notWritten);

const numbers2 = {
  points,
  bits: size,
  n: size,
  d: size,
  k: size,
  squaredBound: wide,
  noiseBound: word,
  q: word,
  t: word,
  zeroBits: word,
  bound,
};

/** `SerializablePKEv2PublicParams`. */
const version2: Codec<WrittenCrs<ParametersV2>> = versioned(
  1,
  crs<ParametersV2>(struct({ ...numbers2, sid: optional(wide), separators: separators(NAMES_V2) })),
  { 0: crs<ParametersV2>(older(struct({ ...numbers2, separators: olderSeparators(NAMES_V2) }))) },
);

const numbers1 = {
  points,
  bits: size,
  n: size,
  d: size,
  k: size,
  noiseBound: word,
  quotientBound: word,
  q: word,
  t: word,
  zeroBits: word,
};

/** `SerializablePKEv1PublicParams`. */
const version1: Codec<WrittenCrs<ParametersV1>> = versioned(
  1,
  crs<ParametersV1>(struct({ ...numbers1, sid: optional(wide), separators: separators(NAMES_V1) })),
  { 0: crs<ParametersV1>(older(struct({ ...numbers1, separators: olderSeparators(OLDER_NAMES_V1) }))) },
);

/** `CompactPkeCrs`: of version 1 or 2, its points whole or compressed. */
export type AnyCrs = Variant<{ PkeV1: WrittenCrs<ParametersV1>; PkeV2: WrittenCrs<ParametersV2> }>;

export const crsCodec: Codec<AnyCrs> = standalone(
  "zk::CompactPkeCrs",
  versioned(1, union({ PkeV1: version1, PkeV2: version2 })),
);

/** A CRS of version 2 without what stands around it. */
export const version2Codec: Codec<WrittenCrs<ParametersV2>> = version2;
