import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret, interpreter } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { plan } from "../../src/graph/plan.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import { digitNoise } from "../../src/integer/radix.ts";
import { messageBits } from "../../src/parameters/parameter-set.ts";
import { sampleCount } from "../samples.ts";
import {
  assign,
  everyWidth,
  expectDigits,
  inputRadix,
  integer,
  join,
  type Operation,
  SHAPES,
} from "./operations.ts";

/**
 * Checks operations whose second operand is an amount where it matters: with amounts from 0 to a little more than twice
 * the width, in as few digits as that takes, with noise as other operations leave it.
 */
export function describeShifts(operations: readonly Operation[]): void {
  describe.each(SHAPES)("on blocks of shape $shape", ({ shape, parameters }) => {
    const size = messageBits(parameters);
    const widths = everyWidth({ shape, parameters }).filter(
      (width) => width <= 2048 / (shape === "1_1" ? 16 : 1),
    );
    describe.each(operations)("$name", ({ build, expected }) => {
      test("is right for amounts about the width, encrypted or clear, and its plan does the same", () => {
        for (const width of widths) {
          const digits = Math.ceil((Math.log2(width) + 1) / size);
          const amounts = fc.nat({ max: Math.min(2 * width + 3, 2 ** (digits * size) - 1) });
          const most = digitNoise(new Builder(parameters));
          for (const noise of new Set(width > 64 ? [most] : [1, most])) {
            const builder = new Builder(parameters);
            const a = inputRadix(builder, width, noise);
            const amount = inputRadix(builder, digits * size, noise);
            const result = build(builder, a, amount);
            expectDigits(builder, result);
            const run = interpreter(result, parameters);
            const planned = width > 256 ? undefined : plan(result, parameters);
            fc.assert(
              fc.property(integer(width), amounts, (x, y) => {
                const values = new Map<Source, number>();
                assign(values, a, x, parameters);
                assign(values, amount, BigInt(y), parameters);
                const right = BigInt.asUintN(width, expected(x, BigInt(y), width));
                const found = run(values);
                expect(join(found, parameters)).toBe(right);
                if (planned) expect(interpretPlan(planned, result, values)).toEqual(found);
                const clear = build(builder, a, clearRadix(builder, BigInt(y), digits));
                expectDigits(builder, clear);
                expect(join(interpret(clear, values, parameters), parameters)).toBe(right);
              }),
              { numRuns: width > 64 ? sampleCount(1, 2) : sampleCount(4, 10) },
            );
          }
        }
      });
    });
  });
}
