import { describe, expect, test } from "vitest";
import type { Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpreter } from "../../src/graph/interpret.ts";
import { bitSlice } from "../../src/integer/bits/slice.ts";
import { assign, expectDigits, inputRadix, join, SHAPES } from "./operations.ts";

describe.each(SHAPES)("on blocks of shape $shape", ({ shape, parameters }) => {
  const width = shape === "3_3" ? 6 : 8;
  test("every slice of every short integer is right", () => {
    for (let start = 0; start <= width; start++) {
      for (let end = start; end <= width; end++) {
        const builder = new Builder(parameters);
        const a = inputRadix(builder, width);
        const result = bitSlice(builder, a, start, end);
        expect(result).toHaveLength(a.length);
        expectDigits(builder, result);
        const run = interpreter(result, parameters);
        const values = new Map<Source, number>();
        for (let value = 0n; value < 1n << BigInt(width); value++) {
          assign(values, a, value, parameters);
          const expected = BigInt.asUintN(end - start, value >> BigInt(start));
          expect(join(run(values), parameters)).toBe(expected);
        }
      }
    }
  });
});
