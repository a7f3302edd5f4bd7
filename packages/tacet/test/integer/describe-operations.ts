import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret, interpreter } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { plan } from "../../src/graph/plan.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import type { Radix } from "../../src/integer/radix.ts";
import { messageBits, type ParameterSet } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { sampleCount } from "../samples.ts";
import {
  assign,
  everyWidth,
  expectDigits,
  inputRadix,
  join,
  type Operation,
  pairOf,
  SHAPES,
} from "./operations.ts";

/**
 * Checks operations on integers against plain arithmetic: every pair of small ones, samples of large ones, with
 * encrypted and with clear second operands, on blocks of every shape, as a graph and as a plan.
 */
export function describeOperations(operations: readonly Operation[]): void {
  describe.each(SHAPES)("on blocks of shape $shape", ({ shape, parameters, widths }) => {
    const small = shape === "3_3" ? 6 : 4;
    describe.each(operations)("$name", ({ name, build, expected, widest = 2048 }) => {
      test(`is right for every pair of ${small}-bit integers, the second encrypted or clear`, () => {
        const builder = new Builder(parameters);
        const a = inputRadix(builder, small);
        const b = inputRadix(builder, small);
        const result = build(builder, a, b);
        const size = bitsOf(result, parameters);
        const encrypted = interpreter(result, parameters);
        for (let y = 0n; y < 1n << BigInt(small); y++) {
          const clear = interpreter(build(builder, a, clearRadix(builder, y, b.length)), parameters);
          for (let x = 0n; x < 1n << BigInt(small); x++) {
            const values = new Map<Source, number>();
            assign(values, a, x, parameters);
            assign(values, b, y, parameters);
            const right = BigInt.asUintN(size, expected(x, y, small));
            if (join(encrypted(values), parameters) !== right) expect.fail(`${name}(${x}, ${y}), encrypted`);
            if (join(clear(values), parameters) !== right) expect.fail(`${name}(${x}, clear ${y})`);
          }
        }
      });

      test.each(widths)("is right at %i bits, and its plan does the same", (width) => {
        const builder = new Builder(parameters);
        const a = inputRadix(builder, width);
        const b = inputRadix(builder, width);
        const result = build(builder, a, b);
        expectDigits(builder, result);
        const run = interpreter(result, parameters);
        const planned = plan(result, parameters);
        fc.assert(
          fc.property(pairOf(width), ([x, y]) => {
            const values = new Map<Source, number>();
            assign(values, a, x, parameters);
            assign(values, b, y, parameters);
            const digits = run(values);
            expect(join(digits, parameters)).toBe(
              BigInt.asUintN(bitsOf(result, parameters), expected(x, y, width)),
            );
            expect(interpretPlan(planned, result, values)).toEqual(digits);
          }),
          { numRuns: 60 },
        );
      });

      test.each(widths)("is right at %i bits with clear operands, and its plan does the same", (width) => {
        fc.assert(
          fc.property(pairOf(width), ([x, y]) => {
            const builder = new Builder(parameters);
            const a = inputRadix(builder, width);
            const result = build(builder, a, clearRadix(builder, y, a.length));
            expectDigits(builder, result);
            const values = new Map<Source, number>();
            assign(values, a, x, parameters);
            const digits = interpret(result, values, parameters);
            expect(join(digits, parameters)).toBe(
              BigInt.asUintN(bitsOf(result, parameters), expected(x, y, width)),
            );
            expect(interpretPlan(plan(result, parameters), result, values)).toEqual(digits);
          }),
          { numRuns: sampleCount(4, 15) },
        );
      });

      test("is right at every other width", () => {
        const others = everyWidth({ shape, parameters }).filter(
          (width) => !widths.includes(width) && width <= widest,
        );
        for (const width of others) {
          const builder = new Builder(parameters);
          const a = inputRadix(builder, width);
          const b = inputRadix(builder, width);
          const result = build(builder, a, b);
          expectDigits(builder, result);
          const run = interpreter(result, parameters);
          fc.assert(
            fc.property(pairOf(width), ([x, y]) => {
              const values = new Map<Source, number>();
              assign(values, a, x, parameters);
              assign(values, b, y, parameters);
              const right = BigInt.asUintN(bitsOf(result, parameters), expected(x, y, width));
              expect(join(run(values), parameters)).toBe(right);
              const clear = build(builder, a, clearRadix(builder, y, a.length));
              expectDigits(builder, clear);
              expect(join(interpret(clear, values, parameters), parameters)).toBe(right);
            }),
            { numRuns: width > 256 ? 1 : sampleCount(1, 3) },
          );
        }
      });

      test("needs nothing but constants for clear operands", () => {
        const builder = new Builder(parameters);
        const width = widths[0];
        fc.assert(
          fc.property(pairOf(width), ([x, y]) => {
            const digits = inputRadix(builder, width).length;
            const result = build(builder, clearRadix(builder, x, digits), clearRadix(builder, y, digits));
            expect(plan(result, parameters).rotations).toHaveLength(0);
            expect(join(interpret(result, new Map(), parameters), parameters)).toBe(
              BigInt.asUintN(bitsOf(result, parameters), expected(x, y, width)),
            );
          }),
          { numRuns: 15 },
        );
      });
    });
  });

  test.each(operations.filter(({ everyByte }) => everyByte))(
    "$name is right for every pair of 8-bit integers",
    ({ name, build, expected }) => {
      const parameters = DEFAULT_PARAMETERS;
      const builder = new Builder(parameters);
      const a = inputRadix(builder, 8);
      const b = inputRadix(builder, 8);
      const result = build(builder, a, b);
      const run = interpreter(result, parameters);
      const values = new Map<Source, number>();
      for (let x = 0n; x < 256n; x++) {
        assign(values, a, x, parameters);
        for (let y = 0n; y < 256n; y++) {
          assign(values, b, y, parameters);
          const right = BigInt.asUintN(bitsOf(result, parameters), expected(x, y, 8));
          if (join(run(values), parameters) !== right) expect.fail(`${name}(${x}, ${y})`);
        }
      }
    },
  );
}

/** Number of bits of all digits together. */
function bitsOf(digits: Radix, parameters: ParameterSet): number {
  return digits.length * messageBits(parameters);
}
