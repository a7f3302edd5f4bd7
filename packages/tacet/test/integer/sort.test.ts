import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sortByKey } from "../../src/integer/choice/sort.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { crowded, Trial } from "./arrays.ts";
import { SHAPES } from "./operations.ts";

describe.each(SHAPES)("sorting on blocks of shape $shape", ({ shape, parameters, widths }) => {
  const small = shape === "3_3" ? 6 : 4;

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 21])("puts %i items in order", (length) => {
    for (const width of length > 9 ? [small] : [small, widths[0]]) {
      const trial = new Trial(parameters);
      const keys = trial.encrypted(length, width);
      const items = keys.map((key) => ({ key, value: [] }));
      const ways = [false, true].flatMap((signed) =>
        [false, true].map((descending) => ({ signed, descending })),
      );
      const run = trial.runner(
        ways.flatMap((options) => sortByKey(trial.builder, items, options).map(({ key }) => key)),
      );
      fc.assert(
        fc.property(fc.array(crowded(width), { minLength: length, maxLength: length }), (values) => {
          const right = ways.flatMap(({ signed, descending }) => {
            const order = (value: bigint): bigint => (signed ? BigInt.asIntN(width, value) : value);
            const sorted = values.toSorted((x, y) =>
              order(x) < order(y) ? -1 : Number(order(x) > order(y)),
            );
            return descending ? sorted.reverse() : sorted;
          });
          expect(run(values)).toEqual(right);
        }),
        { numRuns: 20 },
      );
    }
  });

  test("has every sequence of zeros and ones in order", () => {
    // What puts these in order puts anything in order (Knuth 5.3.4, the 0-1 principle).
    for (let length = 2; length <= 9; length++) {
      const trial = new Trial(parameters);
      const flags = trial.flags(length);
      const items = flags.map((flag) => ({ key: [flag], value: [] }));
      const run = trial.runner(sortByKey(trial.builder, items).map(({ key }) => key));
      for (let bits = 0; bits < 2 ** length; bits++) {
        const values = Array.from({ length }, (_, i) => BigInt((bits >> i) & 1));
        const ones = values.filter((bit) => bit === 1n).length;
        expect(run(values)).toEqual(values.map((_, i) => BigInt(i >= length - ones)));
      }
    }
  });

  test.each([2, 5, 12])("carries the values of %i keys along", (length) => {
    const [width] = widths;
    const trial = new Trial(parameters);
    const keys = trial.encrypted(length, width);
    const values = trial.encrypted(length, small);
    const items = keys.map((key, i) => ({ key, value: values[i] }));
    const sorted = sortByKey(trial.builder, items);
    const run = trial.runner([...sorted.map(({ key }) => key), ...sorted.map(({ value }) => value)]);
    const distinct = fc.uniqueArray(crowded(width), { minLength: length, maxLength: length });
    const any = fc.array(crowded(small), { minLength: length, maxLength: length });
    fc.assert(
      fc.property(distinct, any, (by, carried) => {
        const order = by.map((_, i) => i).sort((i, j) => (by[i] < by[j] ? -1 : 1));
        expect(run([...by, ...carried])).toEqual([
          ...order.map((i) => by[i]),
          ...order.map((i) => carried[i]),
        ]);
      }),
      { numRuns: 20 },
    );
  });

  test("takes clear keys and one handle several times", () => {
    const [width] = widths;
    const trial = new Trial(parameters);
    const [a, b] = trial.encrypted(2, width);
    const [known] = trial.clear([77n], width);
    const items = [a, known, b, a].map((key) => ({ key, value: [] }));
    const run = trial.runner(sortByKey(trial.builder, items).map(({ key }) => key));
    fc.assert(
      fc.property(crowded(width), crowded(width), (x, y) => {
        expect(run([x, y])).toEqual([x, 77n, y, x].sort((p, q) => (p < q ? -1 : Number(p > q))));
      }),
      { numRuns: 40 },
    );
  });
});

test("sorting 16 bytes takes 63 comparisons, of ten rotations each", () => {
  const trial = new Trial(DEFAULT_PARAMETERS);
  const items = trial.encrypted(16, 8, 1).map((key) => ({ key, value: [] }));
  const sorted = sortByKey(trial.builder, items).map(({ key }) => key);
  expect(trial.rotations(sorted)).toBeLessThanOrEqual(632);
});

test("values stay within the noise that is tolerated, however long they are on their way", () => {
  const trial = new Trial(DEFAULT_PARAMETERS);
  const keys = trial.encrypted(70, 4);
  const values = trial.encrypted(70, 2);
  const sorted = sortByKey(
    trial.builder,
    keys.map((key, i) => ({ key, value: values[i] })),
  );
  const run = trial.runner(sorted.map(({ value }) => value));
  const by = keys.map((_, i) => BigInt((i * 7) % 16));
  const carried = by.map((key) => key >> 2n);
  expect(run([...by, ...carried])).toEqual(carried.toSorted((x, y) => Number(x - y)));
});
