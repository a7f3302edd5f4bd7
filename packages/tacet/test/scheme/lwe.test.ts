import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { sampleBinary } from "../../src/random/samplers.ts";
import { decode, encode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe, encryptLwe, encryptTrivialLwe } from "../../src/scheme/lwe/lwe.ts";

const MODULUS = 1n << 64n;

function newKey(length: number): Uint8Array {
  const key = new Uint8Array(length);
  sampleBinary(key);
  return key;
}

describe("LWE encryption", () => {
  test("decrypts to the plaintext within the bound of the noise", () => {
    const key = newKey(300);
    const ciphertext = new BigUint64Array(301);
    fc.assert(
      fc.property(fc.bigInt(0n, MODULUS - 1n), fc.integer({ min: 0, max: 50 }), (plaintext, noise) => {
        encryptLwe(plaintext, key, noise, ciphertext);
        const error = BigInt.asIntN(64, decryptLwe(ciphertext, key) - plaintext);
        const bound = 1n << BigInt(noise);
        expect(error >= -bound && error <= bound).toBe(true);
      }),
    );
  });

  test("has the phase that the definition gives", () => {
    const key = newKey(2048);
    const ciphertext = crypto.getRandomValues(new BigUint64Array(2049));
    let sum = 0n;
    for (const [i, bit] of key.entries()) if (bit === 1) sum += ciphertext[i];
    expect(decryptLwe(ciphertext, key)).toBe(BigInt.asUintN(64, ciphertext[2048] - sum));
  });

  test("carries into the high word", () => {
    const ciphertext = new BigUint64Array(1001).fill(MODULUS - 1n);
    expect(decryptLwe(ciphertext, new Uint8Array(1000).fill(1))).toBe(999n);
  });

  test("takes a new mask every time, and none for trivial ciphertexts", () => {
    const key = newKey(64);
    const [first, second] = [new BigUint64Array(65), new BigUint64Array(65)];
    encryptLwe(0n, key, 3, first);
    encryptLwe(0n, key, 3, second);
    expect(first.subarray(0, 64)).not.toEqual(second.subarray(0, 64));
    encryptTrivialLwe(5n, first);
    expect([...first.subarray(0, 64)].every((element) => element === 0n)).toBe(true);
    expect(first[64]).toBe(5n);
  });
});

test("encoding survives noise of up to half a step", () => {
  const half = 1n << 58n;
  for (let value = 0; value < 16; value++) {
    expect(decode(encode(value, toy) + half - 1n, toy)).toBe(value);
    expect(decode(BigInt.asUintN(64, encode(value, toy) - half), toy)).toBe(value);
  }
  expect(decode(encode(3, toy) + half, toy)).toBe(4);
  expect(encode(-1, toy)).toBe(MODULUS - (1n << 59n));
});
