import { type Block, isConstant } from "../../graph/block.ts";
import type { Builder, Summand } from "../../graph/builder.ts";
import { booleanNot } from "../bits/bitwise.ts";
import { combine, type Radix } from "../radix.ts";
import { differences } from "./difference.ts";
import { anyNonZero } from "./flags.ts";
import { type Flag, mayBeZero, type Part, reachOf, testTogether } from "./zero-tests.ts";

/**
 * Whether a = b, as a Boolean block.
 *
 * Three rotations for five digits. With a clear operand, half a rotation a digit at most: five digits together at the
 * default parameters where these are to be 0 or 3, two where they are to be 1 or 2.
 */
export function eq(builder: Builder, a: Radix, b: Radix): Block {
  return booleanNot(builder, ne(builder, a, b));
}

/** Whether a ≠ b, as a Boolean block. */
export function ne(builder: Builder, a: Radix, b: Radix): Block {
  return anyNonZero(builder, differing(builder, a, b));
}

/** Flags of which one or more are set where a ≠ b: few, but not yet taken together, for who has more of them to test. */
export function differing(builder: Builder, a: Radix, b: Radix): Block[] {
  return differingBy(builder, a, b).map((flag) => flag(1));
}

/** The same flags, as much as each is asked to count. */
export function differingBy(builder: Builder, a: Radix, b: Radix): Flag[] {
  const clear: [Block[], Block[]] = [[], []];
  const encrypted: [Block[], Block[]] = [[], []];
  for (const [i, digit] of a.entries()) {
    const other = b[i];
    const [some, known] = isConstant(other) || isConstant(digit) ? clear : encrypted;
    some.push(isConstant(digit) ? other : digit);
    known.push(isConstant(digit) ? digit : other);
  }
  const parts = differences(builder, ...encrypted);
  if (parts.some((part) => !mayBeZero(part))) return [(weight) => builder.constant(weight)];
  const { flags, rest } = testTogether(builder, parts);
  return withFlags(builder, [...distances(builder, ...clear), ...withNarrow(builder, rest)], flags);
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
  const narrow = parts.filter((part) => reachOf(part) <= 1);
  const joined = parts.filter((part) => reachOf(part) > 1);
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
 * Flags of parts that are not their `zero`, and others. As many of them as there is room for stand beside the range of the
 * next part, so that one test is of all of them.
 */
function withFlags(builder: Builder, parts: readonly Part[], others: readonly Flag[]): Flag[] {
  if (parts.some((part) => !mayBeZero(part))) return [(weight) => builder.constant(weight)];
  const order = parts
    .map((part) => ({ part, ...roomBeside(builder, part) }))
    .sort((a, b) => a.count - b.count);
  const flags = [...others];
  let room = order.reduce((sum, { count }) => sum + count, 0);
  for (const [i, { part, weight, count }] of order.entries()) {
    const left = order.length - i - 1;
    // Flags that one test takes in the end need not go through others; and those that do make a tree, not a chain.
    const few = flags.length + left + 1 < builder.capacity;
    const takes = left > 0 ? !few && flags.length + left >= room : !few || flags.length <= count;
    room -= count;
    const summands: Summand[] = [[1, part.block]];
    for (const flag of takes ? flags.slice(0, count) : []) {
      const raised: Summand = [Math.sign(weight), flag(Math.abs(weight))];
      if (builder.noiseOf([...summands, raised]) > builder.maxNoise) break;
      summands.push(raised);
    }
    flags.splice(0, summands.length - 1);
    flags.push((scale) => builder.lookupWide(summands, -part.zero, (value) => (value === 0 ? 0 : scale)));
  }
  return flags;
}

/**
 * How many flags, times which weight, stand beside a part: of a sign, and so large, that what is not 0 stays so; and not so
 * many that values come that are a capacity from 0, from which no lookup tells it.
 */
function roomBeside(builder: Builder, { block, zero }: Part): { weight: number; count: number } {
  const [above, below] = [
    [block.max - zero, zero - block.min + 1],
    [zero - block.min, -(block.max - zero + 1)],
  ].map(([end, weight]) => ({ weight, count: Math.floor((builder.capacity - 1 - end) / Math.abs(weight)) }));
  const { weight, count } = below.count > above.count ? below : above;
  const fits = 2 * Math.abs(weight) < builder.capacity; // or a flag that uses the padding bit does not
  return { weight, count: fits ? Math.max(0, count) : 0 };
}
