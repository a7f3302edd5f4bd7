import { ParameterError } from "../../errors.ts";
import {
  checkFlag,
  checkObject,
  checkOptions,
  checkParameterObject,
  type OptionNames,
} from "../../options.ts";
import { validateCompactEncryption } from "../../parameters/compact-encryption.ts";
import {
  type CastingParameters,
  COMPACT_SETS,
  type CompactParameterSet,
} from "../../parameters/compact-sets.ts";
import {
  COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  COMPRESSION_SETS,
  type CompressionParameters,
  validateCompression,
} from "../../parameters/compression.ts";
import { identifyGiven, KNOWN_SETS, type Known } from "../../parameters/known-sets.ts";
import type { Moduli } from "../../parameters/moduli.ts";
import {
  NOISE_SQUASHING_COMPRESSION_SETS,
  NOISE_SQUASHING_SETS,
  type NoiseSquashingCompressionParameters,
  type NoiseSquashingParameters,
  validateNoiseSquashing,
  validateNoiseSquashingCompression,
} from "../../parameters/noise-squashing.ts";
import { type ParameterSet, validateParameters } from "../../parameters/parameter-set.ts";
import { checkReRandomization, type ReRandomizationParameters } from "../../parameters/re-randomization.ts";
import { DEFAULT_PARAMETERS } from "../../parameters/sets.ts";
import { checkGadget } from "../../parameters/shapes.ts";
import { checkTransciphering, type TranscipheringParameters } from "../../parameters/transciphering.ts";
import { checkProgressOptions, type ProgressOptions } from "../../progress.ts";
import type { KeyConfiguration } from "../../scheme/secret-key/secret-key.ts";
import type { ParameterOptions } from "../../wire/safe-serialize.ts";
import type { Seed } from "./seed.ts";

export interface GenerateOptions extends ProgressOptions, ParameterOptions {
  /**
   * The parameter set; `PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128` unless given. Its values say which one it is,
   * not its name: one with all values of a published set is that set.
   */
  readonly parameters?: ParameterSet;
  /**
   * Parameters of a secret key that compact public keys have to themselves, such as
   * `PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128`; none unless given, and compact public keys are then of the
   * key that ciphertexts rest under. (TFHE-rs: `use_dedicated_compact_public_key_parameters`.)
   */
  readonly compactKey?: CompactParameterSet | undefined;
  /**
   * Parameters of a secret key that lists of results are packed under, for `Engine.compress`; none unless given, and `true`
   * stands for `COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128`. Server keys grow by 46 MB. (TFHE-rs:
   * `enable_compression`.)
   */
  readonly compression?: CompressionParameters | boolean | undefined;
  /**
   * Parameters of a secret key on the torus of 128 bits, where servers of TFHE-rs drown the noise of results, such as
   * `NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128`; none unless given. Tacet makes the keys for it, and
   * carries them along. (TFHE-rs: `enable_noise_squashing`.)
   */
  readonly noiseSquashing?: NoiseSquashingParameters | undefined;
  /**
   * Parameters of a secret key that such results are packed under, such as
   * `NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128`; none unless given. It needs `noiseSquashing`.
   * (TFHE-rs: `enable_noise_squashing_compression`.)
   */
  readonly noiseSquashingCompression?: NoiseSquashingCompressionParameters | undefined;
  /**
   * Whose encryptions of zero servers re-randomise ciphertexts with: `"derived"` for those of a compact public key of
   * the key that ciphertexts rest under; or the key switch to that from the `compactKey`; none unless given. They are for
   * `ReRandomizer`. (TFHE-rs: `enable_ciphertext_re_randomization`.)
   */
  readonly reRandomization?: ReRandomizationParameters | undefined;
  /**
   * Whether encrypted random generation has a secret key to itself, as in TFHE-rs's default configuration; `false`
   * unless given, since it doubles the size of server keys. (TFHE-rs: `use_dedicated_oprf_key`.)
   */
  readonly oprfKey?: boolean | undefined;
  /**
   * Parameters of a secret key from which servers of TFHE-rs 1.8 bring what a stream cipher has encrypted into
   * ciphertexts, such as `TRANSCIPHERING_PARAM_DEDICATED_OPRF`, or `"same"` for one of the size of the small key; none
   * unless given. Tacet makes it, and carries it along. (TFHE-rs: `enable_transciphering`.)
   */
  readonly transciphering?: TranscipheringParameters | "same" | undefined;
  /**
   * What the key is drawn from; the platform's cryptographic generator unless given. The same seed and options give
   * the same key again, and the very key that TFHE-rs's `ClientKey::generate_with_seed` gives for the same
   * configuration: its default one has `oprfKey: true`. The key is exactly as secret as the seed: whoever knows or
   * guesses it has the key, so it must be 128 bits from a cryptographic generator, and be kept like the key.
   */
  readonly seed?: Seed | undefined;
  /** Bytes that the key, its server keys and all that comes from them carry along in the open; none unless given. */
  readonly tag?: Uint8Array | undefined;
}

/** The names of all options. */
export const GENERATE_NAMES: OptionNames<GenerateOptions> = {
  parameters: true,
  compactKey: true,
  compression: true,
  noiseSquashing: true,
  noiseSquashingCompression: true,
  reRandomization: true,
  oprfKey: true,
  transciphering: true,
  seed: true,
  tag: true,
  allowInsecureParameters: true,
  onProgress: true,
  signal: true,
};

/**
 * Which keys a user asks for.
 *
 * @throws TypeError for options that are none.
 * @throws ParameterError for sets that are malformed, insecure without being allowed to, or do not go together.
 */
export function checkConfiguration(options: GenerateOptions): KeyConfiguration {
  checkOptions(checkProgressOptions(options), GENERATE_NAMES);
  const {
    parameters: given = DEFAULT_PARAMETERS,
    oprfKey = false,
    allowInsecureParameters = false,
  } = options;
  checkFlag("allowInsecureParameters", allowInsecureParameters);
  const set = <T extends Known>(name: string, value: T, ...how: SetsOf<T>): T =>
    givenSet(name, value, allowInsecureParameters, ...how);
  const part = <T extends Known>(name: string, value: T | undefined, ...how: SetsOf<T>): T | null =>
    value === undefined ? null : set(name, value, ...how);
  const parameters = set("parameters", given, KNOWN_SETS, validateParameters);
  const compactKey = part("compactKey", options.compactKey, COMPACT_SETS, validateCompactEncryption);
  const compression = part(
    "compression",
    compressionOf(options.compression),
    COMPRESSION_SETS,
    validateCompression,
  );
  if (compression !== null && !compression.insecure) checkModuli({ ...compression, ...TWO_BITS }, parameters);
  const noiseSquashing = part(
    "noiseSquashing",
    options.noiseSquashing,
    NOISE_SQUASHING_SETS,
    validateNoiseSquashing,
  );
  const noiseSquashingCompression = part(
    "noiseSquashingCompression",
    options.noiseSquashingCompression,
    NOISE_SQUASHING_COMPRESSION_SETS,
    validateNoiseSquashingCompression,
  );
  for (const found of [compactKey, noiseSquashing, noiseSquashingCompression]) {
    if (found !== null) checkModuli(found, parameters);
  }
  if (noiseSquashingCompression !== null && noiseSquashing === null) {
    throw new ParameterError("noiseSquashingCompression is of no use without noiseSquashing");
  }
  return {
    parameters,
    compactKey,
    compression,
    noiseSquashing,
    noiseSquashingCompression,
    reRandomization: reRandomizationOf(options.reRandomization, compactKey),
    oprfKey: checkFlag("oprfKey", oprfKey),
    transciphering: transcipheringOf(options.transciphering, parameters, allowInsecureParameters),
  };
}

/** What the known sets of compression are for. */
const TWO_BITS: Moduli = { messageModulus: 4, carryModulus: 4 };

function compressionOf(given: GenerateOptions["compression"]): CompressionParameters | undefined {
  if (typeof given !== "boolean") return given;
  return given ? COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 : undefined;
}

/** The known sets of a kind, and what refuses values that make none. */
type SetsOf<T> = [known: readonly T[], validate: (set: T) => void];

/**
 * A set that a user has given: the known one, if it is one.
 *
 * @throws TypeError if it is none, ParameterError if it is malformed, or insecure without being allowed to be.
 */
export function givenSet<T extends Known>(
  name: string,
  value: T,
  allowInsecureParameters: boolean,
  ...how: SetsOf<T>
): T {
  const set = identifyGiven(checkParameterObject(name, value), ...how);
  if (allowInsecureParameters || !set.insecure) return set;
  throw new ParameterError(
    `${set.name} is not a published parameter set of 128 bits; set allowInsecureParameters to use it all the same`,
  );
}

function checkModuli(part: Known & Moduli, { name, messageModulus, carryModulus }: ParameterSet): void {
  if (part.messageModulus === messageModulus && part.carryModulus === carryModulus) return;
  throw new ParameterError(`${part.name} is for other message and carry moduli than ${name} has`);
}

function reRandomizationOf(
  given: ReRandomizationParameters | undefined,
  compactKey: CompactParameterSet | null,
): ReRandomizationParameters | null {
  if (given === undefined) return null;
  if (given === "derived") return given;
  const kind = 'with the key switch from the compactKey, or "derived"';
  const { baseLog, level, destination }: CastingParameters = checkObject("reRandomization", kind, given);
  checkGadget("key switch of reRandomization", level, baseLog, 63);
  const parameters = { baseLog, level, destination };
  checkReRandomization(parameters, compactKey);
  return parameters;
}

function transcipheringOf(
  given: TranscipheringParameters | "same" | undefined,
  parameters: ParameterSet,
  allowInsecureParameters: boolean,
): TranscipheringParameters | "same" | null {
  if (given === undefined) return null;
  if (given === "same") return given;
  const { lweDimension } = checkObject("transciphering", 'with an lweDimension, or "same"', given);
  checkTransciphering({ lweDimension }, parameters, allowInsecureParameters);
  return { lweDimension };
}
