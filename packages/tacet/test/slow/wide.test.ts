import fc from "fast-check";
import { expect, test } from "vitest";
import type { Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpreter } from "../../src/graph/interpret.ts";
import { abs } from "../../src/integer/arithmetic/absolute.ts";
import { divRem } from "../../src/integer/arithmetic/divide.ts";
import { multiply } from "../../src/integer/arithmetic/multiply.ts";
import { overflowingMul } from "../../src/integer/arithmetic/overflow.ts";
import { rotateLeftBy, shiftRightBy } from "../../src/integer/bits/shift-by.ts";
import type { Radix } from "../../src/integer/radix.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { assign, inputRadix, join, pairOf } from "../integer/operations.ts";

const minute = 60_000;

interface Wide {
  readonly name: string;
  readonly width: number;
  readonly build: (builder: Builder, a: Radix, b: Radix) => Radix;
  readonly expected: (a: bigint, b: bigint, width: number) => bigint;
}

const product = (width: number): Wide => ({
  ...{ name: "mul", width, build: multiply },
  expected: (a, b) => a * b,
});
const division = (width: number): Wide => ({
  ...{ name: "divRem", width },
  build: (builder, a, b) => {
    const { quotient, remainder } = divRem(builder, a, b);
    return [...quotient, ...remainder];
  },
  expected: (a, b, bits) =>
    b === 0n ? (1n << BigInt(bits)) - 1n + (a << BigInt(bits)) : a / b + ((a % b) << BigInt(bits)),
});

/** What takes too long at these widths for the tests of every day, on plain integers. */
const WIDE: readonly Wide[] = [
  ...[128, 256, 512, 1024, 2048].map(product),
  ...[128, 256, 512].map(division),
  {
    ...{ name: "overflowingMul", width: 256 },
    build: (builder, a, b) => {
      const { value, overflowed } = overflowingMul(builder, a, b);
      return [...value, overflowed];
    },
    expected: (a, b, width) => {
      const wrapped = BigInt.asUintN(width, a * b);
      return wrapped + (wrapped === a * b ? 0n : 1n << BigInt(width));
    },
  },
  ...[512, 1024, 2048].flatMap((width): Wide[] => [
    {
      ...{ name: "abs", width, build: abs },
      expected: (a) => {
        const value = BigInt.asIntN(width, a);
        return value < 0n ? -value : value;
      },
    },
    {
      ...{ name: "signed shr", width, build: (builder, a, b) => shiftRightBy(builder, a, b, true) },
      expected: (a, b) => BigInt.asIntN(width, a) >> (b < width ? b : BigInt(width)),
    },
    {
      ...{ name: "rotl", width, build: rotateLeftBy },
      expected: (a, b) => {
        const by = BigInt.asUintN(Math.log2(width), b);
        return (a << by) | (a >> (BigInt(width) - by));
      },
    },
  ]),
];

test.each(WIDE)(
  "$name is right at $width bits",
  ({ width, build, expected }) => {
    const builder = new Builder(DEFAULT_PARAMETERS);
    const [a, b] = [inputRadix(builder, width), inputRadix(builder, width)];
    const result = build(builder, a, b);
    const run = interpreter(result, DEFAULT_PARAMETERS);
    const small = fc
      .tuple(pairOf(width), fc.nat(width + 2))
      .map(([[x], y]): [bigint, bigint] => [x, BigInt(y)]);
    fc.assert(
      fc.property(fc.oneof(pairOf(width), small), ([x, y]) => {
        const values = new Map<Source, number>();
        assign(values, a, x, DEFAULT_PARAMETERS);
        assign(values, b, y, DEFAULT_PARAMETERS);
        const right = BigInt.asUintN(2 * result.length, expected(x, y, width));
        expect(join(run(values), DEFAULT_PARAMETERS)).toBe(right);
      }),
      { numRuns: 10 },
    );
  },
  10 * minute,
);
