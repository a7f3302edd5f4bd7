import { blockCapacity, deltaLog, type ParameterSet } from "../parameters/parameter-set.ts";

/*
 * Blocks hold small integers in the upper bits of the torus: value·Δ with Δ = 2^63 / capacity, so that the
 * topmost bit, the padding, is clear. (TFHE-rs: shortint encoding with one bit of padding.)
 */

/** The torus element, in units of 2^-64, that stands for an integer. Negative integers wrap. */
export function encode(value: number, parameters: ParameterSet): bigint {
  return BigInt.asUintN(64, BigInt(value) << BigInt(deltaLog(parameters)));
}

/** The integer from 0 to capacity − 1 that a noisy torus element stands for. */
export function decode(phase: bigint, parameters: ParameterSet): number {
  const shift = BigInt(deltaLog(parameters));
  const rounded = (phase + (1n << (shift - 1n))) >> shift;
  return Number(rounded) % blockCapacity(parameters);
}
