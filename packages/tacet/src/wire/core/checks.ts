import type { Moduli } from "../../parameters/moduli.ts";
import { checkGadget, checkGlwe } from "../../parameters/shapes.ts";
import type { ExpandedBootstrapKey } from "../../scheme/server-key/expanded-key.ts";
import type { Fail } from "../bincode/codec.ts";
import type {
  WideWords,
  WireBootstrapKey,
  WireExpandedPackingKey,
  WireGlweSecretKey,
  WirePackingKey,
  Words,
} from "./torus.ts";

/* Whether the values of a key fit each other, and its vectors the dimensions that stand beside them. */

/** Refuses what a check of parameters refuses. */
export function checked<T>(value: T, check: (value: T) => void, fail: Fail): T {
  try {
    check(value);
  } catch (error) {
    fail((error as Error).message);
  }
  return value;
}

/** Refuses a number that is not the one that something else in the input implies. */
export function expectEqual(what: string, found: number, expected: number, fail: Fail): void {
  if (found !== expected) fail(`${what} is ${found}; expected ${expected}`);
}

/** Refuses moduli other than those of the parameters. */
export function checkModuli(what: string, found: Moduli, parameters: Moduli, fail: Fail): void {
  expectEqual(`message modulus of the ${what}`, found.messageModulus, parameters.messageModulus, fail);
  expectEqual(`carry modulus of the ${what}`, found.carryModulus, parameters.carryModulus, fail);
}

/** Elements of a ciphertext whose mask is expanded from a seed, which a hostile one could claim to be any number of. */
const MOST_ELEMENTS = 2 ** 17 + 1;

/** Refuses a ciphertext without a mask and a body, or with too much of the first. */
export function checkLweSize(size: number, fail: Fail): void {
  if (size < 2 || size > MOST_ELEMENTS) {
    fail(`LWE ciphertext of ${size} elements; expected 2 to ${MOST_ELEMENTS}`);
  }
}

/** Refuses secret keys that are not of the dimensions of the parameters. */
export function checkSecretKey(
  lwe: Uint8Array,
  glwe: WireGlweSecretKey,
  parameters: {
    readonly lweDimension: number;
    readonly glweDimension: number;
    readonly polynomialSize: number;
  },
  fail: Fail,
): void {
  const { lweDimension, glweDimension, polynomialSize } = parameters;
  expectEqual("length of the LWE key", lwe.length, lweDimension, fail);
  expectEqual("length of the GLWE key", glwe.data.length, glweDimension * polynomialSize, fail);
  expectEqual("polynomial size of the GLWE key", glwe.polynomialSize, polynomialSize, fail);
}

/** The coefficients of a GLWE key, which must be of the given dimensions. */
export function glweKeyOf(
  what: string,
  { data, polynomialSize }: WireGlweSecretKey,
  expected: { readonly glweDimension: number; readonly polynomialSize: number },
  fail: Fail,
): Uint8Array {
  checked(expected, (shape) => checkGlwe(what, shape.glweDimension, shape.polynomialSize), fail);
  expectEqual(`polynomial size of the ${what}`, polynomialSize, expected.polynomialSize, fail);
  expectEqual(`length of the ${what}`, data.length, expected.glweDimension * polynomialSize, fail);
  return data;
}

/** The number of elements of the key that a bootstrap key, in either form, encrypts. */
export function bootstrapInput(
  what: string,
  key: WireBootstrapKey<Words | WideWords> | ExpandedBootstrapKey,
  fail: Fail,
): number {
  const { glweSize } = key;
  if ("values" in key) return inputOf(what, key, key.values, glweSize ** 2, fail);
  return inputOf(what, key, key.bodies, glweSize, fail);
}

/** The number of elements of the key that a packing key, in either form, encrypts. */
export function packingInput(
  what: string,
  key: WirePackingKey<Words | WideWords> | WireExpandedPackingKey<Words | WideWords>,
  fail: Fail,
): number {
  if ("rows" in key) return inputOf(what, key, key.rows, key.glweSize, fail);
  return inputOf(what, key, key.bodies, 1, fail);
}

/** Each element is encrypted in so many polynomials a level, of which there are coefficients. */
function inputOf(
  what: string,
  { baseLog, level, glweSize, polynomialSize }: Omit<WireExpandedPackingKey, "rows">,
  coefficients: Words | WideWords | Float64Array,
  rows: number,
  fail: Fail,
): number {
  const elementBytes = coefficients instanceof Uint8Array ? 16 : 8;
  checked(glweSize - 1, (dimension) => checkGlwe(what, dimension, polynomialSize), fail);
  checked(level, () => checkGadget(what, level, baseLog, 8 * elementBytes), fail);
  const elements = coefficients.byteLength / elementBytes;
  const input = elements / (level * rows * polynomialSize);
  if (!Number.isInteger(input) || input < 1) fail(`${what} has ${elements} coefficients: no whole rows`);
  return input;
}
