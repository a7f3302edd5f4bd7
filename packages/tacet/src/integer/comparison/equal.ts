import type { Block } from "../../graph/block.ts";
import type { Builder, Summand } from "../../graph/builder.ts";
import { booleanNot } from "../bits/bitwise.ts";
import { combine, isClear, type Radix } from "../radix.ts";
import { type Difference, differences } from "./difference.ts";
import { anyNonZero } from "./flags.ts";

/**
 * Whether a = b, as a Boolean block.
 *
 * One rotation a digit: each is compared together with a flag of those before it. With a clear operand, half of that at
 * most: five digits together at the default parameters where these are to be 0 or 3, two where they are to be 1 or 2.
 */
export function eq(builder: Builder, a: Radix, b: Radix): Block {
  return booleanNot(builder, ne(builder, a, b));
}

/** Whether a ≠ b, as a Boolean block. */
export function ne(builder: Builder, a: Radix, b: Radix): Block {
  if (isClear(b)) return anyDiffers(builder, distances(builder, a, b));
  if (isClear(a)) return anyDiffers(builder, distances(builder, b, a));
  return anyDiffers(builder, withNarrow(builder, differences(builder, a, b)));
}

/** A block that is `zero` where some digits are what they are compared with. */
type Part = Pick<Difference, "block" | "zero">;

function mayBeZero({ block, zero }: Part): boolean {
  return zero >= block.min && zero <= block.max;
}

/**
 * How far digits are from clear ones, as few blocks as possible. Distances from the smallest or the largest value of a
 * digit have one sign, so that their sum tells whether all are 0. Other digits stand side by side.
 */
function distances(builder: Builder, a: Radix, b: Radix): Part[] {
  const ends: Summand[] = [];
  const inside: Part[] = [];
  for (const [i, digit] of a.entries()) {
    const known = b[i].min;
    const block = builder.linear([[1, digit]], -digit.min);
    if (known < digit.min || known > digit.max) return [{ block: builder.constant(1), zero: 0 }];
    if (known === digit.min) ends.push([1, block]);
    else if (known === digit.max) ends.push([-1, block]);
    else inside.push({ block, zero: known - digit.min });
  }
  return [...sums(builder, ends), ...pairs(builder, inside)];
}

/** Sums of blocks that are to be 0, and of blocks with coefficient -1, which are to be as large as they can. */
function sums(builder: Builder, ends: readonly Summand[]): Part[] {
  const parts: Part[] = [];
  let group: Summand[] = [];
  let room = builder.capacity - 1;
  const close = (): void => {
    const lowest = group.reduce((sum, [sign, { max }]) => sum + (sign < 0 ? max : 0), 0);
    parts.push({ block: combine(builder, group, lowest), zero: 0 });
    group = [];
    room = builder.capacity - 1;
  };
  for (const end of ends) {
    const [, { max }] = end;
    if (max > room || builder.noiseOf([...group, end]) > builder.maxNoise) close();
    group.push(end);
    room -= max;
  }
  if (group.length > 0) close();
  return parts;
}

/** Two blocks as one, as far as they fit. */
function pairs(builder: Builder, parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (let start = 0; start < parts.length; ) {
    const [low, high] = parts.slice(start, start + 2);
    const weight = low.block.max + 1;
    const fits = high !== undefined && weight * (high.block.max + 1) <= builder.capacity;
    joined.push(fits ? pair(builder, high, low, weight) : low);
    start += fits ? 2 : 1;
  }
  return joined;
}

function pair(builder: Builder, high: Part, low: Part, weight: number): Part {
  const summands = [
    [weight, high.block],
    [1, low.block],
  ] as const;
  return { block: combine(builder, summands), zero: weight * high.zero + low.zero };
}

/**
 * Differences of bits go with twice another difference: from -1 to 1, they cannot make up for it. So the characters of
 * texts take three rotations, not four.
 */
function withNarrow(builder: Builder, parts: readonly Part[]): Part[] {
  if (parts.some((part) => !mayBeZero(part))) return [...parts];
  const isNarrow = ({ block, zero }: Part): boolean => zero - block.min <= 1 && block.max - zero <= 1;
  const narrow = parts.filter(isNarrow);
  const joined = parts.filter((part) => !isNarrow(part));
  for (let i = 0; narrow.length > 0; i++) {
    const low = narrow.pop()!;
    const high = joined[i] ?? narrow.pop();
    const both = high && twice(builder, high, low);
    if (i < joined.length) joined[i] = both ?? joined[i];
    else joined.push(...(both ? [both] : high ? [high] : []));
    if (both === undefined) joined.push(low);
  }
  return joined;
}

/** 2·high + low, where that is not too noisy and has room. */
function twice(builder: Builder, high: Part, low: Part): Part | undefined {
  const summands = [
    [2, high.block],
    [1, low.block],
  ] as const;
  if (2 * high.block.max + low.block.max >= builder.capacity) return undefined;
  const block = builder.linearIfQuiet(summands);
  return block && { block, zero: 2 * high.zero + low.zero };
}

/**
 * Whether any of some parts is not its `zero`. As many flags of parts as there is room for stand above the range of the next
 * one; what is left of them is tested together.
 */
function anyDiffers(builder: Builder, parts: readonly Part[]): Block {
  // Beyond its block, the number that stands for zero would be mistaken for a flag of the parts before.
  if (parts.some((part) => !mayBeZero(part))) return builder.constant(1);
  const order = parts.toSorted((a, b) => b.block.max - a.block.max);
  const flags: Block[] = [];
  for (const [i, { block, zero }] of order.entries()) {
    const size = block.max + 1;
    const room = Math.floor(builder.capacity / size) - 1;
    // Flags that one test takes in the end need not go through others.
    const few = flags.length + order.length - i < builder.capacity;
    const raised = flags
      .splice(0, few && flags.length > room ? 0 : room)
      .map((flag): Summand => [1, builder.lookup(flag, (value) => size * value)]);
    const input = combine(builder, [[1, block], ...raised]);
    flags.push(builder.lookup(input, (value) => Number(value !== zero)));
  }
  return anyNonZero(builder, flags);
}
