import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InputBlock, Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpreter } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { plan } from "../../src/graph/plan.ts";
import { digitNoise, type Radix } from "../../src/integer/radix.ts";
import { bitsForRange, randomRadix, scaleRandom } from "../../src/integer/random.ts";
import { messageBits, type ParameterSet } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { assign, join, SHAPES } from "./operations.ts";

interface Scaled {
  readonly inputs: readonly InputBlock[];
  readonly result: Radix;
}

/** A value below `bound` from some random blocks. */
function scaled(parameters: ParameterSet, count: number, bound: bigint): Scaled {
  const builder = new Builder(parameters);
  const max = parameters.messageModulus - 1;
  const inputs = Array.from({ length: count }, () => builder.input({ max, form: "random" }));
  const digits = Math.ceil(bound.toString(2).length / messageBits(parameters)) + 1;
  const result = scaleRandom(builder, randomRadix(builder, inputs, count), bound, digits);
  for (const { max, noise } of result) {
    expect(max).toBeLessThan(parameters.messageModulus);
    expect(noise).toBeLessThanOrEqual(digitNoise(builder));
  }
  return { inputs, result };
}

/** Checks a graph and its plan for a random value. */
function check({ inputs, result }: Scaled, parameters: ParameterSet, bound: bigint) {
  const evaluate = interpreter(result, parameters);
  const planned = plan(result, parameters);
  return (random: bigint): void => {
    const values = new Map<Source, number>();
    assign(values, inputs, random, parameters);
    const expected = (random * bound) / BigInt(parameters.messageModulus) ** BigInt(inputs.length);
    expect(join(evaluate(values), parameters)).toBe(expected);
    expect(join(interpretPlan(planned, result, values), parameters)).toBe(expected);
  };
}

describe.each(SHAPES)("blocks of shape $shape", ({ parameters }) => {
  test("values below small bounds are right for every random value", () => {
    const count = 6 / messageBits(parameters);
    for (let bound = 2n; bound <= 70n; bound++) {
      const one = check(scaled(parameters, count, bound), parameters, bound);
      for (let random = 0n; random < 64n; random++) one(random);
    }
  });

  test("values below any bound are right", () => {
    const bounds = fc.oneof(
      fc.bigInt({ min: 2n, max: 2n ** 16n }),
      fc.bigInt({ min: 2n, max: 2n ** 64n }),
      fc.nat({ max: 64 }).map((bits) => 2n ** BigInt(bits) + 1n),
    );
    fc.assert(
      fc.property(
        bounds,
        fc.integer({ min: 1, max: 40 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (bound, count, bits) => {
          const one = check(scaled(parameters, count, bound), parameters, bound);
          const most = BigInt(parameters.messageModulus) ** BigInt(count) - 1n;
          for (const random of [0n, most, (bits * most) >> 64n]) one(random);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("the number of random bits is the least that comes as close as asked", () => {
    /** The distance from uniform, times 2^1024. */
    const distance = (bound: bigint, bits: number): bigint => {
      const rest = (1n << BigInt(bits)) % bound;
      return ((rest * (bound - rest)) << 1024n) / (bound << BigInt(bits));
    };
    const perBlock = messageBits(parameters);
    fc.assert(
      fc.property(
        fc.bigInt({ min: 3n, max: 2n ** 256n - 1n }),
        fc.integer({ min: 1, max: 256 }),
        (bound, log) => {
          fc.pre((bound & (bound - 1n)) !== 0n);
          const bits = bitsForRange(bound, 2 ** -log, parameters);
          const limit = 1n << BigInt(1024 - log);
          const rounding = limit >> 50n; // distances are doubles, in TFHE-rs too
          expect(bits % perBlock).toBe(0);
          expect(distance(bound, bits)).toBeLessThan(limit + rounding);
          if (bits > perBlock)
            expect(distance(bound, bits - perBlock)).toBeGreaterThanOrEqual(limit - rounding);
        },
      ),
    );
  });
});

test("a random block's own value is the only table on it", () => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const input = builder.input({ max: 3, form: "random" });
  const [random] = randomRadix(builder, [input], 1);
  const tables = [
    (value: number) => value * value,
    (value: number) => 3 - value,
    (value: number) => value & 1,
  ];
  const results = tables.map((table) => builder.lookup(random, table));
  for (const requested of [results, [random, ...results], results.slice(0, 1)]) {
    const { rotations } = plan(requested, DEFAULT_PARAMETERS);
    const reading = rotations.filter(({ terms }) => terms.some(({ source }) => source === input));
    expect(reading.map(({ tables }) => tables)).toEqual([[{ table: [0, 1, 2, 3], output: random }]]);
  }
});

describe("rotations at the default set", () => {
  // TFHE-rs 1.7, the least of 2 and 16 threads: 265, 554 and 282 with the random blocks.
  test.each([
    [10n, 65, 132],
    [1000n, 68, 142],
    [2n ** 40n + 1n, 80, 160],
  ])("a value below %i takes %i random blocks and %i rotations in all", (bound, blocks, rotations) => {
    const count = bitsForRange(bound, 2 ** -128, DEFAULT_PARAMETERS) / 2;
    expect(count).toBe(blocks);
    const { result } = scaled(DEFAULT_PARAMETERS, count, bound);
    expect(plan(result, DEFAULT_PARAMETERS).rotations.length).toBeLessThanOrEqual(rotations);
  });
});
