import { describe, expect, test } from "vitest";
import { DEFAULT_PARAMETERS, type ParameterSet } from "../../src/index.ts";
import { INSIDE } from "../../src/leveled/inside.ts";
import {
  failureLog2,
  freshVariance,
  productVariance,
  resultBits,
  roundingVariance,
} from "../../src/leveled/noise.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { toyClientKey } from "../toy.ts";
import { checkNoise } from "./measure.ts";

test("noise stays within its formulas, at toy parameters", async () => {
  await checkNoise(await toyClientKey(), 60);
});

describe("formulas", () => {
  const sets: ParameterSet[] = [DEFAULT_PARAMETERS, INSECURE_TOY_MESSAGE_2_CARRY_2];

  test.each(sets)("of $name: rounding the bodies adds a sixteenth", (parameters) => {
    const fresh = INSIDE.noise.tuniformVariance(parameters.glweNoise);
    expect(freshVariance(parameters) / fresh).toBeCloseTo(1 + 1 / 16, 5);
  });

  test("a product with the gadget of the bootstrap key is a step of a bootstrap whose key bit is 1", () => {
    const { pbsBaseLog: baseLog, pbsLevel: level, lweDimension } = DEFAULT_PARAMETERS;
    const product = productVariance(DEFAULT_PARAMETERS, { baseLog, level });
    const step = INSIDE.noise.bootstrapVariance(DEFAULT_PARAMETERS) / lweDimension;
    expect(product / step).toBeGreaterThan(1);
    expect(product / step).toBeLessThan(2);
  });

  test("results have the fewest bits with which they are wrong at most once in 2^100", () => {
    const variance = 100 * productVariance(DEFAULT_PARAMETERS, { baseLog: 23, level: 1 });
    for (const modulus of [2, 5, 256]) {
      const bits = resultBits(DEFAULT_PARAMETERS, variance, modulus, 1000);
      const failure = (some: number): number =>
        failureLog2(variance + roundingVariance(DEFAULT_PARAMETERS, some), modulus, 1000);
      expect(failure(bits)).toBeLessThanOrEqual(-100);
      expect(failure(bits - 1)).toBeGreaterThan(-100);
    }
    expect(() => resultBits(DEFAULT_PARAMETERS, variance, 2 ** 14, 1)).toThrow("2^-100");
  });
});
