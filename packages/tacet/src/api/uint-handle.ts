import type { Evaluator } from "../engine/evaluator.ts";
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
import type { Block as WireBlock } from "../wire/ciphertext.ts";
import { BoolHandle } from "./bool-handle.ts";
import { contentOf } from "./ciphertext.ts";
import { checkUintType, FHE_UINT_TYPES, FheUint, type FheUintType } from "./fhe-uint.ts";
import { blocksIn, blocksOf, Handle } from "./handle.ts";
import { blockCount, checkInteger, type Integer, type Width } from "./value.ts";

type Operation = (builder: Builder, a: Radix, b: Radix) => Radix;
type Comparison = (builder: Builder, a: Radix, b: Radix) => Block;

/**
 * An encrypted unsigned integer of `W` bits inside an engine. Arithmetic wraps modulo 2^W. Right operands are
 * handles of the same engine and width, or clear integers from 0 to 2^W − 1.
 *
 * All operations throw TypeError for an operand of another width, engine or kind, RangeError for a clear one that
 * does not fit, and DisposedError for a handle that has been disposed of.
 */
export class UintHandle<W extends Width> extends Handle<FheUint<W>> {
  readonly width: W;

  /** @internal */
  constructor(evaluator: Evaluator, blocks: readonly Block[], width: W) {
    super(evaluator, blocks);
    this.width = width;
  }

  add(other: UintHandle<W> | Integer): UintHandle<W> {
    return this.#arithmetic(add, other);
  }

  sub(other: UintHandle<W> | Integer): UintHandle<W> {
    return this.#arithmetic(sub, other);
  }

  mul(other: UintHandle<W> | Integer): UintHandle<W> {
    return this.#arithmetic(multiply, other);
  }

  /** 2^W minus the value, and 0 for 0. */
  neg(): UintHandle<W> {
    return this.#derive(neg);
  }

  and(other: UintHandle<W> | Integer): UintHandle<W> {
    return this.#arithmetic(bitAnd, other);
  }

  or(other: UintHandle<W> | Integer): UintHandle<W> {
    return this.#arithmetic(bitOr, other);
  }

  xor(other: UintHandle<W> | Integer): UintHandle<W> {
    return this.#arithmetic(bitXor, other);
  }

  not(): UintHandle<W> {
    return this.#derive(bitNot);
  }

  /** Shifts left by a clear number of bits; W and more give 0. @throws RangeError if it is negative or fractional. */
  shl(amount: number): UintHandle<W> {
    checkShift(amount);
    return this.#derive((builder, blocks) => shiftLeft(builder, blocks, amount));
  }

  /** Shifts right by a clear number of bits; W and more give 0. @throws RangeError if it is negative or fractional. */
  shr(amount: number): UintHandle<W> {
    checkShift(amount);
    return this.#derive((builder, blocks) => shiftRight(builder, blocks, amount));
  }

  eq(other: UintHandle<W> | Integer): BoolHandle {
    return this.#comparison(eq, other);
  }

  ne(other: UintHandle<W> | Integer): BoolHandle {
    return this.#comparison(ne, other);
  }

  lt(other: UintHandle<W> | Integer): BoolHandle {
    return this.#comparison(lt, other);
  }

  le(other: UintHandle<W> | Integer): BoolHandle {
    return this.#comparison(le, other);
  }

  gt(other: UintHandle<W> | Integer): BoolHandle {
    return this.#comparison(gt, other);
  }

  ge(other: UintHandle<W> | Integer): BoolHandle {
    return this.#comparison(ge, other);
  }

  min(other: UintHandle<W> | Integer): UintHandle<W> {
    return this.#arithmetic(min, other);
  }

  max(other: UintHandle<W> | Integer): UintHandle<W> {
    return this.#arithmetic(max, other);
  }

  /** The same value in another width: high bits are cut off, or are 0. */
  cast<V extends Width>(type: FheUintType<V>): UintHandle<V> {
    const count = blockCount(checkUintType(type).width, this.evaluator.parameters);
    return this.build((builder) => {
      const blocks = resize(builder, blocksOf(this), count);
      return new UintHandle(this.evaluator, blocks, type.width);
    });
  }

  /** @internal */
  protected override wrap(blocks: readonly WireBlock[]): FheUint<W> {
    const { name } = FHE_UINT_TYPES[this.width];
    const { parameters } = this.evaluator;
    // TFHE-rs takes in no integer whose degrees are others than those of a fresh one.
    const degree = parameters.messageModulus - 1;
    const digits = blocks.map((block) => ({ ...block, degree }));
    return new FheUint(this.width, contentOf(name, digits, parameters));
  }

  #derive(operation: (builder: Builder, blocks: Radix) => Radix): UintHandle<W> {
    return this.build((builder) => {
      const blocks = operation(builder, blocksOf(this));
      return new UintHandle(this.evaluator, blocks, this.width);
    });
  }

  #arithmetic(operation: Operation, other: UintHandle<W> | Integer): UintHandle<W> {
    return this.#derive((builder, blocks) =>
      operation(builder, blocks, operand(builder, this, other, this.evaluator)),
    );
  }

  #comparison(operation: Comparison, other: UintHandle<W> | Integer): BoolHandle {
    return this.build((builder) => {
      const right = operand(builder, this, other, this.evaluator);
      return new BoolHandle(this.evaluator, operation(builder, blocksOf(this), right));
    });
  }
}

/** For the rest of the library: an operand of operations with a handle, as blocks. */
export function operand<W extends Width>(
  builder: Builder,
  handle: UintHandle<W>,
  other: UintHandle<W> | Integer,
  evaluator: Evaluator,
): Radix {
  if (!(other instanceof Handle)) {
    return clearRadix(builder, checkInteger(other, handle.width), blocksOf(handle).length);
  }
  const width = other instanceof UintHandle ? other.width : undefined;
  if (width !== handle.width) {
    const found = width === undefined ? "an encrypted boolean" : `an encrypted integer of ${width} bits`;
    throw new TypeError(`expected an operand of ${handle.width} bits, not ${found}; use cast to convert`);
  }
  return blocksIn(other, evaluator);
}

function checkShift(amount: number): void {
  if (typeof amount !== "number") throw new TypeError("the number of bits to shift by is a clear number");
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new RangeError(`cannot shift by ${amount} bits; expected an integer from 0 on`);
  }
}
