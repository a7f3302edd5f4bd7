import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { booleanNot } from "../../integer/bits/bitwise.ts";
import { ifThenZero } from "../../integer/choice/flip.ts";
import { all } from "../../integer/comparison/flags.ts";
import { combine, type Radix, toDigits } from "../../integer/radix.ts";
import { sumOfOne } from "../../integer/table/one-hot.ts";
import { runningCounts } from "../count.ts";
import { mostPlaces, placesOf } from "../search/places.ts";
import { type Character, characterSize, clearText, type Text } from "../text.ts";
import { expand, squeeze } from "./route.ts";

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
  const { taken, parts, most: limit } = placesOf(builder, text, pattern, { limit: most });
  const size = characterSize(builder);
  const top = size - 1;
  const none = clearText(builder, [0]).characters[0];
  const step = by.characters.length;
  // Characters of ASCII have a bit to spare; bytes have a block beside them.
  const apart = text.characters.some((character) => character[top].max >= 2 ** bitOf(builder));
  const zero = builder.constant(0);
  /** The characters, and what is behind the last one, with a mark on those before which something is put in. */
  const items = [...text.characters, none].map((character, i) => {
    const covering = parts.flatMap((part, distance) => {
      const flag = taken[i - distance];
      return flag === undefined ? [] : [all(builder, [flag, part])];
    });
    const kept =
      covering.length === 0
        ? character
        : ifThenZero(builder, booleanNot(builder, sumOfOne(builder, covering)), character);
    const flag = taken[i];
    if (apart) return [...kept, flag ?? zero];
    return flag === undefined ? kept : marked(builder, kept, flag);
  });
  const counts = runningCounts(builder, taken, limit);
  const moved = step === 0 ? items : expand(builder, items, counts.slice(1), step, limit);
  const marks = moved.map((character) =>
    apart ? character[size] : builder.lookup(character[top], (digit) => digit >> bitOf(builder)),
  );
  const characters = moved.map((character, place) => {
    const own = apart
      ? character.slice(0, size)
      : character.with(
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
  const squeezed = squeeze(builder, characters).slice(0, longest(text, pattern, by, limit));
  return { characters: squeezed, padded: squeezed.length > 0 };
}

/** The most characters that there are in the meantime. */
export function sizeWhileReplacing(
  builder: Builder,
  text: Text,
  pattern: Text,
  by: Text,
  most?: Radix,
): number {
  return text.characters.length + 1 + mostPlaces(builder, text, pattern, most) * by.characters.length;
}

/** The most characters that the result may have, if the pattern is in so many places at most. */
function longest(text: Text, pattern: Text, by: Text, most: number): number {
  const taken = pattern.padded ? 0 : pattern.characters.length;
  return text.characters.length + most * Math.max(0, by.characters.length - taken);
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
