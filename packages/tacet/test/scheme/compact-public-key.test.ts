import fc from "fast-check";
import { expect, test } from "vitest";
import { type CompactEncryption, directEncryption } from "../../src/parameters/compact-encryption.ts";
import {
  dedicatedEncryption,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
} from "../../src/parameters/compact-sets.ts";
import { DEFAULT_PARAMETERS, INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { sampleBinary } from "../../src/random/samplers.ts";
import { decode, encode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe } from "../../src/scheme/lwe/lwe.ts";
import {
  encryptCompact,
  expandCompactCiphertexts,
  expandCompactKey,
  generateCompactKey,
} from "../../src/scheme/public-key/compact-public-key.ts";
import { Workbench } from "../../src/scheme/workbench.ts";

const toy = directEncryption(INSECURE_TOY_MESSAGE_2_CARRY_2);

async function keyPair(encryption: CompactEncryption) {
  const bench = await Workbench.for(encryption.lweDimension);
  const secret = new Uint8Array(encryption.lweDimension);
  sampleBinary(secret);
  const key = expandCompactKey(bench, generateCompactKey(bench, encryption, secret));
  return { bench, secret, key };
}

test.each([
  ["toy parameters", toy],
  ["default parameters", directEncryption(DEFAULT_PARAMETERS)],
  [
    "noise of more than 32 bits",
    dedicatedEncryption(PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1),
  ],
])("lists of all lengths hold what was encrypted: %s", async (_, encryption) => {
  const { bench, secret, key } = await keyPair(encryption);
  const n = encryption.lweDimension;
  const length = fc.oneof(fc.nat(5), fc.constantFrom(n - 1, n, n + 1, 2 * n, 2 * n + 3));
  fc.assert(
    fc.property(length, fc.nat(15), (count, start) => {
      const messages = Array.from({ length: count }, (_, i) => (start + 7 * i) % 16);
      const list = encryptCompact(bench, key, messages);
      expect(list.data.length).toBe(Math.ceil(count / n) * n + count);
      const found = Array.from(expandCompactCiphertexts(list), (lwe) =>
        decode(decryptLwe(lwe, secret), INSECURE_TOY_MESSAGE_2_CARRY_2),
      );
      expect(found).toEqual(messages);
    }),
    { numRuns: 12 },
  );
});

test("the noise of a ciphertext has n + 1 times the variance of a sample", async () => {
  const n = toy.lweDimension;
  let sum = 0;
  let squares = 0;
  let count = 0;
  // The noise of a key goes into all that it encrypts.
  for (let run = 0; run < 150; run++) {
    const { bench, secret, key } = await keyPair(toy);
    for (const lwe of expandCompactCiphertexts(encryptCompact(bench, key, new Array(n).fill(3)))) {
      const noise = Number(
        BigInt.asIntN(64, decryptLwe(lwe, secret) - encode(3, INSECURE_TOY_MESSAGE_2_CARRY_2)),
      );
      sum += noise;
      squares += noise * noise;
      count++;
    }
  }
  // e·r + e₂ − e₁·s, with half the bits of r and s set.
  const expected = ((n + 1) * (2 ** (2 * toy.noise + 1) + 1)) / 6;
  expect(squares / count / expected).toBeGreaterThan(0.8);
  expect(squares / count / expected).toBeLessThan(1.25);
  expect(Math.abs(sum / count)).toBeLessThan(0.4 * Math.sqrt(expected));
});

test("two encryptions of the same have nothing in common", async () => {
  const { bench, key } = await keyPair(toy);
  const [a, b] = [1, 2].map(() => encryptCompact(bench, key, [1, 2, 3]).data);
  expect(a.filter((element, i) => element === b[i])).toHaveLength(0);
});

test("a key is not the same twice", async () => {
  const { bench, secret, key } = await keyPair(toy);
  const other = expandCompactKey(bench, generateCompactKey(bench, toy, secret));
  expect(key.data.filter((element, i) => element === other.data[i])).toHaveLength(0);
});

test("nothing secret stays in the memory of the workbench", async () => {
  const { bench, secret, key } = await keyPair(toy);
  const before = bench.heap.usedBytes;
  const random = new Uint8Array(toy.lweDimension / 8).map((_, i) => 151 * i + 3);
  encryptCompact(bench, key, [1], (bytes) => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = random[i % random.length];
  });
  generateCompactKey(bench, toy, secret);
  expect(bench.heap.usedBytes).toBe(before);
  const memory = Buffer.from(bench.heap.memory.buffer);
  const reversed = (bits: Uint8Array) => Buffer.from(bits).reverse();
  const drawn = Uint8Array.from({ length: toy.lweDimension }, (_, i) => (random[i >> 3] >> (i & 7)) & 1);
  for (const bits of [secret, drawn]) {
    expect(memory.indexOf(reversed(bits).subarray(0, 64))).toBe(-1);
    expect(memory.indexOf(Buffer.from(bits).subarray(0, 64))).toBe(-1);
  }
});
