import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret } from "../../src/graph/interpret.ts";
import { carryOut } from "../../src/integer/arithmetic/columns.ts";
import { booleanDotProduct, dotProduct } from "../../src/integer/arithmetic/dot-product.ts";
import { assign, expectDigits, inputRadix, integer, join, SHAPES } from "./operations.ts";

describe.each(SHAPES)("on blocks of shape $shape", ({ parameters, widths }) => {
  test.each(widths)("weighs truth values at %i bits", (width) => {
    const term = fc.tuple(fc.boolean(), integer(width));
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 20 }), (terms) => {
        const builder = new Builder(parameters);
        const flags = terms.map(() => builder.input({ max: 1 }));
        const values = new Map<Source, number>(terms.map(([flag], i) => [flags[i], Number(flag)]));
        const digits = inputRadix(builder, width).length;
        const weights = terms.map(([, weight]) => weight);
        const result = carryOut(builder, booleanDotProduct(builder, flags, weights, digits));
        expectDigits(builder, result);
        const expected = terms.reduce((sum, [flag, weight]) => sum + (flag ? weight : 0n), 0n);
        expect(join(interpret(result, values, parameters), parameters)).toBe(BigInt.asUintN(width, expected));
      }),
      { numRuns: 30 },
    );
  });

  test.each(widths)("weighs integers at %i bits", (width) => {
    const term = fc.tuple(integer(width), fc.oneof(integer(width), fc.constantFrom(0n, 1n)));
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 8 }), (terms) => {
        const builder = new Builder(parameters);
        const values = new Map<Source, number>();
        const factors = terms.map(([value]) => {
          const radix = inputRadix(builder, width);
          assign(values, radix, value, parameters);
          return radix;
        });
        const weights = terms.map(([, weight]) => weight);
        const result = carryOut(builder, dotProduct(builder, factors, weights));
        expectDigits(builder, result);
        const expected = terms.reduce((sum, [value, weight]) => sum + value * weight, 0n);
        expect(join(interpret(result, values, parameters), parameters)).toBe(BigInt.asUintN(width, expected));
      }),
      { numRuns: 20 },
    );
  });
});
