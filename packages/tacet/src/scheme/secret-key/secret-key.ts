import { bigDimension, type ClassicParameters } from "../../parameters/classic-parameters.ts";
import type { CompactParameterSet } from "../../parameters/compact-sets.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { bigLweDimension } from "../../parameters/parameter-set.ts";
import { sampleBinary } from "../../random/samplers.ts";
import { expandSecretKeys } from "./secret-generator.ts";

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

/** The key that compact public-key encryption has to itself: bytes of 0 or 1. */
export interface CompactSecretKey {
  readonly key: Uint8Array;
  readonly parameters: CompactParameterSet;
}

/** All secrets of a client, of which the last two are optional. */
export interface SecretKeys extends SecretKey {
  readonly compact: CompactSecretKey | null;
  /** The small LWE key that random generation has to itself: n bytes of 0 or 1. */
  readonly oprf: Uint8Array | null;
}

/** Which keys a client has. */
export interface KeyConfiguration {
  readonly parameters: ParameterSet;
  readonly compactKey: CompactParameterSet | null;
  readonly oprfKey: boolean;
}

/** A secret key with uniform binary coefficients from the platform's cryptographic generator. */
export function generateSecretKey(parameters: ParameterSet): SecretKey {
  const [lwe, glwe] = randomKeys([parameters.lweDimension, bigLweDimension(parameters)]);
  return { parameters, lwe, glwe };
}

/**
 * All keys of a client, from the platform's cryptographic generator or from a seed of 16 bytes: then the very keys of
 * TFHE-rs's `ClientKey::generate_with_seed`, which draws them in this order.
 */
export async function generateSecretKeys(
  { parameters, compactKey, oprfKey }: KeyConfiguration,
  seed: Uint8Array | null,
): Promise<SecretKeys> {
  const { lweDimension } = parameters;
  const lengths = [
    lweDimension,
    bigLweDimension(parameters),
    compactKey?.lweDimension ?? 0,
    oprfKey ? lweDimension : 0,
  ];
  const keys = seed === null ? randomKeys(lengths) : await expandSecretKeys(seed, 1, lengths);
  const [lwe, glwe, compact, oprf] = keys;
  return {
    parameters,
    lwe,
    glwe,
    compact: compactKey && { key: compact, parameters: compactKey },
    oprf: oprfKey ? oprf : null,
  };
}

/**
 * The two keys of a client of TFHE-rs's `boolean` or `shortint` module, from the platform's cryptographic generator or
 * from a seed of 16 bytes.
 */
export async function generateClassicKeys(
  parameters: ClassicParameters,
  seed: Uint8Array | null,
): Promise<{ lwe: Uint8Array; glwe: Uint8Array }> {
  const lengths = [parameters.lweDimension, bigDimension(parameters)];
  const [lwe, glwe] = seed === null ? randomKeys(lengths) : await expandSecretKeys(seed, 0, lengths);
  return { lwe, glwe };
}

/** Keys of the given lengths, drawn at once: the platform takes longer to be asked than to answer. */
function randomKeys(lengths: readonly number[]): Uint8Array[] {
  const bits = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  sampleBinary(bits);
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return bits.subarray(end - length, end);
  });
}
