import { bigDimension, type ClassicParameters } from "../../parameters/classic-parameters.ts";
import type { CompactParameterSet } from "../../parameters/compact-sets.ts";
import type { CompressionParameters } from "../../parameters/compression.ts";
import type {
  NoiseSquashingCompressionParameters,
  NoiseSquashingParameters,
} from "../../parameters/noise-squashing.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { bigLweDimension } from "../../parameters/parameter-set.ts";
import type { ReRandomizationParameters } from "../../parameters/re-randomization.ts";
import type { TranscipheringParameters } from "../../parameters/transciphering.ts";
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

/** The small LWE key that the streams of ciphers are drawn under, from which transciphering bootstraps. */
export interface TranscipheringSecretKey {
  /** Bytes of 0 or 1. */
  readonly key: Uint8Array;
  /** Whether its dimension is one of its own, and not that of the small key. */
  readonly dedicated: boolean;
}

/** A GLWE key that ciphertexts are packed under, or taken to another torus, and how. */
export interface PackedSecretKey<Parameters> {
  /** Bytes of 0 or 1, by polynomial. */
  readonly key: Uint8Array;
  readonly parameters: Parameters;
}

/** All secrets of a client, and how servers re-randomise; `null` for what there is not. */
export interface SecretKeys extends SecretKey {
  readonly compact: CompactSecretKey | null;
  readonly compression: PackedSecretKey<CompressionParameters> | null;
  readonly noiseSquashing: PackedSecretKey<NoiseSquashingParameters> | null;
  readonly noiseSquashingCompression: PackedSecretKey<NoiseSquashingCompressionParameters> | null;
  readonly reRandomization: ReRandomizationParameters | null;
  /** The small LWE key that random generation has to itself: n bytes of 0 or 1. */
  readonly oprf: Uint8Array | null;
  readonly transciphering: TranscipheringSecretKey | null;
}

/** Which keys a client has; `null` for those that it has not. */
export interface KeyConfiguration {
  readonly parameters: ParameterSet;
  readonly compactKey: CompactParameterSet | null;
  readonly compression: CompressionParameters | null;
  readonly noiseSquashing: NoiseSquashingParameters | null;
  readonly noiseSquashingCompression: NoiseSquashingCompressionParameters | null;
  readonly reRandomization: ReRandomizationParameters | null;
  readonly oprfKey: boolean;
  /** What the key of transciphering is like: `"same"` for one of the dimension of the small key. */
  readonly transciphering: TranscipheringParameters | "same" | null;
}

/** A secret key with uniform binary coefficients from the platform's cryptographic generator. */
export function generateSecretKey(parameters: ParameterSet): SecretKey {
  const [lwe, glwe] = randomKeys([parameters.lweDimension, bigLweDimension(parameters)]);
  return { parameters, lwe, glwe };
}

/** The keys of bits that a client may have. */
export type SecretName = Exclude<keyof SecretKeys, "parameters" | "reRandomization">;

/** The order in which TFHE-rs's `ClientKey::generate_with_seed` draws them. */
const SEEDED_ORDER: readonly SecretName[] = [
  "lwe",
  "glwe",
  "compression",
  "compact",
  "noiseSquashing",
  "noiseSquashingCompression",
  "oprf",
  "transciphering",
];

/**
 * All keys of a client, from the platform's cryptographic generator or from a seed of 16 bytes: then the very keys of
 * TFHE-rs's `ClientKey::generate_with_seed`.
 */
export function generateSecretKeys(
  configuration: KeyConfiguration,
  seed: Uint8Array | null,
): Promise<SecretKeys> {
  const draw = (lengths: readonly number[]): Uint8Array[] | Promise<Uint8Array[]> =>
    seed === null ? randomKeys(lengths) : expandSecretKeys(seed, 1, lengths);
  return drawSecretKeys(configuration, SEEDED_ORDER, draw);
}

/**
 * All keys of a client.
 *
 * @param draw gives keys of as many bits, one byte for each, in this order; of no bits where there is no key.
 */
export async function drawSecretKeys(
  configuration: KeyConfiguration,
  order: readonly SecretName[],
  draw: (lengths: readonly number[]) => Uint8Array[] | Promise<Uint8Array[]>,
): Promise<SecretKeys> {
  const { parameters, compactKey, compression, noiseSquashing, noiseSquashingCompression } = configuration;
  const { oprfKey, transciphering, reRandomization } = configuration;
  const { lweDimension } = parameters;
  const dedicated = typeof transciphering === "object";
  const lengths: Record<SecretName, number> = {
    lwe: lweDimension,
    glwe: bigLweDimension(parameters),
    compression: glweLength(compression),
    compact: compactKey?.lweDimension ?? 0,
    noiseSquashing: glweLength(noiseSquashing),
    noiseSquashingCompression: glweLength(noiseSquashingCompression),
    oprf: oprfKey ? lweDimension : 0,
    transciphering: transciphering === null ? 0 : dedicated ? transciphering.lweDimension : lweDimension,
  };
  const keys = await draw(order.map((name) => lengths[name]));
  const key = (name: SecretName): Uint8Array => keys[order.indexOf(name)];
  return {
    parameters,
    lwe: key("lwe"),
    glwe: key("glwe"),
    compression: compression && { key: key("compression"), parameters: compression },
    compact: compactKey && { key: key("compact"), parameters: compactKey },
    noiseSquashing: noiseSquashing && { key: key("noiseSquashing"), parameters: noiseSquashing },
    noiseSquashingCompression: noiseSquashingCompression && {
      key: key("noiseSquashingCompression"),
      parameters: noiseSquashingCompression,
    },
    reRandomization,
    oprf: oprfKey ? key("oprf") : null,
    transciphering: transciphering && { key: key("transciphering"), dedicated },
  };
}

/** Number of coefficients of a GLWE key; 0 if there is none. */
function glweLength(
  shape: { readonly glweDimension: number; readonly polynomialSize: number } | null,
): number {
  return shape === null ? 0 : shape.glweDimension * shape.polynomialSize;
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
