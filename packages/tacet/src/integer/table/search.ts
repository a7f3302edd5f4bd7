import type { Block } from "../../graph/block.ts";
import type { Builder, Summand } from "../../graph/builder.ts";
import { clearDigits, clearValue, digitsFor } from "../clear.ts";
import { eq } from "../comparison/equal.ts";
import { anyNonZero, flagsPerBlock } from "../comparison/flags.ts";
import { combine, isClear, type Radix } from "../radix.ts";
import { match } from "./match.ts";
import { type Code, casesPerCode, decode, sumOfOne } from "./one-hot.ts";

/*
 * Searches in arrays of integers of one number of digits. Whether they are signed does not matter. Items and the
 * value may be clear or encrypted. An encrypted value in clear items is a table to match.
 */

/** Where something is in an array, 0 if nowhere, and whether it is there. The index has as few digits as needed. */
export interface Found {
  readonly index: Radix;
  readonly found: Block;
}

/**
 * Whether one of the items is the value. (TFHE-rs: `contains`, `contains_clear`, `is_in_clears`.) A comparison for each
 * item, and a rotation for each 15 of these at the default parameters.
 */
export function contains(builder: Builder, items: readonly Radix[], value: Radix): Block {
  if (!isClear(value) && items.every(isClear)) {
    const rows = new Map(items.map((item) => [clearValue(builder, item), [1]]));
    return match(builder, value, rows, [0])[0];
  }
  return anyNonZero(builder, equalities(builder, items, value));
}

/**
 * Where the value is in the array, if it is there no more than once; else the result means nothing. (TFHE-rs:
 * `index_of`, `index_of_clear`, `index_in_clears`, which give a meaningless index as well.) A comparison for each item,
 * and a rotation or two for each digit of the index.
 */
export function indexOf(builder: Builder, items: readonly Radix[], value: Radix): Found {
  if (!isClear(value) && items.every(isClear)) return indexInClear(builder, items, value);
  const flags = equalities(builder, items, value);
  // Equal items that can be told from others here must not count twice.
  const places = flags.flatMap((flag, i) => (flags.indexOf(flag) === i ? [i] : []));
  const most = casesPerCode(builder);
  const codes: Code[] = [];
  for (let start = 0; start < places.length; start += most) {
    const cases = places.slice(start, start + most);
    const marks = cases.map((place, i) => builder.lookup(flags[place], (flag) => flag * (i + 1)));
    codes.push({ block: sumOfOne(builder, marks), cases });
  }
  return place(builder, codes, items.length);
}

/**
 * Where the value is in the array for the first time. (TFHE-rs: `first_index_of`, `first_index_of_clear`,
 * `first_index_in_clears`.) A comparison for each item, and what `firstOf` takes.
 */
export function firstIndexOf(builder: Builder, items: readonly Radix[], value: Radix): Found {
  if (!isClear(value) && items.every(isClear)) return indexInClear(builder, items, value);
  return firstOf(builder, equalities(builder, items, value));
}

/**
 * Which of some flags is the first that is set.
 *
 * As many flags as a block has room for besides one for all those before them, three at the default parameters, give
 * a code that is 0 unless they have the first: two rotations.
 *
 * @param places what to give for each flag: its index unless given.
 */
export function firstOf(
  builder: Builder,
  flags: readonly Block[],
  places: readonly number[] = flags.map((_, i) => i),
): Found {
  const together = flagsPerBlock(builder);
  const codes: Code[] = [];
  let marks: Block[] = [];
  let cases: number[] = [];
  let before: Block[] = [];
  for (let start = 0; start < flags.length; start += together) {
    const some = flags.slice(start, start + together);
    if (cases.length + some.length > casesPerCode(builder)) {
      codes.push({ block: sumOfOne(builder, marks), cases });
      marks = [];
      cases = [];
    }
    const weights = some.map((flag, i): Summand => [2 ** (some.length - 1 - i), flag]);
    const taken = 2 ** some.length;
    const earlier = builder.lookup(anyNonZero(builder, before), (flag) => flag * taken);
    const input = combine(builder, [...weights, [1, earlier]]);
    const base = cases.length;
    marks.push(
      builder.lookup(input, (value) =>
        value === 0 || value >= taken ? 0 : base + some.length - Math.floor(Math.log2(value)),
      ),
    );
    cases = [...cases, ...places.slice(start, start + some.length)];
    if (before.length + together >= builder.capacity) before = [anyNonZero(builder, before)];
    before = [...before, ...some];
  }
  codes.push({ block: sumOfOne(builder, marks), cases });
  return place(builder, codes, Math.max(0, ...places) + 1);
}

/** Whether two arrays have the same length and the same items in the same order. (TFHE-rs: `fhe_uint_array_eq`.) */
export function arrayEquals(builder: Builder, a: readonly Radix[], b: readonly Radix[]): Block {
  return a.length === b.length ? eq(builder, a.flat(), b.flat()) : builder.constant(0);
}

/** Whether some items next to each other equal a slice, item by item. (TFHE-rs: `fhe_uint_array_contains_sub_slice`.) */
export function containsSubSlice(builder: Builder, items: readonly Radix[], slice: readonly Radix[]): Block {
  const windows = Array.from({ length: Math.max(0, items.length - slice.length + 1) }, (_, start) =>
    eq(builder, items.slice(start, start + slice.length).flat(), slice.flat()),
  );
  return anyNonZero(builder, windows);
}

function equalities(builder: Builder, items: readonly Radix[], value: Radix): Block[] {
  return items.map((item) => eq(builder, item, value));
}

/** Where an encrypted integer is among clear ones. */
function indexInClear(builder: Builder, items: readonly Radix[], value: Radix): Found {
  const rows = new Map<bigint, number[]>();
  const digits = indexDigits(builder, items.length);
  for (const [i, item] of items.entries()) {
    const key = clearValue(builder, item);
    if (!rows.has(key)) rows.set(key, [...clearDigits(builder, BigInt(i), digits), 1]);
  }
  const results = match(builder, value, rows, new Array(digits + 1).fill(0));
  return { index: results.slice(0, digits), found: results[digits] };
}

/** What codes of places in an array stand for. */
function place(builder: Builder, codes: readonly Code[], length: number): Found {
  const digits = indexDigits(builder, length);
  const columns = Array.from({ length: digits }, (_, k) => ({
    of: (i: number) => clearDigits(builder, BigInt(i), digits)[k],
  }));
  const results = decode(builder, codes, [...columns, { of: () => 1 }]);
  return { index: results.slice(0, digits), found: results[digits] };
}

/** Number of digits of the positions in an array. */
function indexDigits(builder: Builder, length: number): number {
  return digitsFor(builder, Math.max(0, length - 1));
}
