import type { Pace } from "../../progress.ts";

const RADIX_BITS = 16;

/**
 * Numbers of items in the order of their keys, the first key counting most (by counting, the last key first).
 *
 * @param keys one list for each key, of integers of 32 bits.
 */
export async function sortedItems(
  keys: readonly Uint32Array[],
  count: number,
  pace: Pace,
): Promise<Uint32Array<ArrayBuffer>> {
  let items = Uint32Array.from({ length: count }, (_, i) => i);
  let other = new Uint32Array(count);
  for (const key of keys.toReversed()) {
    let largest = 0;
    for (const value of key) if (value > largest) largest = value;
    for (let shift = 0; shift < 32 && largest >>> shift > 0; shift += RADIX_BITS) {
      const starts = new Uint32Array((Math.min(2 ** RADIX_BITS - 1, largest >>> shift) + 2) | 0);
      const digit = (item: number): number => (key[item] >>> shift) & (2 ** RADIX_BITS - 1);
      for (let i = 0; i < count; i++) starts[digit(i) + 1]++;
      for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
      for (let i = 0; i < count; i++) other[starts[digit(items[i])]++] = items[i];
      [items, other] = [other, items];
      await pace.done(0);
    }
  }
  return items;
}
