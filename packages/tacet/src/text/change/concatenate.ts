import type { Builder } from "../../graph/builder.ts";
import { ifThenZero } from "../../integer/choice/flip.ts";
import { clearRadix, digitsFor } from "../../integer/clear.ts";
import { lt } from "../../integer/comparison/compare.ts";
import { combine, type Radix, toDigits } from "../../integer/radix.ts";
import { lengthOf } from "../length.ts";
import { type Character, extended, type Text } from "../text.ts";
import { moveCharacters } from "./shift.ts";

/**
 * One text behind another: nothing where the first has no padding, else the second moves to its end. (TFHE-rs: `concat`,
 * which moves both.)
 */
export function concatenate(builder: Builder, first: Text, second: Text): Text {
  if (!first.padded) {
    return { characters: [...first.characters, ...second.characters], padded: second.padded };
  }
  const room = first.characters.length;
  const { characters } = extended(builder, second, room + second.characters.length);
  const by = lengthOf(builder, first, digitsFor(builder, room));
  const moved = moveCharacters(builder, characters, by, "back");
  const joined = moved.map((character, i) =>
    i < room ? sumOf(builder, first.characters[i], character) : character,
  );
  return { characters: joined, padded: true };
}

/** A character of which two are 0, or one of them: the other. */
function sumOf(builder: Builder, a: Character, b: Character): Character {
  return toDigits(
    builder,
    a.map((digit, i) =>
      combine(
        builder,
        [
          [1, digit],
          [1, b[i]],
        ],
        0,
        { max: Math.max(digit.max, b[i].max) },
      ),
    ),
  );
}

/** A text so many times in a row. (TFHE-rs: `repeat`.) */
export function repeat(builder: Builder, text: Text, times: number): Text {
  let all: Text = { characters: [], padded: false };
  for (let i = 0; i < times; i++) all = concatenate(builder, all, text);
  return all;
}

/** The same for an encrypted number of times; as often as `most` if it is more. */
export function repeatUpTo(builder: Builder, text: Text, times: Radix, most: number): Text {
  let all: Text = { characters: [], padded: false };
  for (let i = 0; i < most; i++) {
    const wanted = lt(builder, clearRadix(builder, BigInt(i), times.length), times);
    const characters = text.characters.map((character) => ifThenZero(builder, wanted, character));
    all = concatenate(builder, all, { characters, padded: true });
  }
  return all;
}
