import { describe, expect, test } from "vitest";
import {
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
  type ParameterSet,
} from "../../src/index.ts";
import {
  bootstrapVariance,
  keySwitchVariance,
  modulusSwitchVariance,
  tuniformVariance,
} from "../../src/scheme/noise.ts";
import { Laboratory } from "../laboratory.ts";

const BATCH = 8;

/** Mean of the squares of some errors: their variance, as their mean is to be 0 too. */
const meanSquare = (errors: readonly number[]): number =>
  errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;

/**
 * An estimate of a variance from n samples of a normal distribution strays by √(2/n) of it; six times that is
 * what a correct implementation exceeds once in a billion runs.
 */
const tolerance = (samples: number): number => 1 + 6 * Math.sqrt(2 / samples);

function report(what: string, parameters: ParameterSet, measured: number, predicted: number): void {
  const log = (variance: number): string => (Math.log2(variance) / 2).toFixed(2);
  console.log(
    `${parameters.name} ${what}: standard deviation 2^${log(measured)} measured, 2^${log(predicted)} predicted`,
  );
}

describe.each([
  [PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128, 800],
  [PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128, 10_000],
  [PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128, 160],
])("$name", (parameters, lookups) => {
  test(`${lookups} lookups at the largest noise are right, and their noise is what the formulas predict`, async () => {
    const laboratory = await Laboratory.create(parameters);
    const { capacity, secret } = laboratory;
    const { messageModulus, maxNoiseLevel, lweDimension, polynomialSize } = parameters;
    // Every lookup is as noisy as any may be: of a bootstrapped block times the largest norm that is allowed.
    const table = Array.from(
      { length: capacity },
      (_, value) => ((value / maxNoiseLevel + 1) % messageModulus) | 0,
    );
    const bootstrapped: number[] = [];
    const switched: number[] = [];
    const rounded: number[] = [];
    let failures = 0;
    let blocks = Array.from({ length: BATCH }, (_, i) => {
      const value = i % messageModulus;
      return { value, lwe: laboratory.encrypt(value) };
    });

    for (let done = 0; done < lookups; done += BATCH) {
      const inputs = blocks.map(({ lwe }) => lwe.map((element) => element * BigInt(maxNoiseLevel)));
      const small = laboratory.keySwitch(inputs, { modulusSwitch: false });
      const smaller = laboratory.keySwitch(inputs);
      const outputs = laboratory.lookup(inputs, [table], capacity);
      blocks = blocks.map((block, i) => {
        const value = block.value * maxNoiseLevel;
        const phase = (words: Uint32Array, modulus: number): number => {
          const sum = secret.lwe.reduce((total, bit, j) => (total + bit * words[j]) % modulus, 0);
          return (words[lweDimension] - sum) / modulus;
        };
        const error = (found: number): number => {
          const difference = found - value / (2 * capacity);
          return difference - Math.round(difference);
        };
        const afterKeySwitch = error(phase(small[i], 2 ** 32));
        switched.push(afterKeySwitch - laboratory.noise(inputs[i], value));
        // The modulus switch moves the phase down by half a step, to the middle of a box.
        const steps = 2 * polynomialSize;
        rounded.push(error(phase(smaller[i], steps) + 0.5 / steps) - afterKeySwitch);
        const [lwe] = outputs[i];
        const expected = (block.value + 1) % messageModulus;
        if (laboratory.decrypt(lwe) !== expected) failures++;
        bootstrapped.push(laboratory.noise(lwe, expected));
        return { value: expected, lwe };
      });
    }

    expect(failures).toBe(0);
    const allowed = tolerance(lookups);
    for (const [what, errors, predicted] of [
      ["bootstrap", bootstrapped, bootstrapVariance(parameters)],
      ["key switch", switched, keySwitchVariance(parameters)],
      ["modulus switch", rounded, modulusSwitchVariance(parameters)],
    ] as const) {
      const measured = meanSquare(errors);
      report(what, parameters, measured, predicted);
      expect(measured).toBeLessThan(predicted * allowed);
      expect(measured).toBeGreaterThan(predicted * (2 - allowed)); // far below, the measurement would be wrong
    }
    const fresh = Array.from({ length: 2000 }, () => laboratory.noise(laboratory.encrypt(1), 1));
    report("fresh encryption", parameters, meanSquare(fresh), tuniformVariance(parameters.glweNoise));
    expect(meanSquare(fresh)).toBeLessThan(tuniformVariance(parameters.glweNoise) * tolerance(2000));
  });
});
