import { expect, test } from "vitest";
import { GraphError } from "../../src/errors.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret, interpreter } from "../../src/graph/interpret.ts";
import {
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";

const parameters = DEFAULT_PARAMETERS;

test("evaluates linear combinations and lookups", () => {
  const builder = new Builder(parameters);
  const a = builder.input({ max: 3 });
  const b = builder.input({ max: 3 });
  const sum = builder.linear(
    [
      [2, a],
      [-1, b],
    ],
    4,
  );
  const lookup = builder.lookup(sum, (value) => (value * value) % 16);
  const values = new Map([
    [a, 3],
    [b, 1],
  ]);
  expect(interpret([lookup, sum, a, builder.constant(5)], values, parameters)).toEqual([81 % 16, 9, 3, 5]);
});

test("takes given values for resolved lookups", () => {
  const builder = new Builder(parameters);
  const a = builder.input({ max: 3 });
  const lookup = builder.lookup(a, [1, 3, 0, 2]);
  const next = builder.lookup(lookup, [2, 0, 3, 1]);
  if (lookup.kind !== "lookup") expect.fail("folded");
  builder.retain([next]);
  builder.resolve(lookup);
  expect(interpret([next], new Map([[lookup, 2]]), parameters)).toEqual([3]);
  expect(() => interpret([next], new Map([[a, 2]]), parameters)).toThrow(GraphError);
});

test("finds assertions that do not hold, and inputs out of range", () => {
  const builder = new Builder(parameters);
  const a = builder.input({ max: 3 });
  const b = builder.input({ max: 3 });
  const run = interpreter(
    [
      builder.linear(
        [
          [1, a],
          [1, b],
        ],
        0,
        { max: 4 },
      ),
    ],
    parameters,
  );
  expect(
    run(
      new Map([
        [a, 3],
        [b, 1],
      ]),
    ),
  ).toEqual([4]);
  expect(() =>
    run(
      new Map([
        [a, 3],
        [b, 2],
      ]),
    ),
  ).toThrow(/outside 0 to 4/);
  expect(() =>
    run(
      new Map([
        [a, 4],
        [b, 0],
      ]),
    ),
  ).toThrow(/outside 0 to 3/);
});

test("finds blocks that are too noisy for a parameter set", () => {
  const builder = new Builder(parameters);
  const a = builder.input({ max: 1 });
  const block = builder.linear([[4, a]]);
  expect(() => interpreter([block], PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128)).toThrow(
    /noise variance 16/,
  );
});
