import { describe } from "../../opaque.ts";
import { isBytes } from "../../realm.ts";
import { checkBytes } from "../values/value.ts";

/**
 * What a key is drawn from: an integer of 128 bits, or its 16 bytes in little-endian order. Bytes can be wiped after
 * use; an integer stays in memory until it is collected.
 */
export type Seed = bigint | Uint8Array;

const SEED_BYTES = 16;

/**
 * A user's seed as 16 bytes of its own.
 *
 * @throws TypeError if it is neither a bigint nor bytes.
 * @throws RangeError if it is negative or too long, or not 16 bytes.
 */
export function checkSeed(seed: Seed): Uint8Array<ArrayBuffer> {
  if (isBytes(seed)) {
    if (checkBytes(seed).length !== SEED_BYTES)
      throw new RangeError(`seed of ${seed.length} bytes; expected ${SEED_BYTES}`);
    return new Uint8Array(seed);
  }
  if (typeof seed !== "bigint") {
    throw new TypeError(`a seed is a bigint or a Uint8Array of ${SEED_BYTES} bytes, not ${describe(seed)}`);
  }
  if (seed < 0n || seed >> 128n !== 0n)
    throw new RangeError("the seed is not an integer from 0 to 2^128 - 1");
  return new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, seed), seed >> 64n).buffer);
}
