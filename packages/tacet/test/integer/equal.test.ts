import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Block, Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret } from "../../src/graph/interpret.ts";
import { eq, ne } from "../../src/integer/comparison/equal.ts";
import { SYSTEMS } from "../../src/integer/comparison/zero-tests.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { Trial } from "./arrays.ts";
import { SHAPES } from "./operations.ts";

describe.each(SHAPES)("equality on blocks of shape $shape", ({ parameters, widths }) => {
  test.each(widths)("with a clear integer of %i bits is right where few bits differ", (width) => {
    const bit = fc.nat({ max: width - 1 }).map((place) => 1n << BigInt(place));
    const top = (1n << BigInt(width)) - 1n;
    const some = fc.oneof(fc.constantFrom(0n, top, top / 3n), bit, fc.bigInt({ min: 0n, max: top }));
    fc.assert(
      fc.property(some, fc.array(fc.tuple(bit, bit), { maxLength: 8 }), (clear, differences) => {
        const trial = new Trial(parameters);
        const [a] = trial.encrypted(1, width);
        const [b] = trial.clear([clear], width);
        const run = trial.runner([[eq(trial.builder, a, b)], [ne(trial.builder, b, a)]]);
        for (const [one, other] of [[0n, 0n], ...differences]) {
          const value = clear ^ one ^ other;
          expect(run([value])).toEqual([BigInt(value === clear), BigInt(value !== clear)]);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("is right where single digits are clear, or have no value in common", () => {
    const { messageModulus } = parameters;
    const top = messageModulus - 1;
    const digit = fc.record({
      value: fc.nat({ max: top }),
      kind: fc.constantFrom("encrypted", "clear", "low", "high"),
    });
    fc.assert(
      fc.property(
        fc.array(fc.record({ x: digit, y: digit, same: fc.boolean() }), { minLength: 1, maxLength: 9 }),
        (pairs) => {
          const builder = new Builder(parameters);
          const values = new Map<Source, number>();
          const half = messageModulus / 2;
          const [a, b]: [Block[], Block[]] = [[], []];
          const blockOf = ({ value, kind }: { value: number; kind: string }): [Block, number] => {
            if (kind === "clear") return [builder.constant(value), value];
            const narrow = kind === "encrypted" ? value : value % half;
            const input = builder.input({ max: kind === "encrypted" ? top : half - 1 });
            values.set(input, narrow);
            if (half === 1 || kind !== "high") return [input, narrow];
            return [builder.linear([[1, input]], half), half + narrow];
          };
          let equal = true;
          for (const { x, y, same } of pairs) {
            const first = blockOf(x);
            const second = same ? first : blockOf(y);
            a.push(first[0]);
            b.push(second[0]);
            equal &&= first[1] === second[1];
          }
          const found = interpret([eq(builder, a, b), ne(builder, b, a)], values, parameters);
          expect(found).toEqual([Number(equal), Number(!equal)]);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test.each([
  ["0", 0n, [1, 2, 4, 7]],
  ["all ones", -1n, [1, 2, 4, 7]],
  ["digits 1 and 2", 0x9999999999999999n, [3, 5, 9, 18]],
])("equality with %s takes few rotations at 8, 16, 32 and 64 bits", (_, clear, counts) => {
  const found = [8, 16, 32, 64].map((width) => {
    const trial = new Trial(DEFAULT_PARAMETERS);
    const [a] = trial.encrypted(1, width, 1);
    const [b] = trial.clear([BigInt.asUintN(width, clear)], width);
    return trial.rotations([[eq(trial.builder, a, b)]]);
  });
  expect(found).toEqual(counts);
});

test("equality of encrypted integers takes three rotations for five digits", () => {
  const found = [8, 16, 32, 64].map((width) => {
    const trial = new Trial(DEFAULT_PARAMETERS);
    const [a, b] = trial.encrypted(2, width, 1);
    return trial.rotations([[eq(trial.builder, a, b)]]);
  });
  expect(found).toEqual([3, 6, 11, 21]);
});

test.each(SYSTEMS)("combinations of differences are all 0 where these are: $rows", ({ reach, rows }) => {
  const values = reach.map((most) => Array.from({ length: 2 * most + 1 }, (_, i) => i - most));
  const sums = (differences: readonly number[]): number[] =>
    rows.map((row) => row.reduce((sum, coefficient, i) => sum + coefficient * differences[i], 0));
  const all = values.reduce<number[][]>(
    (some, next) => some.flatMap((before) => next.map((value) => [...before, value])),
    [[]],
  );
  for (const differences of all) {
    const found = sums(differences);
    if (differences.some((difference) => difference !== 0) === found.every((sum) => sum === 0))
      expect.fail(`${differences} gives ${found}`);
    if (found.some((sum) => Math.abs(sum) > 15)) expect.fail(`${differences} gives ${found}`);
  }
});
