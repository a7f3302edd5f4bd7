import { type Block, isConstant } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { bitNot, booleanNot } from "../bits/bitwise.ts";
import { clearRadix, clearValue } from "../clear.ts";
import { gt, lt } from "../comparison/compare.ts";
import { anyNonZero } from "../comparison/flags.ts";
import { combine, digitNoise, isClear, lookupPair, lookupUnordered, type Radix } from "../radix.ts";
import { offsetDigit } from "../sign.ts";
import { abs, complementIf } from "./absolute.ts";
import { carryOut } from "./columns.ts";
import { lowerProducts, multiplyClear } from "./multiply.ts";
import { sumColumns } from "./sum.ts";

/** A result modulo the width, and whether the true one is another, as a Boolean block. */
export interface Overflowing {
  readonly value: Radix;
  readonly overflowed: Block;
}

/** a + b. The carry of the top digits tells overflow: no rotation more than for the sum, or one if signed. */
export function overflowingAdd(builder: Builder, a: Radix, b: Radix, signed = false): Overflowing {
  if (signed) return addSigned(builder, a, b, 0);
  const { value, carry } = addUnsigned(builder, a, b, 0);
  return { value, overflowed: carry };
}

/** a - b, as a + not b + 1; see `overflowingAdd`. */
export function overflowingSub(builder: Builder, a: Radix, b: Radix, signed = false): Overflowing {
  const complement = bitNot(builder, b);
  if (signed) return addSigned(builder, a, complement, 1);
  const { value, carry } = addUnsigned(builder, a, complement, 1);
  return { value, overflowed: booleanNot(builder, carry) };
}

/**
 * -a. Unsigned, all but -0 overflows; signed, that of the smallest integer. No rotation more than for the negative.
 * (TFHE-rs: `overflowing_neg_parallelized`.)
 */
export function overflowingNeg(builder: Builder, a: Radix, signed = false): Overflowing {
  const zero = a.map(() => builder.constant(0));
  return overflowingSub(builder, zero, a, signed);
}

/** a + b + increment, and the carry out of the top. */
function addUnsigned(builder: Builder, a: Radix, b: Radix, increment: 0 | 1): { value: Radix; carry: Block } {
  const columns = a.map((digit, index) => [digit, b[index]]);
  const sum = sumColumns(builder, [...columns, []], BigInt(increment));
  return { value: sum.slice(0, -1), carry: sum[a.length] };
}

/**
 * a + b + increment. The top digits count from the smallest they stand for, so that the sum shows by its size whether it
 * is out of range.
 */
function addSigned(builder: Builder, a: Radix, b: Radix, increment: 0 | 1): Overflowing {
  const { messageModulus } = builder.parameters;
  const half = messageModulus / 2;
  const offset = (digit: number): number => offsetDigit(builder, digit);
  const top = a.length - 1;
  const { value, carry } = addUnsigned(builder, a.slice(0, top), b.slice(0, top), increment);

  const [x, y] = isConstant(a[top]) ? [b[top], a[top]] : [a[top], b[top]];
  const look = (table: (sum: number) => number): Block => {
    if (isConstant(y)) {
      const total = (p: number, c: number): number => table(offset(p) + offset(y.min) + c);
      return lookupPair(builder, x, carry, total, digitNoise(builder));
    }
    const both = lookupUnordered(builder, x, y, (p, q) => offset(p) + offset(q));
    const sum = combine(builder, [
      [1, both],
      [1, carry],
    ]);
    return builder.lookup(sum, table, digitNoise(builder));
  };
  return {
    value: [...value, look((sum) => sum % messageModulus)],
    overflowed: look((sum) => Number(sum < half || sum >= half + messageModulus)),
  };
}

/**
 * a·b. Besides the product, overflow takes some two rotations a digit, or a comparison if a factor is clear; signed,
 * the product is that of the absolute values, and takes eight more.
 */
export function overflowingMul(builder: Builder, a: Radix, b: Radix, signed = false): Overflowing {
  if (isClear(b)) return multiplyByClear(builder, a, clearValue(builder, b), signed);
  if (isClear(a)) return multiplyByClear(builder, b, clearValue(builder, a), signed);
  if (signed) return multiplySigned(builder, a, b);
  const { value, excess } = multiplyUnsigned(builder, a, b);
  return { value, overflowed: anyNonZero(builder, excess) };
}

/** The product of the absolute values, negated where it should be; it overflows where that has the wrong sign, too. */
function multiplySigned(builder: Builder, a: Radix, b: Radix): Overflowing {
  const { messageModulus } = builder.parameters;
  const half = messageModulus / 2;
  const negative = lookupUnordered(builder, a[a.length - 1], b[b.length - 1], (p, q) =>
    Number(p >= half !== q >= half),
  );
  const { value, excess } = multiplyUnsigned(builder, abs(builder, a), abs(builder, b));
  const complement = complementIf(builder, negative, value);
  const top = value.length - 1;
  const columns = complement.slice(0, top).map((digit, index) => (index === 0 ? [digit, negative] : [digit]));
  const lower = sumColumns(builder, [...columns, top === 0 ? [negative] : []]);
  const sum = combine(builder, [
    [1, complement[top]],
    [1, lower[top]],
  ]);
  // A carry out of the top says that the product is 0, which has the sign that it should have, whatever that is.
  const sign = builder.lookup(sum, (digit) => Number(digit >= half));
  const outOfRange = lookupUnordered(builder, sign, negative, (p, q) => Number(p !== q));
  return {
    value: [...lower.slice(0, top), builder.lookup(sum, (digit) => digit % messageModulus)],
    overflowed: anyNonZero(builder, [...excess, outOfRange]),
  };
}

/** a·b modulo the width for unsigned integers, and blocks that are all 0 unless there is more to it. */
function multiplyUnsigned(builder: Builder, a: Radix, b: Radix): { value: Radix; excess: Block[] } {
  const { messageModulus } = builder.parameters;
  const { columns, constant } = lowerProducts(builder, a, b);
  // The products that begin within the width are below M^n·n·(M - 1) together.
  const more = Math.floor(Math.log2(a.length * (messageModulus - 1)) / messageBits(builder.parameters));
  const sum = sumColumns(builder, [...columns, ...Array.from({ length: more }, () => [])], constant);

  // Digit i of a meets digits of b beyond the width where b has any from n - i on.
  const excess = sum.slice(a.length);
  let above: Block = builder.constant(0);
  for (let index = a.length - 1; index > 0; index--) {
    const digits = combine(builder, [
      [1, b[index]],
      [1, above],
    ]);
    above = builder.lookup(digits, (value) => (value > 0 ? messageModulus : 0));
    const pair = combine(builder, [
      [1, a[a.length - index]],
      [1, above],
    ]);
    excess.push(builder.lookup(pair, (value) => Number(value > messageModulus)));
  }
  return { value: sum.slice(0, a.length), excess };
}

/** a times a clear number: it overflows where a is beyond what that leaves room for. */
function multiplyByClear(builder: Builder, a: Radix, b: bigint, signed: boolean): Overflowing {
  const value = carryOut(builder, multiplyClear(builder, a, b));
  const bits = a.length * messageBits(builder.parameters);
  const [least, most] = signed
    ? [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n]
    : [0n, (1n << BigInt(bits)) - 1n];
  const factor = signed ? BigInt.asIntN(bits, b) : b;
  if (factor === 0n) return { value, overflowed: builder.constant(0) };

  // Both quotients round towards zero, that is, to what still fits.
  const [low, high] = factor > 0n ? [least / factor, most / factor] : [most / factor, least / factor];
  const bound = (limit: bigint): Radix => clearRadix(builder, limit, a.length);
  const beyond: Block[] = [];
  if (low > least) beyond.push(lt(builder, a, bound(low), signed));
  if (high < most) beyond.push(gt(builder, a, bound(high), signed));
  return { value, overflowed: anyNonZero(builder, beyond) };
}
