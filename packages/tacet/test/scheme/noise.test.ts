import { describe, expect, test } from "vitest";
import { COMPACT_SETS } from "../../src/parameters/compact-sets.ts";
import { COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 } from "../../src/parameters/compression.ts";
import * as sets from "../../src/parameters/sets.ts";
import {
  bootstrapVariance,
  castFailureLog2,
  listFailureLog2,
  lookupFailureLog2,
  tuniformVariance,
  unpackedVariance,
} from "../../src/scheme/noise.ts";

describe("failure probability", () => {
  // TFHE-rs states these figures beside its parameter sets.
  test.each([
    sets.PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
    sets.PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
    sets.PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
  ])("of $name is the published one", (parameters) => {
    const computed = lookupFailureLog2(parameters, parameters.maxNoiseLevel);
    expect(computed).toBeCloseTo(parameters.log2FailureProbability, 2);
    expect(computed).toBeLessThan(-128);
  });

  test.each(COMPACT_SETS)("of taking in what $name encrypted is negligible", (compact) => {
    expect(castFailureLog2(sets.DEFAULT_PARAMETERS, compact)).toBeLessThan(-128);
  });

  test("grows with the norm of the combination", () => {
    const parameters = sets.DEFAULT_PARAMETERS;
    expect(lookupFailureLog2(parameters, 6)).toBeGreaterThan(lookupFailureLog2(parameters, 5));
  });
});

test("the variance of TUniform(b) is that of its definition", () => {
  for (const b of [0, 1, 3, 6]) {
    let variance = 0;
    for (let x = -(2 ** b); x <= 2 ** b; x++) {
      const probability = Math.abs(x) === 2 ** b ? 2 ** -(b + 2) : 2 ** -(b + 1);
      variance += probability * x ** 2;
    }
    expect(tuniformVariance(b) * 2 ** 128).toBeCloseTo(variance, 10);
  }
});

test("lists keep the probability of failure below 2^-128, and so do lookups of what comes out of them", () => {
  const { DEFAULT_PARAMETERS } = sets;
  const lists = COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128;
  expect(listFailureLog2(DEFAULT_PARAMETERS, lists)).toBeLessThan(-128);
  // It has more noise than a bootstrap leaves, for which the largest sum of them has room.
  const excess = unpackedVariance(DEFAULT_PARAMETERS, lists) / bootstrapVariance(DEFAULT_PARAMETERS);
  expect(excess).toBeGreaterThan(1);
  const norm = DEFAULT_PARAMETERS.maxNoiseLevel * Math.sqrt(excess);
  expect(lookupFailureLog2(DEFAULT_PARAMETERS, norm)).toBeLessThan(-128);
});
