import { GraphError } from "../errors.ts";
import { bigLweDimension, type ParameterSet } from "../parameters/parameter-set.ts";
import type { Gadget } from "./gadget.ts";
import { INSIDE } from "./inside.ts";

/*
 * Noise of levelled circuits (Chillotti et al., "TFHE: Fast Fully Homomorphic Encryption over the Torus", sections 3 and 4).
 * Variances are on the torus R/Z, as in scheme/noise.ts. Every value carries a bound of its own: errors of different
 * products are taken for independent, as they are for bootstraps.
 */

const { tuniformVariance, gadgetRoundingVariance, digitMeanSquare, transformVariance, log2GaussianTail } =
  INSIDE.noise;

/** Results that are wrong with a larger probability are refused: its log2. */
export const FAILURE_LOG2 = -100;

const TORUS_MODULUS = 2 ** 64;

/** Bytes of a body that travel: the rest of it lies below the noise, of which rounding adds a sixteenth at most. */
export function bodyBytes({ glweNoise }: Pick<ParameterSet, "glweNoise">): number {
  return Math.ceil((64 - Math.max(0, glweNoise - 1)) / 8);
}

/** Variance of what a client has encrypted, with its bodies rounded. */
export function freshVariance({ glweNoise }: Pick<ParameterSet, "glweNoise">): number {
  const unit = 2 ** (64 - 8 * bodyBytes({ glweNoise }));
  const rounding = unit === 1 ? 0 : unit ** 2 / 12 / TORUS_MODULUS ** 2;
  return tuniformVariance(glweNoise) + rounding;
}

/**
 * Variance that the product with a fresh selector adds to that of what it chooses.
 *
 * @param operand what is taken apart: a ciphertext, whose digits are like random ones, or something that is known, whose
 *   digits may all be the largest.
 */
export function productVariance(
  parameters: ParameterSet,
  { baseLog, level }: Gadget,
  operand: "encrypted" | "known" = "encrypted",
): number {
  const { glweDimension: k, polynomialSize: N } = parameters;
  const encrypted = (k + 1) * digitMeanSquare(baseLog);
  // A known one has no mask, whose digits are 0 then.
  const digits = operand === "encrypted" ? encrypted : Math.max(encrypted, 2 ** (2 * baseLog - 2));
  const key = level * N * digits * freshVariance(parameters);
  const rounding = ((k * N) / 2 + 1) * gadgetRoundingVariance(baseLog, level);
  return key + rounding + transformVariance({ glweDimension: k, polynomialSize: N, baseLog, level });
}

/** Variance that rounding elements to some bits adds. */
export function roundingVariance(parameters: ParameterSet, bits: number): number {
  return (bigLweDimension(parameters) / 2 + 1) * gadgetRoundingVariance(bits, 1);
}

/** log2 of the probability that one of `count` values of a modulus is read as another one. */
export function failureLog2(variance: number, modulus: number, count: number): number {
  return Math.min(0, log2GaussianTail(1 / (2 * modulus) / Math.sqrt(variance)) + Math.log2(count));
}

/** Elements of results are rounded to as many bits at most. */
const MOST_BITS = 31;

/**
 * The fewest bits that elements of a result can be rounded to.
 *
 * @throws GraphError if they would be read wrongly with a larger probability than 2^-100 at any number of bits.
 */
export function resultBits(
  parameters: ParameterSet,
  variance: number,
  modulus: number,
  count: number,
): number {
  for (let bits = Math.ceil(Math.log2(modulus)) + 1; bits <= MOST_BITS; bits++) {
    const all = variance + roundingVariance(parameters, bits);
    if (failureLog2(all, modulus, count) <= FAILURE_LOG2) return bits;
  }
  const failure = Math.round(failureLog2(variance, modulus, count));
  throw new GraphError(
    `a result modulo ${modulus} would be wrong with a probability of 2^${failure}, above 2^${FAILURE_LOG2}: take a smaller modulus, or selectors of the fine gadget`,
  );
}
