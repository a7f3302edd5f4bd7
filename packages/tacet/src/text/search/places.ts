import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { clearValue } from "../../integer/clear.ts";
import { all } from "../../integer/comparison/flags.ts";
import { isClear, lookupRaised, type Radix } from "../../integer/radix.ts";
import { sumOfOne } from "../../integer/table/one-hot.ts";
import { isPresent } from "../character.ts";
import { counted, counterFrom, isBelow, Meter } from "../count.ts";
import type { Text } from "../text.ts";
import { matchesWithin } from "./matches.ts";

/** Where a pattern is in a text without overlapping itself. */
export interface Places {
  /** For each character, and for what is behind the last, whether the pattern is taken to begin there, if it may. */
  readonly taken: readonly (Block | undefined)[];
  /** For each character of the pattern whether it is one: whether it is no padding. */
  readonly parts: readonly Block[];
  /** In how many places it may be at most. */
  readonly most: number;
}

/** Which places to take. */
export interface PlacesOptions {
  /** Whether to begin from the end of the text. */
  readonly fromEnd?: boolean;
  /** How many to take at most; as many as there are unless given. */
  readonly limit?: Radix | undefined;
  /** From where to count them: 0 unless given. */
  readonly first?: number;
}

/** Takes a pattern wherever it is, one place after another, but not where it would overlap one that is taken already. */
export function placesOf(
  builder: Builder,
  text: Text,
  pattern: Text,
  { fromEnd = false, limit, first = 0 }: PlacesOptions = {},
): Places {
  const { length } = text.characters;
  const { flags } = matchesWithin(builder, text, pattern);
  const parts = pattern.characters.map((character) =>
    pattern.padded ? isPresent(builder, character) : builder.constant(1),
  );
  const distances = parts.flatMap((_, distance) =>
    distance > 0 && mayOverlap(builder, pattern, distance) ? [distance] : [],
  );
  const most = mostPlaces(builder, text, pattern, limit, first);
  const taken = new Array<Block | undefined>(length + 1).fill(undefined);
  const isLimited = limit !== undefined && !(isClear(limit) && most === mostPlaces(builder, text, pattern));
  const more = isLimited ? moreThan(builder, limit, first, most) : undefined;
  const order = Array.from(taken, (_, i) => (fromEnd ? length - i : i));
  for (const place of order) {
    if (flags[place] === undefined) continue;
    let flag = flags[place];
    const blocking = distances.flatMap((distance) => {
      const other = taken[fromEnd ? place + distance : place - distance];
      // The first of two reaches the other one with that of its characters.
      return other === undefined ? [] : [all(builder, [other, parts[distance]])];
    });
    if (blocking.length > 0) {
      const blocked = sumOfOne(builder, blocking);
      flag = lookupRaised(builder, blocked, flag, (on, found) => (on ? 0 : found));
    }
    taken[place] = more === undefined ? flag : more(flag);
  }
  return { taken, parts, most };
}

/** Passes as many flags on as a number says, and none of those that come later. */
function moreThan(builder: Builder, limit: Radix, first: number, most: number): (flag: Block) => Block {
  if (isClear(limit)) {
    const meter = new Meter(builder, most, most);
    let reading = meter.zero;
    return (flag) => {
      const passed = all(builder, [flag, meter.isBelow(reading, most)]);
      reading = meter.count([passed]);
      return passed;
    };
  }
  let count = counted(builder, counterFrom(builder, most + first), builder.constant(first));
  return (flag) => {
    const passed = all(builder, [flag, isBelow(builder, count, limit)]);
    count = counted(builder, count, passed);
    return passed;
  };
}

/** In how many places a pattern may be that does not overlap itself, and that are taken. */
export function mostPlaces(
  builder: Builder,
  text: Text,
  { characters, padded }: Text,
  limit?: Radix,
  first = 0,
): number {
  const { length } = text.characters;
  const most = padded || characters.length === 0 ? length + 1 : Math.floor(length / characters.length);
  if (limit === undefined || !isClear(limit)) return most;
  return Math.max(0, Math.min(most, Number(clearValue(builder, limit)) - first));
}

/** Whether a pattern may be in two places that are so far apart. */
function mayOverlap(builder: Builder, { characters, padded }: Text, distance: number): boolean {
  if (padded || !characters.every(isClear)) return true;
  const codes = characters.map((character) => clearValue(builder, character));
  return codes.slice(distance).every((code, i) => code === codes[i]);
}
