import { describe, expect, test } from "vitest";
import type { Block, Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret } from "../../src/graph/interpret.ts";
import { plan } from "../../src/graph/plan.ts";
import { add, sub } from "../../src/integer/arithmetic/add.ts";
import { multiply } from "../../src/integer/arithmetic/multiply.ts";
import {
  type Overflowing,
  overflowingAdd,
  overflowingMul,
  overflowingNeg,
  overflowingSub,
} from "../../src/integer/arithmetic/overflow.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import { digitNoise, type Radix } from "../../src/integer/radix.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { describeOperations } from "./describe-operations.ts";
import { assign, inputRadix, join, type Operation, SHAPES } from "./operations.ts";

/** An operation that gives its result modulo the width, and above it whether that is another than the true one. */
const overflowing = (
  name: string,
  build: (builder: Builder, a: Radix, b: Radix, signed: boolean) => Overflowing,
  plain: (a: bigint, b: bigint) => bigint,
  widest?: number,
): Operation[] =>
  [false, true].map((signed) => ({
    name: signed ? `signed ${name}` : name,
    build: (builder, a, b) => {
      const { value, overflowed } = build(builder, a, b, signed);
      return [...value, overflowed];
    },
    expected: (a, b, width) => {
      const read = (x: bigint): bigint => (signed ? BigInt.asIntN : BigInt.asUintN)(width, x);
      const result = plain(read(a), read(b));
      const overflowed = read(result) !== result;
      return BigInt.asUintN(width, result) + (BigInt(overflowed) << BigInt(width));
    },
    everyByte: true,
    ...(widest === undefined ? {} : { widest }),
  }));

describeOperations([
  ...overflowing("overflowingAdd", overflowingAdd, (a, b) => a + b),
  ...overflowing("overflowingSub", overflowingSub, (a, b) => a - b),
  ...overflowing(
    "overflowingNeg",
    (builder, a, _, signed) => overflowingNeg(builder, a, signed),
    (a) => -a,
  ),
  ...overflowing("overflowingMul", overflowingMul, (a, b) => a * b, 64),
]);

describe.each(SHAPES)("on blocks of shape $shape", ({ parameters, widths }) => {
  const width = widths[0];

  test("takes one integer for both operands, and the noisiest digits", () => {
    const builder = new Builder(parameters);
    const a = inputRadix(builder, width, digitNoise(builder));
    const results = [overflowingAdd, overflowingSub, overflowingMul].flatMap((operation) =>
      [false, true].map((signed) => operation(builder, a, a, signed)),
    );
    for (const value of [
      0n,
      1n,
      5n,
      1n << BigInt(width / 2),
      (1n << BigInt(width)) - 1n,
      1n << BigInt(width - 1),
    ]) {
      const values = new Map<Source, number>();
      assign(values, a, value, parameters);
      const found = results.map(({ value: digits, overflowed }) => {
        const numbers = interpret([...digits, overflowed], values, parameters);
        return [join(numbers.slice(0, -1), parameters), numbers.at(-1)];
      });
      const signed = BigInt.asIntN(width, value);
      const right = [value + value, signed + signed, 0n, 0n, value * value, signed * signed].map(
        (result, i) => {
          const wrapped = i % 2 ? BigInt.asIntN(width, result) : BigInt.asUintN(width, result);
          return [BigInt.asUintN(width, result), Number(wrapped !== result)];
        },
      );
      expect(found).toEqual(right);
    }
  });

  test("multiplies by a clear 0 or 1 without overflow, for nothing", () => {
    const builder = new Builder(parameters);
    const a = inputRadix(builder, width);
    for (const factor of [0n, 1n]) {
      const { value, overflowed } = overflowingMul(builder, a, clearRadix(builder, factor, a.length), false);
      expect(plan([...value, overflowed], parameters).rotations).toHaveLength(0);
    }
  });
});

describe("at the default parameters", () => {
  const rotations = (build: (builder: Builder, a: Radix, b: Radix) => readonly Block[]): number => {
    const builder = new Builder(DEFAULT_PARAMETERS);
    const blocks = build(builder, inputRadix(builder, 64), inputRadix(builder, 64));
    return plan(blocks, DEFAULT_PARAMETERS).rotations.length;
  };
  const whole = ({ value, overflowed }: Overflowing): Block[] => [...value, overflowed];

  test("tells overflow of unsigned sums and differences for nothing, of signed ones for a rotation", () => {
    expect(rotations((builder, a, b) => whole(overflowingAdd(builder, a, b)))).toBe(rotations(add));
    expect(rotations((builder, a, b) => whole(overflowingSub(builder, a, b)))).toBe(rotations(sub));
    expect(rotations((builder, a, b) => whole(overflowingAdd(builder, a, b, true)))).toBe(rotations(add) + 1);
    expect(rotations((builder, a, b) => whole(overflowingSub(builder, a, b, true)))).toBe(rotations(sub) + 1);
  });

  test("tells overflow of products for few rotations a digit", () => {
    const product = rotations(multiply);
    expect(rotations((builder, a, b) => whole(overflowingMul(builder, a, b)))).toBeLessThan(product + 4 * 32);
    expect(rotations((builder, a, b) => whole(overflowingMul(builder, a, b, true)))).toBeLessThan(
      product + 10 * 32,
    );
  });
});
