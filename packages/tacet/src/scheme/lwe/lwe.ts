import { sampleTuniform, sampleUniform } from "../../random/samplers.ts";

/*
 * LWE ciphertexts over the discretised torus of 64 bits: the mask a_0 … a_(n-1), then the body
 * b = Σ a_i·s_i + plaintext + e. (Regev 2005; Chillotti et al., "TFHE", section 3.)
 */

/** Words of 32 bits whose sums stay exact in a double. */
const WORD = 2 ** 32;

/**
 * Encrypts a torus element under a binary key.
 *
 * @param plaintext an element of the torus in units of 2^-64.
 * @param key n bytes of 0 or 1.
 * @param noise b of the TUniform(b) noise.
 * @param out n + 1 elements that receive mask and body.
 */
export function encryptLwe(plaintext: bigint, key: Uint8Array, noise: number, out: BigUint64Array): void {
  const body = key.length;
  sampleUniform(out.subarray(0, body));
  sampleTuniform(noise, out.subarray(body));
  out[body] = out[body] + maskProduct(out, key) + plaintext; // stores modulo 2^64
}

/** The phase b − Σ a_i·s_i of a ciphertext: its plaintext plus noise, in units of 2^-64, from 0 to 2^64 − 1. */
export function decryptLwe(ciphertext: BigUint64Array, key: Uint8Array): bigint {
  return BigInt.asUintN(64, ciphertext[key.length] - maskProduct(ciphertext, key));
}

/** Writes the trivial encryption of a plaintext: no mask and no noise, readable by anyone. */
export function encryptTrivialLwe(plaintext: bigint, out: BigUint64Array): void {
  out.fill(0n);
  out[out.length - 1] = plaintext;
}

/**
 * Σ a_i·s_i, not reduced. Sums low and high words apart as doubles: up to 2^21 terms stay exact, and neither
 * branches nor addresses depend on the key.
 */
function maskProduct(ciphertext: BigUint64Array, key: Uint8Array): bigint {
  const words = new Uint32Array(ciphertext.buffer, ciphertext.byteOffset, 2 * key.length);
  let low = 0;
  let high = 0;
  for (let i = 0; i < key.length; i++) {
    const bit = key[i];
    low += words[2 * i] * bit;
    high += words[2 * i + 1] * bit;
  }
  const carry = Math.floor(low / WORD);
  return (BigInt((high + carry) % WORD) << 32n) + BigInt(low % WORD);
}
