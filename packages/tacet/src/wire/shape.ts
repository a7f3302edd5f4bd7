import type { Moduli } from "./block.ts";
import type { Fail } from "./codec.ts";
import type {
  WireBootstrapKey,
  WireGlweSecretKey,
  WirePackingKey,
  WireWideBootstrapKey,
  WireWidePackingKey,
} from "./core.ts";

/* Whether the vectors of a key have the lengths that follow from the dimensions which stand beside them. */

/** Refuses a number that is not the one that something else in the input implies. */
export function expectEqual(what: string, found: number, expected: number, fail: Fail): void {
  if (found !== expected) fail(`${what} is ${found}; expected ${expected}`);
}

/** Refuses moduli other than those of the parameters. */
export function checkModuli(what: string, found: Moduli, parameters: Moduli, fail: Fail): void {
  expectEqual(`message modulus of the ${what}`, found.messageModulus, parameters.messageModulus, fail);
  expectEqual(`carry modulus of the ${what}`, found.carryModulus, parameters.carryModulus, fail);
}

/** The coefficients of a GLWE key, which must be of the given dimensions. */
export function glweKeyOf(
  what: string,
  { data, polynomialSize }: WireGlweSecretKey,
  expected: { readonly glweDimension: number; readonly polynomialSize: number },
  fail: Fail,
): Uint8Array {
  checkPolynomials(what, expected.glweDimension, expected.polynomialSize, fail);
  expectEqual(`polynomial size of the ${what}`, polynomialSize, expected.polynomialSize, fail);
  expectEqual(`length of the ${what}`, data.length, expected.glweDimension * polynomialSize, fail);
  return data;
}

/** The number of elements of the key that a bootstrap key encrypts. */
export function bootstrapInput(
  what: string,
  key: WireBootstrapKey | WireWideBootstrapKey,
  fail: Fail,
): number {
  return inputOf(what, key, key.glweSize, fail);
}

/** The number of elements of the key that a packing key encrypts. */
export function packingInput(what: string, key: WirePackingKey | WireWidePackingKey, fail: Fail): number {
  return inputOf(what, key, 1, fail);
}

/** Each element is encrypted in `rows` body polynomials a level. */
function inputOf(
  what: string,
  { bodies, baseLog, level, glweSize, polynomialSize }: WirePackingKey | WireWidePackingKey,
  rows: number,
  fail: Fail,
): number {
  const elementBytes = bodies instanceof BigUint64Array ? 8 : 16;
  checkPolynomials(what, glweSize - 1, polynomialSize, fail);
  if (level < 1 || baseLog < 1 || level * baseLog > 8 * elementBytes) {
    fail(`${what} with ${level} levels of ${baseLog} bits`);
  }
  const elements = bodies.byteLength / elementBytes;
  const input = elements / (level * rows * polynomialSize);
  if (!Number.isInteger(input) || input < 1) fail(`${what} has ${elements} coefficients: no whole rows`);
  return input;
}

function checkPolynomials(what: string, glweDimension: number, polynomialSize: number, fail: Fail): void {
  if (glweDimension < 1 || glweDimension > 65536) fail(`${what} is of GLWE dimension ${glweDimension}`);
  if (polynomialSize < 1 || polynomialSize > 65536 || !Number.isInteger(Math.log2(polynomialSize))) {
    fail(`${what} is of polynomial size ${polynomialSize}; expected a power of two`);
  }
}

/** Refuses a number of LWE ciphertexts that a polynomial does not hold. */
export function checkPacked(
  what: string,
  ciphertextsPerGlwe: number,
  polynomialSize: number,
  fail: Fail,
): void {
  if (ciphertextsPerGlwe < 1 || ciphertextsPerGlwe > polynomialSize) {
    fail(
      `${what} packs ${ciphertextsPerGlwe} ciphertexts into polynomials of ${polynomialSize} coefficients`,
    );
  }
}
