import { expect, test } from "vitest";
import { Builder } from "../../src/graph/builder.ts";
import { countOnes, countZeros } from "../../src/integer/bits/count.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { describeOperations } from "./describe-operations.ts";
import { inputRadix } from "./operations.ts";

const ones = (a: bigint): bigint => BigInt(a.toString(2).replaceAll("0", "").length);

describeOperations([
  { name: "count of ones", build: (builder, a) => countOnes(builder, a), expected: ones },
  {
    name: "count of zeros",
    build: (builder, a) => countZeros(builder, a),
    expected: (a, _, width) => BigInt(width) - ones(a),
  },
]);

test.each([
  [8, 2],
  [14, 2],
  [16, 3],
  [64, 4],
])("counts of %i bits have no more than %i digits", (width, digits) => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  expect(countOnes(builder, inputRadix(builder, width))).toHaveLength(digits);
});
