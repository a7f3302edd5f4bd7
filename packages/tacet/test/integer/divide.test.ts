import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret, interpreter } from "../../src/graph/interpret.ts";
import { plan } from "../../src/graph/plan.ts";
import { divRem } from "../../src/integer/arithmetic/divide.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import { digitNoise } from "../../src/integer/radix.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { sampleCount } from "../samples.ts";
import { describeOperations } from "./describe-operations.ts";
import { assign, expectDigits, inputRadix, integer, join, type Operation, SHAPES } from "./operations.ts";

/** Quotient and remainder as TFHE-rs has them, by 0 as well. */
function divide(a: bigint, b: bigint, signed: boolean): [bigint, bigint] {
  return b === 0n ? [signed && a < 0n ? 1n : -1n, a] : [a / b, a % b];
}

/** Quotient, and above it the remainder. */
const DIVISIONS: readonly Operation[] = [false, true].map((signed) => ({
  name: signed ? "signed divRem" : "divRem",
  build: (builder, a, b) => {
    const { quotient, remainder } = divRem(builder, a, b, signed);
    return [...quotient, ...remainder];
  },
  expected: (a, b, width) => {
    const read = (x: bigint): bigint => (signed ? BigInt.asIntN(width, x) : x);
    const [quotient, remainder] = divide(read(a), read(b), signed);
    return BigInt.asUintN(width, quotient) + (BigInt.asUintN(width, remainder) << BigInt(width));
  },
  everyByte: true,
  widest: 64,
}));

describeOperations(DIVISIONS);

describe.each([
  { sign: "unsigned", signed: false },
  { sign: "signed", signed: true },
])("$sign, by a clear divisor", ({ signed }) => {
  /** Divides some integers by a clear divisor, given as an unsigned integer. */
  function expectDivision(
    width: number,
    divisor: bigint,
    numerators: readonly bigint[],
    parameters = DEFAULT_PARAMETERS,
  ): void {
    const builder = new Builder(parameters);
    const a = inputRadix(builder, width);
    const { quotient, remainder } = divRem(builder, a, clearRadix(builder, divisor, a.length), signed);
    expectDigits(builder, [...quotient, ...remainder]);
    const run = interpreter([...quotient, ...remainder], parameters);
    const read = (x: bigint): bigint => (signed ? BigInt.asIntN : BigInt.asUintN)(width, x);
    for (const numerator of numerators) {
      const values = new Map<Source, number>();
      assign(values, a, BigInt.asUintN(width, numerator), parameters);
      const digits = run(values);
      const found = [digits.slice(0, a.length), digits.slice(a.length)].map((half) =>
        read(join(half, parameters)),
      );
      const right = divide(read(numerator), read(divisor), signed).map(read);
      if (found.some((value, i) => value !== right[i]))
        expect.fail(
          `${read(numerator)} / ${read(divisor)} gives ${found.join(" and ")}, not ${right.join(" and ")}`,
        );
    }
  }

  test("is right for every pair of 8-bit integers", () => {
    const bytes = Array.from({ length: 256 }, (_, value) => BigInt(value));
    for (const divisor of bytes.slice(1)) expectDivision(8, divisor, bytes);
  });

  test.each(SHAPES)("is right where quotients step, on blocks of shape $shape", ({ parameters, widths }) => {
    for (const width of widths) {
      const top = 1n << BigInt(width);
      const divisor = fc.oneof(
        integer(width),
        fc.bigInt({ min: 1n, max: 40n }),
        fc.tuple(integer(width), fc.nat({ max: width - 1 })).map(([value, shift]) => value >> BigInt(shift)),
      );
      fc.assert(
        fc.property(
          divisor.filter((value) => value % top !== 0n),
          fc.array(integer(width), { minLength: 5, maxLength: 5 }),
          (value, others) => {
            const size = signed ? BigInt.asIntN(width, value) : value % top;
            const most = (top - 1n) / (size < 0n ? -size : size);
            const multiples = [...others, most, most / 2n, -most / 2n, most / 2n + 1n].map(
              (other) => (other % (most + 1n)) * size,
            );
            const steps = multiples.flatMap((multiple) => [multiple - 1n, multiple, multiple + 1n]);
            const ends = [0n, -1n, top / 2n - 1n, top / 2n, top / 2n + 1n];
            expectDivision(width, value % top, [...others, ...steps, ...ends], parameters);
          },
        ),
        { numRuns: sampleCount(5, 20) },
      );
    }
  });

  test.each([
    { width: 256, divisors: [3n, 10n, 1000n, 10n ** 38n, 1n << 200n] },
    { width: 2048, divisors: [3n, 3n << 1000n, 1n << 2000n, (1n << 2047n) - 10n] },
  ])("is right at $width bits", ({ width, divisors }) => {
    const top = 1n << BigInt(width);
    for (const divisor of divisors) {
      const numerators = [0n, top - 1n, top / 2n, top / 7n, divisor * 12345n, divisor * 12345n - 1n];
      expectDivision(width, divisor, numerators);
    }
  });

  test("by a 0 that is known gives what an encrypted 0 gives", () => {
    const builder = new Builder(DEFAULT_PARAMETERS);
    const a = inputRadix(builder, 8);
    const { quotient, remainder } = divRem(builder, a, clearRadix(builder, 0n, 4), signed);
    const run = interpreter([...quotient, ...remainder], DEFAULT_PARAMETERS);
    const read = (x: bigint): bigint => (signed ? BigInt.asIntN : BigInt.asUintN)(8, x);
    for (const x of [0n, 1n, 100n, 128n, 255n]) {
      const values = new Map<Source, number>();
      assign(values, a, x, DEFAULT_PARAMETERS);
      const [q, r] = divide(read(x), 0n, signed);
      const right = BigInt.asUintN(8, q) + (BigInt.asUintN(8, r) << 8n);
      expect(join(run(values), DEFAULT_PARAMETERS)).toBe(right);
    }
  });

  test("costs nothing where all digits move whole", () => {
    const builder = new Builder(DEFAULT_PARAMETERS);
    const { quotient, remainder } = divRem(builder, inputRadix(builder, 64), clearRadix(builder, 256n, 32));
    expect(plan([...quotient, ...remainder], DEFAULT_PARAMETERS).rotations).toHaveLength(0);
  });
});

describe.each(SHAPES)("on blocks of shape $shape", ({ parameters, widths }) => {
  const width = widths[0];

  test.each([false, true])("divides what is noisiest, and an integer by itself (signed: %s)", (signed) => {
    const builder = new Builder(parameters);
    const a = inputRadix(builder, width, digitNoise(builder));
    const b = inputRadix(builder, width, digitNoise(builder));
    const both = [divRem(builder, a, b, signed), divRem(builder, a, a, signed)].flatMap(
      ({ quotient, remainder }) => [quotient, remainder],
    );
    for (const radix of both) expectDigits(builder, radix);
    const read = (x: bigint): bigint => (signed ? BigInt.asIntN : BigInt.asUintN)(width, x);
    fc.assert(
      fc.property(integer(width), integer(width), (x, y) => {
        const values = new Map<Source, number>();
        assign(values, a, x, parameters);
        assign(values, b, y, parameters);
        const found = both.map((radix) => join(interpret(radix, values, parameters), parameters));
        const right = [...divide(read(x), read(y), signed), ...divide(read(x), read(x), signed)].map(
          (value) => BigInt.asUintN(width, value),
        );
        expect(found).toEqual(right);
      }),
      { numRuns: 20 },
    );
  });
});

test.each([false, true])("divides at 128 bits (signed: %s)", (signed) => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const [a, b] = [inputRadix(builder, 128), inputRadix(builder, 128)];
  const { quotient, remainder } = divRem(builder, a, b, signed);
  const run = interpreter([...quotient, ...remainder], DEFAULT_PARAMETERS);
  const read = (x: bigint): bigint => (signed ? BigInt.asIntN : BigInt.asUintN)(128, x);
  fc.assert(
    fc.property(integer(128), integer(128), fc.nat({ max: 127 }), (x, y, shift) => {
      const values = new Map<Source, number>();
      assign(values, a, x, DEFAULT_PARAMETERS);
      assign(values, b, y >> BigInt(shift), DEFAULT_PARAMETERS);
      const [q, r] = divide(read(x), read(y >> BigInt(shift)), signed);
      const right = BigInt.asUintN(128, q) + (BigInt.asUintN(128, r) << 128n);
      expect(join(run(values), DEFAULT_PARAMETERS)).toBe(right);
    }),
    { numRuns: 20 },
  );
});

test("takes two rotations for each digit at each bit, and little more", () => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const a = inputRadix(builder, 64);
  const b = inputRadix(builder, 64);
  const rotations = ({ quotient, remainder }: ReturnType<typeof divRem>): number =>
    plan([...quotient, ...remainder], DEFAULT_PARAMETERS).rotations.length;
  const steps = 2 * 32 * 33;
  expect(rotations(divRem(builder, a, b))).toBeLessThanOrEqual(steps + 4 * 32);
  expect(rotations(divRem(builder, a, b, true))).toBeLessThanOrEqual(steps + 10 * 32);
});
