import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { exchange } from "../choice/flip.ts";
import { anyNonZero } from "../comparison/flags.ts";
import { combine, digitNoise, lookupRaised, type Radix } from "../radix.ts";
import { joinParts, type Movement } from "./movement.ts";

/*
 * Rotations by an inverse butterfly network (Hilewitz and Lee, "A New Basis for Shifters in General-Purpose Processors
 * for Existing and Advanced Bit Manipulations", IEEE Transactions on Computers 58, 2009): digits rotate in pairs, then
 * in fours, eights, and so on. If both halves of a range have been rotated, the whole needs no more than exchanges
 * between digit i of one half and digit i of the other. An exchange of two digits takes one rotation, for c·(y - x),
 * where a stage of a barrel shifter takes one for each digit.
 *
 * With n digits of two bits: (n/2)·log₂ n rotations for exchanges, n for what moves within digits, and fewer than n
 * for what controls the exchanges. A shift takes n more.
 */

/** Whether integers of so many digits have a network: powers of two, with room in a block for an exchange. */
export function hasRotationNetwork(builder: Builder, a: Radix): boolean {
  const { messageModulus } = builder.parameters;
  const powers = [a.length, messageBits(builder.parameters)];
  const room = 2 * (2 * messageModulus - 1) <= builder.capacity;
  return room && a.length > 1 && powers.every((count) => Number.isInteger(Math.log2(count)));
}

/** Rotates the bits of digits by an amount modulo their number. */
export function rotateInNetwork(builder: Builder, movement: Movement, digits: Radix, amount: Radix): Radix {
  let turned = digits;
  for (const level of levels(builder, wrapped(builder, placesOf(builder, amount, digits.length)))) {
    turned = turnAtLevel(builder, turned, level, digits.length);
  }
  return moveWithin(builder, movement, turned, amount, true);
}

/**
 * Moves digits by an amount; if that is the width or more, only what enters is left. Both halves rotate in the network.
 * Where they would exchange digits then in a rotation, the first half passes on its own, and others enter.
 */
export function shiftInNetwork(builder: Builder, movement: Movement, digits: Radix, amount: Radix): Radix {
  const { messageModulus } = builder.parameters;
  const half = digits.length / 2;
  const places = placesOf(builder, amount, digits.length);
  const over = anyNonZero(builder, amount.slice(places.length));
  const all = levels(builder, limited(builder, places, over));
  let turned = moveWithin(builder, movement, digits, amount, false);
  for (const level of all) turned = turnAtLevel(builder, turned, level, half);

  const entering = movement.enters(messageModulus - 1);
  const negative = builder.lookup(digits[0], (first) => Number(movement.enters(first) !== 0));
  const { sums, radix } = all[all.length - 1];
  const moved: Block[][] = [[], []];
  for (let i = 0; i < half; i++) {
    const { block, number } = sums[i % sums.length];
    const p = Math.floor(i / sums.length);
    const least = p + radix / 2;
    // By how many halves what would be digit i moves: 0, 1, or 2, which is out.
    const halves = builder.lookup(
      block,
      (value) => Number(number(value) > p) + Number(number(value) > least),
    );
    const stays = (digit: Block): Block =>
      lookupRaised(builder, halves, digit, (by, value) => (by === 0 ? value : 0));
    const passes = lookupRaised(builder, halves, turned[i], (by, value) => (by === 1 ? value : 0));
    const fill = (from: number): Block =>
      lookupRaised(builder, negative, halves, (sign, by) => (sign === 1 && by >= from ? entering : 0));
    moved[0].push(joinParts(builder, [stays(turned[i]), fill(1)]));
    moved[1].push(joinParts(builder, [stays(turned[half + i]), passes, fill(2)]));
  }
  return moved.flat();
}

/** A place of an amount as a number in a mixed radix. */
interface Place {
  /** Smaller than the radix; at the last place, it may be the radix or more for what is out of range. */
  readonly value: Block;
  /** The value to take where nothing below can carry into it. */
  readonly alone: Block;
  readonly radix: number;
}

/** The places of the number of whole digits by which to move so many digits; the last one as it comes. */
function placesOf(builder: Builder, amount: Radix, count: number): Place[] {
  const { messageModulus } = builder.parameters;
  const size = messageBits(builder.parameters);
  const places: Place[] = [];
  for (let k = 0, left = count; left > 1; k++) {
    const digit = amount[k] ?? builder.constant(0);
    const value =
      k === 0 ? builder.lookup(digit, (bits) => Math.floor(bits / size), digitNoise(builder)) : digit;
    const radix = Math.min(left, k === 0 ? messageModulus / size : messageModulus);
    places.push({ value, alone: value, radix });
    left /= radix;
  }
  return places;
}

/** The places of the amount modulo the number of digits. */
function wrapped(builder: Builder, places: readonly Place[]): Place[] {
  return places.map(({ value, radix }) => {
    const rest = builder.lookup(value, (digit) => digit % radix, digitNoise(builder));
    return { value: rest, alone: rest, radix };
  });
}

/** The places, whatever is out of range no larger than it must be; out of range as well if `over` is 1. */
function limited(builder: Builder, places: readonly Place[], over: Block): Place[] {
  const either = (value: Block, most: number): Block =>
    lookupRaised(builder, over, value, (flag, usual) => (flag ? most : Math.min(usual, most)));
  const top = places[places.length - 1];
  if (top.radix < builder.parameters.messageModulus && places.length > 1) {
    const value = either(top.value, top.radix);
    return [...places.slice(0, -1), { ...top, value, alone: value }];
  }
  // Only with a carry from below, the last place reaches its radix; so sums have no more values than without `over`.
  if (over.max === 0) return [...places];
  return places.map((place) => {
    const value = either(place.value, place.radix - 1);
    return { ...place, value, alone: place === top ? either(place.value, place.radix) : value };
  });
}

/**
 * One place of the amount t and what controls exchanges there. With `span` digits to a unit of this place,
 * t = (…)·span·radix + value·span + rest.
 */
interface Level {
  readonly radix: number;
  /** For each q below the span, the place's value, plus 1 if rest > q: above p if value·span + rest > p·span + q. */
  readonly sums: readonly Sum[];
}

/** A number that is a function of a block. */
interface Sum {
  readonly block: Block;
  readonly number: (value: number) => number;
}

/** Each comparison of the lower places with a number is the carry into a sum that compares those up to the next place. */
function levels(builder: Builder, places: readonly Place[]): Level[] {
  let carries: Block[] = [builder.constant(0)];
  return places.map(({ value, alone, radix }) => {
    const grouped = radix === 2 && carries.length > 1 ? 2 : 1;
    const sums = carries.map((_, q) => {
      // The carry for a larger q implies that for a smaller one, so that their sum tells them all.
      const first = q - (q % grouped);
      const group = carries.slice(first, first + grouped);
      const base = first + grouped === carries.length ? alone : value;
      const summands = [[grouped, base] as const, ...group.map((carry) => [1, carry] as const)];
      const round = grouped - 1 - (q - first);
      return {
        block: combine(builder, summands),
        number: (total: number) => Math.floor((total + round) / grouped),
      };
    });
    carries = Array.from({ length: radix }, (_, p) =>
      sums.map(({ block, number }) => builder.lookup(block, (total) => Number(number(total) > p))),
    ).flat();
    return { radix, sums };
  });
}

/** Rotates ranges of up to `longest` digits by the amount up to a place, ranges rotated by the places below it. */
function turnAtLevel(builder: Builder, digits: Radix, { radix, sums }: Level, longest: number): Radix {
  const span = sums.length;
  let turned = digits;
  for (let parts = 2; parts <= radix && parts * span <= longest; parts *= 2) {
    const length = parts * span;
    const next = [...turned];
    for (let start = 0; start < digits.length; start += length) {
      for (let i = 0; i < length / 2; i++) {
        const { block, number } = sums[i % span];
        const p = Math.floor(i / span);
        // Digit i comes from the other half if t - 1 - i modulo the length is in the first half.
        const crosses = (value: number): boolean => (number(value) - 1 - p + parts) % parts < parts / 2;
        const low = start + i;
        const high = low + length / 2;
        [next[low], next[high]] = exchange(builder, block, crosses, turned[low], turned[high]);
      }
    }
    turned = next;
  }
  return turned;
}

/** Moves digits by that part of an amount which is less than a digit. One rotation a digit. */
function moveWithin(
  builder: Builder,
  movement: Movement,
  digits: Radix,
  amount: Radix,
  cyclic: boolean,
): Radix {
  const size = messageBits(builder.parameters);
  if (size === 1) return digits;
  const bits = builder.lookup(amount[0] ?? builder.constant(0), (digit) => digit % size);
  const share = (digit: Block, part: (value: number, by: number) => number): Block =>
    lookupRaised(builder, bits, digit, (by, value) => part(value, by));
  return digits.map((digit, index) => {
    if (index === 0 && !cyclic) {
      const { stays, passes, enters } = movement;
      return share(digit, (first, by) => stays(first, by) + passes(enters(first), by));
    }
    const stays = share(digit, movement.stays);
    const passes = share(digits.at(index - 1)!, movement.passes);
    return joinParts(builder, [stays, passes]);
  });
}
