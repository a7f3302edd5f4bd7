import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret, interpreter } from "../../src/graph/interpret.ts";
import { plan } from "../../src/graph/plan.ts";
import { shiftLeft, shiftRight } from "../../src/integer/bits/shift.ts";
import { resize } from "../../src/integer/cast.ts";
import { select } from "../../src/integer/choice/select.ts";
import { clearRadix, clearValue } from "../../src/integer/clear.ts";
import { digitNoise, type Radix } from "../../src/integer/radix.ts";
import { messageBits } from "../../src/parameters/parameter-set.ts";
import { describeOperations } from "./describe-operations.ts";
import {
  assign,
  everyWidth,
  expectDigits,
  inputRadix,
  join,
  OPERATIONS,
  pairOf,
  SHAPES,
} from "./operations.ts";

describeOperations(OPERATIONS);

describe.each(SHAPES)("on blocks of shape $shape", ({ shape, parameters, widths }) => {
  const digit = digitNoise(new Builder(parameters));

  test.each(everyWidth({ shape, parameters }))(
    "shifts at %i bits; from the width on nothing is left but the sign",
    (width) => {
      const all = [...Array(width + 2).keys(), 10_000];
      const amounts = width <= 64 ? all : [1, 6, width - 1, width + 1];
      for (const noise of new Set([1, digit])) {
        const builder = new Builder(parameters);
        const a = inputRadix(builder, width, noise);
        const pattern = 0xfedc_ba98_7654_3211n * (2n ** 2048n / (2n ** 64n - 1n));
        for (const value of [pattern, pattern >> 1n].map((wide) => wide >> BigInt(2048 - width))) {
          const values = new Map<Source, number>();
          assign(values, a, value, parameters);
          const found = (radix: Radix): bigint => {
            expectDigits(builder, radix);
            return join(interpret(radix, values, parameters), parameters);
          };
          for (const amount of amounts) {
            const left = BigInt.asUintN(width, value << BigInt(amount));
            expect(found(shiftLeft(builder, a, amount))).toBe(left);
            expect(found(shiftRight(builder, a, amount))).toBe(value >> BigInt(amount));
            const arithmetic = BigInt.asUintN(width, BigInt.asIntN(width, value) >> BigInt(amount));
            expect(found(shiftRight(builder, a, amount, true))).toBe(arithmetic);
          }
        }
      }
    },
  );

  test("shifts every integer of 8 bits by every amount", () => {
    const width = shape === "3_3" ? 6 : 8;
    const builder = new Builder(parameters);
    const a = inputRadix(builder, width);
    for (let amount = 0; amount <= width; amount++) {
      const shifts = [
        { build: shiftLeft(builder, a, amount), plain: (value: bigint) => value << BigInt(amount) },
        { build: shiftRight(builder, a, amount), plain: (value: bigint) => value >> BigInt(amount) },
        {
          build: shiftRight(builder, a, amount, true),
          plain: (value: bigint) => BigInt.asIntN(width, value) >> BigInt(amount),
        },
      ];
      for (const { build, plain } of shifts) {
        const run = interpreter(build, parameters);
        const values = new Map<Source, number>();
        for (let value = 0n; value < 1n << BigInt(width); value++) {
          assign(values, a, value, parameters);
          expect(join(run(values), parameters)).toBe(BigInt.asUintN(width, plain(value)));
        }
      }
    }
  });

  test.each([-1, 0.5, Number.NaN, Infinity])("refuses to shift by %d", (amount) => {
    const builder = new Builder(parameters);
    const a = inputRadix(builder, widths[0]);
    expect(() => shiftLeft(builder, a, amount)).toThrow(RangeError);
    expect(() => shiftRight(builder, a, amount)).toThrow(RangeError);
  });

  test.each(widths)("selects at %i bits, whichever operands are clear", (width) => {
    fc.assert(
      fc.property(pairOf(width), fc.boolean(), fc.nat({ max: 3 }), ([x, y], condition, clear) => {
        const builder = new Builder(parameters);
        const flag = builder.input({ max: 1 });
        const a = inputRadix(builder, width);
        const b = inputRadix(builder, width);
        const values = new Map<Source, number>([[flag, Number(condition)]]);
        assign(values, a, x, parameters);
        assign(values, b, y, parameters);
        const result = select(
          builder,
          flag,
          clear & 1 ? clearRadix(builder, x, a.length) : a,
          clear & 2 ? clearRadix(builder, y, b.length) : b,
        );
        expectDigits(builder, result);
        expect(join(interpret(result, values, parameters), parameters)).toBe(condition ? x : y);
      }),
      { numRuns: 40 },
    );
  });

  test("selects a whole operand for nothing when the condition is clear", () => {
    const builder = new Builder(parameters);
    const a = inputRadix(builder, widths[0]);
    const b = inputRadix(builder, widths[0]);
    expect(select(builder, builder.constant(1), a, b)).toBe(a);
    expect(select(builder, builder.constant(0), a, b)).toBe(b);
  });

  test("casts of unsigned integers cut off high digits or add zeros, for nothing", () => {
    const builder = new Builder(parameters);
    const a = inputRadix(builder, widths[1]);
    const half = a.length / 2;
    expect(resize(builder, a, half)).toEqual(a.slice(0, half));
    const wide = resize(builder, a, 2 * a.length);
    expect(wide.slice(0, a.length)).toEqual(a);
    expect(clearValue(builder, wide.slice(a.length))).toBe(0n);
  });

  test("casts of signed integers cut off high digits, or repeat the sign for one rotation", () => {
    const size = messageBits(parameters);
    for (let digits = 1; digits <= 3; digits++) {
      const builder = new Builder(parameters);
      const width = digits * size;
      const a = inputRadix(builder, width);
      for (const target of [1, 2, 3, 4, 9]) {
        const result = resize(builder, a, target, true);
        expectDigits(builder, result);
        expect(plan(result, parameters).rotations.length).toBe(target > digits && size > 1 ? 1 : 0);
        const run = interpreter(result, parameters);
        const values = new Map<Source, number>();
        for (let value = 0n; value < 1n << BigInt(width); value++) {
          assign(values, a, value, parameters);
          const expected = BigInt.asUintN(target * size, BigInt.asIntN(width, value));
          expect(join(run(values), parameters)).toBe(expected);
        }
      }
    }
  });
});
