import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { bitAnd, bitOr, bitXor } from "../integer/bitwise.ts";
import { resize } from "../integer/cast.ts";
import type { Radix } from "../integer/radix.ts";
import { select } from "../integer/select.ts";
import type { Width } from "../wire/core/types.ts";
import type { SerializedCiphertext } from "../wire/values/ciphertext.ts";
import { FheBool } from "./fhe-bool.ts";
import type { FheIntType } from "./fhe-int.ts";
import { checkMaker, type FheIntegerType } from "./fhe-integer.ts";
import type { FheUintType } from "./fhe-uint.ts";
import { blocksIn, blocksOf, type Context, Handle } from "./handle.ts";
import {
  IntegerHandle,
  type IntHandle,
  integerHandle,
  operand,
  sameType,
  type UintHandle,
} from "./integer-handle.ts";
import { blockCount, checkBoolean, type Integer } from "./value.ts";

type Operation = (builder: Builder, a: Radix, b: Radix) => Radix;
type Selectable = IntegerHandle | BoolHandle | Integer | boolean;

/**
 * An encrypted truth value inside an engine. Right operands are handles of the same engine, or clear booleans.
 *
 * All operations throw TypeError for an operand of another engine or kind, and DisposedError for a handle that has
 * been disposed of.
 */
export class BoolHandle extends Handle<FheBool> {
  /** @internal */
  constructor(context: Context, block: Block) {
    super(context, [block]);
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
    return this.xor(other).not();
  }

  ne(other: BoolHandle | boolean): BoolHandle {
    return this.xor(other);
  }

  /**
   * `whenTrue` where this value is true, else `whenFalse`. One of the two may be clear.
   *
   * @throws TypeError if they differ in type, or both are clear.
   */
  select<H extends IntegerHandle>(whenTrue: H, whenFalse: NoInfer<H> | Integer): H;
  select<H extends IntegerHandle>(whenTrue: Integer, whenFalse: H): H;
  select(whenTrue: BoolHandle, whenFalse: BoolHandle | boolean): BoolHandle;
  select(whenTrue: boolean, whenFalse: BoolHandle): BoolHandle;
  select(whenTrue: Selectable, whenFalse: Selectable): IntegerHandle | BoolHandle {
    const model = whenTrue instanceof Handle ? whenTrue : whenFalse;
    const { context } = this;
    if (model instanceof IntegerHandle) {
      return this.build((builder) => {
        const [a, b] = [whenTrue, whenFalse].map((value) =>
          operand(builder, model, value as IntegerHandle | Integer, context),
        );
        return sameType(model, context, select(builder, this.#block(), a, b));
      });
    }
    if (!(model instanceof BoolHandle)) {
      throw new TypeError(
        "select needs at least one handle to choose from: between clear values there is none",
      );
    }
    return this.build((builder) => {
      const [a, b] = [whenTrue, whenFalse].map((value) =>
        this.#operand(builder, value as BoolHandle | boolean),
      );
      return new BoolHandle(context, select(builder, this.#block(), [a], [b])[0]);
    });
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

  /** @internal */
  protected override wrap(content: SerializedCiphertext): FheBool {
    return new FheBool(content);
  }

  #block(): Block {
    return blocksOf(this)[0];
  }

  #binary(operation: Operation, other: BoolHandle | boolean): BoolHandle {
    return this.build((builder) => {
      const result = operation(builder, [this.#block()], [this.#operand(builder, other)]);
      return new BoolHandle(this.context, result[0]);
    });
  }

  #operand(builder: Builder, other: BoolHandle | boolean): Block {
    if (!(other instanceof Handle)) return builder.constant(Number(checkBoolean(other)));
    if (other instanceof BoolHandle) return blocksIn(other, this.context)[0];
    throw new TypeError(`expected an operand of type FheBool, not ${(other as Handle<never>).type}`);
  }
}
