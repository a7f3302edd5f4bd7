import type { ParameterSet } from "../parameters/parameter-set.ts";
import { bigLweDimension } from "../parameters/parameter-set.ts";
import { sampleBinary } from "../random/samplers.ts";

/**
 * The secrets of a client. Ciphertexts rest under the big LWE key, whose coefficients are those of the GLWE key
 * in order; lookups run under the small one.
 */
export interface SecretKey {
  readonly parameters: ParameterSet;
  /** The small LWE key: n bytes of 0 or 1. */
  readonly lwe: Uint8Array;
  /** The GLWE key: k binary polynomials of N coefficients, one byte each. */
  readonly glwe: Uint8Array;
}

/** A secret key with uniform binary coefficients from the platform's cryptographic generator. */
export function generateSecretKey(parameters: ParameterSet): SecretKey {
  const lwe = new Uint8Array(parameters.lweDimension);
  const glwe = new Uint8Array(bigLweDimension(parameters));
  sampleBinary(lwe);
  sampleBinary(glwe);
  return { parameters, lwe, glwe };
}
