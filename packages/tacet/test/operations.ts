import type { BoolHandle, UintHandle, Width } from "../src/index.ts";

/** A handle of any width: tests choose widths at run time. */
export type Uint = UintHandle<Width>;
export type Operand = Uint | bigint;

/** Binary operations on integers, and what they give for plain ones modulo 2^width. */
export const ARITHMETIC: Record<string, [(a: Uint, b: Operand) => Uint, (a: bigint, b: bigint) => bigint]> = {
  add: [(a, b) => a.add(b), (a, b) => a + b],
  sub: [(a, b) => a.sub(b), (a, b) => a - b],
  mul: [(a, b) => a.mul(b), (a, b) => a * b],
  and: [(a, b) => a.and(b), (a, b) => a & b],
  or: [(a, b) => a.or(b), (a, b) => a | b],
  xor: [(a, b) => a.xor(b), (a, b) => a ^ b],
  min: [(a, b) => a.min(b), (a, b) => (a < b ? a : b)],
  max: [(a, b) => a.max(b), (a, b) => (a > b ? a : b)],
};

export const COMPARISONS: Record<
  string,
  [(a: Uint, b: Operand) => BoolHandle, (a: bigint, b: bigint) => boolean]
> = {
  eq: [(a, b) => a.eq(b), (a, b) => a === b],
  ne: [(a, b) => a.ne(b), (a, b) => a !== b],
  lt: [(a, b) => a.lt(b), (a, b) => a < b],
  le: [(a, b) => a.le(b), (a, b) => a <= b],
  gt: [(a, b) => a.gt(b), (a, b) => a > b],
  ge: [(a, b) => a.ge(b), (a, b) => a >= b],
};
