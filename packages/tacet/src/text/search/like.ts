import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { clearValue } from "../../integer/clear.ts";
import { eq } from "../../integer/comparison/equal.ts";
import { all, anyNonZero } from "../../integer/comparison/flags.ts";
import { combine, isClear, lookupPair } from "../../integer/radix.ts";
import { isPresent, lookupCharacter } from "../character.ts";
import type { Character, Text } from "../text.ts";
import { checkPairs } from "./matches.ts";

/** What a character of a pattern is. */
const LITERAL = 0;
const ONE = 1;
const MANY = 2;
const NOTHING = 3;

/** A character of a pattern as it is read. */
interface Token {
  readonly character: Character;
  /** `LITERAL`, `ONE`, `MANY` or `NOTHING`, which is an escape or padding. */
  readonly kind: Block;
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
  const kinds = new Map([
    [0, padded ? NOTHING : LITERAL],
    ["_".charCodeAt(0), ONE],
    ["%".charCodeAt(0), MANY],
  ]);
  let escaped: Block = builder.constant(0);
  return characters.map((character): Token => {
    const kind = lookupCharacter(builder, character, (code) => kinds.get(code) ?? LITERAL);
    const escapes = lookupCharacter(builder, character, (code) => Number(code === escaper));
    const escaping = lookupPair(builder, escaped, escapes, (before, own) => Number(own && !before));
    const own = lookupPair(builder, escaped, kind, (before, value) =>
      before && value !== NOTHING ? LITERAL : value,
    );
    escaped = escaping;
    return { character, kind: lookupPair(builder, escaping, own, (on, value) => (on ? NOTHING : value)) };
  });
}

/** Whether a character of a pattern takes one of the text: it is the same, or stands for any. */
function taking(builder: Builder, { character, kind }: Token, own: Character): Block {
  const same = isClear(own)
    ? lookupCharacter(builder, character, (code) => Number(BigInt(code) === clearValue(builder, own)))
    : isClear(character)
      ? lookupCharacter(builder, own, (code) => Number(BigInt(code) === clearValue(builder, character)))
      : eq(builder, own, character);
  const present = isPresent(builder, own);
  const takes = lookupPair(builder, same, kind, (equal, value) =>
    Number(value === ONE || (value === LITERAL && equal)),
  );
  return all(builder, [takes, present]);
}

/** Whether the pattern matches with one more character, given whether it does in the ways that lead there. */
function step(
  builder: Builder,
  { kind }: Token,
  { none, before, taken }: { readonly none: Block; readonly before: Block; readonly taken: Block },
): Block {
  const passing = builder.lookup(kind, (value) => (value === MANY ? 8 : value === NOTHING ? 4 : 0));
  const input = combine(builder, [
    [1, passing],
    [2, before],
    [1, none],
  ]);
  const passes = builder.lookup(input, (value) =>
    Number(value > 8 || (value >= 4 && value < 8 && value % 2 === 1)),
  );
  // Only one of both can be, by the kind of the character.
  return combine(
    builder,
    [
      [1, passes],
      [1, taken],
    ],
    0,
    { max: 1 },
  );
}

/** Whether the text ends after some characters, and all of the pattern matches them. */
function ended(builder: Builder, { characters, padded }: Text, count: number, row: readonly Block[]): Block {
  const matched = row[row.length - 1];
  if (count === characters.length) return matched;
  if (!padded) return builder.constant(0);
  return lookupPair(builder, isPresent(builder, characters[count]), matched, (more, match) =>
    Number(match && !more),
  );
}
