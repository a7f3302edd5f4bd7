import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { booleanNot } from "../../integer/bits/bitwise.ts";
import { ifThenZero } from "../../integer/choice/flip.ts";
import { digitsFor } from "../../integer/clear.ts";
import { anyNonZero } from "../../integer/comparison/flags.ts";
import { lengthOf } from "../length.ts";
import { endings, startsWith } from "../search/search.ts";
import type { Text } from "../text.ts";
import { moveCharacters, stage } from "./shift.ts";

/** What is left of a text, and whether anything was taken away. */
export interface Stripped {
  readonly text: Text;
  readonly found: Block;
}

/** A text without a pattern in front of it, if it begins with one. (TFHE-rs: `strip_prefix`.) */
export function stripPrefix(builder: Builder, text: Text, pattern: Text): Stripped {
  const found = startsWith(builder, text, pattern);
  const { length } = pattern.characters;
  if (length === 0) return { text, found };
  const { characters } = text;
  if (!pattern.padded) return { text: padded(stage(builder, characters, found, length)), found };
  const by = ifThenZero(builder, found, lengthOf(builder, pattern, digitsFor(builder, length)));
  return { text: padded(moveCharacters(builder, characters, by, "front")), found };
}

/** A text without a pattern at its end, if it ends with one. (TFHE-rs: `strip_suffix`.) */
export function stripSuffix(builder: Builder, text: Text, pattern: Text): Stripped {
  if (pattern.characters.length === 0) return { text, found: builder.constant(1) };
  const { starts, flags } = endings(builder, text, pattern);
  const characters = text.characters.map((character, i) => {
    const before = flags.filter((_, k) => starts[k] <= i);
    return ifThenZero(builder, booleanNot(builder, anyNonZero(builder, before)), character);
  });
  return { text: padded(characters), found: anyNonZero(builder, flags) };
}

function padded(characters: Text["characters"]): Text {
  return { characters, padded: characters.length > 0 };
}
