import type { BoolHandle, IntegerHandle } from "../src/index.ts";

/** A handle of any type of integers: tests choose types at run time. */
export type Int = IntegerHandle;
export type Operand = Int | bigint;

/** Binary operations on integers, and what they give for plain ones, to be wrapped into the type's range. */
export const ARITHMETIC: Record<string, [(a: Int, b: Operand) => Int, (a: bigint, b: bigint) => bigint]> = {
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
  [(a: Int, b: Operand) => BoolHandle, (a: bigint, b: bigint) => boolean]
> = {
  eq: [(a, b) => a.eq(b), (a, b) => a === b],
  ne: [(a, b) => a.ne(b), (a, b) => a !== b],
  lt: [(a, b) => a.lt(b), (a, b) => a < b],
  le: [(a, b) => a.le(b), (a, b) => a <= b],
  gt: [(a, b) => a.gt(b), (a, b) => a > b],
  ge: [(a, b) => a.ge(b), (a, b) => a >= b],
};

/** The integer of a type that a value is equal to modulo 2^width. */
export function wrapTo(type: { readonly width: number; readonly signed: boolean }, value: bigint): bigint {
  return type.signed ? BigInt.asIntN(type.width, value) : BigInt.asUintN(type.width, value);
}

/** The smallest and the largest integer of a type. */
export function rangeOf(type: { readonly width: number; readonly signed: boolean }): [bigint, bigint] {
  const size = 1n << BigInt(type.width);
  return type.signed ? [-size / 2n, size / 2n - 1n] : [0n, size - 1n];
}
