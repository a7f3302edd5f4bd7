import type { Block } from "../../graph/block.ts";
import type { Builder, Summand } from "../../graph/builder.ts";
import { booleanNot } from "../../integer/bits/bitwise.ts";
import { cheapest } from "../../integer/cheapest.ts";
import { clearValue } from "../../integer/clear.ts";
import { differing, differingBy } from "../../integer/comparison/equal.ts";
import { all, anyNonZero } from "../../integer/comparison/flags.ts";
import { combine, isClear } from "../../integer/radix.ts";
import { isPresent, lookupCharacter } from "../character.ts";
import type { Character, Text } from "../text.ts";

/**
 * Where a pattern may be found in a text, and flags of whether it is there.
 *
 * A pattern may be found at each place where it fits: one without padding in front of the padding of the text, one with
 * padding anywhere, as its own length is not known.
 */
export interface Matches {
  /** Number of characters before the place. */
  readonly starts: readonly number[];
  /** For each whether the pattern is there, as a Boolean block. */
  readonly flags: readonly Block[];
}

/** What more there is to say of a place where a pattern may be. */
export interface MatchOptions {
  /** More flags that speak against a place. */
  readonly against?: (start: number) => readonly Block[];
  /** Whether zeros of the pattern stand for zeros behind the text, and not for anything. */
  readonly exact?: boolean;
}

/** Everywhere. (TFHE-rs compares at each place anew.) */
export function matchesOf(builder: Builder, text: Text, pattern: Text, options: MatchOptions = {}): Matches {
  const last = text.characters.length - (pattern.padded ? 0 : pattern.characters.length);
  const starts = Array.from({ length: Math.max(0, last + 1) }, (_, start) => start);
  return { starts, flags: flagsAt(builder, text, pattern, starts, options) };
}

/** Everywhere but behind the end of the text, where the empty pattern would be found in its padding. */
export function matchesWithin(builder: Builder, text: Text, pattern: Text): Matches {
  const mayBeEmpty = pattern.padded || pattern.characters.length === 0;
  if (!(mayBeEmpty && text.padded)) return matchesOf(builder, text, pattern);
  return matchesOf(builder, text, pattern, {
    against: (start) =>
      start === 0 ? [] : [booleanNot(builder, isPresent(builder, text.characters[start - 1]))],
  });
}

/** Whether a pattern stands at a place of a text, as a Boolean block. */
export function matchAt(builder: Builder, text: Text, pattern: Text, start: number): Block {
  return flagsAt(builder, text, pattern, [start], {})[0];
}

/** Most pairs of a character of a pattern and a place, each of which is a few bootstraps: an hour of work. */
const MOST_PAIRS = 2 ** 18;

/** @throws RangeError for a pattern that is too long to be looked for in so many places. */
export function checkPairs(places: number, { characters: { length } }: Text): void {
  if (places * length <= MOST_PAIRS) return;
  throw new RangeError(
    `a pattern of ${length} characters in ${places} places: the most is ${MOST_PAIRS} pairs of both`,
  );
}

/** For each of some places whether the pattern is there. */
export function flagsAt(
  builder: Builder,
  text: Text,
  pattern: Text,
  starts: readonly number[],
  { against = () => [], exact = false }: MatchOptions,
): Block[] {
  checkPairs(starts.length, pattern);
  const differences = new Differences(builder, text, pattern, exact);
  const oneByOne = (): Block[] => starts.map((start) => differences.matchAt(start, against(start)));
  const codes = codesOf(builder, pattern);
  const fits = starts.every((start) => start + pattern.characters.length <= text.characters.length);
  if (codes === null || !fits || starts.length < 2) return oneByOne();
  const bySums = (): Block[] => {
    const flags = matchesBySums(builder, text.characters, codes, starts);
    return flags.map((flag, i) =>
      all(builder, [flag, ...against(starts[i]).map((other) => booleanNot(builder, other))]),
    );
  };
  return [...cheapest(builder, text.characters.flat(), [bySums, oneByOne])];
}

/** The characters of a pattern that is clear and has no padding, and of which there are some, else null. */
function codesOf(builder: Builder, { characters }: Text): number[] | null {
  if (characters.length === 0 || !characters.every(isClear)) return null;
  const codes = characters.map((character) => Number(clearValue(builder, character)));
  return codes.includes(0) ? null : codes;
}

/** What a character may count at most. */
const FULL = 2;

/**
 * Where a clear pattern is, by sums: a table counts 2 for one character, 0 for another one, and 1 for all others. Added up
 * over the places of the pattern, with 2 less that for the latter, tables of pairs of its characters give the most that they
 * can exactly where all of it is. So a place takes a rotation for each seven characters, besides what tables take for each
 * character of the text.
 */
function matchesBySums(
  builder: Builder,
  characters: readonly Character[],
  pattern: readonly number[],
  starts: readonly number[],
): Block[] {
  const distinct = [...new Set(pattern)];
  const indexOf = (code: number): number => distinct.indexOf(code);
  const pairs = Math.ceil(distinct.length / 2);
  const count = (pair: number, index: number): number =>
    index === 2 * pair ? FULL : index === 2 * pair + 1 ? 0 : distinct[2 * pair + 1] === undefined ? 0 : 1;
  const inOneTable = distinct.length < builder.capacity;
  const counts = characters.map((character) => {
    if (pairs === 1 || !inOneTable) {
      return Array.from({ length: pairs }, (_, pair) =>
        lookupCharacter(builder, character, (code) => count(pair, indexOf(code))),
      );
    }
    const number = lookupCharacter(builder, character, (code) => indexOf(code) + 1);
    return Array.from({ length: pairs }, (_, pair) =>
      builder.lookup(number, (value) => count(pair, value - 1)),
    );
  });
  const most = Math.max(1, Math.floor((builder.capacity - 1) / FULL));
  return starts.map((start) => {
    const parts = Array.from({ length: Math.ceil(pattern.length / most) }, (_, i) => {
      const some = pattern.slice(i * most, (i + 1) * most);
      const constant = some.reduce((sum, code) => sum + (indexOf(code) % 2) * FULL, 0);
      const summands = some.map((code, k): Summand => {
        const index = indexOf(code);
        return [index % 2 === 0 ? 1 : -1, counts[start + i * most + k][Math.floor(index / 2)]];
      });
      const sum = combine(builder, summands, constant);
      return builder.lookup(sum, (value) => Number(value === FULL * some.length));
    });
    return all(builder, parts);
  });
}

/** Flags of where characters of a text are not those of a pattern, each computed once. */
class Differences {
  readonly #builder: Builder;
  readonly #text: Text;
  readonly #pattern: Text;
  readonly #exact: boolean;
  readonly #known = new Map<string, readonly Block[]>();

  constructor(builder: Builder, text: Text, pattern: Text, exact: boolean) {
    this.#builder = builder;
    this.#text = text;
    this.#pattern = pattern;
    this.#exact = exact;
  }

  matchAt(start: number, against: readonly Block[] = []): Block {
    const builder = this.#builder;
    const { length } = this.#pattern.characters;
    const own: Block[] = [];
    for (let i = 0; i < length; ) {
      const both = this.#differInPair(start + i, i);
      own.push(...(both === undefined ? this.#differs(start + i, i) : [both]));
      i += both === undefined ? 1 : 2;
    }
    const flags = [...own, ...against];
    if (flags.some((flag) => flag.min === 1)) return builder.constant(0);
    return booleanNot(builder, anyNonZero(builder, flags));
  }

  /** Flags of which some are set if a character of the pattern, which is one of it, is another than that of the text. */
  #differs(place: number, index: number): readonly Block[] {
    const builder = this.#builder;
    const character = this.#pattern.characters[index];
    const name = `${place}:${isClear(character) ? `=${clearValue(builder, character)}` : index}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const flags = this.#compare(place, character);
    this.#known.set(name, flags);
    return flags;
  }

  /**
   * Whether one of two characters of the pattern in a row, which is one of it, is another than that of the text; nothing
   * where these are not told together. The second is none where the first is none: so how much of what is counted of both
   * speaks against the place depends on how many are there.
   */
  #differInPair(place: number, index: number): Block | undefined {
    const builder = this.#builder;
    const { characters, padded } = this.#pattern;
    const [first, second] = characters.slice(index, index + 2);
    const own = this.#text.characters.slice(place, place + 2);
    if (!padded || this.#exact || second === undefined || own.length < 2) return undefined;
    if (isClear(first) || isClear(second)) return undefined;
    const [ofFirst, ofSecond] = [differingBy(builder, own[0], first), differingBy(builder, own[1], second)];
    const weight = ofSecond.length + 1;
    const most = weight * ofFirst.length + ofSecond.length;
    if (2 * most > builder.capacity) return undefined;
    const present = [first, second].map((character) => isPresent(builder, character));
    const state = combine(builder, [
      [1, present[0]],
      [2, present[1]],
    ]);
    // The sum exceeds `most` if both are there and anything differs, or if the first alone is and differs.
    const offset = builder.lookup(state, (value) =>
      value === 3 ? most : value === 1 ? most + 1 - weight : 0,
    );
    const flags = [...ofFirst.map((flag) => flag(weight)), ...ofSecond.map((flag) => flag(1)), offset];
    return builder.lookupWide(
      flags.map((flag) => [1, flag]),
      0,
      (sum) => Number(sum > most),
    );
  }

  #compare(place: number, character: Character): readonly Block[] {
    const builder = this.#builder;
    const { padded } = this.#pattern;
    const own = this.#text.characters[place];
    // Behind the text there are no characters.
    if (own === undefined) return [padded ? isPresent(builder, character) : builder.constant(1)];
    if (isClear(character)) {
      const code = Number(clearValue(builder, character));
      if (code === 0 && padded && !this.#exact) return [];
      return [lookupCharacter(builder, own, (found) => Number(found !== code))];
    }
    const differs = differing(builder, own, character);
    if (!padded || this.#exact) return differs;
    return [anyAnd(builder, differs, isPresent(builder, character))];
  }
}

/** Whether one or more of some flags are set, and another one is as well. */
function anyAnd(builder: Builder, flags: readonly Block[], other: Block): Block {
  const weight = flags.length + 1;
  const summands = [...flags.map((flag): Summand => [1, flag]), [weight, other] as const];
  const largest = summands.reduce((sum, [coefficient, { max }]) => sum + coefficient * max, 0);
  if (largest >= builder.capacity || builder.noiseOf(summands) > builder.maxNoise)
    return all(builder, [anyNonZero(builder, flags), other]);
  return builder.lookup(combine(builder, summands), (value) => Number(value > weight));
}
