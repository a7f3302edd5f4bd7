import type { Block } from "../../graph/block.ts";
import type { Builder, Summand } from "../../graph/builder.ts";
import { digitNoise } from "../radix.ts";

/**
 * A block that tells which of some cases holds: 1 for the first, 2 for the second, and so on, 0 for none of them. Of
 * several codes, at most one is not 0.
 */
export interface Code {
  readonly block: Block;
  readonly cases: readonly number[];
}

/** What each case stands for: an integer below the message modulus, and what it is if no case holds. */
export interface Column {
  readonly of: (chosen: number) => number;
  readonly otherwise?: number;
}

/** Number of cases that one code can tell apart. */
export function casesPerCode(builder: Builder): number {
  return builder.capacity - 1;
}

/** The sum of blocks of which at most one is not 0. */
export function sumOfOne(builder: Builder, blocks: readonly Block[]): Block {
  let rest = blocks;
  while (true) {
    const sums: Block[] = [];
    let group: Summand[] = [];
    const close = (): void => {
      const max = group.reduce((largest, [, block]) => Math.max(largest, block.max), 0);
      sums.push(builder.linear(group, 0, { max }));
      group = [];
    };
    for (const block of rest) {
      if (builder.noiseOf([...group, [1, block]]) > builder.maxNoise) close();
      group.push([1, block]);
    }
    close();
    if (sums.length === 1) return sums[0];
    rest = sums.map((sum) => builder.lookup(sum, (value) => value, 0));
  }
}

/**
 * The columns' integers for the case that holds, fresh enough for digits.
 *
 * Each code gives several columns by one lookup, as digits of one number in a block; sums of these are taken apart
 * at the end. A column that has another value than 0 if no case holds counts from that value, modulo its range.
 */
export function decode(builder: Builder, codes: readonly Code[], columns: readonly Column[]): Block[] {
  const cases = codes.flatMap((code) => code.cases);
  const parts = columns.map(({ of, otherwise = 0 }) => {
    const modulus = cases.reduce((largest, chosen) => Math.max(largest, of(chosen)), otherwise) + 1;
    return { modulus, otherwise, of: (chosen: number) => (of(chosen) - otherwise + modulus) % modulus };
  });
  const results: Block[] = [];
  for (let start = 0, end: number; start < parts.length; start = end) {
    let room = 1;
    for (end = start; end < parts.length && room * parts[end].modulus <= builder.capacity; end++)
      room *= parts[end].modulus;
    const pack = parts.slice(start, end);
    const packed = (chosen: number): number =>
      pack.reduceRight((value, { modulus, of }) => value * modulus + of(chosen), 0);
    const sum = sumOfOne(
      builder,
      codes.map((code) =>
        builder.lookup(code.block, (value) => (value === 0 ? 0 : packed(code.cases[value - 1]))),
      ),
    );
    let weight = 1;
    for (const { modulus, otherwise } of pack) {
      const below = weight;
      const extract = (value: number): number => (Math.floor(value / below) + otherwise) % modulus;
      results.push(builder.lookup(sum, extract, digitNoise(builder)));
      weight *= modulus;
    }
  }
  return results;
}
