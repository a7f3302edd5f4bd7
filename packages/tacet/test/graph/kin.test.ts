import { describe, expect, test } from "vitest";
import type { Block, LookupBlock } from "../../src/graph/block.ts";
import { type Bounds, Builder } from "../../src/graph/builder.ts";
import type { Job } from "../../src/graph/job.ts";
import { Ciphertexts, keepsKin } from "../../src/graph/shorten/ciphertexts.ts";
import { finish } from "../../src/graph/steps.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";

const TABLE_SIZE = 16;
const table = (...entries: number[]): number[] => [
  ...entries,
  ...new Array<number>(TABLE_SIZE - entries.length).fill(0),
];

/** A lookup as the graph knows it, moved to another input and table. */
const moved = (output: Block, input: Block, ...entries: number[]): Job => ({
  output: output as LookupBlock,
  input,
  table: table(...entries),
});

describe("of jobs", () => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const [x, y] = [1, 2].map((twin) => builder.input({ max: 3, twin }));
  const again = builder.input({ max: 2, twin: 1 });
  const [a, b, c] = [[0, 1, 1, 2], [1, 0, 0, 1], [3, 0, 1, 1]].map((entries) => builder.lookup(x, entries)); // biome-ignore format: short
  const [d, e] = [[0, 1, 1, 2], [2, 0, 1, 0]].map((entries) => builder.lookup(y, entries)); // biome-ignore format: short
  const keeps = (...jobs: Job[]): boolean => finish(keepsKin(jobs));

  test("those of one ciphertext have to be of one kin", () => {
    expect(keeps(moved(a, x, 0, 1, 1, 2), moved(b, x, 1, 0, 0, 1), moved(d, y, 0, 1, 1, 2))).toBe(true);
    expect(keeps(moved(a, x, 0, 1, 1, 2), moved(e, x, 2, 0, 1))).toBe(false);
    // Of a ciphertext, whichever block has it.
    expect(keeps(moved(a, x, 0, 1, 1, 2), moved(e, again, 2, 0, 1))).toBe(false);
  });

  test("those of one ciphertext may be alike in no two, whatever the others are", () => {
    expect(keeps(moved(a, x, 0, 1, 1, 2), moved(b, x, 0, 1, 1, 2))).toBe(false);
    expect(keeps(moved(a, x, 0, 1, 1, 2), moved(b, again, 0, 1, 1))).toBe(false);
    expect(keeps(moved(c, x, 3, 0, 1, 1), moved(a, x, 0, 1, 1, 2), moved(b, x, 0, 1, 1, 2))).toBe(false);
    expect(keeps(moved(a, x, 0, 1, 1, 2), moved(a, again, 0, 1, 1))).toBe(true);
  });

  test("they are compared as functions of the ciphertext, not of the block", () => {
    const shifted = builder.linear([[1, x]], 1);
    const upper = builder.linear([[1, x]], 0, { min: 1 });
    expect(keeps(moved(a, x, 0, 1, 1, 2), moved(b, shifted, 0, 0, 1, 1, 2))).toBe(false);
    expect(keeps(moved(a, x, 0, 1, 1, 2), moved(b, shifted, 0, 1, 1, 2, 2))).toBe(true);
    expect(keeps(moved(a, x, 0, 1, 1, 2), moved(b, upper, 3, 1, 1, 2))).toBe(false);
    expect(keeps(moved(a, x, 0, 1, 1, 2), moved(b, upper, 3, 0, 1, 1))).toBe(true);
  });

  test("a known one is found that gives the same for all values of a block, wherever that starts", () => {
    const ciphertexts = new Ciphertexts();
    const job = moved(a, x, 0, 1, 1, 2);
    ciphertexts.note(job);
    const find = (block: Block, ...entries: number[]): Job | undefined =>
      ciphertexts.find(block, table(...entries), () => true);
    const upper = builder.linear([[1, x]], 0, { min: 1 });
    const shifted = builder.linear([[1, x]], 1);
    expect(find(x, 0, 1, 1, 2)).toBe(job);
    expect(find(upper, 3, 1, 1, 2)).toBe(job);
    expect(find(upper, 3, 0, 1, 1)).toBe(undefined);
    expect(find(shifted, 3, 0, 1, 1, 2)).toBe(job);
    expect(find(shifted, 0, 1, 1, 2, 2)).toBe(undefined);
    // A twin's ciphertext has the same mask, but is no source of the plan.
    expect(find(again, 0, 1, 1)).toBe(undefined);
  });
});

/**
 * The noise of a result and of the same once more: a lookup of a sum with a lookup that has been forgotten when it is
 * computed again.
 *
 * @param bounds what is known of the values that the first lookup is of, each time.
 */
function noiseOfBoth(...bounds: readonly [Bounds, Bounds]): number {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const [x, y] = [3, 3].map((max) => builder.input({ max }));
  builder.retain([x, y]);
  const results = bounds.map((bounds) => {
    const middle = builder.lookup(builder.linear([[1, x]], 0, bounds), table(0, 2, 1, 3)) as LookupBlock;
    const sum = builder.linear([[4, middle], [1, y]]); // biome-ignore format: short
    const result = builder.lookup(sum, (value) => value & 1) as LookupBlock;
    builder.retain([result]);
    for (const lookup of [middle, result]) builder.resolve(lookup);
    builder.sweep();
    expect(middle.references).toBeLessThan(0);
    return result;
  });
  return builder.noiseOf(results.map((result) => [1, result] as const));
}

test("what is computed again is known to be the same, whatever else is known of the values", () => {
  expect(noiseOfBoth({}, {})).toBe(4);
  expect(noiseOfBoth({}, { min: 1 })).toBe(4);
  // Tables that differ, if only where nothing is looked up, give other ciphertexts.
  expect(noiseOfBoth({ min: 1 }, { max: 2 })).toBe(2);
});
