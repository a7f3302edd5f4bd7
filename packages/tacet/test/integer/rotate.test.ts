import { describe, expect, test } from "vitest";
import type { Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret, interpreter } from "../../src/graph/interpret.ts";
import { plan } from "../../src/graph/plan.ts";
import { rotateLeft, rotateRight } from "../../src/integer/bits/rotate.ts";
import { rotateLeftBy, rotateRightBy } from "../../src/integer/bits/shift-by.ts";
import { describeOperations } from "./describe-operations.ts";
import { assign, everyWidth, expectDigits, inputRadix, join, type Operation, SHAPES } from "./operations.ts";
import { describeShifts } from "./shifts.ts";

/** The bits of a moved up by an amount below 2·width, and in again at the bottom. */
function rotated(a: bigint, amount: number, width: number): bigint {
  const distance = BigInt(amount % width);
  return BigInt.asUintN(width, (a << distance) | (a >> (BigInt(width) - distance)));
}

/** Encrypted amounts count modulo a power of two. */
function counted(amount: bigint, width: number): number {
  return Number(BigInt.asUintN(Math.ceil(Math.log2(width)), amount));
}

const ROTATIONS: readonly Operation[] = [
  {
    name: "rotl",
    build: rotateLeftBy,
    expected: (a, amount, width) => rotated(a, counted(amount, width), width),
    everyByte: true,
    widest: 256,
  },
  {
    name: "rotr",
    build: rotateRightBy,
    expected: (a, amount, width) => rotated(a, 2 * width - counted(amount, width), width),
    everyByte: true,
    widest: 128,
  },
];

describeOperations(ROTATIONS);
describeShifts(ROTATIONS);

describe.each(SHAPES)("by clear amounts on blocks of shape $shape", ({ shape, parameters, widths }) => {
  test.each(everyWidth({ shape, parameters }))("is right at %i bits, modulo the width", (width) => {
    const builder = new Builder(parameters);
    const a = inputRadix(builder, width);
    const value = (0xfedc_ba98_7654_3211n * (2n ** 2048n / (2n ** 64n - 1n))) >> BigInt(2048 - width);
    const values = new Map<Source, number>();
    assign(values, a, value, parameters);
    for (const amount of [0, 1, 2, 3, 6, width / 2, width - 1, width, width + 1, 1000 * width + 5]) {
      for (const [result, turn] of [
        [rotateLeft(builder, a, amount), amount],
        [rotateRight(builder, a, amount), width - (amount % width)],
      ] as const) {
        expectDigits(builder, result);
        expect(join(interpret(result, values, parameters), parameters)).toBe(rotated(value, turn, width));
      }
    }
  });

  test("rotates every integer of 8 bits by every amount", () => {
    const width = shape === "3_3" ? 6 : 8;
    const builder = new Builder(parameters);
    const a = inputRadix(builder, width);
    for (let amount = 0; amount <= width; amount++) {
      const left = interpreter(rotateLeft(builder, a, amount), parameters);
      const right = interpreter(rotateRight(builder, a, amount), parameters);
      const values = new Map<Source, number>();
      for (let value = 0n; value < 1n << BigInt(width); value++) {
        assign(values, a, value, parameters);
        expect(join(left(values), parameters)).toBe(rotated(value, amount, width));
        expect(join(right(values), parameters)).toBe(rotated(value, width - amount, width));
      }
    }
  });

  test("whole digits move for nothing, bits for one rotation a digit", () => {
    const builder = new Builder(parameters);
    const a = inputRadix(builder, widths[1]);
    const cost = (amount: number): number =>
      plan(rotateLeft(builder, a, amount), parameters).rotations.length;
    expect(cost(6)).toBe(0);
    if (shape !== "1_1") expect(cost(7)).toBe(a.length);
  });

  test.each([-1, 0.5, Number.NaN, Infinity])("refuses to rotate by %d", (amount) => {
    const builder = new Builder(parameters);
    const a = inputRadix(builder, widths[0]);
    expect(() => rotateLeft(builder, a, amount)).toThrow(RangeError);
    expect(() => rotateRight(builder, a, amount)).toThrow(RangeError);
  });
});
