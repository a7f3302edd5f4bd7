import { ParameterError } from "../errors.ts";
import { describeSetting } from "../opaque.ts";
import { isPowerOfTwo, type Moduli, validateModuli } from "./moduli.ts";
import { bigLweDimension, type ParameterSet } from "./parameter-set.ts";

/** A scheme for proofs that compact ciphertexts are well formed. (TFHE-rs: `SupportedCompactPkeZkScheme`.) */
export type ZkScheme = "none" | "V1" | "V2";

/** How a compact public key encrypts. (TFHE-rs: `CompactPublicKeyEncryptionParameters`.) */
export interface CompactEncryption extends Moduli {
  /** The name of the first known parameter set whose compact keys encrypt so. */
  readonly name: string;
  /** Dimension of the LWE key: a power of two. */
  readonly lweDimension: number;
  /** b of the TUniform(b) noise, in units of 2^-64. */
  readonly noise: number;
  /** Whether the secret key is the compact key's own, so that a server has to switch ciphertexts to other keys. */
  readonly requiresCasting: boolean;
  /** The scheme of zero-knowledge proofs that goes with it. */
  readonly zkScheme: ZkScheme;
  /** Whether it is too weak to hide anything, or not known to be strong enough. */
  readonly insecure: boolean;
}

/** The largest power of two that a dimension may be. */
const LARGEST_DIMENSION = 65536;
/** The smallest for which there are exact polynomial products. */
const SMALLEST_DIMENSION = 256;

/** Whether a compact key can have a secret key of this dimension: a power of two. */
export function isCompactDimension(dimension: number): boolean {
  return isPowerOfTwo(dimension, 1, LARGEST_DIMENSION);
}

/**
 * Checks that compact keys can encrypt so. It does not judge security.
 *
 * @throws ParameterError naming what is out of range.
 */
export function validateCompactEncryption(encryption: CompactEncryption): void {
  const { lweDimension, noise } = encryption;
  if (!isCompactDimension(lweDimension)) {
    throw new ParameterError(
      `compact key of dimension ${describeSetting(lweDimension)}; expected a power of two up to ${LARGEST_DIMENSION}`,
    );
  }
  if (!Number.isInteger(noise) || noise < 0 || noise > 62) {
    throw new ParameterError(`TUniform bound is ${describeSetting(noise)}; expected an integer from 0 to 62`);
  }
  validateModuli(encryption);
}

/** @throws ParameterError if no compact key of this dimension can be made or encrypt here. */
export function checkCompactDimension({ lweDimension, name }: CompactEncryption): void {
  if (isCompactDimension(lweDimension) && lweDimension >= SMALLEST_DIMENSION) return;
  throw new ParameterError(
    `${name} has LWE dimension ${lweDimension}; compact keys need a power of two from ${SMALLEST_DIMENSION} to ${LARGEST_DIMENSION}`,
  );
}

/** How compact keys without a secret key of their own encrypt: under the big LWE key. */
export function directEncryption(set: ParameterSet): CompactEncryption {
  return Object.freeze({
    name: set.name,
    lweDimension: bigLweDimension(set),
    noise: set.glweNoise,
    messageModulus: set.messageModulus,
    carryModulus: set.carryModulus,
    requiresCasting: false,
    zkScheme: "none",
    insecure: set.insecure,
  });
}
