import { deltaLog, type ParameterSet } from "../parameters/parameter-set.ts";

/*
 * What a blind rotation makes a message of when a phase is uniform on the whole torus (ePrint 2024/665): each message has
 * an equal part of the torus. The parts and their order are those of TFHE-rs.
 */

/**
 * Writes the polynomial that takes a phase to one of `count` messages, a power of two. The first half of the torus, which
 * its N coefficients are, is cut into count/2 boxes; they hold (j + 1/2)·Δ for j from 0 on. The second half is their
 * negative, as X^N = −1 has it. So each phase gives a message less (count − 1)/2.
 */
export function writeRandomPolynomial(count: number, parameters: ParameterSet, out: BigUint64Array): void {
  const halfDelta = 1n << BigInt(deltaLog(parameters) - 1);
  const box = (2 * parameters.polynomialSize) / count;
  for (let j = 0; j < count / 2; j++) out.fill(BigInt(2 * j + 1) * halfDelta, j * box, (j + 1) * box);
}
