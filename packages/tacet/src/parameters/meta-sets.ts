import {
  type CompactParameterSet,
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
} from "./compact-sets.ts";
import {
  COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  type CompressionParameters,
} from "./compression.ts";
import {
  NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  type NoiseSquashingCompressionParameters,
  type NoiseSquashingParameters,
} from "./noise-squashing.ts";
import type { ParameterSet } from "./parameter-set.ts";
import type { ReRandomizationParameters } from "./re-randomization.ts";
import { PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 } from "./sets.ts";
import { TRANSCIPHERING_PARAM_DEDICATED_OPRF, type TranscipheringParameters } from "./transciphering.ts";

/** All parts of a client key: options of `ClientKey.generate`. (TFHE-rs: `MetaParameters`.) */
export interface MetaParameters {
  readonly parameters: ParameterSet;
  readonly compactKey: CompactParameterSet;
  readonly compression: CompressionParameters;
  readonly noiseSquashing: NoiseSquashingParameters;
  readonly noiseSquashingCompression: NoiseSquashingCompressionParameters;
  readonly reRandomization: ReRandomizationParameters;
  readonly oprfKey: boolean;
  readonly transciphering: TranscipheringParameters;
}

const meta = (compactKey: CompactParameterSet): MetaParameters =>
  Object.freeze({
    parameters: PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
    compactKey,
    compression: COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
    noiseSquashing: NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
    noiseSquashingCompression: NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
    reRandomization: "derived",
    oprfKey: true,
    transciphering: TRANSCIPHERING_PARAM_DEDICATED_OPRF,
  });

/**
 * Everything that TFHE-rs 1.8 has for the default set, 128-bit security; casts lead to the small key.
 * TFHE-rs 1.8, `shortint::parameters::v1_8::meta::cpu`.
 */
export const V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV2_TUNIFORM_2M128: MetaParameters = meta(
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
);

/** The same, with casts to the big key. */
export const V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_BIG_ZKV2_TUNIFORM_2M128: MetaParameters = meta(
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
);

/** The first, with the compact key for proofs of the first scheme. */
export const V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV1_TUNIFORM_2M128: MetaParameters = meta(
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
);

/** The same, with casts to the big key. */
export const V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_BIG_ZKV1_TUNIFORM_2M128: MetaParameters = meta(
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
);
