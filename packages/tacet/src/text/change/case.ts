import type { Builder } from "../../graph/builder.ts";
import { combine, toDigits } from "../../integer/radix.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { lookupCharacter } from "../character.ts";
import type { Character, Text } from "../text.ts";

const CASE_BIT = 5;

const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isLower = (code: number): boolean => code >= 97 && code <= 122;

/** The text with its letters from A to Z as those from a to z: two rotations a character. (TFHE-rs: `to_lowercase`.) */
export function toLowerCase(builder: Builder, text: Text): Text {
  return changed(builder, text, isUpper, 1);
}

/** The same the other way. (TFHE-rs: `to_uppercase`.) */
export function toUpperCase(builder: Builder, text: Text): Text {
  return changed(builder, text, isLower, -1);
}

/** A code with a letter in lower case. */
export function lowerCode(code: number): number {
  return isUpper(code) ? code + 2 ** CASE_BIT : code;
}

/** The two cases of a letter are a bit apart, which is set or cleared: its digit goes up or down by that bit's weight. */
function changed(
  builder: Builder,
  { characters, padded }: Text,
  changes: (code: number) => boolean,
  sign: 1 | -1,
): Text {
  const bits = messageBits(builder.parameters);
  const place = Math.floor(CASE_BIT / bits);
  const weight = 2 ** (CASE_BIT % bits);
  const change = (character: Character): Character => {
    const step = lookupCharacter(builder, character, (code) => (changes(code) ? weight : 0));
    const digit = combine(
      builder,
      [
        [1, character[place]],
        [sign, step],
      ],
      0,
      { min: 0, max: builder.parameters.messageModulus - 1 },
    );
    return toDigits(builder, character.toSpliced(place, 1, digit));
  };
  return { characters: characters.map(change), padded };
}
