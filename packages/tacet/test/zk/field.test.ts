import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exponentDigits, invert, power, squareRoot } from "../../src/zk/curve/powers.ts";
import { quadBytes } from "../../src/zk/kernel/layout.ts";
import {
  BASE_FIELD,
  BLS_X,
  centred,
  LANES,
  limbsOf,
  mod,
  powerOf,
  SCALAR_FIELD,
  sumOfLimbs,
} from "../../src/zk/kernel/prime-field.ts";
import { openCurve, variants } from "./workbench.ts";

test("the primes are those of BLS12-446", () => {
  // https://std.neuromancer.sk/bls/BLS12-446
  expect(BASE_FIELD.modulus.toString(16)).toBe(
    "3cdee0fb28c5e535200fc34965aad6400095a4b78a02fe320f75a64bbac71602824e6dc3e23acdee56ee4528c573b5cc311c0026aab0aaab",
  );
  expect(SCALAR_FIELD.modulus.toString(16)).toBe(
    "511b70539f27995b34995830fa4d04c98ccc4c050bc7bb9b0e8d8ca34610428001400040001",
  );
  expect(SCALAR_FIELD.modulus).toBe(BLS_X ** 4n - BLS_X ** 2n + 1n);
});

test("limbs stand for what they were made of", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 457n), max: 2n ** 457n }), (value) => {
      const limbs = limbsOf(value, 9);
      expect(sumOfLimbs(limbs)).toBe(value);
      expect(Math.max(...limbs.map(Math.abs))).toBeLessThanOrEqual(2 ** 50);
    }),
  );
  expect(() => limbsOf(2n ** 459n, 9)).toThrow(RangeError);
});

const PLACES = 8;

describe.each(variants)("with fused $fused, paired $paired", async (variant) => {
  const { kernel, region } = await openCurve(variant);
  const { functions } = kernel;

  /** A quad of the extension for each number. */
  const places = Array.from({ length: PLACES }, () => region.take(quadBytes("extension")));

  test.each([BASE_FIELD, SCALAR_FIELD])(
    "sums and products of the $name field are those of integers",
    ({ name, modulus }) => {
      const element = name as "base" | "scalar";
      const extremes = [
        0n,
        1n,
        modulus - 1n,
        modulus / 2n,
        modulus / 2n + 1n,
        2n ** 51n - 1n,
        2n ** 50n,
        modulus - 2n ** 50n,
      ];
      const values = fc.oneof(fc.bigInt({ min: 0n, max: modulus - 1n }), fc.constantFrom(...extremes));
      const operations = fc.constantFrom("Multiply", "Square", "Add", "Subtract");
      const step = fc.record({
        operation: operations,
        out: fc.nat(PLACES - 1),
        a: fc.nat(PLACES - 1),
        b: fc.nat(PLACES - 1),
      });
      // What a step leaves is what later ones take, in whatever limbs it has come out.
      fc.assert(
        fc.property(
          fc.array(fc.array(values, { minLength: LANES, maxLength: LANES }), {
            minLength: PLACES,
            maxLength: PLACES,
          }),
          fc.array(step, { minLength: 1, maxLength: 40 }),
          (start, steps) => {
            const held = start.map((lanes) => [...lanes]);
            for (const [i, lanes] of held.entries())
              for (const [lane, value] of lanes.entries()) kernel.write(element, places[i]!, lane, value);
            for (const { operation, out, a, b } of steps) {
              functions[`${element}${operation}`](places[out]!, places[a]!, places[b]!);
              held[out] = held[a]!.map((x, lane) => {
                const y = held[b]![lane]!;
                const results = { Multiply: x * y, Square: x * x, Add: x + y, Subtract: x - y };
                return mod(results[operation], modulus);
              });
              for (let lane = 0; lane < LANES; lane++)
                expect(kernel.read(element, places[out]!, lane)).toBe(held[out]![lane]);
            }
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  test("products are below the modulus, and 0 exactly where they are 0", () => {
    const { modulus, limbs } = BASE_FIELD;
    const [out, a, b] = places as [number, number, number];
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: modulus - 1n }),
        fc.bigInt({ min: 0n, max: modulus - 1n }),
        (x, y) => {
          kernel.fill("base", a, x);
          kernel.fill("base", b, y);
          kernel.write("base", b, 2, 0n);
          functions.baseSubtract(b, b, places[3]!);
          functions.baseAdd(b, b, places[3]!);
          functions.baseMultiply(out, a, b);
          const lane = (at: number): bigint =>
            sumOfLimbs(Array.from({ length: limbs }, (_, i) => kernel.doubles[out / 8 + LANES * i + at]!));
          expect(10n * (lane(0) < 0n ? -lane(0) : lane(0))).toBeLessThan(8n * modulus);
          expect(kernel.zeroLanes("base", out) & 4).toBe(4);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("the extension is what its definition says", () => {
    const { modulus } = BASE_FIELD;
    const half = quadBytes("base");
    const values = fc.array(
      fc.tuple(fc.bigInt({ min: 0n, max: modulus - 1n }), fc.bigInt({ min: 0n, max: modulus - 1n })),
      {
        minLength: PLACES,
        maxLength: PLACES,
      },
    );
    type Pair = readonly [bigint, bigint];
    const times = ([a, b]: Pair, [c, d]: Pair): Pair => [a * c - b * d, a * d + b * c];
    const plus = ([a, b]: Pair, [c, d]: Pair): Pair => [a + c, b + d];
    const meanings: Record<string, (a: Pair, b: Pair, c: Pair, d: Pair) => Pair> = {
      extensionMultiply: times,
      extensionMultiplyTwo: (a, b, c, d) => plus(times(a, b), times(c, d)),
      extensionSquare: (a) => times(a, a),
      extensionAdd: plus,
      extensionSubtract: (a, b) => plus(a, times([-1n, 0n], b)),
      extensionTimesXi: (a) => times([1n, 1n], a),
      extensionTimesB3: (a) => times([3n, 3n], a),
    };
    const step = fc.record({
      name: fc.constantFrom(...Object.keys(meanings)),
      operands: fc.array(fc.nat(PLACES - 1), { minLength: 4, maxLength: 4 }),
      out: fc.nat(PLACES - 1),
    });
    fc.assert(
      fc.property(values, fc.array(step, { maxLength: 40 }), (start, steps) => {
        const held: Pair[] = start.map((value) => value);
        for (const [i, value] of held.entries())
          for (const part of [0, 1] as const) kernel.fill("base", places[i]! + part * half, value[part]);
        for (const { name, operands, out } of steps) {
          const run = functions[name as keyof typeof functions] as (...addresses: number[]) => void;
          run(...[out, ...operands].map((i) => places[i]!));
          const [a, b, c, d] = operands.map((i) => held[i]!) as [Pair, Pair, Pair, Pair];
          const [real, imaginary] = meanings[name]!(a, b, c, d);
          held[out] = [mod(real, modulus), mod(imaginary, modulus)];
          expect([0, half].map((part) => kernel.read("base", places[out]! + part, 3))).toEqual(held[out]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("inverses, roots and powers", () => {
    const { modulus } = BASE_FIELD;
    const [a, out, square] = places as [number, number, number];
    const values = [1n, 2n, modulus - 1n, 3n ** 250n];
    for (const [lane, value] of values.entries()) kernel.write("base", a, lane, value);
    invert(kernel, "base", out, a, region);
    functions.baseMultiply(out, out, a);
    expect(values.map((_, lane) => kernel.read("base", out, lane))).toEqual([1n, 1n, 1n, 1n]);
    functions.baseSquare(square, a);
    squareRoot(kernel, out, square, region);
    for (const [lane, value] of values.entries())
      expect([value % modulus, modulus - (value % modulus)]).toContain(kernel.read("base", out, lane));
    power(kernel, "base", out, a, exponentDigits(12345678901234567890n), region);
    for (const [lane, value] of values.entries())
      expect(kernel.read("base", out, lane)).toBe(powerOf(value, 12345678901234567890n, modulus));
    kernel.fill("base", a, 0n);
    kernel.fill("base", a + quadBytes("base"), 5n);
    invert(kernel, "extension", out, a, region);
    functions.extensionMultiply(out, out, a);
    expect([kernel.read("base", out, 1), kernel.read("base", out + quadBytes("base"), 1)]).toEqual([1n, 0n]);
    expect(centred(modulus - 1n, modulus)).toBe(-1n);
  });
});
