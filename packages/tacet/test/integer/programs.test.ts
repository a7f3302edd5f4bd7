import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Block, Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret, interpreter } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { plan } from "../../src/graph/plan.ts";
import { neg } from "../../src/integer/arithmetic/add.ts";
import { multiply } from "../../src/integer/arithmetic/multiply.ts";
import { bitAnd, bitOr } from "../../src/integer/bits/bitwise.ts";
import { shiftLeft, shiftRight } from "../../src/integer/bits/shift.ts";
import { resize } from "../../src/integer/cast.ts";
import { select } from "../../src/integer/choice/select.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import { ge, gt, le, lt } from "../../src/integer/comparison/compare.ts";
import { eq, ne } from "../../src/integer/comparison/equal.ts";
import { combine, digitNoise, type Radix } from "../../src/integer/radix.ts";
import { messageBits, type ParameterSet } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { assign, expectDigits, inputRadix, integer, join, OPERATIONS, SHAPES } from "./operations.ts";

/** All ones where the flag is 1, else 0: an integer whose digits are all one block. */
function mask(builder: Builder, flag: Block, width: number): Radix {
  return neg(builder, resize(builder, [flag], width / messageBits(builder.parameters)));
}

/** Integers of a width, with patterns that leave digits only some of their values. */
const operand = (width: number): fc.Arbitrary<bigint> =>
  fc.oneof(
    integer(width),
    fc.constantFrom(0x55n, 0xaan, 0x33n, 0x0fn).map((byte) => {
      const ones = ((1n << BigInt(width)) - 1n) / 255n;
      return byte * ones;
    }),
  );

const KINDS = [
  "operation",
  "multiply",
  "narrow",
  "mask",
  "select",
  "shiftLeft",
  "shiftRight",
  "arithmetic shiftRight",
  "sign extension",
] as const;

const stepOf = (width: number) =>
  fc.record({
    kind: fc.constantFrom(...KINDS),
    operation: fc.constantFrom(...OPERATIONS),
    left: fc.nat(),
    right: fc.nat(),
    flag: fc.nat(),
    clear: operand(width),
    takesClear: fc.boolean(),
  });

describe.each(SHAPES)("on blocks of shape $shape", ({ parameters, widths }) => {
  const runs = (width: number): number => (width <= 8 ? 60 : width <= 24 ? 40 : 15);

  test.each(widths.filter((width) => width <= 32))(
    "programs of any operations at %i bits, on operands that share digits, stay right and in bounds",
    (width) => {
      const noise = digitNoise(new Builder(parameters));
      const top = (1n << BigInt(width)) - 1n;
      fc.assert(
        fc.property(
          fc.array(stepOf(width), { maxLength: 20 }),
          operand(width),
          operand(width),
          fc.boolean(),
          fc.boolean(),
          (steps, x, y, flag, noisy) => {
            const builder = new Builder(parameters);
            const a = inputRadix(builder, width, noisy ? noise : 1);
            const b = inputRadix(builder, width);
            const condition = builder.input({ max: 1 });
            const values = new Map<Source, number>([[condition, Number(flag)]]);
            assign(values, a, x, parameters);
            assign(values, b, y, parameters);
            const known: { radix: Radix; value: bigint }[] = [
              { radix: a, value: x },
              { radix: b, value: y },
            ];
            const flags: { block: Block; value: boolean }[] = [{ block: condition, value: flag }];
            const add = (radix: Radix, value: bigint): void => {
              expectDigits(builder, radix);
              known.push({ radix, value: BigInt.asUintN(width, value) });
            };
            for (const { kind, operation, left, right, flag, clear, takesClear } of steps) {
              const p = known[left % known.length];
              const encrypted = known[right % known.length];
              const constant = { radix: clearRadix(builder, clear, a.length), value: clear };
              const q = takesClear ? constant : encrypted;
              const chosen = flags[flag % flags.length];
              const amount = right % width;
              if (kind === "operation") {
                // Whole products are the larger part of the time.
                const second = operation.name === "mul" && width > 16 ? constant : q;
                const radix = operation.build(builder, p.radix, second.radix);
                const value = operation.expected(p.value, second.value, width);
                if (radix.length < a.length) flags.push({ block: radix[0], value: value === 1n });
                add(resize(builder, radix, a.length), value);
              } else if (kind === "multiply") {
                add(multiply(builder, p.radix, constant.radix), p.value * clear);
              } else if (kind === "narrow") {
                const [build, value] = takesClear
                  ? ([bitAnd, p.value & clear] as const)
                  : ([bitOr, p.value | clear] as const);
                add(build(builder, p.radix, constant.radix), value);
              } else if (kind === "mask") {
                add(mask(builder, chosen.block, width), chosen.value ? top : 0n);
              } else if (kind === "select") {
                add(select(builder, chosen.block, p.radix, q.radix), chosen.value ? p.value : q.value);
              } else if (kind === "shiftLeft") {
                add(shiftLeft(builder, p.radix, amount), p.value << BigInt(amount));
              } else if (kind === "shiftRight") {
                add(shiftRight(builder, p.radix, amount), p.value >> BigInt(amount));
              } else if (kind === "arithmetic shiftRight") {
                const value = BigInt.asIntN(width, p.value) >> BigInt(amount);
                add(shiftRight(builder, p.radix, amount, true), value);
              } else {
                const low = p.radix.slice(0, Math.ceil(p.radix.length / 2));
                const lowWidth = low.length * messageBits(parameters);
                add(resize(builder, low, a.length, true), BigInt.asIntN(lowWidth, p.value));
              }
            }
            const requested = known.flatMap(({ radix }) => radix);
            const digits = interpret(requested, values, parameters);
            for (const [index, { value }] of known.entries()) {
              expect(join(digits.slice(index * a.length, (index + 1) * a.length), parameters)).toBe(value);
            }
            expect(interpretPlan(plan(requested, parameters), requested, values)).toEqual(digits);
          },
        ),
        { numRuns: runs(width) },
      );
    },
  );

  describe.each(widths)("a mask of %i bits", (width) => {
    const top = (1n << BigInt(width)) - 1n;
    /** What an operation makes of the mask of 0 and of that of 1. */
    const both = (build: (builder: Builder, all: Radix) => Radix): bigint[] => {
      const builder = new Builder(parameters);
      const flag = builder.input({ max: 1 });
      const result = build(builder, mask(builder, flag, width));
      expectDigits(builder, result);
      const run = interpreter(result, parameters);
      return [0, 1].map((value) => join(run(new Map([[flag, value]])), parameters));
    };

    test("compares with clear integers", () => {
      const middle = top / 3n;
      for (const clear of [0n, 1n, 5n, middle, top - 1n, top]) {
        const against = (compare: typeof lt): bigint[] =>
          both((builder, all) => [compare(builder, all, clearRadix(builder, clear, all.length))]);
        const expected = (holds: (value: bigint) => boolean): bigint[] =>
          [0n, top].map((v) => BigInt(holds(v)));
        expect(against(lt)).toEqual(expected((value) => value < clear));
        expect(against(le)).toEqual(expected((value) => value <= clear));
        expect(against(gt)).toEqual(expected((value) => value > clear));
        expect(against(ge)).toEqual(expected((value) => value >= clear));
        expect(against(eq)).toEqual(expected((value) => value === clear));
        expect(against(ne)).toEqual(expected((value) => value !== clear));
      }
    });

    test("times a clear integer is that integer's complement plus 1, or 0", () => {
      fc.assert(
        fc.property(operand(width), (factor) => {
          const product = both((builder, all) =>
            multiply(builder, all, clearRadix(builder, factor, all.length)),
          );
          expect(product).toEqual([0n, BigInt.asUintN(width, -factor)]);
        }),
        { numRuns: 30, examples: [[BigInt.asUintN(width, 12973n)], [BigInt.asUintN(width, 0xda9dn)]] },
      );
    });
  });

  test("selects between digits without a value in common", () => {
    const width = widths[0];
    const builder = new Builder(parameters);
    const flag = builder.input({ max: 1 });
    const x = inputRadix(builder, width);
    const y = inputRadix(builder, width);
    const ones = ((1n << BigInt(width)) - 1n) / 255n;
    const clear = (byte: bigint): Radix => clearRadix(builder, byte * ones, x.length);
    const high = bitOr(builder, x, clear(0xaan));
    const low = bitAnd(builder, y, clear(0x55n));
    const results = [select(builder, flag, high, low), select(builder, flag, low, high)];
    for (const result of results) expectDigits(builder, result);
    fc.assert(
      fc.property(integer(width), integer(width), fc.boolean(), (p, q, condition) => {
        const values = new Map<Source, number>([[flag, Number(condition)]]);
        assign(values, x, p, parameters);
        assign(values, y, q, parameters);
        const [first, second] = results.map((result) =>
          join(interpret(result, values, parameters), parameters),
        );
        const [upper, lower] = [p | (0xaan * ones), q & (0x55n * ones)];
        expect([first, second]).toEqual(condition ? [upper, lower] : [lower, upper]);
      }),
    );
  });

  test("compares integers in which pairs of digits come again", () => {
    const { messageModulus } = parameters;
    const value = fc.nat({ max: messageModulus - 1 });
    const pairs = fc.array(value, { minLength: 4, maxLength: 4 });
    const pattern = fc.array(fc.nat({ max: 1 }), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(pattern, pairs, pairs, fc.boolean(), (order, p, q, isClear) => {
        const builder = new Builder(parameters);
        const values = new Map<Source, number>();
        const digit = (given: number): Block => {
          const input = builder.input({ max: messageModulus - 1 });
          values.set(input, given);
          return input;
        };
        const repeat = <T>(of: readonly T[]): T[] =>
          order.flatMap((pair) => of.slice(2 * pair, 2 * pair + 2));
        const a = repeat(p.map(digit));
        const b = repeat(q.map(isClear ? (given) => builder.constant(given) : digit));
        const [x, y] = [p, q].map((digits) => join(repeat(digits), parameters));
        const results = [lt, le, gt, ge, eq, ne].map((compare) => compare(builder, a, b));
        const expected = [x < y, x <= y, x > y, x >= y, x === y, x !== y];
        expect(interpret(results, values, parameters)).toEqual(expected.map(Number));
      }),
      { numRuns: 300 },
    );
  });

  test("combines more copies of a block than its noise allows for", () => {
    const builder = new Builder(parameters);
    const x = builder.input({ max: 1 });
    const copies = builder.capacity - 1;
    const addends = Array.from({ length: copies }, () => [1, x] as const);
    expect(builder.noiseOf(addends)).toBeGreaterThanOrEqual(builder.maxNoise);
    const sum = combine(builder, addends);
    expect(sum.noise).toBeLessThanOrEqual(builder.maxNoise);
    const rest = combine(builder, [...addends.map(() => [-1, x] as const)], copies);
    for (const value of [0, 1]) {
      expect(interpret([sum, rest], new Map([[x, value]]), parameters)).toEqual([
        value * copies,
        copies - value * copies,
      ]);
    }
  });
});

test("16-bit masks times every fourteenth clear factor are right", () => {
  const parameters: ParameterSet = DEFAULT_PARAMETERS;
  for (let factor = 1; factor < 1 << 16; factor += 14) {
    const builder = new Builder(parameters);
    const flag = builder.input({ max: 1 });
    const all = mask(builder, flag, 16);
    const run = interpreter(multiply(builder, all, clearRadix(builder, BigInt(factor), 8)), parameters);
    const product = [0, 1].map((value) => join(run(new Map([[flag, value]])), parameters));
    if (product[0] !== 0n || product[1] !== BigInt((1 << 16) - factor))
      expect.fail(`mask · ${factor}: ${product}`);
  }
});
