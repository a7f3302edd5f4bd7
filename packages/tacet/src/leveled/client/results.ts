import type { ClientKey } from "../../api/keys/client-key.ts";
import { DeserializationError } from "../../errors.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { INSIDE } from "../inside.ts";
import { packBits, packedBytes, unpackBits } from "./bits.ts";
import { checkRing, type RingShape } from "./format.ts";

/*
 * Results as they travel: GLWE ciphertexts with elements rounded to some bits, the whole mask and of the bodies those that
 * are wanted.
 */

/** A ciphertext with some of its bodies. */
export interface Rounded {
  /** k·N elements. */
  readonly mask: Uint32Array;
  /** The coefficients that are wanted, and the bodies there. */
  readonly coefficients: ArrayLike<number>;
  readonly bodies: Uint32Array;
}

/** Most bits of an element. */
const MOST_BITS = 31;

/** @throws DeserializationError for a number of bits that no result has. */
export function checkBits(bits: number, modulus: number, at: number): void {
  if (bits >= 2 && bits <= MOST_BITS && 2 ** (bits - 1) >= modulus) return;
  throw new DeserializationError(`elements of ${bits} bits for values modulo ${modulus}`, at);
}

const maskLength = ({ glweDimension, polynomialSize }: RingShape): number => glweDimension * polynomialSize;

/** Bytes of a ciphertext with some bodies. */
export function roundedBytes(ring: RingShape, bits: number, bodies: number): number {
  return packedBytes(maskLength(ring), bits) + packedBytes(bodies, bits);
}

/** Writes mask and bodies; gives where they end. */
export function writeRounded({ mask, bodies }: Rounded, bits: number, out: Uint8Array, at: number): number {
  packBits(mask, bits, out, at);
  const next = at + packedBytes(mask.length, bits);
  packBits(bodies, bits, out, next);
  return next + packedBytes(bodies.length, bits);
}

/** Reads mask and bodies. */
export function readRounded(
  ring: RingShape,
  bits: number,
  coefficients: ArrayLike<number>,
  bytes: Uint8Array,
  at: number,
): Rounded {
  const length = maskLength(ring);
  const mask = unpackBits(bytes, at, length, bits);
  const bodies = unpackBits(bytes, at + packedBytes(length, bits), coefficients.length, bits);
  return { mask, coefficients, bodies };
}

/** The key that results are read with. @throws MismatchError for one of other parameters, TypeError, DisposedError. */
export function keyFor(
  ring: RingShape,
  clientKey: ClientKey,
): { readonly glwe: Uint8Array; readonly parameters: ParameterSet } {
  const { parameters, glwe } = INSIDE.secretOf(INSIDE.checkClientKey(clientKey));
  checkRing(ring, parameters);
  return { glwe, parameters };
}

/**
 * The values modulo some integer in the wanted coefficients of a ciphertext. The time does not depend on the key.
 *
 * @param key k binary polynomials of N coefficients, one byte each.
 */
export function decryptRounded(
  { mask, coefficients, bodies }: Rounded,
  key: Uint8Array,
  { glweDimension: k, polynomialSize: N }: RingShape,
  bits: number,
  modulus: number,
): Uint32Array {
  const values = new Uint32Array(bodies.length);
  const scale = 2 ** bits;
  for (let wanted = 0; wanted < bodies.length; wanted++) {
    const index = coefficients[wanted];
    let product = 0;
    for (let p = 0; p < k * N; p += N) {
      for (let j = 0; j <= index; j++) product = (product + Math.imul(key[p + j], mask[p + index - j])) | 0;
      for (let j = index + 1; j < N; j++)
        product = (product - Math.imul(key[p + j], mask[p + index - j + N])) | 0;
    }
    const phase = (bodies[wanted] - product) & (scale - 1);
    values[wanted] = Math.floor((phase * modulus + scale / 2) / scale) % modulus;
  }
  return values;
}
