import type { ClearValue } from "../types.ts";
import { ClearBool } from "./bool.ts";
import { ClearHandle } from "./handle.ts";
import {
  type ClearIntegerType,
  type ClearTextType,
  type ClearType,
  checkIntegerType,
  FheBool,
  integerTypeNamed,
} from "./maker.ts";
import { matched, matchedOr, type Table } from "./match.ts";

export type Integer = number | bigint;
type Operand = ClearInteger | Integer;

/** An integer with the operations of the library's `IntegerHandle`, by plain arithmetic. */
export class ClearInteger extends ClearHandle {
  readonly of: ClearIntegerType;
  readonly value: bigint;

  /** @param value is wrapped into the type's range. */
  constructor(type: ClearIntegerType, value: bigint) {
    super();
    this.of = type;
    this.value = wrap(type, value);
  }

  get type(): string {
    return this.of.name;
  }

  get width(): number {
    return this.of.width;
  }

  get signed(): boolean {
    return this.of.signed;
  }

  get clear(): ClearValue {
    return this.width > 32 ? this.value : Number(this.value);
  }

  add(other: Operand): ClearInteger {
    return this.#same(this.value + this.#operand(other));
  }

  sub(other: Operand): ClearInteger {
    return this.#same(this.value - this.#operand(other));
  }

  mul(other: Operand): ClearInteger {
    return this.#same(this.value * this.#operand(other));
  }

  neg(): ClearInteger {
    return this.#same(-this.value);
  }

  abs(): ClearInteger {
    if (!this.signed) throw new TypeError(`${this.type} has no abs: it is never negative`);
    return this.#same(this.value < 0n ? -this.value : this.value);
  }

  div(other: Operand): ClearInteger {
    return this.divRem(other)[0];
  }

  rem(other: Operand): ClearInteger {
    return this.divRem(other)[1];
  }

  divRem(other: Operand): [ClearInteger, ClearInteger] {
    const divisor = this.#operand(other);
    if (divisor !== 0n) return [this.#same(this.value / divisor), this.#same(this.value % divisor)];
    if (!(other instanceof ClearInteger)) throw new RangeError("cannot divide by 0");
    return [this.#same(this.value < 0n ? 1n : -1n), this];
  }

  mulDiv(factor: Operand, divisor: Integer): ClearInteger {
    const by = this.#operand(divisor);
    if (by === 0n) throw new RangeError("cannot divide by 0");
    return this.#same((this.value * this.#operand(factor)) / by);
  }

  overflowingAdd(other: Operand): [ClearInteger, ClearBool] {
    return this.#overflowing(this.value + this.#operand(other));
  }

  overflowingSub(other: Operand): [ClearInteger, ClearBool] {
    return this.#overflowing(this.value - this.#operand(other));
  }

  overflowingMul(other: Operand): [ClearInteger, ClearBool] {
    return this.#overflowing(this.value * this.#operand(other));
  }

  overflowingNeg(): [ClearInteger, ClearBool] {
    return this.#overflowing(-this.value);
  }

  and(other: Operand): ClearInteger {
    return this.#same(this.value & this.#operand(other));
  }

  or(other: Operand): ClearInteger {
    return this.#same(this.value | this.#operand(other));
  }

  xor(other: Operand): ClearInteger {
    return this.#same(this.value ^ this.#operand(other));
  }

  not(): ClearInteger {
    return this.#same(~this.value);
  }

  shl(amount: Operand): ClearInteger {
    const bits = amountOf(amount);
    return this.#same(bits < this.width ? this.value << bits : 0n);
  }

  shr(amount: Operand): ClearInteger {
    const bits = amountOf(amount);
    return this.#same(this.value >> (bits < this.width ? bits : BigInt(this.width)));
  }

  rotl(amount: Operand): ClearInteger {
    return this.#rotated(amountOf(amount));
  }

  rotr(amount: Operand): ClearInteger {
    return this.#rotated(-amountOf(amount));
  }

  bitSlice(start: number, end: number = this.width): ClearInteger {
    if (![start, end].every(Number.isInteger) || start < 0 || end < start || end > this.width) {
      throw new RangeError(`there are no bits from ${start} to ${end} in ${this.type}`);
    }
    return this.#same(BigInt.asUintN(end - start, this.value >> BigInt(start)));
  }

  reverseBits(): ClearInteger {
    return this.#same(BigInt(`0b${[...this.#bits].reverse().join("")}`));
  }

  countOnes(): ClearInteger {
    return uint32(this.#bits.replaceAll("0", "").length);
  }

  countZeros(): ClearInteger {
    return uint32(this.#bits.replaceAll("1", "").length);
  }

  leadingZeros(): ClearInteger {
    return uint32(this.width - this.#bits.replace(/^0+/, "").length);
  }

  leadingOnes(): ClearInteger {
    return uint32(this.width - this.#bits.replace(/^1+/, "").length);
  }

  trailingZeros(): ClearInteger {
    return uint32(this.width - this.#bits.replace(/0+$/, "").length);
  }

  trailingOnes(): ClearInteger {
    return uint32(this.width - this.#bits.replace(/1+$/, "").length);
  }

  /** That of 0 has all bits set of as many digits of two bits as hold a logarithm and its sign. */
  ilog2(): ClearInteger {
    const highest = this.#bits.indexOf("1");
    if (highest >= 0) return uint32(this.width - 1 - highest);
    return uint32(4 ** Math.ceil((2 * this.width - 2).toString(2).length / 2) - 1);
  }

  checkedIlog2(): [ClearInteger, ClearBool] {
    return [this.ilog2(), new ClearBool(this.value > 0n)];
  }

  isEven(): ClearBool {
    return new ClearBool(this.value % 2n === 0n);
  }

  isOdd(): ClearBool {
    return new ClearBool(this.value % 2n !== 0n);
  }

  eq(other: Operand): ClearBool {
    return new ClearBool(this.value === this.#operand(other));
  }

  ne(other: Operand): ClearBool {
    return new ClearBool(this.value !== this.#operand(other));
  }

  lt(other: Operand): ClearBool {
    return new ClearBool(this.value < this.#operand(other));
  }

  le(other: Operand): ClearBool {
    return new ClearBool(this.value <= this.#operand(other));
  }

  gt(other: Operand): ClearBool {
    return new ClearBool(this.value > this.#operand(other));
  }

  ge(other: Operand): ClearBool {
    return new ClearBool(this.value >= this.#operand(other));
  }

  min(other: Operand): ClearInteger {
    const right = this.#operand(other);
    return this.#same(this.value < right ? this.value : right);
  }

  max(other: Operand): ClearInteger {
    const right = this.#operand(other);
    return this.#same(this.value > right ? this.value : right);
  }

  matchValue(
    table: Table<Integer, Integer | string>,
    type: ClearIntegerType | ClearTextType,
  ): [ClearHandle, ClearBool] {
    return matched(table, this.value, (key) => checkInteger(this.of, key), type);
  }

  matchValueOr(
    table: Table<Integer, Integer | string>,
    otherwise: Integer | string,
    type: ClearIntegerType | ClearTextType,
  ): ClearHandle {
    return matchedOr(table, this.value, (key) => checkInteger(this.of, key), type, otherwise);
  }

  cast(type: ClearType): ClearInteger | ClearBool {
    return type === FheBool ? this.ne(0) : new ClearInteger(checkIntegerType(type), this.value);
  }

  /** The bits, the highest first. */
  get #bits(): string {
    return BigInt.asUintN(this.width, this.value).toString(2).padStart(this.width, "0");
  }

  #same(value: bigint): ClearInteger {
    return new ClearInteger(this.of, value);
  }

  #operand(other: Operand): bigint {
    return integerOf(this.of, other);
  }

  #overflowing(exact: bigint): [ClearInteger, ClearBool] {
    const wrapped = this.#same(exact);
    return [wrapped, new ClearBool(wrapped.value !== exact)];
  }

  /** The bits, moved left. Widths are powers of two here, so that amounts count modulo the width, encrypted or clear. */
  #rotated(places: bigint): ClearInteger {
    const first = Number(BigInt.asUintN(Math.log2(this.width), places));
    return this.#same(BigInt(`0b${this.#bits.slice(first)}${this.#bits.slice(0, first)}`));
  }
}

/** What is to be of a type, as a bigint. @throws TypeError, RangeError for what is not. */
export function integerOf(type: ClearIntegerType, value: Operand): bigint {
  if (!(value instanceof ClearHandle)) return checkInteger(type, value);
  if (value instanceof ClearInteger && value.of === type) return value.value;
  throw new TypeError(`expected an operand of type ${type.name}, not ${(value as ClearHandle).type}`);
}

/** A clear integer that a program gives. @throws TypeError, RangeError for one that does not fit the type. */
export function checkInteger(type: ClearIntegerType, value: Integer): bigint {
  if (typeof value !== "bigint" && typeof value !== "number") throw new TypeError("expected an integer");
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw new RangeError("expected a safe integer");
  const integer = BigInt(value);
  if (integer !== wrap(type, integer)) throw new RangeError(`${value} does not fit ${type.name}`);
  return integer;
}

function wrap({ width, signed }: ClearIntegerType, value: bigint): bigint {
  return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}

/** A number of bits to move by. */
function amountOf(amount: Operand): bigint {
  if (amount instanceof ClearInteger) {
    if (!amount.signed) return amount.value;
    throw new TypeError(`the number of bits to move by is an unsigned integer, not ${amount.type}`);
  }
  const bits = Number(amount);
  if (!Number.isSafeInteger(bits) || bits < 0) throw new RangeError(`cannot move by ${amount} bits`);
  return BigInt(bits);
}

/** A number of bits or a position, as the library gives them. */
export function uint32(value: number): ClearInteger {
  return new ClearInteger(integerTypeNamed("FheUint32"), BigInt(value));
}
