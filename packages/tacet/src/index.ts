export * as boolean from "./api/boolean.ts";
export { Ciphertext } from "./api/ciphertext.ts";
export { CompactCiphertextList, CompactCiphertextListBuilder } from "./api/compact-list.ts";
export { CompressedCiphertext } from "./api/compressed-ciphertext.ts";
export { CompressedCiphertextList } from "./api/compressed-list.ts";
export { CompressedKeyValueStore } from "./api/compressed-store.ts";
export {
  Engine,
  type EngineInfo,
  type Explanation,
  type HandlesOf,
  type LoadOptions,
} from "./api/engine.ts";
export { FheBool } from "./api/fhe-bool.ts";
export * from "./api/fhe-int.ts";
export { FheInteger, type FheIntegerType } from "./api/fhe-integer.ts";
export * from "./api/fhe-uint.ts";
export { BoolHandle } from "./api/handles/bool-handle.ts";
export type { Element } from "./api/handles/elements.ts";
export {
  type ArrayOf,
  BoolArray,
  type BoolOperand,
  EncryptedArray,
  IntegerArray,
  type IntegerOperand,
} from "./api/handles/encrypted-array.ts";
export { Handle } from "./api/handles/handle.ts";
export {
  type Amount,
  IntegerHandle,
  IntHandle,
  type OfOneType,
  UintHandle,
} from "./api/handles/integer-handle.ts";
export { KeyValueStore } from "./api/handles/key-value-store.ts";
export type { Order, ShuffleOptions } from "./api/handles/lists.ts";
export type { MatchTable } from "./api/handles/match-table.ts";
export type { RandomIntegerOptions, RandomOptions, RandomUintOptions } from "./api/handles/random.ts";
export type { Nested, Shape } from "./api/handles/shape.ts";
export { ClientKey } from "./api/keys/client-key.ts";
export { CompactPublicKey, CompressedCompactPublicKey } from "./api/keys/compact-public-key.ts";
export {
  DecompressionUpgradeKey,
  type DecompressionUpgradeOptions,
} from "./api/keys/decompression-upgrade-key.ts";
export { ExpandedServerKey } from "./api/keys/expanded-server-key.ts";
export type { GenerateOptions } from "./api/keys/generate-options.ts";
export type { ExpandKeyOptions, KeyPart } from "./api/keys/key-parts.ts";
export { KeySwitchingKey, type KeySwitchingOptions } from "./api/keys/key-switching-key.ts";
export { CompressedPublicKey, PublicKey } from "./api/keys/public-key.ts";
export type { Seed } from "./api/keys/seed.ts";
export { ServerKey } from "./api/keys/server-key.ts";
export { CompressedXofKeySet, XofKeySet } from "./api/keys/xof-key-set.ts";
export type { XofOptions } from "./api/keys/xof-options.ts";
export type { ExpandOptions } from "./api/list-arguments.ts";
export {
  type Randomizable,
  type RandomReRandomization,
  type ReRandomizationContext,
  ReRandomizer,
  type ReRandomizerOptions,
} from "./api/re-randomizer.ts";
export * as shortint from "./api/shortint.ts";
export { type UpgradeKey, UpgradeKeyChain } from "./api/upgrade-key-chain.ts";
export type { Clear, Integer } from "./api/value.ts";
export type { ValueType } from "./api/value-type.ts";
export { type Configuration, configure } from "./configuration.ts";
export type { EngineObserver, FinishedBatch, PlannedBootstrap } from "./engine/observer.ts";
export type { EngineOptions } from "./engine/options.ts";
export * from "./errors.ts";
export type { ClassicParameters, NoiseDistribution } from "./parameters/classic-parameters.ts";
export type { CompactEncryption, ZkScheme } from "./parameters/compact-encryption.ts";
export {
  type CastingParameters,
  type CompactParameterSet,
  PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
} from "./parameters/compact-sets.ts";
export {
  COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  type CompressionParameters,
} from "./parameters/compression.ts";
export {
  type MetaParameters,
  V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_BIG_ZKV1_TUNIFORM_2M128,
  V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_BIG_ZKV2_TUNIFORM_2M128,
  V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV1_TUNIFORM_2M128,
  V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV2_TUNIFORM_2M128,
} from "./parameters/meta-sets.ts";
export type { Moduli } from "./parameters/moduli.ts";
export {
  NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  type NoiseSquashingCompressionParameters,
  type NoiseSquashingParameters,
} from "./parameters/noise-squashing.ts";
export type { DriftTechnique, ParameterSet } from "./parameters/parameter-set.ts";
export type { ReRandomizationParameters } from "./parameters/re-randomization.ts";
export {
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "./parameters/sets.ts";
export {
  TRANSCIPHERING_PARAM_DEDICATED_OPRF,
  type TranscipheringParameters,
} from "./parameters/transciphering.ts";
export type { ProgressOptions } from "./progress.ts";
export type { ReRandomizationHash } from "./scheme/re-randomization.ts";
export type { CiphertextType, IntegerType, Width } from "./wire/core/types.ts";
export type { DeserializeOptions, ParameterOptions, SerializeOptions } from "./wire/safe-serialize.ts";
