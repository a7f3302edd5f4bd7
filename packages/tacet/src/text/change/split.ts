import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { booleanNot } from "../../integer/bits/bitwise.ts";
import { total } from "../../integer/bits/count.ts";
import { ifThenZero } from "../../integer/choice/flip.ts";
import { select } from "../../integer/choice/select.ts";
import { clearRadix, digitsFor } from "../../integer/clear.ts";
import { all, anyNonZero } from "../../integer/comparison/flags.ts";
import { combine, type Radix } from "../../integer/radix.ts";
import { sumOfOne } from "../../integer/table/one-hot.ts";
import { Meter } from "../count.ts";
import { isEmpty } from "../length.ts";
import { type Places, placesOf } from "../search/places.ts";
import type { Text } from "../text.ts";
import { moveCharacters } from "./shift.ts";
import { inkOf } from "./trim.ts";

/** A part of a text, and whether there is one: if not, it has no characters. */
export interface Piece {
  readonly text: Text;
  readonly found: Block;
}

/** What is a piece. */
export interface SplitOptions {
  /** Whether to look for separators from the end, and to give the last piece first. (TFHE-rs: `rsplit`.) */
  readonly fromEnd?: boolean;
  /** How many pieces there are at most, the last one being all that is left. (TFHE-rs: `splitn`.) */
  readonly pieces?: Radix | undefined;
  /**
   * Where separators are: between pieces, or behind each, so that there is no empty piece at the end (TFHE-rs:
   * `split_terminator`), or in pieces, at their end (TFHE-rs: `split_inclusive`; not from the end).
   */
  readonly separators?: "between" | "behind" | "inside";
}

/**
 * The first pieces between separators. (TFHE-rs: `split` and its kin, which look for the next separator in what is left.)
 *
 * A number says for each character how many separators begin and how many end before it: it is twice that of the piece
 * that the character is in, or odd inside separators. What is of a piece is kept and moved to the front.
 */
export function split(
  builder: Builder,
  text: Text,
  separator: Text,
  most: number,
  options: SplitOptions = {},
): Piece[] {
  const { fromEnd = false, pieces, separators = "between" } = options;
  if (fromEnd && separators === "behind") return withoutFirstIfEmpty(builder, text, separator, most);
  const places = placesOf(builder, text, separator, { fromEnd, limit: pieces, first: 1 });
  const meter = new Meter(builder, 2 * most, 2 * places.most, 2);
  const events = eventsOf(builder, places);
  const order = fromEnd ? events.toReversed() : events;
  const readings = order.map((flags) => meter.count(flags));
  // For a character, what is not behind it counts; from the end, what is.
  const inOrder = readings.slice(0, -1);
  const numbers = fromEnd ? inOrder.toReversed() : inOrder;
  const last = readings[readings.length - 1];
  const some = pieces && anyNonZero(builder, pieces);
  return Array.from({ length: most }, (_, k) => {
    const reaches = separators === "inside" ? 2 * k + 2 : 2 * k + 1;
    const within = numbers.map((number) => meter.isWithin(number, 2 * k, reaches));
    const piece = cut(
      builder,
      text,
      // Of no pieces, there is not even a first one.
      some === undefined || k > 0 ? within : within.map((flag) => all(builder, [flag, some])),
      numbers.map((number) =>
        fromEnd ? booleanNot(builder, meter.isBelow(number, 2 * k + 1)) : meter.isBelow(number, 2 * k),
      ),
    );
    let found = booleanNot(builder, meter.isBelow(last, 2 * k));
    if (separators !== "between") {
      const isLast = meter.isBelow(last, 2 * k + 1);
      found = all(builder, [found, booleanNot(builder, all(builder, [isLast, isEmpty(builder, piece)]))]);
    }
    if (some !== undefined && k === 0) found = all(builder, [found, some]);
    return { text: piece, found };
  });
}

/** A text in front of a separator, and behind it, and whether there is one: if not, all of it is `before`. */
export interface Halves {
  readonly before: Text;
  readonly after: Text;
  readonly found: Block;
}

/** What is in front of the first separator, and what is behind it. (TFHE-rs: `split_once`.) */
export function splitOnce(builder: Builder, text: Text, separator: Text): Halves {
  const [before, after] = split(builder, text, separator, 2, { pieces: two(builder) });
  return { before: before.text, after: after.text, found: after.found };
}

/** The same for the last separator; if there is none, all of the text is `after`. (TFHE-rs: `rsplit_once`.) */
export function splitOnceFromEnd(builder: Builder, text: Text, separator: Text): Halves {
  const [after, before] = split(builder, text, separator, 2, { pieces: two(builder), fromEnd: true });
  return { before: before.text, after: after.text, found: before.found };
}

/** The first words: what is between white space. (TFHE-rs: `split_ascii_whitespace`.) */
export function splitWhiteSpace(builder: Builder, text: Text, most: number): Piece[] {
  const ink = inkOf(builder, text);
  const meter = new Meter(builder, most + 1, Math.ceil(text.characters.length / 2));
  const numbers = ink.map((flag, i) => {
    const begins = i === 0 ? flag : all(builder, [flag, booleanNot(builder, ink[i - 1])]);
    return meter.count([begins]);
  });
  const last = numbers.at(-1) ?? meter.zero;
  return Array.from({ length: most }, (_, k) => {
    const inside = numbers.map((number, i) => all(builder, [ink[i], meter.isWithin(number, k + 1, k + 2)]));
    const before = numbers.map((number) => meter.isBelow(number, k + 1));
    const found = booleanNot(builder, meter.isBelow(last, k + 1));
    return { text: cut(builder, text, inside, before), found };
  });
}

function two(builder: Builder): Radix {
  return clearRadix(builder, 2n, digitsFor(builder, 2));
}

/** For each place whether a separator begins there, and whether one ends there. */
function eventsOf(builder: Builder, { taken, parts }: Places): (Block | undefined)[][] {
  const one = builder.constant(1);
  return taken.map((begins, place) => {
    const ending = [...parts, builder.constant(0)].flatMap((part, size) => {
      const flag = taken[place - size];
      if (flag === undefined) return [];
      const summands = [
        [1, parts[size - 1] ?? one],
        [-1, part],
      ] as const;
      const isSize = combine(builder, summands, 0, { min: 0 });
      return isSize.max === 0 ? [] : [all(builder, [flag, isSize])];
    });
    return [begins, ending.length === 0 ? undefined : sumOfOne(builder, ending)];
  });
}

/** The characters in a piece, moved to the front past those before it. */
function cut(builder: Builder, text: Text, inside: readonly Block[], before: readonly Block[]): Text {
  const { length } = text.characters;
  const kept = text.characters.map((character, i) => ifThenZero(builder, inside[i], character));
  const by = total(builder, before, digitsFor(builder, length));
  return { characters: moveCharacters(builder, kept, by, "front"), padded: length > 0 };
}

/** The pieces from the end without the first one, if that has no characters. (TFHE-rs: `rsplit_terminator`.) */
function withoutFirstIfEmpty(builder: Builder, text: Text, separator: Text, most: number): Piece[] {
  const pieces = split(builder, text, separator, most + 1, { fromEnd: true });
  if (most === 0) return [];
  const skips = isEmpty(builder, pieces[0].text);
  return Array.from({ length: most }, (_, k) => {
    const [own, next] = [pieces[k], pieces[k + 1]];
    const characters = own.text.characters.map((character, i) =>
      select(builder, skips, next.text.characters[i], character),
    );
    const [found] = select(builder, skips, [next.found], [own.found]);
    return { text: { characters, padded: own.text.padded }, found };
  });
}
