import { type Block, isConstant } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { bitNot } from "../bits/bitwise.ts";
import { shiftLeft } from "../bits/shift.ts";
import { clearValue, weightOf } from "../clear.ts";
import { isClear, lookupUnordered, type Radix } from "../radix.ts";
import { type Columns, carryOut } from "./columns.ts";

/** Number of digits above which centring pays: it costs 3 rotations a digit, and spares some 2/3 for each product. */
const CENTRE_ABOVE = 8;

/**
 * a·b modulo the width. For n digits, n·(n + 1)/2 rotations give the products of two digits, and about as many add them
 * up; for a clear factor see `multiplyClear`.
 */
export function multiply(builder: Builder, a: Radix, b: Radix): Radix {
  return carryOut(builder, product(builder, a, b));
}

/** a·b as a sum that is still to be carried out: products can be added up before. */
export function product(builder: Builder, a: Radix, b: Radix): Columns {
  if (isClear(b)) return multiplyClear(builder, a, clearValue(builder, b));
  if (isClear(a)) return multiplyClear(builder, b, clearValue(builder, a));
  const { columns, constant } = lowerProducts(builder, a, b);
  return { columns: columns.slice(0, a.length), constant };
}

/**
 * Σ aᵢ·bⱼ·M^(i + j) over the digits with i + j below their number, which is also that of the columns, besides one for
 * what the others leave out. As long as there are columns for its carries, the sum is exact.
 */
export function lowerProducts(builder: Builder, a: Radix, b: Radix): Columns {
  const centred =
    builder.parameters.messageModulus > 2 && a.length > CENTRE_ABOVE && ![...a, ...b].some(isConstant);
  return centred ? multiplyCentred(builder, a, b) : multiplyDigits(builder, a, b);
}

/** One rotation for each pair of digits, whose product stays whole. */
function multiplyDigits(builder: Builder, a: Radix, b: Radix): Columns {
  const columns = pairColumns(a, b, (x, y) => lookupUnordered(builder, x, y, (p, q) => p * q));
  return { columns: [...columns, []], constant: 0n };
}

/**
 * With products that take little room. Sums, not products, are the larger part of the work, and their
 * cost grows with the largest value of the addends, up to 9 for a product of two digits below 4. Less
 * functions of one digit each, p·q - f(p) - f(q), it needs only 6 values for f(p) = ⌊3p/2⌋. What was
 * taken away comes back as one addend a column: Σ over i + j = k of f(aᵢ) + f(bⱼ) is the sum over
 * i ≤ k of eᵢ = f(aᵢ) + f(bᵢ), which a running sum yields column by column. What it carries is in every later column,
 * so that all of its carries are due after the last one.
 */
function multiplyCentred(builder: Builder, a: Radix, b: Radix): Columns {
  const { messageModulus } = builder.parameters;
  const share = (digit: number): number => Math.floor((digit * (messageModulus - 1)) / 2);
  const centre = (p: number, q: number): number => p * q - share(p) - share(q);
  const offset = -centre(0, messageModulus - 1);
  const columns = pairColumns(a, b, (x, y) =>
    lookupUnordered(builder, x, y, (p, q) => centre(p, q) + offset),
  );

  let running = builder.constant(0) as Block;
  let carry = running;
  let constant = 0n;
  const carries: Block[] = [];
  for (const [k, column] of columns.entries()) {
    constant -= BigInt(offset * column.length) * weightOf(builder, k);
    const shares = lookupUnordered(builder, a[k], b[k], (p, q) => share(p) + share(q));
    const sum = builder.linear([
      [1, shares],
      [1, running],
      [1, carry],
    ]);
    running = builder.lookup(sum, (value) => value % messageModulus);
    carry = builder.lookup(sum, (value) => Math.floor(value / messageModulus));
    carries.push(carry);
    column.push(running);
  }
  return { columns: [...columns, carries], constant };
}

/** For each column k, the products of digits i and j with i + j = k. */
function pairColumns(a: Radix, b: Radix, product: (x: Block, y: Block) => Block): Block[][] {
  return a.map((_, k) => a.slice(0, k + 1).map((x, i) => product(x, b[k - i])));
}

/**
 * a times a clear number modulo the width, as a sum of a·±2^s with the fewest terms (the
 * non-adjacent form): one term in three bits on average. Shifts by whole digits and complements are free, so that the
 * cost is that of one shift by each number of bits below a digit's, and of adding up.
 */
export function multiplyClear(builder: Builder, a: Radix, factor: bigint): Columns {
  const bits = messageBits(builder.parameters);
  const columns: Block[][] = a.map(() => []);
  let constant = 0n;
  for (const { sign, shift } of nonAdjacentForm(factor)) {
    if (shift >= a.length * bits) break;
    const digits = Math.floor(shift / bits);
    const shifted = shiftLeft(builder, a, shift % bits);
    // Modulo the width, -x is not x + 1, and this holds as well for x without its lowest digits.
    if (sign < 0) constant += 1n << BigInt(digits * bits);
    const addend = sign < 0 ? bitNot(builder, shifted) : shifted;
    for (const [k, column] of columns.entries()) if (k >= digits) column.push(addend[k - digits]);
  }
  return { columns, constant };
}

/** value = Σ sign·2^shift without two neighbouring shifts (Reitwiesner 1960), for value ≥ 0. */
function nonAdjacentForm(value: bigint): { sign: 1 | -1; shift: number }[] {
  const terms: { sign: 1 | -1; shift: number }[] = [];
  for (let shift = 0, rest = value; rest !== 0n; shift++, rest >>= 1n) {
    if ((rest & 1n) === 0n) continue;
    const sign = (rest & 3n) === 1n ? 1 : -1;
    terms.push({ sign, shift });
    rest -= BigInt(sign);
  }
  return terms;
}
