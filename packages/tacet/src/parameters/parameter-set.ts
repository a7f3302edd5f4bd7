import { ParameterError } from "../errors.ts";
import { describeSetting } from "../opaque.ts";
import { isPowerOfTwo, type Moduli } from "./moduli.ts";

/**
 * What the drift technique needs to keep the noise of a modulus switch down (Bernard et al., ePrint 2024/1718), which
 * TFHE-rs 1.0 to 1.3 used. Tacet carries these values along for keys of those versions, and computes under such keys
 * as well with the centred-mean technique, which needs none and errs less.
 */
export interface DriftTechnique {
  /** Number of encryptions of zero in the evaluation key. */
  readonly zeros: number;
  /** The bound that noise shall stay below. */
  readonly bound: number;
  /** The number of standard deviations that shall lie within it. */
  readonly sigmaFactor: number;
  /** Variance of the noise before the modulus switch. */
  readonly inputVariance: number;
}

/**
 * A classic TFHE parameter set: power-of-two message and carry spaces under one padding bit, on the
 * discretised torus of 64 bits. The concept is TFHE-rs's `ClassicPBSParameters`; fields keep its names.
 */
export interface ParameterSet {
  /** The name under which TFHE-rs publishes the set. */
  readonly name: string;
  /** n, the dimension of the small LWE key under which modulus switch and blind rotation run. */
  readonly lweDimension: number;
  /** k, the number of mask polynomials in a GLWE ciphertext. */
  readonly glweDimension: number;
  /** N, the number of coefficients of a polynomial: a power of two. */
  readonly polynomialSize: number;
  /** b of the TUniform(b) noise under the small LWE key, in units of 2^-64: integers in [-2^b, 2^b]. */
  readonly lweNoise: number;
  /** b of the TUniform(b) noise under the GLWE key and under the big LWE key extracted from it. */
  readonly glweNoise: number;
  /** log2 of the gadget base of the bootstrap key. */
  readonly pbsBaseLog: number;
  /** Number of gadget levels of the bootstrap key. */
  readonly pbsLevel: number;
  /** log2 of the gadget base of the key-switching key. */
  readonly ksBaseLog: number;
  /** Number of gadget levels of the key-switching key. */
  readonly ksLevel: number;
  /** Number of message values of a block. */
  readonly messageModulus: number;
  /** Number of carry values of a block. */
  readonly carryModulus: number;
  /** Largest Euclidean norm of a linear combination, in units of fresh bootstrap noise, that a lookup accepts. */
  readonly maxNoiseLevel: number;
  /** How the modulus switch of TFHE-rs is kept from adding too much noise under keys of the set. */
  readonly modulusSwitch: "standard" | "centred mean" | DriftTechnique;
  /** log2 of the probability that a lookup at `maxNoiseLevel` gives a wrong value. */
  readonly log2FailureProbability: number;
  /** Whether the set is too small to hide anything, and exists for tests only. */
  readonly insecure: boolean;
}

/** Dimension of the big LWE key, under which ciphertexts rest: k·N. */
export function bigLweDimension(parameters: Pick<ParameterSet, "glweDimension" | "polynomialSize">): number {
  return parameters.glweDimension * parameters.polynomialSize;
}

/** Number of values that a block can hold under its padding bit: message modulus times carry modulus. */
export function blockCapacity(parameters: Moduli): number {
  return parameters.messageModulus * parameters.carryModulus;
}

/** Number of message bits of a block. */
export function messageBits(parameters: ParameterSet): number {
  return Math.log2(parameters.messageModulus);
}

/** log2 of Δ, the distance on the 64-bit torus between neighbouring values of a block. */
export function deltaLog(parameters: Moduli): number {
  return 63 - Math.log2(blockCapacity(parameters));
}

/**
 * Checks that a parameter set is well formed: every field in the range that the scheme supports.
 * It does not judge security.
 *
 * @throws ParameterError naming the first field that is out of range.
 */
export function validateParameters(parameters: ParameterSet): void {
  const check = (field: keyof ParameterSet, ok: boolean, expected: string): void => {
    if (!ok)
      throw new ParameterError(`${field} is ${describeSetting(parameters[field])}; expected ${expected}`);
  };
  const integer = (field: keyof ParameterSet, low: number, high: number): void => {
    const value = parameters[field];
    check(
      field,
      Number.isInteger(value) && (value as number) >= low && (value as number) <= high,
      `an integer from ${low} to ${high}`,
    );
  };
  integer("lweDimension", 1, 4096);
  integer("glweDimension", 1, 16);
  integer("polynomialSize", 256, 65536);
  check("polynomialSize", isPowerOfTwo(parameters.polynomialSize), "a power of two");
  integer("lweNoise", 0, 62);
  integer("glweNoise", 0, 62);
  integer("pbsBaseLog", 1, 31);
  integer("pbsLevel", 1, 31);
  check("pbsLevel", parameters.pbsBaseLog * parameters.pbsLevel <= 52, "base log times level of at most 52");
  integer("ksBaseLog", 1, 15);
  integer("ksLevel", 1, 31);
  check("ksLevel", parameters.ksBaseLog * parameters.ksLevel <= 32, "base log times level of at most 32");
  check("messageModulus", isPowerOfTwo(parameters.messageModulus), "a power of two");
  check("carryModulus", isPowerOfTwo(parameters.carryModulus), "a power of two");
  check(
    "carryModulus",
    2 * blockCapacity(parameters) <= parameters.polynomialSize,
    "message times carry modulus of at most half the polynomial size",
  );
  check("messageModulus", parameters.messageModulus >= 2, "at least 2");
  check("carryModulus", parameters.carryModulus >= parameters.messageModulus, "at least the message modulus");
  const { modulusSwitch } = parameters;
  check(
    "modulusSwitch",
    ["standard", "centred mean"].includes(modulusSwitch as string) ||
      (typeof modulusSwitch === "object" && modulusSwitch !== null),
    'the drift technique, "centred mean" or "standard"',
  );
  if (typeof modulusSwitch === "object") {
    const { zeros, ...bounds } = modulusSwitch;
    const ok = Number.isInteger(zeros) && zeros >= 1 && zeros <= 65536;
    check("modulusSwitch", ok, "from 1 to 65536 zeros for the drift technique");
    check(
      "modulusSwitch",
      Object.values(bounds).every(Number.isFinite),
      "finite bounds for the drift technique",
    );
  }
  integer("maxNoiseLevel", parameters.messageModulus + 1, 1 << 20);
}
