export * as boolean from "./api/boolean.ts";
export type { Element } from "./api/engine/collections/elements.ts";
export {
  type ArrayOf,
  BoolArray,
  type BoolOperand,
  EncryptedArray,
  IntegerArray,
  type IntegerOperand,
} from "./api/engine/collections/encrypted-array.ts";
export { KeyValueStore } from "./api/engine/collections/key-value-store.ts";
export type { Order, ShuffleOptions } from "./api/engine/collections/lists.ts";
export type { Nested, Shape } from "./api/engine/collections/shape.ts";
export { Engine } from "./api/engine/engine.ts";
export type { EngineInfo, Explanation, LoadOptions } from "./api/engine/engine-info.ts";
export type { HandlesOf } from "./api/engine/handle-types.ts";
export { BoolHandle } from "./api/engine/handles/bool-handle.ts";
export { Handle } from "./api/engine/handles/handle.ts";
export {
  type Amount,
  IntegerHandle,
  IntHandle,
  type OfOneType,
  UintHandle,
} from "./api/engine/handles/integer-handle.ts";
export type { MatchTable } from "./api/engine/handles/match-table.ts";
export type { RandomIntegerOptions, RandomOptions, RandomUintOptions } from "./api/engine/handles/random.ts";
export type { SplitOptions } from "./api/engine/handles/split-options.ts";
export { type Piece, StringHandle } from "./api/engine/handles/string-handle.ts";
export type { LikeOptions, TextHandle } from "./api/engine/handles/text-handle.ts";
export {
  type Randomizable,
  type RandomReRandomization,
  type ReRandomizationContext,
  ReRandomizer,
  type ReRandomizerOptions,
} from "./api/engine/re-randomizer.ts";
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
export { type UpgradeKey, UpgradeKeyChain } from "./api/keys/upgrade-key-chain.ts";
export { CompressedXofKeySet, XofKeySet } from "./api/keys/xof-key-set.ts";
export type { XofOptions } from "./api/keys/xof-options.ts";
export { CompactCiphertextList, CompactCiphertextListBuilder } from "./api/lists/compact-list.ts";
export { CompressedCiphertextList } from "./api/lists/compressed-list.ts";
export { CompressedKeyValueStore } from "./api/lists/compressed-store.ts";
export type { ExpandOptions } from "./api/lists/list-arguments.ts";
export * as shortint from "./api/shortint.ts";
export { Ciphertext } from "./api/values/ciphertext.ts";
export { CompressedCiphertext } from "./api/values/compressed-ciphertext.ts";
export { FheAsciiString } from "./api/values/fhe-ascii-string.ts";
export { FheBool } from "./api/values/fhe-bool.ts";
export * from "./api/values/fhe-int.ts";
export { FheInteger, type FheIntegerType } from "./api/values/fhe-integer.ts";
export { FheText } from "./api/values/fhe-text.ts";
export * from "./api/values/fhe-uint.ts";
export { FheUtf8String } from "./api/values/fhe-utf8-string.ts";
export type { TextOptions } from "./api/values/text.ts";
export type { Clear, Integer } from "./api/values/value.ts";
export type { ValueType } from "./api/values/value-type.ts";
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
export { Pattern, type PatternOptions } from "./pattern/pattern.ts";
export type { ProgressOptions } from "./progress.ts";
export type { ReRandomizationHash } from "./scheme/re-randomization.ts";
export type { CiphertextType, IntegerType, Width } from "./wire/core/types.ts";
export type { DeserializeOptions, ParameterOptions, SerializeOptions } from "./wire/safe-serialize.ts";
