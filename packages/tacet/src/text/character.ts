import type { Block } from "../graph/block.ts";
import type { Builder, Summand } from "../graph/builder.ts";
import { cheapest } from "../integer/cheapest.ts";
import { anyNonZero } from "../integer/comparison/flags.ts";
import { combine } from "../integer/radix.ts";
import { match } from "../integer/table/match.ts";
import { sumOfOne } from "../integer/table/one-hot.ts";
import { messageBits } from "../parameters/parameter-set.ts";
import { type Packing, pack } from "./packing.ts";
import type { Character } from "./text.ts";

/** What is to be known of a character: an integer that a block holds, for each code. */
export type CharacterTable = (code: number) => number;

const HALF_BITS = 4;
const HALF = 2 ** HALF_BITS;

/** The lower or the upper four bits of a character as one block. */
function half(builder: Builder, character: Character, upper: boolean): Block {
  const digits = HALF_BITS / messageBits(builder.parameters);
  const { messageModulus } = builder.parameters;
  return combine(
    builder,
    character
      .slice(upper ? digits : 0, upper ? 2 * digits : digits)
      .map((digit, i): Summand => [messageModulus ** i, digit]),
  );
}

/**
 * What a table says of a character, of which it should say few different things.
 *
 * Two rotations where that is possible: a lookup of the lower half gives a number, which is such that it and the upper half
 * together decide; or three, if the upper half has to be looked up as well. Where there are no such numbers for all upper
 * halves, each of a few groups of them has its own, and gives 0 for the others. In TFHE-rs, each comparison of a character
 * with a clear one takes two or more.
 *
 * @param tolerance the noise that the result may have, as in `lookup`.
 */
export function lookupCharacter(
  builder: Builder,
  character: Character,
  table: CharacterTable,
  tolerance?: number,
): Block {
  if (HALF > builder.capacity || messageBits(builder.parameters) > HALF_BITS) {
    return lookupByMatch(builder, character, table);
  }
  const [low, high] = [half(builder, character, false), half(builder, character, true)];
  const packings = packed(low, high, builder.capacity, table);
  const byMatch = (): Block[] => [lookupByMatch(builder, character, table)];
  if (packings === null) return byMatch()[0];
  const byHalves = (): Block[] => [lookupHalves(builder, low, high, packings, tolerance)];
  if (packings.length <= FEW_GROUPS) return byHalves()[0];
  return cheapest(builder, character, [byHalves, byMatch])[0];
}

/** With so few groups of upper halves, there is no better way. */
const FEW_GROUPS = 2;

/** The sum of what the groups of upper halves give. */
function lookupHalves(
  builder: Builder,
  low: Block,
  high: Block,
  packings: readonly Packing<number>[],
  tolerance?: number,
): Block {
  const parts = packings.map(({ rows, columns, at }) => {
    const lower = builder.lookup(low, (value) => columns[value]);
    const asItIs = rows.every((number, value) => number === value);
    const upper = asItIs ? high : builder.lookup(high, (value) => rows[value]);
    const summands = [
      [1, upper],
      [1, lower],
    ] as const;
    const both = combine(builder, summands, 0, { max: builder.capacity - 1 });
    return builder.lookup(both, (value) => at[value] ?? 0, tolerance);
  });
  return sumOfOne(builder, parts);
}

/** What tables that have been asked for are made of: the same one is, for each character of a text. */
const known = new Map<string, readonly Packing<number>[] | null>();
const MOST_KNOWN = 1_000;

/** Numbers for the halves of a character: for some upper halves together, the result being 0 for the others. */
function packed(
  low: Block,
  high: Block,
  capacity: number,
  table: CharacterTable,
): readonly Packing<number>[] | null {
  const lowers = Array.from({ length: low.max + 1 }, (_, value) => value);
  const uppers = Array.from({ length: high.max + 1 }, (_, value) => value);
  const rows = uppers.map((upper) => lowers.map((lower) => table(HALF * upper + lower)));
  const name = `${capacity};${rows.map((row) => row.join()).join(";")}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  const packing = (some: readonly number[]): Packing<number> | null => {
    const own = rows.map((row, upper) => (some.includes(upper) ? row : row.map(() => 0)));
    return pack(own, capacity, uppers) ?? pack(own, capacity);
  };
  const all = packing(uppers);
  const packings = all === null ? packedInGroups(uppers, packing) : [all];
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, packings);
  return packings;
}

/** Puts each upper half into the first group that it can be packed with. */
function packedInGroups(
  uppers: readonly number[],
  packing: (some: readonly number[]) => Packing<number> | null,
): Packing<number>[] | null {
  const groups: { members: number[]; packing: Packing<number> }[] = [];
  for (const upper of uppers) {
    const place = groups.findIndex(({ members }) => packing([...members, upper]) !== null);
    const members = [...(groups[place]?.members ?? []), upper];
    const own = packing(members);
    // A row of many different entries leaves no sums for those of the others.
    if (own === null) return null;
    groups[place < 0 ? groups.length : place] = { members, packing: own };
  }
  return groups.map((group) => group.packing);
}

function lookupByMatch(builder: Builder, character: Character, table: CharacterTable): Block {
  const size = 2 ** (character.length * messageBits(builder.parameters));
  const rows = Array.from({ length: size }, (_, code) => [BigInt(code), [table(code)]] as const);
  return match(builder, character, new Map(rows), [0])[0];
}

/** Whether a character is not 0: one rotation at the default parameters. */
export function isPresent(builder: Builder, character: Character): Block {
  return anyNonZero(builder, character);
}
