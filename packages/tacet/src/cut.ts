/**
 * Computations that are too large for one machine: cut into parts that several engines with one server key compute.
 *
 * @module
 */
export { computePart, type PartOptions, type PartOutcome } from "./cut/compute-part.ts";
export { type CutOptions, cut } from "./cut/cut.ts";
export type { ComputationPart, PartResult } from "./cut/data.ts";
export type { Exchange } from "./cut/exchange.ts";
export type {
  Import,
  Imported,
  PartDigit,
  PartInput,
  PartRotation,
  PartTerm,
  Shared,
  Team,
} from "./graph/cut/part.ts";
