import type { Block } from "../../graph/block.ts";
import type { Builder, Summand } from "../../graph/builder.ts";
import type { Difference } from "./difference.ts";

/** A block that is `zero` where some digits are what they are compared with. */
export type Part = Pick<Difference, "block" | "zero">;

/** A flag that counts some times: as much as it is asked for. */
export type Flag = (weight: number) => Block;

export function mayBeZero({ block, zero }: Part): boolean {
  return zero >= block.min && zero <= block.max;
}

/** How far a part is from its zero at most. */
export function reachOf({ block, zero }: Part): number {
  return Math.max(zero - block.min, block.max - zero);
}

/** Combinations of a few differences, one a row, and how far the differences may reach. */
interface System {
  readonly reach: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

/**
 * Differences of digits, from -3 to 3, and of bits. Where all combinations of a system are 0, all of the differences are,
 * though there are fewer combinations, and none leaves -15 to 15: so a lookup that uses the padding bit tells whether it is
 * 0. (Found by search, and checked for all values by a test.)
 */
export const SYSTEMS: readonly System[] = [
  {
    reach: [3, 3, 3, 1],
    rows: [
      [1, 3, 0, 1],
      [0, 1, -3, -1],
    ],
  },
  {
    reach: [3, 3, 3, 3, 3],
    rows: [
      [1, -3, 0, -1, 0],
      [0, 1, -3, -1, 0],
      [0, 0, 1, -3, -1],
    ],
  },
  {
    reach: [3, 3, 3],
    rows: [
      [1, 3, 0],
      [0, 1, -3],
    ],
  },
];

/** Blocks of so many values have room for the systems. */
const CAPACITY = 16;

/** Flags for some parts, fewer than these; and the parts that are left. */
export function testTogether(builder: Builder, parts: readonly Part[]): { flags: Flag[]; rest: Part[] } {
  if (builder.capacity !== CAPACITY) return { flags: [], rest: [...parts] };
  const flags: Flag[] = [];
  const rest: Part[] = [];
  const digits = parts.filter((part) => reachOf(part) > 1);
  const bits = parts.filter((part) => reachOf(part) <= 1);
  for (const { reach, rows } of SYSTEMS) {
    for (;;) {
      const counts = [reach.filter((most) => most > 1).length, reach.filter((most) => most <= 1).length];
      if (digits.length < counts[0] || bits.length < counts[1]) break;
      const some = [...digits.splice(0, counts[0]), ...bits.splice(0, counts[1])];
      const tests = rows.map((row) => combinationOf(row, some));
      const fits =
        some.every((part, i) => reachOf(part) <= reach[i]) &&
        tests.every(({ summands }) => builder.noiseOf(summands) <= builder.maxNoise);
      if (fits)
        flags.push(...tests.map(({ summands, constant }): Flag => nonZero(builder, summands, constant)));
      else rest.push(...some);
    }
  }
  return { flags, rest: [...rest, ...digits, ...bits] };
}

function combinationOf(
  row: readonly number[],
  parts: readonly Part[],
): { summands: Summand[]; constant: number } {
  const summands: Summand[] = [];
  let constant = 0;
  for (const [i, coefficient] of row.entries()) {
    if (coefficient === 0) continue;
    summands.push([coefficient, parts[i].block]);
    constant -= coefficient * parts[i].zero;
  }
  return { summands, constant };
}

function nonZero(builder: Builder, summands: readonly Summand[], constant: number): Flag {
  return (weight) => builder.lookupWide(summands, constant, (value) => (value === 0 ? 0 : weight));
}
