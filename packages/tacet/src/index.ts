export { BoolHandle } from "./api/bool-handle.ts";
export { Ciphertext } from "./api/ciphertext.ts";
export { ClientKey, type GenerateOptions, type ParameterOptions } from "./api/client-key.ts";
export { Engine, type EngineInfo, type Explanation } from "./api/engine.ts";
export { FheBool } from "./api/fhe-bool.ts";
export { FheUint, FheUint8, FheUint16, FheUint32, FheUint64, type FheUintType } from "./api/fhe-uint.ts";
export { Handle } from "./api/handle.ts";
export { ServerKey } from "./api/server-key.ts";
export { UintHandle } from "./api/uint-handle.ts";
export type { Clear, Integer, Width } from "./api/value.ts";
export type { EvaluatorOptions as EngineOptions } from "./engine/evaluator.ts";
export * from "./errors.ts";
export type { ParameterSet } from "./parameters/parameter-set.ts";
export {
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "./parameters/sets.ts";
export type { ProgressOptions } from "./progress.ts";
export type { DeserializeOptions } from "./wire/safe-serialize.ts";
