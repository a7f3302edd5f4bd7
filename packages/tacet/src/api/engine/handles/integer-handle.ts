import type { Block } from "../../../graph/block.ts";
import type { Builder } from "../../../graph/builder.ts";
import { abs } from "../../../integer/arithmetic/absolute.ts";
import { divRem } from "../../../integer/arithmetic/divide.ts";
import { product } from "../../../integer/arithmetic/multiply.ts";
import { multiplyDivide } from "../../../integer/arithmetic/multiply-divide.ts";
import {
  type Overflowing,
  overflowingAdd,
  overflowingMul,
  overflowingNeg,
  overflowingSub,
} from "../../../integer/arithmetic/overflow.ts";
import { bitAnd, bitNot, bitOr, bitXor } from "../../../integer/bits/bitwise.ts";
import { countOnes, countZeros } from "../../../integer/bits/count.ts";
import { leadingOnes, leadingZeros, trailingOnes, trailingZeros } from "../../../integer/bits/leading.ts";
import { checkedIlog2, ilog2 } from "../../../integer/bits/logarithm.ts";
import { isEven, isOdd } from "../../../integer/bits/parity.ts";
import { reverseBits } from "../../../integer/bits/reverse.ts";
import { rotateLeft, rotateRight } from "../../../integer/bits/rotate.ts";
import { shiftLeft, shiftRight } from "../../../integer/bits/shift.ts";
import { rotateLeftBy, rotateRightBy, shiftLeftBy, shiftRightBy } from "../../../integer/bits/shift-by.ts";
import { bitSlice } from "../../../integer/bits/slice.ts";
import { resize } from "../../../integer/cast.ts";
import { clearRadix } from "../../../integer/clear.ts";
import { ge, gt, le, lt, max, min } from "../../../integer/comparison/compare.ts";
import { eq, ne } from "../../../integer/comparison/equal.ts";
import type { Radix } from "../../../integer/radix.ts";
import { matchValue, matchValueOr } from "../../../integer/table/match.ts";
import { describe, introduce, PERMIT, type Permit } from "../../../opaque.ts";
import { checkNumber } from "../../../options.ts";
import type { ProgressOptions } from "../../../progress.ts";
import type { IntegerType, Width } from "../../../wire/core/types.ts";
import type { SerializedCiphertext } from "../../../wire/values/ciphertext.ts";
import type { Ciphertext } from "../../values/ciphertext.ts";
import type { CompressedCiphertext } from "../../values/compressed-ciphertext.ts";
import { FheBool } from "../../values/fhe-bool.ts";
import { FheInt, type FheIntType } from "../../values/fhe-int.ts";
import { checkMaker, type FheInteger, type FheIntegerType } from "../../values/fhe-integer.ts";
import { FheUint, type FheUintType } from "../../values/fhe-uint.ts";
import {
  blockCount,
  checkInteger,
  type Integer,
  type IntegerFormat,
  integerType,
  unsignedValue,
} from "../../values/value.ts";
import type { FheTextType, TextOf } from "../../values/value-type.ts";
import { BoolHandle } from "./bool-handle.ts";
import { Digits } from "./digits.ts";
import { type Context, digitsIn, Handle } from "./handle.ts";
import { type MatchTable, matchEntries, type Target } from "./match-table.ts";
import { type MatchType, type StringHandle, targetOf } from "./string-handle.ts";

/** An operation on digits; `signed` says how they are to be read, where that matters. */
type Operation<T> = (builder: Builder, a: Radix, b: Radix, signed: boolean) => T;
/** The same with a single operand. */
type UnaryOperation<T> = (builder: Builder, a: Radix, signed: boolean) => T;
/** A shift or a rotation by a clear number of bits, and one by an encrypted number. */
type Movement = {
  readonly clear: (builder: Builder, a: Radix, amount: number, signed: boolean) => Radix;
  readonly encrypted: Operation<Radix>;
};

/** An encrypted number of bits, or a clear one. */
export type Amount = UintHandle<Width> | Integer;

/** Some handles of one type: those of several types have no sum. */
export type OfOneType<H> = IsUnion<H> extends true ? never : readonly H[];
type IsUnion<H, All = H> = H extends unknown ? ([All] extends [H] ? false : true) : never;

/**
 * An encrypted integer inside an engine. Arithmetic wraps modulo 2^width. Right operands are handles of the same
 * engine and type, or clear integers that fit the type.
 *
 * All operations throw TypeError for an operand of another type or engine, RangeError for a clear one that does not
 * fit, and DisposedError for a handle that has been disposed of.
 */
export abstract class IntegerHandle<C extends FheInteger = FheInteger> extends Handle<C> {
  /** Number of bits. */
  readonly width: C["width"];
  /** Whether the integer can be negative. */
  abstract readonly signed: C["signed"];

  static {
    introduce(IntegerHandle, {
      name: "IntegerHandle",
      noun: "an encrypted integer",
      instead: "compare with lt, gt, le, ge or eq, add with add",
    });
  }

  /** @internal */
  constructor(permit: Permit, context: Context, digits: Digits | readonly Block[], width: C["width"]) {
    super(permit, context, digits);
    this.width = width;
  }

  get type(): IntegerType {
    return integerType(this);
  }

  /**
   * Computes the value and compresses it: about 0.8 KB for each two bits of an integer at the default parameters, in
   * place of 16 KB. To compute with it again, or to read it, an engine has to take it in first. Throws as `ciphertext`.
   */
  async compress(options?: ProgressOptions): Promise<CompressedCiphertext<C>> {
    return this.compressed(options);
  }

  /** The sum. Sums of sums and of products are carried out once, when something else than a sum needs them. */
  add(other: this | Integer): this {
    return this.#sum(other, false);
  }

  /** The difference; see `add`. */
  sub(other: this | Integer): this {
    return this.#sum(other, true);
  }

  /** The product. A sum of products is carried out once; see `add`. */
  mul(other: this | Integer): this {
    return this.build((builder) => {
      const right = operand(builder, this, other, this.context);
      return this.#same(Digits.ofColumns(builder, product(builder, this.digits.blocks, right)));
    });
  }

  /** The value's negative modulo 2^width: 0 and the smallest signed integer stay what they are. */
  neg(): this {
    return this.build((builder) =>
      this.#same(Digits.ofSum(builder, [{ digits: this.digits, negative: true }])),
    );
  }

  /**
   * The quotient, rounded towards 0. Divided by an encrypted 0, it has all bits set, which is the largest unsigned
   * integer, and -1 or 1 for a signed dividend that is not negative, or negative.
   *
   * @throws RangeError for a clear 0, besides what all operations throw.
   */
  div(other: this | Integer): this {
    return this.#arithmetic((...operands) => divRem(...operands).quotient, this.#divisor(other));
  }

  /** The remainder, which has the sign of the dividend, and is the dividend where the divisor is 0. Throws as `div`. */
  rem(other: this | Integer): this {
    return this.#arithmetic((...operands) => divRem(...operands).remainder, this.#divisor(other));
  }

  /** Quotient and remainder for little more than the price of the quotient; see `div` and `rem`. */
  divRem(other: this | Integer): [quotient: this, remainder: this] {
    return this.#binary((builder, a, b, signed) => {
      const { quotient, remainder } = divRem(builder, a, b, signed);
      return [this.#same(quotient), this.#same(remainder)];
    }, this.#divisor(other));
  }

  /**
   * The value times a factor, divided by a clear divisor and rounded towards 0. The product is exact: it may have twice
   * the width, of which the quotient keeps the lower half.
   *
   * @throws RangeError for a divisor of 0, besides what all operations throw.
   */
  mulDiv(factor: this | Integer, divisor: Integer): this {
    return this.#binary((builder, a, b, signed) => {
      const by = operand(builder, this, this.#divisor(divisor), this.context);
      return this.#same(multiplyDivide(builder, a, b, by, signed));
    }, factor);
  }

  /** The sum modulo 2^width, and whether the sum itself does not fit. */
  overflowingAdd(other: this | Integer): [sum: this, overflowed: BoolHandle] {
    return this.#overflowing(overflowingAdd, other);
  }

  /** The difference modulo 2^width, and whether the difference itself does not fit. */
  overflowingSub(other: this | Integer): [difference: this, overflowed: BoolHandle] {
    return this.#overflowing(overflowingSub, other);
  }

  /** The product modulo 2^width, and whether the product itself does not fit. */
  overflowingMul(other: this | Integer): [product: this, overflowed: BoolHandle] {
    return this.#overflowing(overflowingMul, other);
  }

  /** The negative modulo 2^width, and whether the negative itself does not fit. */
  overflowingNeg(): [negative: this, overflowed: BoolHandle] {
    return this.#overflowing((builder, a, _, signed) => overflowingNeg(builder, a, signed), 0);
  }

  and(other: this | Integer): this {
    return this.#arithmetic(bitAnd, other);
  }

  or(other: this | Integer): this {
    return this.#arithmetic(bitOr, other);
  }

  xor(other: this | Integer): this {
    return this.#arithmetic(bitXor, other);
  }

  not(): this {
    return this.derive(bitNot);
  }

  /**
   * Shifts left by a number of bits, encrypted or clear. The width or more leaves 0.
   *
   * @throws RangeError if the number is negative or fractional.
   */
  shl(amount: Amount): this {
    return this.#move({ clear: shiftLeft, encrypted: shiftLeftBy }, amount);
  }

  /**
   * Shifts right by a number of bits, encrypted or clear, and copies of the sign of a signed integer in from the left.
   * The width or more leaves 0, or -1 of a negative integer.
   *
   * @throws RangeError if the number is negative or fractional.
   */
  shr(amount: Amount): this {
    return this.#move({ clear: shiftRight, encrypted: shiftRightBy }, amount);
  }

  /**
   * Moves all bits left by a number of places, encrypted or clear: those that fall out come in from the right. An
   * encrypted number counts modulo the next power of two, which is not the same for widths that are none.
   *
   * @throws RangeError if the number is negative or fractional.
   */
  rotl(amount: Amount): this {
    return this.#move({ clear: rotateLeft, encrypted: rotateLeftBy }, amount);
  }

  /**
   * Moves all bits right by a number of places, encrypted or clear: those that fall out come in from the left. See
   * `rotl`.
   *
   * @throws RangeError if the number is negative or fractional.
   */
  rotr(amount: Amount): this {
    return this.#move({ clear: rotateRight, encrypted: rotateRightBy }, amount);
  }

  /**
   * The bits from number `start` to before number `end`, counted from the lowest, as an integer of this type.
   *
   * @throws RangeError if these are no integers with 0 ≤ start ≤ end ≤ width.
   */
  bitSlice(start: number, end: number = this.width): this {
    for (const bit of [start, end]) checkNumber("the number of a bit", bit);
    if (![start, end].every(Number.isInteger) || start < 0 || end < start || end > this.width) {
      throw new RangeError(`there are no bits from ${start} to ${end} in an integer of ${this.width} bits`);
    }
    return this.derive((builder, a) => bitSlice(builder, a, start, end));
  }

  /** The bits in opposite order. */
  reverseBits(): this {
    return this.derive(reverseBits);
  }

  /** Number of bits that are 1. */
  countOnes(): UintHandle<32> {
    return this.#count(countOnes);
  }

  /** Number of bits that are 0. */
  countZeros(): UintHandle<32> {
    return this.#count(countZeros);
  }

  /** Number of bits that are 0 above the highest 1. */
  leadingZeros(): UintHandle<32> {
    return this.#count(leadingZeros);
  }

  /** Number of bits that are 1 above the highest 0. */
  leadingOnes(): UintHandle<32> {
    return this.#count(leadingOnes);
  }

  /** Number of bits that are 0 below the lowest 1. */
  trailingZeros(): UintHandle<32> {
    return this.#count(trailingZeros);
  }

  /** Number of bits that are 1 below the lowest 0. */
  trailingOnes(): UintHandle<32> {
    return this.#count(trailingOnes);
  }

  /**
   * The position of the highest bit that is 1: the logarithm, rounded down. That of 0 or of a negative integer is of no
   * use, as in TFHE-rs: ask `checkedIlog2`.
   */
  ilog2(): UintHandle<32> {
    return this.#count(ilog2);
  }

  /** The logarithm as `ilog2` gives it, and whether there is one: whether the value is positive. */
  checkedIlog2(): [logarithm: UintHandle<32>, positive: BoolHandle] {
    return this.build((builder) => {
      const { value, positive } = checkedIlog2(builder, this.digits.blocks, this.signed);
      return [this.#short(builder, value), new BoolHandle(PERMIT, this.context, positive)];
    });
  }

  /** Whether the lowest bit is 0. */
  isEven(): BoolHandle {
    return this.#verdict(isEven);
  }

  /** Whether the lowest bit is 1. */
  isOdd(): BoolHandle {
    return this.#verdict(isOdd);
  }

  eq(other: this | Integer): BoolHandle {
    return this.#comparison(eq, other);
  }

  ne(other: this | Integer): BoolHandle {
    return this.#comparison(ne, other);
  }

  lt(other: this | Integer): BoolHandle {
    return this.#comparison(lt, other);
  }

  le(other: this | Integer): BoolHandle {
    return this.#comparison(le, other);
  }

  gt(other: this | Integer): BoolHandle {
    return this.#comparison(gt, other);
  }

  ge(other: this | Integer): BoolHandle {
    return this.#comparison(ge, other);
  }

  min(other: this | Integer): this {
    return this.#arithmetic(min, other);
  }

  max(other: this | Integer): this {
    return this.#arithmetic(max, other);
  }

  /**
   * What a clear table has for the value, as an integer of a type or a text, and whether it has anything; 0 or no
   * characters where not.
   *
   * @throws RangeError for a key of the table that does not fit this type or comes twice, and for a value of it that
   *   does not fit the result's.
   */
  matchValue<V extends Width>(table: MatchTable, type: FheUintType<V>): [UintHandle<V>, matched: BoolHandle];
  matchValue<V extends Width>(table: MatchTable, type: FheIntType<V>): [IntHandle<V>, matched: BoolHandle];
  matchValue(table: MatchTable, type: FheIntegerType): [IntegerHandle, matched: BoolHandle];
  matchValue<Type extends FheTextType>(
    table: MatchTable<Integer, string>,
    type: Type,
  ): [StringHandle<TextOf<Type>>, matched: BoolHandle];
  matchValue<V>(table: MatchTable<Integer, V>, type: MatchType): [Handle<Ciphertext>, matched: BoolHandle] {
    const target = targetOf(this.context, table, type);
    const entries = matchEntries(table, (key) => unsignedValue(key, this), target.numberOf);
    return this.build((builder) => {
      const { value, matched } = matchValue(builder, this.digits.blocks, entries, target.digits);
      return [target.make(value), new BoolHandle(PERMIT, this.context, matched)];
    });
  }

  /** What a clear table has for the value, as an integer of a type or a text, or `otherwise`. Throws as `matchValue`. */
  matchValueOr<V extends Width>(table: MatchTable, otherwise: Integer, type: FheUintType<V>): UintHandle<V>;
  matchValueOr<V extends Width>(table: MatchTable, otherwise: Integer, type: FheIntType<V>): IntHandle<V>;
  matchValueOr(table: MatchTable, otherwise: Integer, type: FheIntegerType): IntegerHandle;
  matchValueOr<Type extends FheTextType>(
    table: MatchTable<Integer, string>,
    otherwise: string,
    type: Type,
  ): StringHandle<TextOf<Type>>;
  matchValueOr<V>(table: MatchTable<Integer, V>, otherwise: V, type: MatchType): Handle<Ciphertext> {
    const target = targetOf(this.context, table, type, otherwise);
    const entries = matchEntries(table, (key) => unsignedValue(key, this), target.numberOf);
    const rest = target.numberOf(otherwise);
    return this.build((builder) =>
      target.make(matchValueOr(builder, this.digits.blocks, entries, rest, target.digits)),
    );
  }

  /**
   * The value as another type: high bits are cut off; those that are missing are 0, or copies of the sign of a
   * signed integer, whatever the new type. As `FheBool`, it is whether the integer is not 0.
   */
  cast<V extends Width>(type: FheUintType<V>): UintHandle<V>;
  cast<V extends Width>(type: FheIntType<V>): IntHandle<V>;
  cast(type: typeof FheBool): BoolHandle;
  cast(type: FheIntegerType): IntegerHandle;
  cast(type: FheIntegerType | typeof FheBool): IntegerHandle | BoolHandle {
    if (type === FheBool) return this.ne(0);
    const format = checkMaker(type as FheIntegerType, "a type, such as FheUint8 or FheBool");
    const count = blockCount(format.width, this.context.evaluator.parameters);
    return this.build((builder) =>
      integerHandle(this.context, resize(builder, this.digits.blocks, count, this.signed), format),
    );
  }

  /** @internal */
  protected derive(operation: UnaryOperation<Radix>): this {
    return this.build((builder) => this.#same(operation(builder, this.digits.blocks, this.signed)));
  }

  /** The handle of some digits as an integer of this type. */
  #same(digits: Digits | Radix): this {
    return sameType(this, this.context, digits);
  }

  #sum(other: this | Integer, negative: boolean): this {
    return this.build((builder) => {
      const clear = !(other instanceof Handle);
      const right = clear
        ? Digits.of(builder, operand(builder, this, other, this.context))
        : operandDigits(this, other, this.context);
      const sum = Digits.ofSum(builder, [
        { digits: this.digits, negative: false },
        { digits: right, negative },
      ]);
      if (clear) right.release();
      return this.#same(sum);
    });
  }

  #binary<T>(operation: Operation<T>, other: this | Integer): T {
    return this.build((builder) => {
      const right = operand(builder, this, other, this.context);
      return operation(builder, this.digits.blocks, right, this.signed);
    });
  }

  #arithmetic(operation: Operation<Radix>, other: this | Integer): this {
    return this.#binary((...operands) => this.#same(operation(...operands)), other);
  }

  /** Refuses a clear 0. An encrypted value that is known to be 0 all the same is like any other encrypted 0. */
  #divisor<T extends this | Integer>(divisor: T): T {
    if (!(divisor instanceof Handle) && checkInteger(divisor, this) === 0n) {
      throw new RangeError("division by zero");
    }
    return divisor;
  }

  #comparison(operation: Operation<Block>, other: this | Integer): BoolHandle {
    return this.#binary((...operands) => new BoolHandle(PERMIT, this.context, operation(...operands)), other);
  }

  #overflowing(operation: Operation<Overflowing>, other: this | Integer): [this, BoolHandle] {
    return this.#binary((...operands) => {
      const { value, overflowed } = operation(...operands);
      return [this.#same(value), new BoolHandle(PERMIT, this.context, overflowed)];
    }, other);
  }

  #verdict(operation: UnaryOperation<Block>): BoolHandle {
    return this.build(
      (builder) => new BoolHandle(PERMIT, this.context, operation(builder, this.digits.blocks, this.signed)),
    );
  }

  #count(operation: UnaryOperation<Radix>): UintHandle<32> {
    return this.build((builder) => this.#short(builder, operation(builder, this.digits.blocks, this.signed)));
  }

  /** A number of bits as TFHE-rs gives them. */
  #short(builder: Builder, digits: Radix): UintHandle<32> {
    const count = blockCount(32, builder.parameters);
    return new UintHandle<32>(PERMIT, this.context, resize(builder, digits, count), 32);
  }

  #move({ clear, encrypted }: Movement, amount: Amount): this {
    if (!(amount instanceof Handle)) {
      const bits = checkAmount(amount);
      return this.derive((builder, a) => clear(builder, a, bits, this.signed));
    }
    if (!(amount instanceof UintHandle)) {
      throw new TypeError(
        `the number of bits to move by is an unsigned integer, not ${(amount as Handle<never>).type}`,
      );
    }
    return this.derive((builder, a) =>
      encrypted(builder, a, digitsIn(amount, this.context).blocks, this.signed),
    );
  }
}

/** An encrypted unsigned integer of `W` bits inside an engine. */
export class UintHandle<W extends Width> extends IntegerHandle<FheUint<W>> {
  static {
    introduce(UintHandle, { name: "UintHandle" });
  }

  override readonly signed = false;

  /** @internal */
  protected override wrap(content: SerializedCiphertext): FheUint<W> {
    return new FheUint(PERMIT, content);
  }
}

/** An encrypted signed integer of `W` bits inside an engine. */
export class IntHandle<W extends Width> extends IntegerHandle<FheInt<W>> {
  static {
    introduce(IntHandle, { name: "IntHandle" });
  }

  override readonly signed = true;

  /** The distance from 0 modulo 2^width: the smallest integer stays what it is. */
  abs(): this {
    return this.derive(abs);
  }

  /** @internal */
  protected override wrap(content: SerializedCiphertext): FheInt<W> {
    return new FheInt(PERMIT, content);
  }
}

/** For the rest of the library: the handle of some digits as an integer of a format. */
export function integerHandle(
  context: Context,
  digits: Digits | Radix,
  format: IntegerFormat,
): IntegerHandle {
  const Same = format.signed ? IntHandle : UintHandle;
  return new Same(PERMIT, context, digits, format.width);
}

/** For the rest of the library: integers of a format as the values of a table. */
export function integerTarget(context: Context, format: IntegerFormat): Target<Integer, IntegerHandle> {
  return {
    digits: blockCount(format.width, context.evaluator.parameters),
    numberOf: (value) => unsignedValue(value, format),
    make: (digits) => integerHandle(context, digits, format),
  };
}

/** For the rest of the library: the handle of some digits as an integer of the type of another handle. */
export function sameType<H extends IntegerHandle>(model: H, context: Context, digits: Digits | Radix): H {
  return integerHandle(context, digits, model) as H;
}

/** For the rest of the library: an operand of operations with integers of a format, as blocks. */
export function operand(
  builder: Builder,
  format: IntegerFormat,
  other: IntegerHandle | Integer,
  context: Context,
): Radix {
  if (!(other instanceof Handle)) {
    const digits = blockCount(format.width, builder.parameters);
    return clearRadix(builder, checkInteger(other, format), digits);
  }
  return operandDigits(format, other, context).blocks;
}

/** For the rest of the library: an encrypted operand of operations with integers of a format. */
export function operandDigits(format: IntegerFormat, other: IntegerHandle, context: Context): Digits {
  const expected = integerType(format);
  if (other.type !== expected) {
    throw new TypeError(`expected an operand of type ${expected}, not ${other.type}; use cast to convert`);
  }
  return digitsIn(other, context);
}

/** A number of bits to move by. */
function checkAmount(amount: Integer): number {
  if (typeof amount !== "number" && typeof amount !== "bigint") {
    throw new TypeError(`the number of bits to move by is an integer, not ${describe(amount)}`);
  }
  const bits = Number(amount);
  if (Number.isSafeInteger(bits) && bits >= 0) return bits;
  throw new RangeError(`cannot move by ${amount} bits; expected an integer from 0 to 2^53 - 1`);
}
