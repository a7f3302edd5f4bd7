import { beforeAll, describe, expect, test } from "vitest";
import { secretOf } from "../../src/api/keys/client-key.ts";
import { evaluationKeyOf } from "../../src/api/keys/server-key.ts";
import { ClientKey, type GenerateOptions, ServerKey } from "../../src/index.ts";
import {
  type CompactParameterSet,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
} from "../../src/parameters/compact-sets.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { MaskGenerator } from "../../src/random/mask-generator.ts";
import type { SeededGlweKey } from "../../src/scheme/server-key/seeded-key.ts";
import type { SerializedClientKey } from "../../src/wire/keys/client-key.ts";
import type { SerializedServerKey } from "../../src/wire/keys/server-key.ts";
import { glwePhase, lwePhase, rowMask } from "../wire/plain-lwe.ts";

/* The keys for compression, noise squashing and re-randomisation encrypt what they should, by the definitions. */

const set = { name: "INSECURE_TOY", insecure: true };
const moduli = { messageModulus: 4, carryModulus: 4 };
const toy: GenerateOptions = { parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, allowInsecureParameters: true };
const options = {
  ...toy,
  compression: {
    ...{ ...set, bootstrapLevel: 2, bootstrapBaseLog: 15, packingLevel: 3, packingBaseLog: 4, noise: 20 },
    ...{ polynomialSize: 256, glweDimension: 2, ciphertextsPerGlwe: 200, storedBits: 9 },
  },
  noiseSquashing: {
    ...{ ...set, ...moduli, glweDimension: 2, polynomialSize: 512, noise: 30, baseLog: 24, level: 3 },
    modulusSwitch: "centred mean",
  },
  noiseSquashingCompression: {
    ...{ ...set, ...moduli, level: 2, baseLog: 41, polynomialSize: 256, glweDimension: 3, noise: 3 },
    ciphertextsPerGlwe: 128,
  },
  reRandomization: "derived",
} satisfies GenerateOptions;

let secret: SerializedClientKey;
let key: SerializedServerKey;

async function keysOf(given: GenerateOptions): Promise<[SerializedClientKey, SerializedServerKey]> {
  const clientKey = await ClientKey.generate(given);
  return [secretOf(clientKey), evaluationKeyOf(await ServerKey.from(clientKey))];
}

beforeAll(async () => {
  [secret, key] = await keysOf(options);
});

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** Places of a set and of a clear bit of a key, and the last one. */
const placesIn = (bits: Uint8Array): number[] => [bits.indexOf(1), bits.indexOf(0), bits.length - 1];

/** The words of 64 bits of some elements of a torus of 64 or 128 bits, as integers. */
function elementsOf(words: BigUint64Array, wordsEach: 1 | 2): bigint[] {
  if (wordsEach === 1) return [...words];
  return Array.from({ length: words.length / 2 }, (_, i) => words[2 * i] + (words[2 * i + 1] << 64n));
}

/** Coefficient `t` of body − Σ mask_p·key_p modulo X^N + 1, on a torus of so many bits, signed. */
function phaseOf(
  mask: bigint[],
  body: bigint[],
  glwe: Uint8Array,
  N: number,
  t: number,
  torusBits: number,
): bigint {
  let phase = body[t];
  for (const [i, bit] of glwe.entries()) {
    if (bit === 0) continue;
    const index = t - (i % N);
    const polynomial = i - (i % N);
    phase += index >= 0 ? -mask[polynomial + index] : mask[polynomial + index + N];
  }
  return BigInt.asIntN(torusBits, phase);
}

/** Checks that a key encrypts bits under a GLWE key: in GGSW ciphertexts, or in one row for each level. */
function expectKey(
  { seed, bodies, glweSize, polynomialSize: N, baseLog, level }: SeededGlweKey<BigUint64Array | Uint8Array>,
  bits: Uint8Array,
  glwe: Uint8Array,
  noise: number,
  ggsw: boolean,
): void {
  const k = glweSize - 1;
  const wordsEach = bodies instanceof BigUint64Array ? 1 : 2;
  const torusBits = 64 * wordsEach;
  const words = new BigUint64Array(bodies.buffer, bodies.byteOffset, bodies.byteLength / 8);
  const rows = ggsw ? k + 1 : 1;
  expect(glwe.length).toBe(k * N);
  expect(words.length).toBe(bits.length * level * rows * N * wordsEach);
  let noisy = false;
  for (const i of placesIn(bits)) {
    for (let j = 0; j < level; j++) {
      const weight = BigInt(bits[i]) << BigInt(torusBits - baseLog * (level - j));
      for (let row = 0; row < rows; row++) {
        const number = (i * level + j) * rows + row;
        const maskWords = new BigUint64Array(k * N * wordsEach);
        new MaskGenerator(seed).fill(maskWords, number * maskWords.length);
        const mask = elementsOf(maskWords, wordsEach);
        const size = N * wordsEach;
        const body = elementsOf(words.subarray(number * size, (number + 1) * size), wordsEach);
        const isBody = !ggsw || row === k;
        for (const t of [0, 1, N / 2, N - 1]) {
          const message = isBody ? (t === 0 ? weight : 0n) : -weight * BigInt(glwe[row * N + t]);
          const error = BigInt.asIntN(torusBits, phaseOf(mask, body, glwe, N, t, torusBits) - message);
          expect(magnitude(error)).toBeLessThanOrEqual(1n << BigInt(noise));
          noisy ||= error !== 0n;
        }
      }
    }
  }
  expect(noisy).toBe(true);
}

test("the compression key packs the big key's ciphertexts under its own", () => {
  const { packing, ciphertextsPerGlwe, storedBits } = key.compression!;
  expect({ ciphertextsPerGlwe, storedBits }).toEqual({ ciphertextsPerGlwe: 200, storedBits: 9 });
  expectKey(packing, secret.glwe, secret.compression!.key, options.compression.noise, false);
});

test("the decompression key bootstraps from it to the big key", () => {
  const { bootstrap, ciphertextsPerGlwe } = key.decompression!;
  expect(ciphertextsPerGlwe).toBe(200);
  expect(bootstrap.modulusSwitch).toBe("standard");
  expectKey(bootstrap.key, secret.compression!.key, secret.glwe, secret.parameters.glweNoise, true);
});

test("the noise squashing key bootstraps from the small key to the torus of 128 bits", () => {
  const { bootstrap } = key.noiseSquashing!;
  expect(bootstrap.modulusSwitch).toBe("centred mean");
  expectKey(bootstrap.key, secret.lwe, secret.noiseSquashing!.key, options.noiseSquashing.noise, true);
});

test("its compression key packs there", () => {
  const { packing, ciphertextsPerGlwe } = key.noiseSquashingCompression!;
  expect(ciphertextsPerGlwe).toBe(128);
  const to = secret.noiseSquashingCompression!.key;
  expectKey(packing, secret.noiseSquashing!.key, to, options.noiseSquashingCompression.noise, false);
});

describe("the re-randomisation key", () => {
  test("is a compact public key of the big key", () => {
    const { reRandomization } = key;
    if (reRandomization?.kind !== "derived") throw new Error("not derived");
    const { seed, body: data } = reRandomization.key;
    const n = secret.glwe.length;
    const mask = rowMask(seed, 0, n);
    const reversed = secret.glwe.toReversed();
    for (const t of [0, 1, n / 2, n - 1]) {
      const noise = -glwePhase(mask, data, reversed, n, t);
      expect(magnitude(noise)).toBeLessThanOrEqual(1n << BigInt(secret.parameters.glweNoise));
    }
  });

  const compactKey: CompactParameterSet = {
    ...PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
    ...{ name: "INSECURE_TOY", lweDimension: 256, insecure: true },
  };
  const toBig = { baseLog: 24, level: 1, destination: "big" } as const;

  test("of a dedicated compact key switches to the big key", async () => {
    const [own, { reRandomization, parameters }] = await keysOf({
      ...toy,
      compactKey,
      reRandomization: toBig,
    });
    if (reRandomization?.kind !== "own") throw new Error("no key switch of its own");
    const { seed, bodies, ...shape } = reRandomization.key;
    expect(shape).toEqual({ ...toBig, inputDimension: 256 });
    const { key: from } = own.compact!;
    for (const i of placesIn(from)) {
      const phase = lwePhase(rowMask(seed, i, own.glwe.length), bodies[i], own.glwe);
      const noise = BigInt.asIntN(64, phase - (BigInt(from[i]) << 40n));
      expect(magnitude(noise)).toBeLessThanOrEqual(1n << BigInt(parameters.glweNoise));
    }
  });

  test("is the key that casts, where that switches in the same way", async () => {
    const casting = { ...compactKey, casting: toBig };
    const [, { reRandomization }] = await keysOf({ ...toy, compactKey: casting, reRandomization: toBig });
    expect(reRandomization).toEqual({ kind: "casting" });
  });
});

test("keys with all parts are read again", async () => {
  const clientKey = await ClientKey.generate(options);
  const serverKey = await ServerKey.from(clientKey);
  const bytes = serverKey.serialize();
  const again = ServerKey.deserialize(bytes, { allowInsecureParameters: true });
  expect(Buffer.compare(again.serialize(), bytes)).toBe(0);
});

test.each([
  [
    { compression: { ...options.compression, polynomialSize: 8, ciphertextsPerGlwe: 8 } },
    /polynomialSize is 8/,
  ],
])("parts too small for a kernel are refused when they are made", async (given, message) => {
  const clientKey = await ClientKey.generate({ ...toy, ...given });
  await expect(ServerKey.from(clientKey)).rejects.toThrow(message);
});
