import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { digitsFor } from "../../integer/clear.ts";
import { anyNonZero } from "../../integer/comparison/flags.ts";
import { type Found, firstOf } from "../../integer/table/search.ts";
import { isPresent } from "../character.ts";
import { lengthOf } from "../length.ts";
import type { Text } from "../text.ts";
import { flagsAt, type Matches, matchAt, matchesOf, matchesWithin } from "./matches.ts";

/** Whether a pattern is in a text, as a Boolean block. (TFHE-rs: `contains`.) */
export function contains(builder: Builder, text: Text, pattern: Text): Block {
  if (isNothing(pattern)) return builder.constant(1);
  return anyNonZero(builder, matchesOf(builder, text, pattern).flags);
}

/** Whether a text begins with a pattern, as a Boolean block. (TFHE-rs: `starts_with`.) */
export function startsWith(builder: Builder, text: Text, pattern: Text): Block {
  return matchAt(builder, text, pattern, 0);
}

/** Whether a text ends with a pattern, as a Boolean block. (TFHE-rs: `ends_with`.) */
export function endsWith(builder: Builder, text: Text, pattern: Text): Block {
  if (isNothing(pattern)) return builder.constant(1);
  return anyNonZero(builder, endings(builder, text, pattern).flags);
}

/** Where the text may end with a pattern, which has characters, and flags of whether it does. */
export function endings(builder: Builder, text: Text, pattern: Text): Matches {
  const { length } = text.characters;
  const own = pattern.characters.length;
  if (!pattern.padded && !text.padded) {
    const starts = length < own ? [] : [length - own];
    return { starts, flags: starts.map((start) => matchAt(builder, text, pattern, start)) };
  }
  // What follows is no character.
  const against = (start: number): Block[] => presentAt(builder, text, start + own);
  if (!pattern.padded) return matchesOf(builder, text, pattern, { against });
  const first = text.padded ? 0 : Math.max(0, length - own);
  const starts = Array.from({ length: length - first + 1 }, (_, i) => first + i);
  return { starts, flags: flagsAt(builder, text, pattern, starts, { against, exact: true }) };
}

/**
 * Where a pattern is in a text for the first time, and whether it is; 0 if it is not. The empty one is in front. (TFHE-rs:
 * `find`.)
 */
export function find(builder: Builder, text: Text, pattern: Text): Found {
  return firstOf(builder, matchesOf(builder, text, pattern).flags);
}

/** Where a pattern is in a text for the last time; the empty one is behind it. (TFHE-rs: `rfind`.) */
export function findLast(builder: Builder, text: Text, pattern: Text): Found {
  if (isNothing(pattern)) {
    const index = lengthOf(builder, text, digitsFor(builder, text.characters.length));
    return { index, found: builder.constant(1) };
  }
  const { starts, flags } = matchesWithin(builder, text, pattern);
  return firstOf(builder, flags.toReversed(), starts.toReversed());
}

/** Whether a text has no characters, for all to see. */
function isNothing({ characters }: Text): boolean {
  return characters.length === 0;
}

/** Whether there is a character at a place, if that can be. */
function presentAt(builder: Builder, { characters }: Text, place: number): Block[] {
  return place < characters.length ? [isPresent(builder, characters[place])] : [];
}
