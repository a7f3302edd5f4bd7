import type { Block } from "../../../graph/block.ts";
import type { Builder } from "../../../graph/builder.ts";
import { bitAnd, bitOr, bitXor } from "../../../integer/bits/bitwise.ts";
import { resize } from "../../../integer/cast.ts";
import { flip, ifThenZero } from "../../../integer/choice/flip.ts";
import { select } from "../../../integer/choice/select.ts";
import type { Radix } from "../../../integer/radix.ts";
import { describe, introduce, PERMIT, type Permit } from "../../../opaque.ts";
import type { ProgressOptions } from "../../../progress.ts";
import type { Width } from "../../../wire/core/types.ts";
import type { SerializedCiphertext } from "../../../wire/values/ciphertext.ts";
import type { CompressedCiphertext } from "../../values/compressed-ciphertext.ts";
import { FheBool } from "../../values/fhe-bool.ts";
import type { FheIntType } from "../../values/fhe-int.ts";
import { checkMaker, type FheIntegerType } from "../../values/fhe-integer.ts";
import type { FheUintType } from "../../values/fhe-uint.ts";
import { blockCount, checkBoolean, type Integer, type IntegerFormat } from "../../values/value.ts";
import type { AnyText } from "../../values/value-type.ts";
import { type Context, digitsIn, Handle } from "./handle.ts";
import {
  type IntegerHandle,
  type IntHandle,
  integerHandle,
  operand,
  type UintHandle,
} from "./integer-handle.ts";
import { chosenText, StringHandle } from "./string-handle.ts";

type Operation = (builder: Builder, a: Radix, b: Radix) => Radix;
type Words = StringHandle<AnyText> | string;
type Selectable = IntegerHandle | BoolHandle | Integer | boolean;

/**
 * An encrypted truth value inside an engine. Right operands are handles of the same engine, or clear booleans.
 *
 * All operations throw TypeError for an operand of another engine or kind, and DisposedError for a handle that has
 * been disposed of.
 */
export class BoolHandle extends Handle<FheBool> {
  static {
    introduce(BoolHandle, {
      name: "BoolHandle",
      noun: "an encrypted boolean",
      instead: "choose with select, combine with and, or, xor or not",
    });
  }

  /** @internal */
  constructor(permit: Permit, context: Context, block: Block | readonly Block[]) {
    super(permit, context, [block].flat());
  }

  get type(): "FheBool" {
    return "FheBool";
  }

  and(other: BoolHandle | boolean): BoolHandle {
    return this.#binary(bitAnd, other);
  }

  or(other: BoolHandle | boolean): BoolHandle {
    return this.#binary(bitOr, other);
  }

  xor(other: BoolHandle | boolean): BoolHandle {
    return this.#binary(bitXor, other);
  }

  not(): BoolHandle {
    return this.#binary(bitXor, true);
  }

  eq(other: BoolHandle | boolean): BoolHandle {
    return this.#binary(
      (builder, a, b) => bitXor(builder, a, bitXor(builder, b, [builder.constant(1)])),
      other,
    );
  }

  ne(other: BoolHandle | boolean): BoolHandle {
    return this.xor(other);
  }

  /**
   * `whenTrue` where this value is true, else `whenFalse`. Either may be clear; if both are, the type of the result is
   * to be given.
   *
   * @throws TypeError if they differ in type, or none is known.
   */
  select<H extends IntegerHandle>(whenTrue: H, whenFalse: NoInfer<H> | Integer): H;
  select<H extends IntegerHandle>(whenTrue: Integer, whenFalse: H): H;
  select<W extends Width>(whenTrue: Integer, whenFalse: Integer, type: FheUintType<W>): UintHandle<W>;
  select<W extends Width>(whenTrue: Integer, whenFalse: Integer, type: FheIntType<W>): IntHandle<W>;
  select(whenTrue: BoolHandle | boolean, whenFalse: BoolHandle | boolean): BoolHandle;
  select<T extends AnyText>(
    whenTrue: StringHandle<T>,
    whenFalse: NoInfer<StringHandle<T>> | string,
  ): StringHandle<T>;
  select<T extends AnyText>(whenTrue: StringHandle<T> | string, whenFalse: StringHandle<T>): StringHandle<T>;
  select(whenTrue: string, whenFalse: string): StringHandle;
  select(
    whenTrue: Selectable | Words,
    whenFalse: Selectable | Words,
    type?: FheIntegerType,
  ): IntegerHandle | BoolHandle | StringHandle<AnyText> {
    if (areTexts(whenTrue, whenFalse)) {
      const texts = [whenTrue, whenFalse] as [Words, Words];
      return this.build((builder) => chosenText(this.context, builder, this.#block(), texts));
    }
    return this.#choose([whenTrue, whenFalse] as Selectable[], type, (builder, a, b) => [
      select(builder, this.#block(), a, b),
    ])[0];
  }

  /** `value` where this value is true, else 0 or false. */
  ifThenZero<H extends IntegerHandle | BoolHandle>(value: H): H {
    if (!(value instanceof Handle)) throw new TypeError(`expected a handle, not ${describe(value)}`);
    return this.#choose([value], undefined, (builder, a) => [ifThenZero(builder, this.#block(), a)])[0] as H;
  }

  /** The two values, the other way round where this value is true. One of them may be clear. Throws as `select`. */
  flip<H extends IntegerHandle>(first: H, second: NoInfer<H> | Integer): [H, H];
  flip<H extends IntegerHandle>(first: Integer, second: H): [H, H];
  flip(first: BoolHandle | boolean, second: BoolHandle | boolean): [BoolHandle, BoolHandle];
  flip(first: Selectable, second: Selectable): (IntegerHandle | BoolHandle)[] {
    return this.#choose([first, second], undefined, (builder, a, b) => flip(builder, this.#block(), a, b));
  }

  /** 1 for true and 0 for false, as an integer. */
  cast<W extends Width>(type: FheUintType<W>): UintHandle<W>;
  cast<W extends Width>(type: FheIntType<W>): IntHandle<W>;
  cast(type: FheIntegerType): IntegerHandle;
  cast(type: FheIntegerType): IntegerHandle {
    const count = blockCount(checkMaker(type).width, this.context.evaluator.parameters);
    return this.build((builder) =>
      integerHandle(this.context, resize(builder, [this.#block()], count), type),
    );
  }

  /**
   * Computes the value and compresses it: about 0.8 KB for each two bits of an integer at the default parameters, in
   * place of 16 KB. To compute with it again, or to read it, an engine has to take it in first. Throws as `ciphertext`.
   */
  async compress(options?: ProgressOptions): Promise<CompressedCiphertext<FheBool>> {
    return this.compressed(options);
  }

  /** @internal */
  protected override wrap(content: SerializedCiphertext): FheBool {
    return new FheBool(PERMIT, content);
  }

  #block(): Block {
    return this.digits.blocks[0];
  }

  /** Applies an operation to values of one type, which is that of the first handle among them, or given. */
  #choose(
    values: readonly Selectable[],
    type: FheIntegerType | undefined,
    operation: (builder: Builder, ...operands: Radix[]) => readonly Radix[],
  ): (IntegerHandle | BoolHandle)[] {
    const { context } = this;
    if (values.some((value) => (value as unknown) instanceof StringHandle)) {
      throw new TypeError("expected integers or truth values, not a text: select is for those");
    }
    const model = type === undefined ? values.find((value) => value instanceof Handle) : checkMaker(type);
    const boolean =
      model instanceof BoolHandle ||
      (type === undefined && values.every((value) => typeof value === "boolean"));
    if (!boolean && model === undefined) {
      for (const value of values) checkSelectable(value);
      throw new TypeError(
        "between clear integers, the type of the result has to be given: FheUint8, for example",
      );
    }
    const format = model as IntegerFormat;
    return this.build((builder) => {
      const operands = values.map((value) =>
        boolean
          ? [booleanOperand(builder, value as BoolHandle | boolean, context)]
          : operand(builder, format, value as IntegerHandle | Integer, context),
      );
      return operation(builder, ...operands).map((digits) =>
        boolean ? new BoolHandle(PERMIT, context, digits) : integerHandle(context, digits, format),
      );
    });
  }

  #binary(operation: Operation, other: BoolHandle | boolean): BoolHandle {
    return this.build((builder) => {
      const result = operation(builder, [this.#block()], [booleanOperand(builder, other, this.context)]);
      return new BoolHandle(PERMIT, this.context, result[0]);
    });
  }
}

/** Whether a choice is to be between texts: either is a handle of one, or both are clear. */
function areTexts(...values: readonly unknown[]): boolean {
  return (
    values.some((value) => value instanceof StringHandle) ||
    values.every((value) => typeof value === "string")
  );
}

/** @throws TypeError for what is neither a handle nor clear. */
function checkSelectable(value: Selectable): void {
  if (["number", "bigint", "boolean"].includes(typeof value)) return;
  throw new TypeError(`expected a handle or a clear value, not ${describe(value)}`);
}

/** For the rest of the library: an operand of operations with truth values, as a block. */
export function booleanOperand(builder: Builder, other: BoolHandle | boolean, context: Context): Block {
  if (!(other instanceof Handle)) return builder.constant(Number(checkBoolean(other)));
  if (other instanceof BoolHandle) return digitsIn(other, context).blocks[0];
  throw new TypeError(`expected an operand of type FheBool, not ${(other as Handle<never>).type}`);
}
