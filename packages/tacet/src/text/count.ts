import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { booleanNot } from "../integer/bits/bitwise.ts";
import { clearRadix, digitsFor } from "../integer/clear.ts";
import { lt } from "../integer/comparison/compare.ts";
import { all } from "../integer/comparison/flags.ts";
import { combine, digitNoise, type Radix } from "../integer/radix.ts";

/** The number of flags so far, of which no more than `most` are set. */
export function counterFrom(builder: Builder, most: number): Radix {
  return clearRadix(builder, 0n, digitsFor(builder, most));
}

/** The number with one more flag: a rotation for each digit that it may change. */
export function counted(builder: Builder, count: Radix, flag: Block | undefined): Radix {
  const { messageModulus } = builder.parameters;
  let carry = flag;
  return count.map((digit) => {
    if (carry === undefined) return digit;
    const sum = combine(builder, [
      [1, digit],
      [1, carry],
    ]);
    const carries = sum.max >= messageModulus;
    carry = carries ? builder.lookup(sum, (value) => Math.floor(value / messageModulus)) : undefined;
    return builder.lookup(sum, (value) => value % messageModulus, digitNoise(builder));
  });
}

/** How many of some flags are set among the first ones, for each number of these, from none to all. */
export function runningCounts(
  builder: Builder,
  flags: readonly (Block | undefined)[],
  most: number,
): readonly Radix[] {
  const counts = [counterFrom(builder, most)];
  for (const flag of flags) counts.push(counted(builder, counts[counts.length - 1], flag));
  return counts;
}

/** Whether a number is below another one, which may have more digits or fewer. */
export function isBelow(builder: Builder, count: Radix, limit: Radix): Block {
  const width = Math.max(count.length, limit.length);
  const filled = (radix: Radix): Radix =>
    Array.from({ length: width }, (_, k) => radix[k] ?? builder.constant(0));
  return lt(builder, filled(count), filled(limit));
}

/** A number that a meter has come to. */
export type Reading = Radix;

/**
 * Counts flags, and compares the number with clear ones. Where a block has room for all numbers that matter, it stops at
 * the last of these, and takes a rotation for each step and for each comparison.
 */
export class Meter {
  readonly zero: Reading;
  readonly #builder: Builder;
  /** The number at which it stops, if a block is all that it is. */
  readonly #end: number | undefined;
  #reading: Reading;

  /**
   * @param end up to which number readings are to be told apart.
   * @param most the largest number that there may be.
   * @param flags the most that come at once.
   */
  constructor(builder: Builder, end: number, most: number, flags = 1) {
    this.#builder = builder;
    this.#end = end + flags < builder.capacity ? end : undefined;
    this.zero = this.#end === undefined ? counterFrom(builder, most) : [builder.constant(0)];
    this.#reading = this.zero;
  }

  /** Counts more flags. */
  count(flags: readonly (Block | undefined)[]): Reading {
    const set = flags.filter((flag) => flag !== undefined);
    if (set.length > 0) this.#reading = this.#counted(set);
    return this.#reading;
  }

  #counted(flags: readonly Block[]): Reading {
    const end = this.#end;
    if (end === undefined) {
      return flags.reduce((reading, flag) => counted(this.#builder, reading, flag), this.#reading);
    }
    const sum = combine(
      this.#builder,
      [...this.#reading, ...flags].map((block) => [1, block] as const),
    );
    return [this.#builder.lookup(sum, (value) => Math.min(value, end))];
  }

  /** Whether a number is less than a clear one, which is in front of the end. */
  isBelow(reading: Reading, limit: number): Block {
    if (this.#end !== undefined) return this.#builder.lookup(reading[0], (value) => Number(value < limit));
    return isBelow(
      this.#builder,
      reading,
      clearRadix(this.#builder, BigInt(limit), digitsFor(this.#builder, limit)),
    );
  }

  /** Whether a number is one of those from a clear one to another one. */
  isWithin(reading: Reading, from: number, to: number): Block {
    if (this.#end !== undefined) {
      return this.#builder.lookup(reading[0], (value) => Number(value >= from && value < to));
    }
    return all(this.#builder, [
      booleanNot(this.#builder, this.isBelow(reading, from)),
      this.isBelow(reading, to),
    ]);
  }
}
