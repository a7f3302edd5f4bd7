import { describe, expect, test } from "vitest";
import {
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
} from "../../src/parameters/compact-sets.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { encode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe } from "../../src/scheme/lwe/lwe.ts";
import { castVariance } from "../../src/scheme/noise.ts";
import { Laboratory } from "../laboratory.ts";

const TORUS = 2 ** 64;
const SAMPLES = 200;

describe.each([
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
])("$name", (compact) => {
  test("casts add the noise that the formula predicts, and every form is looked up rightly", async () => {
    const laboratory = await Laboratory.create(DEFAULT_PARAMETERS, false, compact);
    const { secret, capacity, parameters } = laboratory;
    const key = laboratory.compact?.key ?? expect.fail("no compact key");
    const errors = Array.from({ length: SAMPLES }, (_, i) => {
      const value = i % capacity;
      const input = laboratory.encryptCompact(value);
      const before = Number(BigInt.asIntN(64, decryptLwe(input, key) - encode(value, parameters))) / TORUS;
      const output = laboratory.cast(input);
      if (output instanceof BigUint64Array) return laboratory.noise(output, value) - before;
      const masked = secret.lwe.reduce((sum, bit, j) => sum + bit * output[j], 0);
      const phase = (output[parameters.lweDimension] - masked) / 2 ** 32;
      const error = phase - value / (2 * capacity);
      return error - Math.round(error) - before;
    });
    const measured = errors.reduce((sum, error) => sum + error ** 2, 0) / SAMPLES;
    const predicted = castVariance(parameters, compact);
    // Six standard deviations of the estimate of a variance: √(2 / samples) of it.
    const tolerance = 6 * Math.sqrt(2 / SAMPLES);
    expect(measured).toBeLessThan(predicted * (1 + tolerance));
    expect(measured).toBeGreaterThan(predicted * (1 - tolerance));

    const table = Array.from({ length: capacity }, (_, value) => (5 * value + 3) % capacity);
    for (let first = 0; first < capacity; first += 4) {
      const values = Array.from({ length: 8 }, (_, i) => first + (i % 4));
      const inputs = values.map((value, i) =>
        i < 4 ? laboratory.encryptCompact(value) : laboratory.keySwitch([laboratory.encrypt(value)])[0],
      );
      const forms = values.map((_, i) => (i < 4 ? ("compact" as const) : ("switched" as const)));
      const outputs = laboratory.lookup(inputs, [table], capacity, forms);
      expect(outputs.map(([output]) => laboratory.decrypt(output))).toEqual(
        values.map((value) => table[value]),
      );
    }
  });
});
