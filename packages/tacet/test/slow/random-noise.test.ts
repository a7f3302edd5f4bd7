import { describe, expect, test } from "vitest";
import { Evaluator } from "../../src/engine/evaluator.ts";
import {
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/index.ts";
import { messageBits } from "../../src/parameters/parameter-set.ts";
import { sampleBinary } from "../../src/random/samplers.ts";
import { encode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe } from "../../src/scheme/lwe/lwe.ts";
import { bootstrapVariance } from "../../src/scheme/noise.ts";
import { pseudoRandomInputs } from "../../src/scheme/pseudo-random.ts";
import { generateSecretKey } from "../../src/scheme/secret-key/secret-key.ts";
import { generateServerKey } from "../../src/scheme/server-key/server-key.ts";
import { randomBlock } from "../random-reference.ts";

/** Blocks that are in memory at once. */
const CHUNK = 200;

describe.each([
  [PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128, 2_000],
  [PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128, 4_000],
  [PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128, 200],
])("$name", (parameters, samples) => {
  test(`${samples} random blocks are right, uniform, and as noisy as the formula for a bootstrap says`, async () => {
    const secret = generateSecretKey(parameters);
    const oprf = new Uint8Array(parameters.lweDimension);
    sampleBinary(oprf);
    const evaluator = await Evaluator.create(await generateServerKey({ ...secret, oprf }));
    const errors: number[] = [];
    const counts = new Array<number>(parameters.messageModulus).fill(0);
    for (let done = 0; done < samples; done += CHUNK) {
      const bits = CHUNK * messageBits(parameters);
      const [inputs] = pseudoRandomInputs(Uint8Array.of(done & 255, done >> 8), [bits], parameters);
      const blocks = evaluator.load(inputs, "random").map((input) => evaluator.builder.refresh(input));
      for (const [i, { lwe }] of (await evaluator.compute(blocks)).entries()) {
        const value = randomBlock(inputs[i], oprf, parameters);
        counts[value]++;
        const error = BigInt.asIntN(64, decryptLwe(lwe, secret.glwe) - encode(value, parameters));
        errors.push(Number(error) / 2 ** 64);
      }
      evaluator.builder.sweep();
    }
    evaluator.dispose();

    // An error as large as that of a wrong value would make the variance larger by far.
    const measured = errors.reduce((sum, error) => sum + error ** 2, 0) / samples;
    const predicted = bootstrapVariance(parameters);
    const log = (variance: number): string => (Math.log2(variance) / 2).toFixed(2);
    console.log(`${parameters.name}: 2^${log(measured)} measured, 2^${log(predicted)} predicted`);
    // Six standard deviations of the estimate of a variance: √(2 / samples) of it.
    const tolerance = 6 * Math.sqrt(2 / samples);
    expect(measured).toBeLessThan(predicted * (1 + tolerance));
    expect(measured).toBeGreaterThan(predicted * (1 - tolerance));
    const mean = samples / counts.length;
    const deviation = Math.sqrt(mean * (1 - 1 / counts.length));
    for (const count of counts) expect(Math.abs(count - mean)).toBeLessThan(6.5 * deviation);
  });
});
