import { expect, test } from "vitest";
import { Builder } from "../../src/graph/builder.ts";
import { plan } from "../../src/graph/plan.ts";
import { isEven, isOdd } from "../../src/integer/bits/parity.ts";
import { reverseBits } from "../../src/integer/bits/reverse.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { describeOperations } from "./describe-operations.ts";
import { inputRadix } from "./operations.ts";

describeOperations([
  {
    name: "reversal of bits",
    build: (builder, a) => reverseBits(builder, a),
    expected: (a, _, width) => BigInt(`0b${[...a.toString(2).padStart(width, "0")].reverse().join("")}`),
  },
  { name: "isEven", build: (builder, a) => [isEven(builder, a)], expected: (a) => 1n - (a % 2n) },
  { name: "isOdd", build: (builder, a) => [isOdd(builder, a)], expected: (a) => a % 2n },
]);

test("reversal takes a rotation for each digit, and parity one", () => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const a = inputRadix(builder, 64);
  expect(plan(reverseBits(builder, a), DEFAULT_PARAMETERS).rotations).toHaveLength(a.length);
  expect(plan([isEven(builder, a), isOdd(builder, a)], DEFAULT_PARAMETERS).rotations).toHaveLength(1);
});
