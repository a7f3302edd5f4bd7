import type { CastingParameters, CompactParameterSet } from "../parameters/compact-sets.ts";
import type { CompressionParameters } from "../parameters/compression.ts";
import { bigLweDimension, blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";

/*
 * Noise formulas. Variances are on the torus R/Z: a standard deviation of 1 is one whole turn.
 * They are the ones from which TFHE-rs's parameter sets were derived (core_crypto/commons/noise_formulas),
 * written for given noise distributions instead of the smallest secure ones.
 */

const TORUS_MODULUS = 2 ** 64;

/** Bits of precision of the floating-point numbers in which polynomials are multiplied. */
const MANTISSA_BITS = 53;

/** Variance of TUniform(b): uniform on the integers [-2^b, 2^b] with half weight on both ends, in units of 2^-64. */
export function tuniformVariance(b: number): number {
  return (2 ** (2 * b + 1) + 1) / 6 / TORUS_MODULUS ** 2;
}

/** Variance of the error that rounding to a gadget of `level` digits in base 2^baseLog leaves in each coefficient. */
export function gadgetRoundingVariance(baseLog: number, level: number): number {
  return 2 ** (-2 * baseLog * level) / 12;
}

/** Mean square of a balanced digit in base 2^baseLog. */
export function digitMeanSquare(baseLog: number): number {
  return (2 ** (2 * baseLog) + 2) / 12;
}

/** Variance that the key switch from the big to the small LWE key adds. */
export function keySwitchVariance(parameters: ParameterSet): number {
  const { ksBaseLog, ksLevel, lweNoise } = parameters;
  return gadgetVariance(bigLweDimension(parameters), ksBaseLog, ksLevel, lweNoise);
}

/** Variance that the key switch from a dedicated compact key adds. */
export function castVariance(
  parameters: ParameterSet,
  { lweDimension, casting: { destination, baseLog, level } }: CompactParameterSet,
): number {
  const { lweNoise, glweNoise } = parameters;
  return gadgetVariance(lweDimension, baseLog, level, destination === "small" ? lweNoise : glweNoise);
}

/** Variance that a key switch adds when the noise of its key is TUniform(bound). */
function gadgetVariance(inputDimension: number, baseLog: number, level: number, bound: number): number {
  const key = level * inputDimension * tuniformVariance(bound) * digitMeanSquare(baseLog);
  const rounding = (inputDimension / 2) * gadgetRoundingVariance(baseLog, level);
  return key + rounding;
}

/**
 * Variance of a ciphertext from compact public-key encryption: e·r + e₁·s + e₂, where the errors are all from the same
 * distribution and r and s are binary.
 */
export function compactVariance({ lweDimension, noise }: CompactParameterSet): number {
  return (lweDimension + 1) * tuniformVariance(noise);
}

/**
 * Variance that the centred-mean modulus switch to 2N adds (Bernard et al., ePrint 2024/1718): the mean of the
 * rounding errors is known and removed, which leaves a quarter of each error's square under a binary key.
 */
export function modulusSwitchVariance(parameters: ParameterSet): number {
  const { lweDimension, polynomialSize } = parameters;
  return lweDimension / (48 * (2 * polynomialSize) ** 2);
}

/** Variance of a block that leaves a programmable bootstrap, whatever went in. */
export function bootstrapVariance(
  parameters: Pick<
    ParameterSet,
    "lweDimension" | "glweDimension" | "polynomialSize" | "pbsBaseLog" | "pbsLevel" | "glweNoise"
  >,
): number {
  const { lweDimension, glweDimension: k, polynomialSize: N } = parameters;
  const { pbsBaseLog, pbsLevel, glweNoise } = parameters;
  const key = pbsLevel * N * (k + 1) * tuniformVariance(glweNoise) * digitMeanSquare(pbsBaseLog);
  // A step whose key bit is 0 leaves the accumulator as it is, so rounding counts in half of them.
  const rounding = (((k * N) / 2 + 1) * gadgetRoundingVariance(pbsBaseLog, pbsLevel)) / 2;
  const transform = transformVariance({
    glweDimension: k,
    polynomialSize: N,
    baseLog: pbsBaseLog,
    level: pbsLevel,
  });
  return lweDimension * (key + rounding + transform);
}

/**
 * Variance that computing an external product through the transform adds. Fitted to measurements by the authors of
 * TFHE-rs; the exponents have no closed form.
 */
export function transformVariance(product: {
  readonly glweDimension: number;
  readonly polynomialSize: number;
  readonly baseLog: number;
  readonly level: number;
}): number {
  const { glweDimension: k, polynomialSize: N, baseLog, level } = product;
  const precision = 2 ** (2 * (baseLog - MANTISSA_BITS));
  return 0.00705 * precision * level ** 1.01827 * k ** 1.22003 * N ** 2.22003 * (k + 1) ** 1.01827;
}

/**
 * Variance of a block in a list, which has been multiplied by the message modulus, packed with others into a full
 * ciphertext, and rounded.
 */
export function packedVariance(parameters: ParameterSet, compression: CompressionParameters): number {
  const { messageModulus } = parameters;
  const { packingBaseLog, packingLevel, noise, ciphertextsPerGlwe, storedBits } = compression;
  const dimension = bigLweDimension(parameters);
  const block = messageModulus ** 2 * bootstrapVariance(parameters);
  // Each coefficient has a digit of each ciphertext times an error of each row of the key.
  const rows = packingLevel * dimension * ciphertextsPerGlwe;
  const key = rows * tuniformVariance(noise) * digitMeanSquare(packingBaseLog);
  const gadget = (dimension / 2) * gadgetRoundingVariance(packingBaseLog, packingLevel);
  const elements = compression.glweDimension * compression.polynomialSize;
  const rounding = (1 + elements / 2) * gadgetRoundingVariance(storedBits, 1);
  return block + key + gadget + rounding;
}

/** Variance of a block that has been taken out of a list by a bootstrap. */
export function unpackedVariance(
  { glweDimension, polynomialSize, glweNoise }: ParameterSet,
  compression: CompressionParameters,
): number {
  return bootstrapVariance({
    ...{ glweDimension, polynomialSize, glweNoise },
    lweDimension: compression.glweDimension * compression.polynomialSize,
    pbsBaseLog: compression.bootstrapBaseLog,
    pbsLevel: compression.bootstrapLevel,
  });
}

/** log2 of the probability that a block of a list is read, or taken out, as another value. */
export function listFailureLog2(parameters: ParameterSet, compression: CompressionParameters): number {
  const halfBox = 1 / (4 * parameters.carryModulus);
  return log2GaussianTail(halfBox / Math.sqrt(packedVariance(parameters, compression)));
}

/**
 * log2 of the probability that a lookup gives a wrong value, when its input is a linear combination whose
 * coefficients have Euclidean norm `norm` over bootstrapped blocks.
 */
export function lookupFailureLog2(parameters: ParameterSet, norm: number): number {
  return failureLog2(parameters, norm ** 2 * bootstrapVariance(parameters) + keySwitchVariance(parameters));
}

/** log2 of the probability that the lookup gives a wrong value by which a compact ciphertext is taken in. */
export function castFailureLog2(parameters: ParameterSet, compact: CompactParameterSet): number {
  const cast = compactVariance(compact) + castVariance(parameters, compact);
  const usual = compact.casting.destination === "big" ? keySwitchVariance(parameters) : 0;
  return failureLog2(parameters, cast + usual);
}

/**
 * log2 of the probability that the lookup gives a wrong value by which a ciphertext under the big key of one client, of the
 * largest noise, is taken to the key of another.
 */
export function switchFailureLog2(
  from: ParameterSet,
  to: ParameterSet,
  { destination, baseLog, level }: CastingParameters,
): number {
  const bound = destination === "small" ? to.lweNoise : to.glweNoise;
  const added = gadgetVariance(bigLweDimension(from), baseLog, level, bound);
  const usual = destination === "big" ? keySwitchVariance(to) : 0;
  return failureLog2(to, from.maxNoiseLevel ** 2 * bootstrapVariance(from) + added + usual);
}

/** log2 of the probability that a lookup gives a wrong value, for a given variance under the small key. */
function failureLog2(parameters: ParameterSet, variance: number): number {
  const halfBox = 1 / (4 * blockCapacity(parameters));
  return log2GaussianTail(halfBox / Math.sqrt(variance + modulusSwitchVariance(parameters)));
}

/** log2 P(|X| > z) for a standard normal X, by the asymptotic series of erfc; good to 1% from z = 4 on. */
export function log2GaussianTail(z: number): number {
  const correction = 1 - 1 / z ** 2 + 3 / z ** 4;
  return (Math.log(2 / (z * Math.sqrt(2 * Math.PI))) - z ** 2 / 2 + Math.log(correction)) / Math.LN2;
}
