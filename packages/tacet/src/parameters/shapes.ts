import { ParameterError } from "../errors.ts";
import { describeSetting } from "../opaque.ts";
import { isPowerOfTwo } from "./moduli.ts";

/* Whether the numbers of a part of a key make a key at all. All throw ParameterError, naming what is out of range. */

const inRange = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

/** Of GLWE ciphertexts: k and N. */
export function checkGlwe(what: string, glweDimension: number, polynomialSize: number): void {
  if (!inRange(glweDimension, 1, 65536)) {
    throw new ParameterError(`${what} is of GLWE dimension ${describeSetting(glweDimension)}`);
  }
  if (!isPowerOfTwo(polynomialSize, 1, 65536)) {
    const found = describeSetting(polynomialSize);
    throw new ParameterError(`${what} is of polynomial size ${found}; expected a power of two`);
  }
}

/** Of a gadget, of at most `most` bits. */
export function checkGadget(what: string, level: number, baseLog: number, most: number): void {
  if (inRange(level, 1, most) && inRange(baseLog, 1, most) && level * baseLog <= most) return;
  throw new ParameterError(
    `${what} with ${describeSetting(level)} levels of ${describeSetting(baseLog)} bits`,
  );
}

/** Of the number of LWE ciphertexts that are packed into a polynomial. */
export function checkPacked(what: string, ciphertextsPerGlwe: number, polynomialSize: number): void {
  if (inRange(ciphertextsPerGlwe, 1, polynomialSize)) return;
  const count = describeSetting(ciphertextsPerGlwe);
  throw new ParameterError(
    `${what} packs ${count} ciphertexts into polynomials of ${polynomialSize} coefficients`,
  );
}

/** Of b of a TUniform(b) distribution on a torus of so many bits. */
export function checkNoise(what: string, noise: number, torusBits: number): void {
  if (inRange(noise, 0, torusBits - 2)) return;
  const found = describeSetting(noise);
  throw new ParameterError(
    `TUniform bound of the ${what} is ${found}; expected an integer from 0 to ${torusBits - 2}`,
  );
}
