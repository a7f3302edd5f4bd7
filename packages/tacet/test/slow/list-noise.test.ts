import { expect, test } from "vitest";
import { secretOf } from "../../src/api/keys/client-key.ts";
import { compressedListOf } from "../../src/api/lists/compressed-list.ts";
import { conformingBlocks } from "../../src/api/values/ciphertext.ts";
import { ClientKey, Engine, FheUint64, ServerKey } from "../../src/index.ts";
import { deltaLog } from "../../src/parameters/parameter-set.ts";
import { unpackIntegers } from "../../src/scheme/lwe/packed-integers.ts";
import {
  bootstrapVariance,
  packedVariance,
  tuniformVariance,
  unpackedVariance,
} from "../../src/scheme/noise.ts";
import { decryptPacked } from "../../src/scheme/packing.ts";

const meanSquare = (errors: readonly number[]): number =>
  errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;

/** As in noise.test.ts: what a correct implementation exceeds once in a billion runs. */
const tolerance = (samples: number): number => 1 + 6 * Math.sqrt(2 / samples);

/** What a phase, as a fraction of a turn, is off from what it should be. */
const error = (phase: number, expected: number): number => {
  const difference = phase - expected;
  return difference - Math.round(difference);
};

test("blocks of lists are as noisy as the formulas predict, packed and taken out again", async () => {
  const clientKey = await ClientKey.generate({ compression: true });
  using engine = await Engine.create(await ServerKey.from(clientKey));
  const { parameters, glwe, compression } = secretOf(clientKey);
  const { carryModulus, messageModulus, glweNoise } = parameters;
  const values = Array.from(crypto.getRandomValues(new BigUint64Array(64)));
  const digits = values.flatMap((value) =>
    Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(2 * i)) & 3n)),
  );
  const list = await engine.compress(values.map((value) => engine.load(FheUint64.encrypt(value, clientKey))));
  expect(list.decrypt(clientKey)).toEqual(values);

  const { ciphertexts, ...shape } = compressedListOf(list).blocks!;
  const { glweDimension, polynomialSize, storedBits } = shape;
  const phases = ciphertexts.flatMap(({ packed, count }) => {
    const elements = unpackIntegers(packed, storedBits, glweDimension * polynomialSize + count);
    return [...decryptPacked(elements, count, compression!.key, shape, storedBits)];
  });
  const packed = meanSquare(
    phases.map((phase, i) => error(phase / 2 ** storedBits, digits[i] / (2 * carryModulus))),
  );
  // What went in was fresh, and not bootstrapped.
  const fresh = messageModulus ** 2 * (bootstrapVariance(parameters) - tuniformVariance(glweNoise));
  const predicted = packedVariance(parameters, compression!.parameters) - fresh;
  expect(packed / predicted).toBeLessThan(tolerance(phases.length));
  expect(packed / predicted).toBeGreaterThan(1 / tolerance(phases.length));

  const back = await Promise.all(engine.expand(list).map((handle) => handle.ciphertext()));
  const blocks = back.flatMap((one) => conformingBlocks(one, parameters));
  const unpacked = meanSquare(
    blocks.map(({ lwe }, i) => {
      const sum = glwe.reduce((total, bit, j) => (bit === 1 ? total - lwe[j] : total), lwe[lwe.length - 1]);
      const noise = BigInt.asIntN(64, sum - (BigInt(digits[i]) << BigInt(deltaLog(parameters))));
      return Number(noise) * 2 ** -64;
    }),
  );
  const bootstrapped = unpackedVariance(parameters, compression!.parameters);
  // The formula of the transform's share is an upper bound: what is measured may be less.
  expect(unpacked / bootstrapped).toBeLessThan(tolerance(blocks.length));
  const log = (variance: number): string => (Math.log2(variance) / 2).toFixed(2);
  console.log(
    `lists: standard deviation 2^${log(packed)} measured, 2^${log(predicted)} predicted; taken out 2^${log(unpacked)}, 2^${log(bootstrapped)}`,
  );
});
