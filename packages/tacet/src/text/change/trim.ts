import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { booleanNot } from "../../integer/bits/bitwise.ts";
import { total } from "../../integer/bits/count.ts";
import { ifThenZero } from "../../integer/choice/flip.ts";
import { digitsFor } from "../../integer/clear.ts";
import { anyNonZero } from "../../integer/comparison/flags.ts";
import { lookupCharacter } from "../character.ts";
import type { Text } from "../text.ts";
import { moveCharacters } from "./shift.ts";

/** Space, tab, line feed, form feed, carriage return: what TFHE-rs and Rust's `trim_ascii` take for white space. */
const WHITE_SPACE: readonly number[] = [32, 9, 10, 12, 13];

const isInk = (code: number): boolean => code !== 0 && !WHITE_SPACE.includes(code);

/** The text without white space at its end: seven rotations a character. (TFHE-rs: `trim_end`.) */
export function trimEnd(builder: Builder, text: Text): Text {
  return withoutEnd(builder, text, inkOf(builder, text));
}

/** The text without white space in front of it: three rotations a character, and what it takes to move it. (TFHE-rs: `trim_start`.) */
export function trimStart(builder: Builder, text: Text): Text {
  return withoutStart(builder, text, inkOf(builder, text));
}

/** The text without white space on either side. (TFHE-rs: `trim`.) */
export function trim(builder: Builder, text: Text): Text {
  const ink = inkOf(builder, text);
  return withoutStart(builder, withoutEnd(builder, text, ink), ink);
}

function withoutEnd(builder: Builder, { characters }: Text, ink: readonly Block[]): Text {
  const kept = characters.map((character, i) =>
    // From the end, so that the flags of all places have most of their work in common.
    ifThenZero(builder, anyNonZero(builder, ink.slice(i).reverse()), character),
  );
  return { characters: kept, padded: characters.length > 0 };
}

function withoutStart(builder: Builder, text: Text, ink: readonly Block[]): Text {
  const { length } = text.characters;
  if (length === 0) return text;
  const blank = ink.map((_, i) => booleanNot(builder, anyNonZero(builder, ink.slice(0, i + 1))));
  const by = total(builder, blank, digitsFor(builder, length));
  return { characters: moveCharacters(builder, text.characters, by, "front"), padded: true };
}

/** For each character whether there is one that is no white space. */
export function inkOf(builder: Builder, { characters }: Text): Block[] {
  return characters.map((character) => lookupCharacter(builder, character, (code) => Number(isInk(code))));
}
