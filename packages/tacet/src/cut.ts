/**
 * Computations that are too large for one machine: cut into parts that several engines with one server key compute.
 *
 * @module
 */
export { computePart, type PartOptions, type PartOutcome } from "./cut/compute-part.ts";
export { type CutOptions, cut } from "./cut/cut.ts";
export type { ComputationPart, PartResult } from "./cut/data.ts";
export type { Import, PartDigit, PartInput, PartRotation, PartTerm } from "./graph/cut/part.ts";
