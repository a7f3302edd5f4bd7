/**
 * Computations without bootstraps and without server keys: clients send encrypted selectors and packed values, with which a
 * server evaluates predicates, adds up and fetches rows of what it has in the clear.
 *
 * @module
 */

export {
  type ComparisonOptions,
  constantBits,
  type DigitForm,
  equals,
  lessThan,
} from "./leveled/circuit/digits.ts";
export { ClearTable } from "./leveled/circuit/fetch.ts";
export type { Move, Operand, Program, Step } from "./leveled/circuit/program.ts";
export type { SumOptions } from "./leveled/circuit/sum.ts";
export { type TableOptions, type TableShape, tableShape } from "./leveled/circuit/table-shape.ts";
export { FlagResult } from "./leveled/client/flag-result.ts";
export type { ReadOptions } from "./leveled/client/format.ts";
export { PackedVector, type PackedVectorOptions } from "./leveled/client/packed-vector.ts";
export { RowResult } from "./leveled/client/row-result.ts";
export { SelectorList, type SelectorOptions } from "./leveled/client/selector-list.ts";
export { SumResult } from "./leveled/client/sum-result.ts";
export {
  type LeveledCost,
  LeveledEngine,
  type LeveledEngineInfo,
  type LeveledEngineOptions,
} from "./leveled/engine.ts";
export { EngineFlags, flagModulus, loadFlags, sumAtLeast } from "./leveled/flags.ts";
export type { GadgetName } from "./leveled/gadget.ts";
export { LoadedSelectors, LoadedVector, type Selector } from "./leveled/loaded.ts";
