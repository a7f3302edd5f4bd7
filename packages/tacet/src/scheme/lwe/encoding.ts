import type { Moduli } from "../../parameters/moduli.ts";
import { blockCapacity, deltaLog } from "../../parameters/parameter-set.ts";

/*
 * Blocks hold small integers in the upper bits of the torus: value·Δ with Δ = 2^63 / capacity, so that the
 * topmost bit, the padding, is clear. (TFHE-rs: shortint encoding with one bit of padding.)
 */

/** The torus element, in units of 2^-64, that stands for an integer, or half of one. Negative ones wrap. */
export function encode(value: number, parameters: Moduli): bigint {
  return BigInt.asUintN(64, BigInt(2 * value) << BigInt(deltaLog(parameters) - 1));
}

/** The integer from 0 to capacity − 1 that a noisy torus element stands for. */
export function decode(phase: bigint, parameters: Moduli): number {
  return decodeWord(Number(phase >> 32n), parameters);
}

/** The same from the upper 32 bits of the element, which is all that counts as Δ is far above 2^32. */
export function decodeWord(phase: number, parameters: Moduli): number {
  const shift = deltaLog(parameters) - 32;
  return Math.floor((phase + 2 ** (shift - 1)) / 2 ** shift) % blockCapacity(parameters);
}

/** Whether a ciphertext has no mask, so that anybody reads it. */
export function isTrivialLwe(lwe: BigUint64Array): boolean {
  // As words, which are faster than bigints.
  const words = new Int32Array(lwe.buffer, lwe.byteOffset, 2 * (lwe.length - 1));
  return words.every((word) => word === 0);
}
