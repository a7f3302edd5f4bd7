import { ParameterError } from "../errors.ts";

/** How many values the two parts of a block have. */
export interface Moduli {
  /** Number of message values: a power of two. */
  readonly messageModulus: number;
  /** Number of carry values: a power of two, 1 if there is no carry. */
  readonly carryModulus: number;
}

/** Whether a number is a power of two in a range. */
export function isPowerOfTwo(value: number, least = 1, most: number = 2 ** 31): boolean {
  return value >= least && value <= most && Number.isInteger(Math.log2(value));
}

/** @throws ParameterError if a modulus is no power of two, or message and carry exceed 2^16. */
export function validateModuli({ messageModulus, carryModulus }: Moduli, leastCarry = 2): void {
  for (const [name, value, least] of [
    ["message", messageModulus, 2],
    ["carry", carryModulus, leastCarry],
  ] as const) {
    if (!isPowerOfTwo(value, least, 256)) {
      throw new ParameterError(`${name} modulus is ${value}; expected a power of two from ${least} to 256`);
    }
  }
}
