import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { booleanNot } from "../../integer/bits/bitwise.ts";
import { clearValue } from "../../integer/clear.ts";
import { eq } from "../../integer/comparison/equal.ts";
import { all, anyNonZero } from "../../integer/comparison/flags.ts";
import { combine, isClear } from "../../integer/radix.ts";
import { isPresent, lookupCharacter } from "../character.ts";
import type { Character, Text } from "../text.ts";
import { checkPairs } from "./matches.ts";

/** A character of a pattern as it is read; at most one of the flags is set, and none for one that stands for itself. */
interface Token {
  readonly character: Character;
  /** Whether it stands for one character. */
  readonly one: Block;
  /** Whether it stands for any number of characters. */
  readonly many: Block;
  /** Whether it is an escape, or padding. */
  readonly nothing: Block;
}

/**
 * Whether a text is like a pattern that may be encrypted, as a Boolean block: "%" stands for any number of characters, "_" for
 * one, and the escape makes the character behind it stand for itself; at the end of the pattern it stands for nothing.
 *
 * For each number of characters of the text, and each of the pattern, a flag says whether those match these: two rotations
 * for each, and three to compare two characters.
 *
 * @param escaper the code of the escape, if there is one.
 */
export function like(builder: Builder, text: Text, pattern: Text, escaper: number | undefined): Block {
  checkPairs(text.characters.length + 1, pattern);
  const tokens = tokensOf(builder, pattern, escaper);
  const no = builder.constant(0);
  /** For each number of characters of the pattern whether they match those of the text so far. */
  let row: Block[] = [builder.constant(1)];
  for (const token of tokens)
    row.push(step(builder, token, { none: row[row.length - 1], before: no, taken: no }));
  const ends = [ended(builder, text, 0, row)];
  for (const [i, character] of text.characters.entries()) {
    const next: Block[] = [no];
    for (const [j, token] of tokens.entries()) {
      const takes = all(builder, [row[j], taking(builder, token, character)]);
      next.push(step(builder, token, { none: next[j], before: row[j + 1], taken: takes }));
    }
    row = next;
    ends.push(ended(builder, text, i + 1, row));
  }
  return anyNonZero(builder, ends);
}

function tokensOf(builder: Builder, { characters, padded }: Text, escaper: number | undefined): Token[] {
  let escaped: Block = builder.constant(0);
  return characters.map((character): Token => {
    const is = (code: number | undefined): Block =>
      lookupCharacter(builder, character, (own) => Number(own === code));
    const unescaped = booleanNot(builder, escaped);
    const special = (code: string): Block => all(builder, [is(code.charCodeAt(0)), unescaped]);
    const escapes = all(builder, [is(escaper), unescaped]);
    const notEscape = booleanNot(builder, escapes);
    // The escape may be one of the others itself.
    const [one, many] = ["_", "%"].map((code) => all(builder, [special(code), notEscape]));
    escaped = escapes;
    return { character, one, many, nothing: anyNonZero(builder, [escapes, is(padded ? 0 : undefined)]) };
  });
}

/** Whether a character of a pattern takes one of the text: it is the same, or stands for any. */
function taking(builder: Builder, { character, one, many, nothing }: Token, own: Character): Block {
  const same = isClear(own)
    ? lookupCharacter(builder, character, (code) => Number(BigInt(code) === clearValue(builder, own)))
    : isClear(character)
      ? lookupCharacter(builder, own, (code) => Number(BigInt(code) === clearValue(builder, character)))
      : eq(builder, own, character);
  const present = isPresent(builder, own);
  const literal = [one, many, nothing].map((flag) => booleanNot(builder, flag));
  return oneOf(builder, [all(builder, [one, present]), all(builder, [same, present, ...literal])]);
}

/** Whether the pattern matches with one more character, given whether it does in the ways that lead there. */
function step(
  builder: Builder,
  { many, nothing }: Token,
  { none, before, taken }: { readonly none: Block; readonly before: Block; readonly taken: Block },
): Block {
  if (builder.capacity < 4 * FLAGS) {
    const onMany = all(builder, [many, anyNonZero(builder, [none, before])]);
    return oneOf(builder, [taken, onMany, all(builder, [nothing, none])]);
  }
  const input = combine(builder, [
    [1, builder.lookup(many, (flag) => 2 * FLAGS * flag)],
    [1, builder.lookup(nothing, (flag) => FLAGS * flag)],
    [2, before],
    [1, none],
  ]);
  const passes = (value: number): boolean =>
    value >= 2 * FLAGS ? value > 2 * FLAGS : value >= FLAGS && value % 2 === 1;
  return oneOf(builder, [taken, builder.lookup(input, (value) => Number(passes(value)))]);
}

/** What two flags beside each other are below. */
const FLAGS = 4;

/** The one of some flags that may be set, by the kind of a character. */
function oneOf(builder: Builder, flags: readonly Block[]): Block {
  return combine(
    builder,
    flags.map((flag) => [1, flag]),
    0,
    { max: 1 },
  );
}

/** Whether the text ends after some characters, and all of the pattern matches them. */
function ended(builder: Builder, { characters, padded }: Text, count: number, row: readonly Block[]): Block {
  const matched = row[row.length - 1];
  if (count === characters.length) return matched;
  if (!padded) return builder.constant(0);
  return all(builder, [matched, booleanNot(builder, isPresent(builder, characters[count]))]);
}
