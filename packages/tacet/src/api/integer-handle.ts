import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { add, neg, sub } from "../integer/add.ts";
import { bitAnd, bitNot, bitOr, bitXor } from "../integer/bitwise.ts";
import { resize } from "../integer/cast.ts";
import { clearRadix } from "../integer/clear.ts";
import { ge, gt, le, lt, max, min } from "../integer/compare.ts";
import { eq, ne } from "../integer/equal.ts";
import { multiply } from "../integer/multiply.ts";
import type { Radix } from "../integer/radix.ts";
import { shiftLeft, shiftRight } from "../integer/shift.ts";
import type { IntegerType, Width } from "../wire/core/types.ts";
import type { SerializedCiphertext } from "../wire/values/ciphertext.ts";
import { BoolHandle } from "./bool-handle.ts";
import { FheInt, type FheIntType } from "./fhe-int.ts";
import { checkMaker, type FheInteger, type FheIntegerType } from "./fhe-integer.ts";
import { FheUint, type FheUintType } from "./fhe-uint.ts";
import { blocksIn, blocksOf, type Context, Handle } from "./handle.ts";
import { blockCount, checkInteger, type Integer, type IntegerFormat, integerType } from "./value.ts";

/** An operation on digits; `signed` says how they are ordered, where that matters. */
type Operation<T> = (builder: Builder, a: Radix, b: Radix, signed: boolean) => T;

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

  /** @internal */
  constructor(context: Context, blocks: readonly Block[], width: C["width"]) {
    super(context, blocks);
    this.width = width;
  }

  get type(): IntegerType {
    return integerType(this);
  }

  add(other: this | Integer): this {
    return this.#arithmetic(add, other);
  }

  sub(other: this | Integer): this {
    return this.#arithmetic(sub, other);
  }

  mul(other: this | Integer): this {
    return this.#arithmetic(multiply, other);
  }

  /** The value's negative modulo 2^width: 0 and the smallest signed integer stay what they are. */
  neg(): this {
    return this.#derive(neg);
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
    return this.#derive(bitNot);
  }

  /**
   * Shifts left by a clear number of bits; as many as the width, or more, give 0.
   *
   * @throws RangeError if the number is negative or fractional.
   */
  shl(amount: number): this {
    checkShift(amount);
    return this.#derive((builder, blocks) => shiftLeft(builder, blocks, amount));
  }

  /**
   * Shifts right by a clear number of bits, and copies of the sign of a signed integer in from the left; as many as
   * the width, or more, give 0, or -1 for a negative integer.
   *
   * @throws RangeError if the number is negative or fractional.
   */
  shr(amount: number): this {
    checkShift(amount);
    return this.#derive((builder, blocks) => shiftRight(builder, blocks, amount, this.signed));
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
   * The value as another type: high bits are cut off; those that are missing are 0, or copies of the sign of a
   * signed integer, whatever the new type.
   */
  cast<V extends Width>(type: FheUintType<V>): UintHandle<V>;
  cast<V extends Width>(type: FheIntType<V>): IntHandle<V>;
  cast(type: FheIntegerType): IntegerHandle;
  cast(type: FheIntegerType): IntegerHandle {
    const count = blockCount(checkMaker(type).width, this.context.evaluator.parameters);
    return this.build((builder) =>
      integerHandle(this.context, resize(builder, blocksOf(this), count, this.signed), type),
    );
  }

  #derive(operation: (builder: Builder, blocks: Radix) => Radix): this {
    return this.build((builder) => sameType(this, this.context, operation(builder, blocksOf(this))));
  }

  #arithmetic(operation: Operation<Radix>, other: this | Integer): this {
    return this.#derive((builder, blocks) => {
      const right = operand(builder, this, other, this.context);
      return operation(builder, blocks, right, this.signed);
    });
  }

  #comparison(operation: Operation<Block>, other: this | Integer): BoolHandle {
    return this.build((builder) => {
      const right = operand(builder, this, other, this.context);
      return new BoolHandle(this.context, operation(builder, blocksOf(this), right, this.signed));
    });
  }
}

/** An encrypted unsigned integer of `W` bits inside an engine. */
export class UintHandle<W extends Width> extends IntegerHandle<FheUint<W>> {
  override readonly signed = false;

  /** @internal */
  protected override wrap(content: SerializedCiphertext): FheUint<W> {
    return new FheUint(content);
  }
}

/** An encrypted signed integer of `W` bits inside an engine. */
export class IntHandle<W extends Width> extends IntegerHandle<FheInt<W>> {
  override readonly signed = true;

  /** @internal */
  protected override wrap(content: SerializedCiphertext): FheInt<W> {
    return new FheInt(content);
  }
}

/** For the rest of the library: the handle of some digits as an integer of a format. */
export function integerHandle(context: Context, digits: Radix, format: IntegerFormat): IntegerHandle {
  const Same = format.signed ? IntHandle : UintHandle;
  return new Same(context, digits, format.width);
}

/** For the rest of the library: the handle of some digits as an integer of the type of another handle. */
export function sameType<H extends IntegerHandle>(model: H, context: Context, digits: Radix): H {
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
  const expected = integerType(format);
  if (other.type !== expected) {
    throw new TypeError(`expected an operand of type ${expected}, not ${other.type}; use cast to convert`);
  }
  return blocksIn(other, context);
}

function checkShift(amount: number): void {
  if (typeof amount !== "number") throw new TypeError("the number of bits to shift by is a clear number");
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new RangeError(`cannot shift by ${amount} bits; expected an integer from 0 on`);
  }
}
