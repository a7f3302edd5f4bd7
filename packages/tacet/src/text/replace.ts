import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { booleanNot } from "../integer/bits/bitwise.ts";
import { ifThenZero } from "../integer/choice/flip.ts";
import { clearValue } from "../integer/clear.ts";
import { lt } from "../integer/comparison/compare.ts";
import { all } from "../integer/comparison/flags.ts";
import { combine, isClear, lookupRaised, type Radix, toDigits } from "../integer/radix.ts";
import { sumOfOne } from "../integer/table/one-hot.ts";
import { isPresent } from "./character.ts";
import { counted, counterFrom, runningCounts } from "./count.ts";
import { matchesWithin } from "./matches.ts";
import { expand, squeeze } from "./route.ts";
import { type Character, characterSize, clearText, type Text } from "./text.ts";

/**
 * A text with another one in place of a pattern, wherever it is: from the left, and not where it would overlap itself or
 * what has been put in. (TFHE-rs: `replace` and `replacen`, whose results are exponentially larger than the text.)
 *
 * What is put in pushes the characters from there on to the back, all places of a bit of their number at a time; then
 * zeros are squeezed out, which stand where the pattern was.
 *
 * @param most how often at most; everywhere unless given.
 */
export function replace(builder: Builder, text: Text, pattern: Text, by: Text, most?: Radix): Text {
  const places = placesOf(builder, text, pattern, most);
  const size = characterSize(builder);
  const top = size - 1;
  const none = clearText(builder, [0]).characters[0];
  const step = by.characters.length;
  /** The characters, and what is behind the last one. A bit that they lack says that something is put in before one. */
  const items = [...text.characters, none].map((character, i) => {
    const { covered, taken } = places.at[i];
    const kept =
      covered === undefined ? character : ifThenZero(builder, booleanNot(builder, covered), character);
    return taken === undefined ? kept : marked(builder, kept, taken);
  });
  const counts = runningCounts(
    builder,
    places.at.map(({ taken }) => taken),
    places.most,
  );
  const moved = step === 0 ? items : expand(builder, items, counts.slice(1), step, places.most);
  const marks = moved.map((character) => builder.lookup(character[top], (digit) => digit >> bitOf(builder)));
  const characters = moved.map((character, place) => {
    const own = character.with(
      top,
      builder.lookup(character[top], (digit) => digit % 2 ** bitOf(builder)),
    );
    const parts = by.characters.flatMap((inserted, j): Character[] => {
      const mark = marks[place + step - j];
      return mark === undefined ? [] : [ifThenZero(builder, mark, inserted)];
    });
    return toDigits(
      builder,
      own.map((digit, k) => sumOfOne(builder, [digit, ...parts.map((inserted) => inserted[k])])),
    );
  });
  const squeezed = squeeze(builder, characters).slice(0, longest(text, pattern, by));
  return { characters: squeezed, padded: squeezed.length > 0 };
}

/** The most characters that there are in the meantime. */
export function sizeWhileReplacing(text: Text, pattern: Text, by: Text): number {
  return text.characters.length + 1 + mostPlaces(text, pattern) * by.characters.length;
}

/** The most characters that the result may have. */
function longest(text: Text, pattern: Text, by: Text): number {
  const taken = pattern.padded ? 0 : pattern.characters.length;
  const more = Math.max(0, by.characters.length - taken);
  return text.characters.length + mostPlaces(text, pattern) * more;
}

/** In how many places a pattern may be that does not overlap itself. */
function mostPlaces(text: Text, { characters, padded }: Text): number {
  const { length } = text.characters;
  return padded || characters.length === 0 ? length + 1 : Math.floor(length / characters.length);
}

/** The bit of the last digit of a character that no character has. */
function bitOf(builder: Builder): number {
  return Math.log2(builder.parameters.messageModulus) - 1;
}

/** A character with a mark in a bit that no character has. */
function marked(builder: Builder, character: Character, mark: Block): Character {
  const top = character.length - 1;
  const digit = combine(builder, [
    [1, character[top]],
    [2 ** bitOf(builder), mark],
  ]);
  return toDigits(builder, character.with(top, digit));
}

/** Where a pattern is replaced. */
interface Places {
  /** For each character, and what is behind the last: whether the pattern is replaced there, and whether that takes it away. */
  readonly at: readonly { readonly taken: Block | undefined; readonly covered: Block | undefined }[];
  /** In how many places it may be at most. */
  readonly most: number;
}

function placesOf(builder: Builder, text: Text, pattern: Text, most: Radix | undefined): Places {
  const { length } = text.characters;
  const { flags } = matchesWithin(builder, text, pattern);
  /** For each place of the pattern whether it has a character there. */
  const parts = pattern.characters.map((character) =>
    pattern.padded ? isPresent(builder, character) : builder.constant(1),
  );
  const overlaps = parts.map((_, distance) => distance > 0 && mayOverlap(builder, pattern, distance));
  const limit = mostPlaces(text, pattern);
  const taken: (Block | undefined)[] = [];
  let count = counterFrom(builder, limit);
  const at = Array.from({ length: length + 1 }, (_, i) => {
    const reaching = (distances: readonly number[]): Block[] =>
      distances.flatMap((distance) => {
        const earlier = taken[i - distance];
        return earlier === undefined ? [] : [all(builder, [earlier, parts[distance]])];
      });
    const flag = flags[i];
    const others = parts.map((_, distance) => distance).slice(1);
    if (flag === undefined) taken.push(undefined);
    else {
      const blocking = reaching(others.filter((distance) => overlaps[distance]));
      let free = flag;
      if (blocking.length > 0) {
        const blocked = sumOfOne(builder, blocking);
        free = lookupRaised(builder, blocked, flag, (on, found) => (on ? 0 : found));
      }
      if (most !== undefined) {
        const width = Math.max(count.length, most.length);
        const fill = (radix: Radix): Radix =>
          Array.from({ length: width }, (_, k) => radix[k] ?? builder.constant(0));
        free = all(builder, [free, lt(builder, fill(count), fill(most))]);
      }
      taken.push(free);
      if (most !== undefined) count = counted(builder, count, free);
    }
    const first = taken[i];
    const own = first === undefined || parts.length === 0 ? [] : [all(builder, [first, parts[0]])];
    const covering = [...own, ...reaching(others)];
    return { taken: first, covered: covering.length === 0 ? undefined : sumOfOne(builder, covering) };
  });
  return { at, most: limit };
}

/** Whether a pattern may be in two places that are so far apart. */
function mayOverlap(builder: Builder, { characters, padded }: Text, distance: number): boolean {
  if (padded || !characters.every(isClear)) return true;
  const codes = characters.map((character) => clearValue(builder, character));
  return codes.slice(distance).every((code, i) => code === codes[i]);
}
