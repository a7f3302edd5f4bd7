import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { selected, selectors } from "../../src/integer/table/look-up.ts";
import { matchValue, matchValueOr } from "../../src/integer/table/match.ts";
import { messageBits } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { crowded, Trial } from "./arrays.ts";
import { SHAPES } from "./operations.ts";

type Table = ReadonlyMap<bigint, bigint>;

/** Tables from integers of a width to others: sparse, clustered or full, with equal results or all kinds of them. */
function tables(width: number, to: number): fc.Arbitrary<Table> {
  const keys = fc.oneof(
    fc.uniqueArray(crowded(width), { maxLength: 40 }),
    fc.tuple(crowded(width), fc.nat(40)).map(([start, length]) => {
      const size = Math.min(length, 2 ** Math.min(width, 6));
      return Array.from({ length: size }, (_, i) => BigInt.asUintN(width, start + BigInt(i)));
    }),
    ...(width <= 8 ? [fc.constant(Array.from({ length: 2 ** width }, (_, i) => BigInt(i)))] : []),
  );
  const values = fc.oneof(fc.bigInt({ min: 0n, max: (1n << BigInt(to)) - 1n }), fc.constantFrom(0n, 1n));
  return keys.chain((found) =>
    fc
      .array(values, { minLength: found.length, maxLength: found.length })
      .map((given) => new Map(found.map((key, i) => [key, given[i]]))),
  );
}

describe.each(SHAPES)("tables on blocks of shape $shape", ({ shape, parameters, widths }) => {
  const bits = messageBits(parameters);
  const small = shape === "3_3" ? 6 : 4;

  test.each([small, ...widths])("of integers of %i bits give what they say, and say so", (width) => {
    const to = widths[0];
    fc.assert(
      fc.property(
        tables(width, to),
        crowded(to),
        fc.array(crowded(width), { maxLength: 5 }),
        (table, other, some) => {
          const trial = new Trial(parameters);
          const [a] = trial.encrypted(1, width);
          const { value, matched } = matchValue(trial.builder, a, table, to / bits);
          const either = matchValueOr(trial.builder, a, table, other, to / bits);
          const run = trial.runner([value, [matched], either]);
          const tried = width <= 6 ? Array.from({ length: 2 ** width }, (_, i) => BigInt(i)) : some;
          for (const key of [...tried, ...[...table.keys()].slice(0, 5)]) {
            const found = table.get(key);
            expect(run([key])).toEqual([found ?? 0n, BigInt(found !== undefined), found ?? other]);
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  test("of clear integers cost nothing", () => {
    const width = widths[0];
    fc.assert(
      fc.property(tables(width, width), crowded(width), (table, key) => {
        const trial = new Trial(parameters);
        const [a] = trial.clear([key], width);
        const { value, matched } = matchValue(trial.builder, a, table, width / bits);
        expect(trial.rotations([value, [matched]])).toBe(0);
        const found = table.get(key);
        expect(trial.runner([value, [matched]])([])).toEqual([found ?? 0n, BigInt(found !== undefined)]);
      }),
      { numRuns: 10 },
    );
  });

  test("of encrypted values give that of an encrypted key", () => {
    for (const width of [small, ...widths.slice(0, 2)]) {
      fc.assert(
        fc.property(
          fc.uniqueArray(crowded(width), { maxLength: 40 }),
          fc.array(crowded(width), { minLength: 40, maxLength: 40 }),
          crowded(width),
          (keys, values, sought) => {
            const trial = new Trial(parameters);
            const stored = trial.encrypted(keys.length, width);
            const [key] = trial.encrypted(1, width);
            const flags = selectors(trial.builder, keys, key);
            const { value, found } = selected(trial.builder, flags, stored);
            const run = trial.runner([value, [found]]);
            for (const searched of [sought, ...keys.slice(0, 2)]) {
              const place = keys.indexOf(searched);
              const right = place < 0 ? [] : [values[place], 1n];
              expect(run([...values.slice(0, keys.length), searched])).toEqual(
                keys.length === 0 ? [0n, 0n] : [right[0] ?? 0n, right[1] ?? 0n],
              );
            }
          },
        ),
        { numRuns: 8 },
      );
    }
  });
});

describe("tables at the default parameters", () => {
  test("give every byte by a substitution that follows no rule", () => {
    const trial = new Trial(DEFAULT_PARAMETERS);
    const table = new Map(
      Array.from({ length: 256 }, (_, i) => [BigInt(i), BigInt((i * i * 167 + (i >> 3)) & 255)]),
    );
    const [a] = trial.encrypted(1, 8, 1);
    const { value, matched } = matchValue(trial.builder, a, table, 4);
    expect(trial.rotations([value, [matched]])).toBeLessThanOrEqual(76);
    const run = trial.runner([value, [matched]]);
    for (const [key, given] of table) expect(run([key])).toEqual([given, 1n]);
  });

  test.each([
    [8, 16, 25],
    [64, 16, 131],
  ])("take few rotations: of %i bits, with %i pairs, %i", (width, length, most) => {
    const trial = new Trial(DEFAULT_PARAMETERS);
    const spread = (i: number, by: bigint): bigint =>
      BigInt.asUintN(width, BigInt(i + 1) * 0x9e3779b97f4a7c15n * by);
    const table = new Map(Array.from({ length }, (_, i) => [spread(i, 1n), spread(i, 5n)]));
    expect(table.size).toBe(length);
    const [a] = trial.encrypted(1, width, 1);
    const { value, matched } = matchValue(trial.builder, a, table, width / 2);
    expect(trial.rotations([value, [matched]])).toBeLessThanOrEqual(most);
  });
});
