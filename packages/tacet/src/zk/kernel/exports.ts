import type { Coordinates, Element } from "./layout.ts";

/** Addresses of quads: where the result goes, and the operands, which may be the same. */
type Unary = (out: number, a: number) => void;
type Binary = (out: number, a: number, b: number) => void;

/** What the curve's module exports. All parameters are addresses. */
export type CurveFunctions = Record<`${Element}Multiply` | `${Element}Add` | `${Element}Subtract`, Binary> &
  Record<`${Element}Square` | `${Coordinates}TimesB3` | "extensionTimesXi", Unary> &
  Record<`${Coordinates}MultiplyTwo`, (out: number, a: number, b: number, c: number, d: number) => void> &
  Record<`${Coordinates}AddProjective`, (out: number, a: number, b: number, scratch: number) => void> &
  Record<`${Coordinates}DoubleProjective`, (out: number, a: number, scratch: number) => void> &
  Record<`${Coordinates}Gather` | `${Coordinates}GatherX` | `${Coordinates}Scatter`, Transposition> &
  Record<
    "scalarForward" | "scalarBackward",
    (block: number, half: number, roots: number, step: number) => void
  > &
  Record<
    `${Coordinates}PairDifferences`,
    (pairs: number, end: number, products: number, scratch: number) => void
  > &
  Record<
    `${Coordinates}PairSums`,
    (pairs: number, end: number, products: number, inverse: number, scratch: number) => void
  >;

/** A list of pairs, and quads. */
type Transposition = (list: number, quads: number) => void;
