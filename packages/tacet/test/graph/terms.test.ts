import { expect, test, vi } from "vitest";
import type { Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret, type SourceValues } from "../../src/graph/interpret.ts";
import { sameTerms } from "../../src/graph/terms.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";

// All hashes are alike here: what chance seldom does, that nodes that differ have one hash, is then always so.
vi.mock("../../src/graph/hash.ts", async (original) => ({ ...(await original<object>()), mix: () => 0 }));

test("combinations are the same if all of their terms are", () => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const [x, y, z] = [1, 2, 3].map((max) => builder.input({ max }));
  const terms = [
    { source: x, coefficient: 1 },
    { source: y, coefficient: 2 },
  ];
  expect(
    sameTerms(
      terms,
      terms.map((term) => ({ ...term })),
    ),
  ).toBe(true);
  for (const other of [
    terms.slice(0, 1),
    terms.slice(1),
    [...terms, { source: z, coefficient: 1 }],
    [],
    [terms[0], { source: y, coefficient: -2 }],
    [{ source: x, coefficient: 3 }, terms[1]],
    [terms[0], { source: z, coefficient: 2 }],
    [{ source: z, coefficient: 1 }, terms[1]],
  ]) {
    expect(sameTerms(terms, other)).toBe(false);
    expect(sameTerms(other, terms)).toBe(false);
  }
});

test("combinations and lookups that differ in anything are different nodes, however many there are", () => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const [x, y] = [3, 3].map((max) => builder.input({ max }));
  const values = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].map((b) => [a, b] as const));
  let tried = 0;
  for (const p of [-2, -1, 1, 2, 3]) {
    for (const q of [-2, -1, 0, 1, 2, 3]) {
      for (let constant = 0; constant < builder.capacity; constant++) {
        const sums = values.map(([a, b]) => p * a + q * b + constant);
        const [least, most] = [Math.min(...sums), Math.max(...sums)];
        if (least < 0 || most >= builder.capacity) continue;
        for (const [min, max] of [
          [0, most],
          [least, most],
          [least + 1, most],
          [least, most - 1],
        ] as const) {
          // biome-ignore format: short
          const sum = builder.linear([[p, x], [q, y]], constant, { min, max }); // biome-ignore format: short
          builder.retain([sum]);
          expect([sum.min, sum.max]).toEqual([Math.max(min, least), max]);
          const inside = values.filter((_, at) => sums[at] >= min && sums[at] <= max);
          const sources = (at: readonly number[]): SourceValues =>
            new Map([x, y].map((source, i) => [source as Source, at[i]]));
          const lookup = builder.lookup(sum, (value) => (value * value + 1) % 4);
          builder.retain([lookup]);
          tried++;
          for (const one of inside) {
            const right = p * one[0] + q * one[1] + constant;
            expect(interpret([sum, lookup], sources(one), DEFAULT_PARAMETERS)).toEqual([
              right,
              (right ** 2 + 1) % 4,
            ]);
          }
        }
      }
    }
  }
  expect(tried).toBeGreaterThan(200);
});

test("lookups of a sum and of its first term are different nodes", () => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const [x, y] = [3, 3].map((max) => builder.input({ max }));
  const table = (value: number): number => value % 3;
  const ofBoth = builder.lookup(builder.linear([[1, x], [1, y]]), table); // biome-ignore format: short
  expect(builder.lookup(x, table)).not.toBe(ofBoth);
});
