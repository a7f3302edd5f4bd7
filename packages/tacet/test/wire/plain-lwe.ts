import { MaskGenerator } from "../../src/random/mask-generator.ts";
import type { MaskSeed } from "../../src/random/mask-seed.ts";

/* LWE and GLWE decryption straight from their definitions: slow, and independent of the library's own. */

/** body − Σ mask·key as a signed integer of 64 bits. */
export function lwePhase(mask: ArrayLike<bigint>, body: bigint, key: ArrayLike<number>): bigint {
  let phase = body;
  for (let i = 0; i < key.length; i++) if (key[i] === 1) phase -= mask[i];
  return BigInt.asIntN(64, phase);
}

/** Coefficient `t` of body − Σ mask_p·key_p modulo X^N + 1, signed. */
export function glwePhase(
  mask: BigUint64Array,
  body: BigUint64Array,
  key: Uint8Array,
  polynomialSize: number,
  t: number,
): bigint {
  let phase = body[t];
  for (let i = 0; i < key.length; i++) {
    if (key[i] === 0) continue;
    const polynomial = i - (i % polynomialSize);
    const index = t - (i % polynomialSize);
    phase += index >= 0 ? -mask[polynomial + index] : mask[polynomial + index + polynomialSize];
  }
  return BigInt.asIntN(64, phase);
}

/** The mask of row `row` of a seeded key whose rows have `size` mask elements. */
export function rowMask(seed: MaskSeed, row: number, size: number): BigUint64Array {
  const mask = new BigUint64Array(size);
  new MaskGenerator(seed).fill(mask, row * size);
  return mask;
}

/** The integer that a block's phase stands for, and how far the phase is from it. */
export function decodePhase(phase: bigint, deltaLog: number): { value: number; noise: bigint } {
  const delta = 1n << BigInt(deltaLog);
  const rounded = (phase + delta / 2n) >> BigInt(deltaLog);
  return { value: Number(BigInt.asUintN(64 - deltaLog, rounded)), noise: phase - rounded * delta };
}
