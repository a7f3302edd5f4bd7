import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flip, ifThenZero } from "../../src/integer/choice/flip.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { Trial } from "./arrays.ts";
import { everyWidth, pairOf, SHAPES } from "./operations.ts";

describe.each(SHAPES)("conditional forms on blocks of shape $shape", ({ shape, parameters, widths }) => {
  const small = shape === "3_3" ? 6 : 4;

  test("are right for every pair of small integers", () => {
    const trial = new Trial(parameters);
    const [flag] = trial.flags(1);
    const [a, b] = trial.encrypted(2, small);
    const run = trial.runner([...flip(trial.builder, flag, a, b), ifThenZero(trial.builder, flag, a)]);
    for (let x = 0n; x < 1n << BigInt(small); x++) {
      const [known] = trial.clear([x], small);
      const clear = trial.runner([
        ...flip(trial.builder, flag, known, b),
        ...flip(trial.builder, flag, b, known),
        ifThenZero(trial.builder, flag, known),
      ]);
      for (let y = 0n; y < 1n << BigInt(small); y++) {
        expect(run([0n, x, y])).toEqual([x, y, 0n]);
        expect(run([1n, x, y])).toEqual([y, x, x]);
        expect(clear([0n, x, y])).toEqual([x, y, y, x, 0n]);
        expect(clear([1n, x, y])).toEqual([y, x, x, y, x]);
      }
    }
  });

  test.each([...widths, ...everyWidth({ shape, parameters }).filter((width) => !widths.includes(width))])(
    "are right at %i bits",
    (width) => {
      const trial = new Trial(parameters);
      const [flag] = trial.flags(1);
      const [a, b] = trial.encrypted(2, width);
      const run = trial.runner([
        ...flip(trial.builder, flag, a, b),
        ...flip(trial.builder, flag, a, a),
        ifThenZero(trial.builder, flag, b),
      ]);
      fc.assert(
        fc.property(pairOf(width), fc.boolean(), ([x, y], set) => {
          expect(run([BigInt(set), x, y])).toEqual(set ? [y, x, x, x, y] : [x, y, x, x, 0n]);
        }),
        { numRuns: width > 256 ? 2 : 10 },
      );
    },
  );
});

test("conditional forms take one rotation a digit", () => {
  const trial = new Trial(DEFAULT_PARAMETERS);
  const [flag] = trial.flags(1);
  const [a, b] = trial.encrypted(2, 64, 1);
  expect(trial.rotations(flip(trial.builder, flag, a, b))).toBe(32);
  expect(trial.rotations([ifThenZero(trial.builder, flag, a)])).toBe(32);
});
