import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { booleanNot } from "../integer/bits/bitwise.ts";
import { clearValue } from "../integer/clear.ts";
import { ne } from "../integer/comparison/equal.ts";
import { all, anyNonZero } from "../integer/comparison/flags.ts";
import { isClear } from "../integer/radix.ts";
import { isPresent, lookupCharacter } from "./character.ts";
import type { Character, Text } from "./text.ts";

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

/**
 * Everywhere. (TFHE-rs compares at each place anew.)
 *
 * @param against more flags that speak against a place.
 */
export function matchesOf(
  builder: Builder,
  text: Text,
  pattern: Text,
  against: (start: number) => readonly Block[] = () => [],
): Matches {
  const last = text.characters.length - (pattern.padded ? 0 : pattern.characters.length);
  const starts = Array.from({ length: Math.max(0, last + 1) }, (_, start) => start);
  checkPairs(starts.length, pattern);
  const differences = new Differences(builder, text, pattern);
  return { starts, flags: starts.map((start) => differences.matchAt(start, against(start))) };
}

/** Everywhere but behind the end of the text, where the empty pattern would be found in its padding. */
export function matchesWithin(builder: Builder, text: Text, pattern: Text): Matches {
  const mayBeEmpty = pattern.padded || pattern.characters.length === 0;
  if (!(mayBeEmpty && text.padded)) return matchesOf(builder, text, pattern);
  return matchesOf(builder, text, pattern, (start) =>
    start === 0 ? [] : [booleanNot(builder, isPresent(builder, text.characters[start - 1]))],
  );
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

/** Flags of where characters of a text are not those of a pattern, each computed once. */
class Differences {
  readonly #builder: Builder;
  readonly #text: Text;
  readonly #pattern: Text;
  readonly #known = new Map<string, Block>();

  constructor(builder: Builder, text: Text, pattern: Text) {
    this.#builder = builder;
    this.#text = text;
    this.#pattern = pattern;
  }

  matchAt(start: number, against: readonly Block[] = []): Block {
    const builder = this.#builder;
    const own = this.#pattern.characters.map((_, i) => this.#differs(start + i, i));
    const flags = [...own, ...against];
    if (flags.some((flag) => flag.min === 1)) return builder.constant(0);
    return booleanNot(builder, anyNonZero(builder, flags));
  }

  /** Whether a character of the pattern, which is one of it, is another than that of the text. */
  #differs(place: number, index: number): Block {
    const builder = this.#builder;
    const character = this.#pattern.characters[index];
    const name = `${place}:${isClear(character) ? `=${clearValue(builder, character)}` : index}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const flag = this.#compare(place, character);
    this.#known.set(name, flag);
    return flag;
  }

  #compare(place: number, character: Character): Block {
    const builder = this.#builder;
    const { padded } = this.#pattern;
    const own = this.#text.characters[place];
    // Behind the text there are no characters.
    if (own === undefined) return padded ? isPresent(builder, character) : builder.constant(1);
    if (isClear(character)) {
      const code = Number(clearValue(builder, character));
      if (code === 0 && padded) return builder.constant(0);
      return lookupCharacter(builder, own, (found) => Number(found !== code));
    }
    const differs = ne(builder, own, character);
    if (!padded) return differs;
    return all(builder, [differs, isPresent(builder, character)]);
  }
}

/** Whether a pattern stands at a place of a text, as a Boolean block. */
export function matchAt(builder: Builder, text: Text, pattern: Text, start: number): Block {
  return new Differences(builder, text, pattern).matchAt(start);
}
