import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { gt, lt } from "../comparison/compare.ts";
import { digitNoise, type Radix, toDigits } from "../radix.ts";
import { exchange } from "./flip.ts";

/** A key to sort by, and digits that go where it goes. */
export interface Item {
  readonly key: Radix;
  readonly value: readonly Block[];
}

/** The digits of two items' keys, or of their values. */
type Pair = readonly [readonly Block[], readonly Block[]];

/** How to sort. */
export interface SortOptions {
  /** Whether keys are in two's complement. */
  readonly signed?: boolean;
  /** Whether the largest key comes first. */
  readonly descending?: boolean;
}

/**
 * The same items in the order of their keys; those of equal keys come in no particular order. There is nothing to
 * carry in `value` where the keys are all there is to sort.
 *
 * Batcher's merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M), which takes any number of
 * items: some n/4·log²n comparisons, each with a rotation for each digit of keys and values that it may exchange. An
 * exchange leaves more noise than it finds; the noisier of two digits is refreshed where there would be too much, which
 * for keys, because comparisons bear less, is some two times in three exchanges.
 */
export function sortByKey(builder: Builder, items: readonly Item[], options: SortOptions = {}): Item[] {
  const { signed = false, descending = false } = options;
  const disordered = descending ? lt : gt;
  const sorted = [...items];
  for (const [i, j] of mergeExchange(items.length)) {
    const keys = quieted(builder, sorted[i].key, sorted[j].key, 2 * digitNoise(builder));
    const values = quieted(builder, sorted[i].value, sorted[j].value, builder.maxNoise - 2);
    const swap = disordered(builder, ...keys, signed);
    const [key, otherKey] = exchanged(builder, swap, keys);
    const [value, otherValue] = exchanged(builder, swap, values);
    sorted[i] = { key, value };
    sorted[j] = { key: otherKey, value: otherValue };
  }
  return sorted.map(({ key, value }) => ({ key: toDigits(builder, key), value: toDigits(builder, value) }));
}

/** The same blocks, of which no two in the same place have more noise together than a limit. */
function quieted(builder: Builder, a: readonly Block[], b: readonly Block[], limit: number): Pair {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < a.length; i++) {
    while (left[i].noise + right[i].noise > limit) {
      const noisier = left[i].noise > right[i].noise ? left : right;
      noisier[i] = builder.refresh(noisier[i]);
    }
  }
  return [left, right];
}

/** The two, the other way round where a flag is set. */
function exchanged(builder: Builder, flag: Block, [a, b]: Pair): Pair {
  const digits = a.map((digit, k) => exchange(builder, flag, (set) => set === 1, digit, b[k]));
  return [digits.map(([first]) => first), digits.map(([, second]) => second)];
}

/** The pairs of positions to be put in order, in turn, so that all are in the end. */
function* mergeExchange(length: number): Generator<[number, number]> {
  const start = 2 ** Math.ceil(Math.log2(length) - 1);
  for (let p = start; p >= 1; p /= 2) {
    for (let q = start, r = 0, d = p; ; d = q - p, q /= 2, r = p) {
      for (let i = 0; i < length - d; i++) if ((i & p) === r) yield [i, i + d];
      if (q === p) break;
    }
  }
}
