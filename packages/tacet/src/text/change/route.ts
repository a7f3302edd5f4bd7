import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { booleanNot } from "../../integer/bits/bitwise.ts";
import { ifThenZero } from "../../integer/choice/flip.ts";
import { type Radix, toDigits } from "../../integer/radix.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { isPresent } from "../character.ts";
import { runningCounts } from "../count.ts";
import type { Character } from "../text.ts";
import { moved } from "./shift.ts";

/*
 * Characters that keep their order on their way to other places, each by as many as a number says. The numbers travel
 * along, and a stage moves what has a bit of them set. No two characters meet: what spreads out moves by the large bits
 * first, what draws together by the small ones (Leighton, "Introduction to Parallel Algorithms and Architectures", 1992,
 * section 3.4.3, monotone routing).
 */

/** What is on its way: a character, and the digits of how far it has to go. */
interface Traveller {
  readonly character: Character;
  readonly number: Radix;
}

/** Moves each character to the back by so many steps as its number says, of which none is more than `most`. */
export function expand(
  builder: Builder,
  characters: readonly Character[],
  numbers: readonly Radix[],
  step: number,
  most: number,
): readonly Character[] {
  const nowhere = { character: (characters[0] ?? []).map(() => builder.constant(0)), number: [] };
  const travellers: Traveller[] = Array.from({ length: characters.length + most * step }, (_, i) =>
    i < characters.length ? { character: characters[i], number: numbers[i] } : nowhere,
  );
  const bits = most.toString(2).length;
  return Array.from({ length: bits }, (_, i) => bits - 1 - i)
    .reduce((moving, bit) => stage(builder, moving, bit, step * 2 ** bit, "down"), travellers)
    .map(({ character }) => character);
}

/** Moves characters to the front, past all zeros before them. */
export function squeeze(builder: Builder, characters: readonly Character[]): readonly Character[] {
  const most = characters.length - 1;
  if (most < 1) return characters;
  const present = characters.map((character) => isPresent(builder, character));
  const counts = runningCounts(
    builder,
    present.map((flag) => booleanNot(builder, flag)),
    most,
  );
  // Zeros stay: they are in nobody's way, but their numbers would be.
  const travellers = characters.map((character, i): Traveller => {
    return { character, number: ifThenZero(builder, present[i], counts[i]) };
  });
  const bits = most.toString(2).length;
  return Array.from({ length: bits }, (_, bit) => bit)
    .reduce((moving, bit) => stage(builder, moving, bit, -(2 ** bit), "up"), travellers)
    .map(({ character }) => character);
}

/** Moves what has a bit of its number set; of the numbers, what later stages need goes with it. */
function stage(
  builder: Builder,
  travellers: readonly Traveller[],
  bit: number,
  distance: number,
  order: "up" | "down",
): Traveller[] {
  const size = messageBits(builder.parameters);
  const [place, within] = [Math.floor(bit / size), bit % size];
  const flags = travellers.map(({ number }) => {
    const digit = number[place];
    return digit === undefined
      ? builder.constant(0)
      : builder.lookup(digit, (value) => (value >> within) & 1);
  });
  const isNeeded = (digit: number): boolean =>
    order === "down" ? digit * size < bit : (digit + 1) * size > bit + 1;
  const zero = builder.constant(0);
  const arrived = (at: number, read: (traveller: Traveller) => Block): Block => {
    const from = at - distance;
    const other = travellers[from] && { flag: flags[from], digit: read(travellers[from]) };
    return moved(builder, { flag: flags[at], digit: read(travellers[at]) }, other);
  };
  const length = Math.max(...travellers.map(({ number }) => number.length));
  return travellers.map(({ character }, at) => ({
    character: toDigits(
      builder,
      character.map((_, k) => arrived(at, (one) => one.character[k])),
    ),
    number: toDigits(
      builder,
      Array.from({ length }, (_, k) => (isNeeded(k) ? arrived(at, (one) => one.number[k] ?? zero) : zero)),
    ),
  }));
}
