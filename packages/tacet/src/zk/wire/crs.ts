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
import { integerBytes, integerOf } from "../scheme/scalars.ts";
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

/** `SerializableGroupElements`. */
const points = mapped(
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

/** Domain separators, all of the same length, in the order in which they are written. */
function separators<Name extends string>(names: readonly Name[]): Codec<Record<Name, Uint8Array>> {
  const fields = Object.fromEntries(names.map((name) => [name, byteVector])) as Record<
    Name,
    Codec<Uint8Array>
  >;
  return mapped(
    versioned(1, struct<Record<Name, Uint8Array>>(fields)),
    (found, fail) => {
      const lengths = names.map((name) => found[name].length);
      if (SEPARATOR_BYTES.includes(lengths[0]!) && lengths.every((length) => length === lengths[0]))
        return found;
      return fail(`domain separators of ${[...new Set(lengths)].join(" and ")} bytes; expected 8`);
    },
    (value) => value,
  );
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

/** `SerializablePKEv2PublicParams`. */
const version2: Codec<WrittenCrs<ParametersV2>> = mapped(
  versioned(
    1,
    struct({
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
      sid: optional(wide),
      separators: separators(["hash", "R", "t", "w", "agg", "lmap", "phi", "xi", "z", "chi", "gamma"]),
    }),
  ),
  ({ points: { g1, g2 }, sid, ...parameters }) => ({
    parameters: { ...parameters, sid: sid ?? undefined },
    g1,
    g2,
  }),
  ({ parameters: { sid, ...parameters }, g1, g2 }) => ({
    points: { g1: [...g1], g2: [...g2] },
    ...parameters,
    sid: sid ?? null,
  }),
);

/** `SerializablePKEv1PublicParams`. */
const version1: Codec<WrittenCrs<ParametersV1>> = mapped(
  versioned(
    1,
    struct({
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
      sid: optional(wide),
      separators: separators(["hash", "t", "agg", "lmap", "w", "z", "gamma"]),
    }),
  ),
  ({ points: { g1, g2 }, sid, ...parameters }) => ({
    parameters: { ...parameters, sid: sid ?? undefined },
    g1,
    g2,
  }),
  ({ parameters: { sid, ...parameters }, g1, g2 }) => ({
    points: { g1: [...g1], g2: [...g2] },
    ...parameters,
    sid: sid ?? null,
  }),
);

/** `CompactPkeCrs`: of version 1 or 2, its points whole or compressed. */
export type AnyCrs = Variant<{ PkeV1: WrittenCrs<ParametersV1>; PkeV2: WrittenCrs<ParametersV2> }>;

export const crsCodec: Codec<AnyCrs> = standalone(
  "zk::CompactPkeCrs",
  versioned(1, union({ PkeV1: version1, PkeV2: version2 })),
);
