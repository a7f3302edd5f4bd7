import { ParameterError } from "../errors.ts";
import { COMPACT_SETS, type CompactParameterSet, type ZkScheme } from "./compact-sets.ts";
import { FORMER_SETS } from "./former-sets.ts";
import { bigLweDimension, type ParameterSet } from "./parameter-set.ts";
import * as sets from "./sets.ts";

/** How a compact public key encrypts. (TFHE-rs: `CompactPublicKeyEncryptionParameters`.) */
export interface CompactEncryption {
  /** The name of the first known parameter set whose compact keys encrypt so. */
  readonly name: string;
  /** Dimension of the LWE key: a power of two. */
  readonly lweDimension: number;
  /** b of the TUniform(b) noise, in units of 2^-64. */
  readonly noise: number;
  /** Number of message values of a block. */
  readonly messageModulus: number;
  /** Number of carry values of a block. */
  readonly carryModulus: number;
  /** Whether the secret key is the compact key's own, so that a server has to switch ciphertexts to other keys. */
  readonly requiresCasting: boolean;
  /** The scheme of zero-knowledge proofs that goes with it. */
  readonly zkScheme: ZkScheme;
  /** Whether it is too weak to hide anything, or not known to be strong enough. */
  readonly insecure: boolean;
}

/** The values of an encryption, without what is known of them. */
export type CompactEncryptionValues = Omit<CompactEncryption, "name" | "insecure">;

/** The largest power of two that a dimension may be. */
const LARGEST_DIMENSION = 65536;
/** The smallest for which there are exact polynomial products. */
const SMALLEST_DIMENSION = 256;

/** Whether a compact key can have a secret key of this dimension: a power of two. */
export function isCompactDimension(dimension: number): boolean {
  return dimension >= 1 && dimension <= LARGEST_DIMENSION && Number.isInteger(Math.log2(dimension));
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

/** How compact keys with a secret key of their own encrypt. */
export function dedicatedEncryption({ casting: _, ...set }: CompactParameterSet): CompactEncryption {
  return Object.freeze({ ...set, requiresCasting: true });
}

const KNOWN: readonly CompactEncryption[] = [
  ...Object.values(sets).map(directEncryption),
  ...FORMER_SETS.map(directEncryption),
  ...COMPACT_SETS.map(dedicatedEncryption),
];

/** The known encryption of the given values. */
export function knownCompactEncryption(values: CompactEncryptionValues): CompactEncryption | undefined {
  const fields = Object.keys(values) as (keyof CompactEncryptionValues)[];
  return KNOWN.find((encryption) => fields.every((field) => values[field] === encryption[field]));
}
