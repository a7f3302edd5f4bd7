import type { Evaluator } from "../engine/evaluator.ts";
import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { bitAnd, bitOr, bitXor } from "../integer/bitwise.ts";
import { resize } from "../integer/cast.ts";
import type { Radix } from "../integer/radix.ts";
import { select } from "../integer/select.ts";
import type { Block as WireBlock } from "../wire/ciphertext.ts";
import { contentOf } from "./ciphertext.ts";
import { FheBool } from "./fhe-bool.ts";
import { checkUintType, type FheUintType } from "./fhe-uint.ts";
import { blocksIn, blocksOf, Handle } from "./handle.ts";
import { operand, UintHandle } from "./uint-handle.ts";
import { blockCount, checkBoolean, type Integer, type Width } from "./value.ts";

type Operation = (builder: Builder, a: Radix, b: Radix) => Radix;
type Selectable = UintHandle<Width> | BoolHandle | Integer | boolean;

/**
 * An encrypted truth value inside an engine. Right operands are handles of the same engine, or clear booleans.
 *
 * All operations throw TypeError for an operand of another engine or kind, and DisposedError for a handle that has
 * been disposed of.
 */
export class BoolHandle extends Handle<FheBool> {
  /** @internal */
  constructor(evaluator: Evaluator, block: Block) {
    super(evaluator, [block]);
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
  select<W extends Width>(
    whenTrue: UintHandle<W>,
    whenFalse: UintHandle<NoInfer<W>> | Integer,
  ): UintHandle<W>;
  select<W extends Width>(whenTrue: Integer, whenFalse: UintHandle<W>): UintHandle<W>;
  select(whenTrue: BoolHandle, whenFalse: BoolHandle | boolean): BoolHandle;
  select(whenTrue: boolean, whenFalse: BoolHandle): BoolHandle;
  select(whenTrue: Selectable, whenFalse: Selectable): UintHandle<Width> | BoolHandle {
    const model = whenTrue instanceof Handle ? whenTrue : whenFalse;
    const { evaluator } = this;
    if (model instanceof UintHandle) {
      return this.build((builder) => {
        const [a, b] = [whenTrue, whenFalse].map((value) =>
          operand(builder, model, value as UintHandle<Width> | Integer, evaluator),
        );
        return new UintHandle(evaluator, select(builder, this.#block(), a, b), model.width);
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
      return new BoolHandle(evaluator, select(builder, this.#block(), [a], [b])[0]);
    });
  }

  /** 1 for true and 0 for false, as an integer. */
  cast<W extends Width>(type: FheUintType<W>): UintHandle<W> {
    const count = blockCount(checkUintType(type).width, this.evaluator.parameters);
    return this.build((builder) => {
      const blocks = resize(builder, [this.#block()], count);
      return new UintHandle(this.evaluator, blocks, type.width);
    });
  }

  /** @internal */
  protected override wrap(blocks: readonly WireBlock[]): FheBool {
    const [block] = blocks;
    return new FheBool(contentOf("FheBool", [{ ...block, degree: 1 }], this.evaluator.parameters));
  }

  #block(): Block {
    return blocksOf(this)[0];
  }

  #binary(operation: Operation, other: BoolHandle | boolean): BoolHandle {
    return this.build((builder) => {
      const result = operation(builder, [this.#block()], [this.#operand(builder, other)]);
      return new BoolHandle(this.evaluator, result[0]);
    });
  }

  #operand(builder: Builder, other: BoolHandle | boolean): Block {
    if (!(other instanceof Handle)) return builder.constant(Number(checkBoolean(other)));
    if (other instanceof BoolHandle) return blocksIn(other, this.evaluator)[0];
    throw new TypeError("expected a boolean operand, not an encrypted integer");
  }
}
