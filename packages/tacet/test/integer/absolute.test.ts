import { expect, test } from "vitest";
import { Builder } from "../../src/graph/builder.ts";
import { plan } from "../../src/graph/plan.ts";
import { abs } from "../../src/integer/arithmetic/absolute.ts";
import { resize } from "../../src/integer/cast.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { describeOperations } from "./describe-operations.ts";
import { inputRadix, type Operation } from "./operations.ts";

const ABSOLUTE: readonly Operation[] = [
  {
    name: "abs",
    build: (builder, a) => abs(builder, a),
    expected: (a, _, width) => {
      const value = BigInt.asIntN(width, a);
      return value < 0n ? -value : value;
    },
    everyByte: true,
  },
  {
    name: "abs of a sign extension",
    build: (builder, a) => abs(builder, resize(builder, a, a.length + 2, true)),
    expected: (a, _, width) => {
      const value = BigInt.asIntN(width, a);
      return value < 0n ? -value : value;
    },
  },
];

describeOperations(ABSOLUTE);

test("takes two rotations a digit", () => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const { rotations } = plan(abs(builder, inputRadix(builder, 64)), DEFAULT_PARAMETERS);
  expect(rotations.length).toBeLessThanOrEqual(64);
});
