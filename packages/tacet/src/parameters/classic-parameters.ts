import { ParameterError } from "../errors.ts";
import { describeSetting } from "../opaque.ts";
import { checkFlag } from "../options.ts";
import { isPowerOfTwo } from "./moduli.ts";

/*
 * Parameters as TFHE-rs's `boolean` and `shortint` modules have them. Unlike a `ParameterSet` they leave the
 * distribution of noise open, and the order of key switch and bootstrap.
 */

/** How the noise of a ciphertext is distributed. (TFHE-rs: `DynamicDistribution`.) */
export type NoiseDistribution =
  /** A Gaussian around zero, rounded to the discretised torus; its standard deviation is a fraction of the torus. */
  | { readonly kind: "Gaussian"; readonly standardDeviation: number }
  /** TUniform(`bound`), in units of the discretised torus. */
  | { readonly kind: "TUniform"; readonly bound: number };

/** Number of bits of a discretised torus. */
export type TorusBits = 32 | 64;

/** What all parameter sets of classic TFHE tell. */
export interface ClassicParameters {
  /** n, the dimension of the small LWE key. */
  readonly lweDimension: number;
  /** k, the number of mask polynomials in a GLWE ciphertext. */
  readonly glweDimension: number;
  /** N, the number of coefficients of a polynomial: a power of two. */
  readonly polynomialSize: number;
  /** Noise under the small key. */
  readonly lweNoise: NoiseDistribution;
  /** Noise under the GLWE key and under the big LWE key extracted from it. */
  readonly glweNoise: NoiseDistribution;
  /** log2 of the gadget base of the bootstrap key. */
  readonly pbsBaseLog: number;
  /** Number of gadget levels of the bootstrap key. */
  readonly pbsLevel: number;
  /** log2 of the gadget base of the key-switching key. */
  readonly ksBaseLog: number;
  /** Number of gadget levels of the key-switching key. */
  readonly ksLevel: number;
  /** The key that ciphertexts rest under: the big one if key switches come before bootstraps, the small one if after. */
  readonly encryptionKey: "big" | "small";
}

/** k·N, the dimension of the big LWE key. */
export function bigDimension({ glweDimension, polynomialSize }: ClassicParameters): number {
  return glweDimension * polynomialSize;
}

/** Dimension of the key that ciphertexts rest under. */
export function encryptionDimension(parameters: ClassicParameters): number {
  return parameters.encryptionKey === "big" ? bigDimension(parameters) : parameters.lweDimension;
}

/** Noise of what is encrypted afresh. */
export function encryptionNoise(parameters: ClassicParameters): NoiseDistribution {
  return parameters.encryptionKey === "big" ? parameters.glweNoise : parameters.lweNoise;
}

/** The largest dimension of a key: more than any published set has. */
const MOST_DIMENSION = 2 ** 17;

/**
 * Checks that parameters are well formed. It does not judge security.
 *
 * @throws ParameterError naming the first field that is out of range.
 */
export function validateClassicParameters(parameters: ClassicParameters, torusBits: TorusBits): void {
  const check = (field: keyof ClassicParameters, ok: boolean, expected: string): void => {
    if (!ok)
      throw new ParameterError(`${field} is ${describeField(parameters[field])}; expected ${expected}`);
  };
  const integer = (field: keyof ClassicParameters, high: number): void => {
    const value = parameters[field];
    check(
      field,
      Number.isInteger(value) && (value as number) >= 1 && (value as number) <= high,
      `1 to ${high}`,
    );
  };
  const noise = (field: "lweNoise" | "glweNoise"): void => {
    const value = parameters[field];
    if (value?.kind === "Gaussian") {
      const { standardDeviation } = value;
      check(field, standardDeviation > 0 && standardDeviation < 1, "a standard deviation between 0 and 1");
    } else {
      const bound = value?.kind === "TUniform" ? value.bound : -1;
      const most = torusBits - 2;
      check(
        field,
        Number.isInteger(bound) && bound >= 0 && bound <= most,
        `a TUniform bound from 0 to ${most}`,
      );
    }
  };
  integer("lweDimension", MOST_DIMENSION);
  integer("glweDimension", MOST_DIMENSION);
  integer("polynomialSize", MOST_DIMENSION);
  check("polynomialSize", isPowerOfTwo(parameters.polynomialSize), "a power of two");
  check(
    "glweDimension",
    bigDimension(parameters) <= MOST_DIMENSION,
    `a big key of at most ${MOST_DIMENSION}`,
  );
  noise("lweNoise");
  noise("glweNoise");
  for (const step of ["pbs", "ks"] as const) {
    integer(`${step}BaseLog`, torusBits);
    integer(`${step}Level`, torusBits);
    const bits = parameters[`${step}BaseLog`] * parameters[`${step}Level`];
    check(`${step}Level`, bits <= torusBits, `base log times level of at most ${torusBits}`);
  }
  check("encryptionKey", ["big", "small"].includes(parameters.encryptionKey), "big or small");
}

/** A value of a set, or what is in the place of one. */
function describeField(value: unknown): string {
  if (typeof value === "string") return value;
  const isNoise = typeof value === "object" && value !== null && "kind" in value;
  return isNoise ? Object.values(value).map(describeSetting).join(" ") : describeSetting(value);
}

/** What rounding may take from a set that lies on the curve, in bits. */
const TOLERANCE = 1e-6;

/** log2 of the standard deviation of noise, as a fraction of the torus. */
function log2Deviation(noise: NoiseDistribution, torusBits: TorusBits): number {
  if (noise.kind === "Gaussian") return Math.log2(noise.standardDeviation);
  return Math.log2((2 ** (2 * noise.bound + 1) + 1) / 6) / 2 - torusBits;
}

/**
 * Whether noise hides what is encrypted under a binary key of a dimension: 132 bits of security against the attacks
 * that the lattice estimator knows, by the curve that TFHE-rs fits to it and takes its sets from.
 * (TFHE-rs: `noise_formulas::secure_noise`.)
 */
function hides(dimension: number, noise: NoiseDistribution, torusBits: TorusBits): boolean {
  const leastVariance = 2 ** (4 - 2 * torusBits) + 2 ** (5.31469187675068 - 0.0497829131652661 * dimension);
  return log2Deviation(noise, torusBits) >= Math.log2(leastVariance) / 2 - TOLERANCE;
}

/**
 * @throws ParameterError unless the noise of both keys hides what is encrypted under them, with 132 bits of security, or
 *   parameters that hide less are allowed.
 */
export function checkNoiseSecurity(
  parameters: ClassicParameters,
  torusBits: TorusBits,
  options: { readonly allowInsecureParameters?: boolean },
): void {
  const { allowInsecureParameters = false } = options;
  if (checkFlag("allowInsecureParameters", allowInsecureParameters)) return;
  const { lweDimension, lweNoise, glweNoise } = parameters;
  const dimension = bigDimension(parameters);
  if (hides(lweDimension, lweNoise, torusBits) && hides(dimension, glweNoise, torusBits)) return;
  throw new ParameterError(
    `noise too small for 132 bits of security under keys of ${lweDimension} and ${dimension} bits; ` +
      "allowInsecureParameters accepts it",
  );
}
