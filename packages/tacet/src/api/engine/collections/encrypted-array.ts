import type { Block } from "../../../graph/block.ts";
import type { Builder } from "../../../graph/builder.ts";
import { max, min } from "../../../integer/comparison/compare.ts";
import { all, anyNonZero } from "../../../integer/comparison/flags.ts";
import type { Radix } from "../../../integer/radix.ts";
import * as search from "../../../integer/table/search.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../../../opaque.ts";
import { checkFlag, checkFunction, checkOptions, type OptionNames } from "../../../options.ts";
import type { ProgressOptions } from "../../../progress.ts";
import type { Width } from "../../../wire/core/types.ts";
import type { FheIntType } from "../../values/fhe-int.ts";
import type { FheIntegerType } from "../../values/fhe-integer.ts";
import type { FheUintType } from "../../values/fhe-uint.ts";
import type { Integer } from "../../values/value.ts";
import { BoolHandle } from "../handles/bool-handle.ts";
import { type Place, placeOf } from "../handles/found.ts";
import { build, type CiphertextOf, type Context, digitsIn } from "../handles/handle.ts";
import type { Amount, IntegerHandle, IntHandle, OfOneType, UintHandle } from "../handles/integer-handle.ts";
import { type ClearElement, checkElements, digitsLike, type Element, handleLike } from "./elements.ts";
import { type Order, type ShuffleOptions, shuffled, sorted, sortedBy } from "./lists.ts";
import {
  checkSameShape,
  checkShape,
  flatten,
  linesAlong,
  type Nested,
  positionOf,
  positionsIn,
  type Shape,
  shapeOf,
} from "./shape.ts";
import { dotProductOf, sumOf } from "./sums.ts";

/** An array of elements of a type: `IntegerArray` or `BoolArray`. */
export type ArrayOf<H extends Element> = [H] extends [BoolHandle]
  ? BoolArray
  : [H] extends [IntegerHandle]
    ? IntegerArray<H>
    : never;

/**
 * What an element-wise operation takes besides an array of integers: an array of the same shape, encrypted or in clear,
 * or one value for all elements, encrypted or in clear.
 */
export type IntegerOperand<H extends IntegerHandle> = IntegerArray<H> | H | Nested<H | Integer> | Integer;
/** The same for truth values. */
export type BoolOperand = BoolArray | BoolHandle | Nested<BoolHandle | boolean> | boolean;

/** An operand whose values are these: an array, values in arrays of arrays, or one value. */
type Spread<T> = Iterable<T> | Nested<T> | T;
type Choice = Element | Integer | boolean;

/** Nothing for handles of several types: these make no array. */
export type OneType<H> = [OfOneType<H>] extends [never] ? never : unknown;

/**
 * The array of some handles of one type: in arrays of arrays, or one after the other for a given shape.
 *
 * @throws RangeError for a shape that is none or is not for their number, TypeError for what are no handles of the
 *   engine or of different types, DisposedError.
 */
export function arrayOf<H extends Element>(context: Context, values: Nested<H>, shape?: Shape): ArrayOf<H> {
  const found = shapeOf(values);
  const elements = checkElements(context, flatten(values, found));
  const checked = checkShape(elements.length, shape === undefined ? found : shape);
  const made =
    elements[0] instanceof BoolHandle
      ? new BoolArray(PERMIT, context, elements as readonly BoolHandle[], checked)
      : new IntegerArray(PERMIT, context, elements as readonly IntegerHandle[], checked);
  return made as ArrayOf<H>;
}

/**
 * Encrypted values of one type in any number of dimensions. Operations return at once with new arrays or handles, as
 * those of handles do; `ciphertexts` has the engine compute. Slices and arrays of another shape share the handles.
 *
 * Operations on elements throw as the elements' own do, and RangeError for an operand of another shape.
 */
export abstract class EncryptedArray<H extends Element> extends Opaque implements Iterable<H> {
  /** The lengths of the dimensions. */
  readonly shape: Shape;
  readonly #context: Context;
  readonly #elements: readonly H[];

  static {
    introduce(EncryptedArray, {
      name: "EncryptedArray",
      noun: "an encrypted array",
      source: "engine.array(values) makes one",
      instead: "call its methods",
      written: "await ciphertexts() gives what has bytes",
    });
  }

  /** @internal */
  constructor(permit: Permit, context: Context, elements: readonly H[], shape: Shape) {
    super(permit);
    this.#context = context;
    this.#elements = elements;
    this.shape = shape;
  }

  /** The name of the elements' type. */
  get type(): H["type"] {
    return this.#elements[0].type;
  }

  /** Number of elements. */
  get size(): number {
    return this.#elements.length;
  }

  /** The elements, those next to each other in the last dimension being next to each other. */
  [Symbol.iterator](): Iterator<H> {
    return this.#elements.values();
  }

  /** The element at some indices, one for each dimension. @throws RangeError if there is none. */
  get(...indices: readonly number[]): H {
    return this.#elements[positionOf(indices, this.shape)];
  }

  /**
   * The elements from `start` to before `end` in each dimension, beginning with the first; dimensions for which nothing
   * is given stay whole.
   *
   * @throws RangeError if there are no such elements.
   */
  slice(...ranges: readonly (readonly [start: number, end: number])[]): ArrayOf<H> {
    const { positions, shape } = positionsIn(ranges, this.shape);
    return this.view(
      positions.map((position) => this.#elements[position]),
      shape,
    );
  }

  /** The same elements, in the same order, in another shape. @throws RangeError if it is not for their number. */
  reshape(...shape: readonly number[]): ArrayOf<H> {
    return this.view(this.#elements, shape);
  }

  /** What a function makes of each element, in the same shape; `position` counts elements in their order. */
  map<R extends Element>(operation: (element: H, position: number) => R): ArrayOf<R> {
    checkFunction("the operation", operation);
    return this.view(this.#elements.map(operation), this.shape);
  }

  /**
   * Whether all elements equal those of another array, encrypted or in clear; those of an encrypted one of another shape
   * do not.
   */
  equals(other: EncryptedArray<H> | Nested<H | ClearElement<H>>): BoolHandle {
    checkArray(other);
    const values: readonly (H | ClearElement<H>)[] =
      other instanceof EncryptedArray ? [...other] : flatten(other, this.shape);
    const sameShape = !(other instanceof EncryptedArray) || other.shape.join() === this.shape.join();
    return this.verdict((builder) => {
      const others = values.map((value) => this.digitsOf(value));
      return sameShape ? search.arrayEquals(builder, this.radixes(), others) : builder.constant(0);
    });
  }

  /** Whether elements next to each other equal those of another array, in the order of elements. */
  containsSlice(other: EncryptedArray<H> | readonly (H | ClearElement<H>)[]): BoolHandle {
    checkArray(other);
    return this.verdict((builder) =>
      search.containsSubSlice(
        builder,
        this.radixes(),
        Array.from(other, (value) => this.digitsOf(value)),
      ),
    );
  }

  /** Whether one of the elements is a value. */
  contains(value: H | ClearElement<H>): BoolHandle {
    return this.verdict((builder) => search.contains(builder, this.radixes(), this.digitsOf(value)));
  }

  /**
   * The position of the first element that is a value, and whether there is one; the position is 0 if not.
   *
   * @param options `unique` promises that no value is there twice, which saves a few bootstraps. If it is broken, the
   *   result means nothing.
   */
  indexOf(value: H | ClearElement<H>, options: { readonly unique?: boolean | undefined } = {}): Place {
    const { unique = false } = checkOptions(options, INDEX_OPTIONS);
    const find = checkFlag("unique", unique) ? search.indexOf : search.firstIndexOf;
    return this.place((builder) => find(builder, this.radixes(), this.digitsOf(value)));
  }

  /** The position of the first element of which a condition holds, and whether there is one; the position is 0 if not. */
  firstIndexWhere(condition: (element: H, position: number) => BoolHandle): Place {
    checkFunction("the condition", condition);
    const flags = checkElements(this.#context, this.#elements.map(condition)).map((flag) => {
      if (flag instanceof BoolHandle) return digitsIn(flag, this.#context).blocks[0];
      throw new TypeError("the condition has to give a BoolHandle");
    });
    return this.place((builder) => search.firstOf(builder, flags));
  }

  /** The elements in order, in the same shape: false before true. */
  sort(order?: Order): ArrayOf<H> {
    return this.view(sorted(this.#context, this.#elements, order), this.shape);
  }

  /** The elements in a random order, in the same shape. @throws RangeError, TypeError for bad options. */
  shuffle(options?: ShuffleOptions): ArrayOf<H> {
    return this.view(shuffled(this.#context, this.#elements, options), this.shape);
  }

  /** The elements in the order of as many keys, in the same shape; those of equal keys come in no particular order. */
  sortBy(keys: Iterable<Element>, order?: Order): ArrayOf<H> {
    return this.view(sortedBy(this.#context, this.#elements, elementsOf(keys), order), this.shape);
  }

  /** Computes all elements together, and gives them in their order. Throws as `Handle.ciphertext`. */
  async ciphertexts(options?: ProgressOptions): Promise<CiphertextOf<H>[]> {
    return Promise.all(
      this.#elements.map((element) => element.ciphertext(options) as Promise<CiphertextOf<H>>),
    );
  }

  /** Lets go of the elements, which arrays that share them lose as well. */
  dispose(): void {
    for (const element of this.#elements) element.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal */
  protected view<R extends Element>(elements: readonly R[], shape: Shape): ArrayOf<R> {
    return arrayOf(this.#context, elements, shape);
  }

  /**
   * An operation on each element and what stands beside it.
   *
   * @internal
   */
  protected zip<T, R extends Element>(other: Spread<T>, operation: (element: H, other: T) => R): ArrayOf<R> {
    const others = this.spread(other);
    return this.map((element, position) => operation(element, others[position]));
  }

  /**
   * As many values as there are elements.
   *
   * @internal
   */
  protected spread<T>(other: Spread<T>): T[] {
    if (other instanceof EncryptedArray) {
      checkSameShape(other.shape, this.shape);
      return [...(other as Iterable<T>)];
    }
    if (Array.isArray(other)) return flatten(other as Nested<T>, this.shape);
    return this.#elements.map(() => other as T);
  }

  /**
   * What an operation makes of all elements, or of those along each line of a dimension.
   *
   * @internal
   */
  protected reduce<R extends Element>(
    reduction: (elements: readonly H[]) => R,
    axis: number | undefined,
  ): R | ArrayOf<R> {
    if (axis === undefined) return reduction(this.#elements);
    const { lines, shape } = linesAlong(axis, this.shape);
    return this.view(
      lines.map((line) => reduction(line.map((position) => this.#elements[position]))),
      shape,
    );
  }

  /**
   * What an operation on digits makes of some elements, two at a time.
   *
   * @internal
   */
  protected fold(elements: readonly H[], operation: (builder: Builder, a: Radix, b: Radix) => Radix): H {
    const [model] = elements;
    return build(this.#context, (builder) => {
      let rest = elements.map((element) => digitsIn(element, this.#context).blocks);
      while (rest.length > 1) {
        const pairs = Array.from({ length: rest.length >> 1 }, (_, i) =>
          operation(builder, rest[2 * i], rest[2 * i + 1]),
        );
        rest = [...pairs, ...rest.slice(2 * pairs.length)];
      }
      return handleLike(this.#context, model, rest[0]);
    });
  }

  /** @internal */
  protected verdict(operation: (builder: Builder) => Block): BoolHandle {
    return build(this.#context, (builder) => new BoolHandle(PERMIT, this.#context, operation(builder)));
  }

  /** @internal */
  protected place(operation: (builder: Builder) => search.Found): Place {
    return build(this.#context, (builder) => placeOf(this.#context, builder, operation(builder)));
  }

  /** @internal */
  protected get context(): Context {
    return this.#context;
  }

  /** @internal */
  protected radixes(): Radix[] {
    return this.#elements.map((element) => digitsIn(element, this.#context).blocks);
  }

  /** @internal */
  protected digitsOf(value: H | ClearElement<H>): Radix {
    return digitsLike(this.#context, this.#elements[0], value);
  }
}

const INDEX_OPTIONS: OptionNames<{ unique?: boolean | undefined }> = { unique: true };

/** @throws TypeError for what is neither an array of this kind nor one of values. */
function checkArray(values: unknown): void {
  if (values instanceof EncryptedArray || Array.isArray(values)) return;
  throw new TypeError(`expected an array, not ${describe(values)}`);
}

/** The elements of an array of whichever kind. */
function elementsOf(keys: Iterable<Element>): Element[] {
  if (typeof keys === "object" && typeof keys?.[Symbol.iterator] === "function") return [...keys];
  throw new TypeError(`expected an array of keys to sort by, not ${describe(keys)}`);
}

function clearWeights(weights: Nested<Integer>, shape: Shape): Integer[] {
  if (Array.isArray(weights)) return flatten(weights, shape);
  throw new TypeError(`expected an array of clear weights, not ${describe(weights)}`);
}

/** An array of encrypted integers. Its operations on elements are those of `IntegerHandle`. */
export class IntegerArray<H extends IntegerHandle> extends EncryptedArray<H> {
  static {
    introduce(IntegerArray, {
      name: "IntegerArray",
      instead: "compare with lt, gt, le, ge or eq, add with add",
    });
  }

  add(other: IntegerOperand<H>): IntegerArray<H> {
    return this.#arithmetic(other, (a, b) => a.add(b));
  }

  sub(other: IntegerOperand<H>): IntegerArray<H> {
    return this.#arithmetic(other, (a, b) => a.sub(b));
  }

  mul(other: IntegerOperand<H>): IntegerArray<H> {
    return this.#arithmetic(other, (a, b) => a.mul(b));
  }

  div(other: IntegerOperand<H>): IntegerArray<H> {
    return this.#arithmetic(other, (a, b) => a.div(b));
  }

  rem(other: IntegerOperand<H>): IntegerArray<H> {
    return this.#arithmetic(other, (a, b) => a.rem(b));
  }

  neg(): IntegerArray<H> {
    return this.#each((a) => a.neg());
  }

  and(other: IntegerOperand<H>): IntegerArray<H> {
    return this.#arithmetic(other, (a, b) => a.and(b));
  }

  or(other: IntegerOperand<H>): IntegerArray<H> {
    return this.#arithmetic(other, (a, b) => a.or(b));
  }

  xor(other: IntegerOperand<H>): IntegerArray<H> {
    return this.#arithmetic(other, (a, b) => a.xor(b));
  }

  not(): IntegerArray<H> {
    return this.#each((a) => a.not());
  }

  shl(amount: IntegerOperand<UintHandle<Width>>): IntegerArray<H> {
    return this.#movement(amount, (a, by) => a.shl(by));
  }

  shr(amount: IntegerOperand<UintHandle<Width>>): IntegerArray<H> {
    return this.#movement(amount, (a, by) => a.shr(by));
  }

  rotl(amount: IntegerOperand<UintHandle<Width>>): IntegerArray<H> {
    return this.#movement(amount, (a, by) => a.rotl(by));
  }

  rotr(amount: IntegerOperand<UintHandle<Width>>): IntegerArray<H> {
    return this.#movement(amount, (a, by) => a.rotr(by));
  }

  eq(other: IntegerOperand<H>): BoolArray {
    return this.#comparison(other, (a, b) => a.eq(b));
  }

  ne(other: IntegerOperand<H>): BoolArray {
    return this.#comparison(other, (a, b) => a.ne(b));
  }

  lt(other: IntegerOperand<H>): BoolArray {
    return this.#comparison(other, (a, b) => a.lt(b));
  }

  le(other: IntegerOperand<H>): BoolArray {
    return this.#comparison(other, (a, b) => a.le(b));
  }

  gt(other: IntegerOperand<H>): BoolArray {
    return this.#comparison(other, (a, b) => a.gt(b));
  }

  ge(other: IntegerOperand<H>): BoolArray {
    return this.#comparison(other, (a, b) => a.ge(b));
  }

  /** The smaller of each element and what stands beside it; for the smallest element see `smallest`. */
  min(other: IntegerOperand<H>): IntegerArray<H> {
    return this.#arithmetic(other, (a, b) => a.min(b));
  }

  /** The larger of each element and what stands beside it; for the largest element see `largest`. */
  max(other: IntegerOperand<H>): IntegerArray<H> {
    return this.#arithmetic(other, (a, b) => a.max(b));
  }

  /** The sum of all elements, or of those along each line of a dimension, modulo 2^width. */
  sum(): H;
  sum(axis: number): IntegerArray<H>;
  sum(axis?: number): H | IntegerArray<H> {
    return this.#reduced((elements) => build(this.context, () => sumOf(this.context, elements)), axis);
  }

  /** The smallest of all elements, or of those along each line of a dimension. */
  smallest(): H;
  smallest(axis: number): IntegerArray<H>;
  smallest(axis?: number): H | IntegerArray<H> {
    return this.#extreme(min, axis);
  }

  /** The largest of all elements, or of those along each line of a dimension. */
  largest(): H;
  largest(axis: number): IntegerArray<H>;
  largest(axis?: number): H | IntegerArray<H> {
    return this.#extreme(max, axis);
  }

  /** The sum of all elements, each times what stands beside it, modulo 2^width. Carries run once. */
  dotProduct(weights: IntegerArray<H> | Nested<Integer>): H {
    if (!(weights instanceof EncryptedArray)) {
      const clear = clearWeights(weights, this.shape);
      return build(this.context, () => dotProductOf(this.context, [...this], clear, undefined) as H);
    }
    const products = this.mul(weights);
    const sum = products.sum();
    products.dispose();
    return sum;
  }

  #each(operation: (element: H) => H): IntegerArray<H> {
    return this.map(operation) as IntegerArray<H>;
  }

  #arithmetic(other: IntegerOperand<H>, operation: (a: H, b: H | Integer) => H): IntegerArray<H> {
    return this.zip<H | Integer, H>(other, operation) as IntegerArray<H>;
  }

  #comparison(other: IntegerOperand<H>, operation: (a: H, b: H | Integer) => BoolHandle): BoolArray {
    return this.zip<H | Integer, BoolHandle>(other, operation);
  }

  #movement(amount: IntegerOperand<UintHandle<Width>>, operation: (a: H, by: Amount) => H): IntegerArray<H> {
    return this.zip<Amount, H>(amount, operation) as IntegerArray<H>;
  }

  #reduced(reduction: (elements: readonly H[]) => H, axis: number | undefined): H | IntegerArray<H> {
    return this.reduce(reduction, axis) as H | IntegerArray<H>;
  }

  #extreme(choice: typeof min, axis: number | undefined): H | IntegerArray<H> {
    const { signed } = this.get(...this.shape.map(() => 0));
    return this.#reduced(
      (elements) => this.fold(elements, (builder, a, b) => choice(builder, a, b, signed)),
      axis,
    );
  }
}

/** An array of encrypted truth values. Its operations on elements are those of `BoolHandle`. */
export class BoolArray extends EncryptedArray<BoolHandle> {
  static {
    introduce(BoolArray, {
      name: "BoolArray",
      instead: "choose with select, combine with and, or, xor or not",
    });
  }

  and(other: BoolOperand): BoolArray {
    return this.#binary(other, (a, b) => a.and(b));
  }

  or(other: BoolOperand): BoolArray {
    return this.#binary(other, (a, b) => a.or(b));
  }

  xor(other: BoolOperand): BoolArray {
    return this.#binary(other, (a, b) => a.xor(b));
  }

  eq(other: BoolOperand): BoolArray {
    return this.#binary(other, (a, b) => a.eq(b));
  }

  ne(other: BoolOperand): BoolArray {
    return this.#binary(other, (a, b) => a.ne(b));
  }

  not(): BoolArray {
    return this.map((a) => a.not());
  }

  /**
   * Where an element is true, what stands there in `whenTrue`, else what stands there in `whenFalse`. Of integers, one of
   * the two has to be encrypted.
   */
  select<H extends IntegerHandle>(
    whenTrue: IntegerArray<H> | H,
    whenFalse: IntegerOperand<NoInfer<H>>,
  ): IntegerArray<H>;
  select<H extends IntegerHandle>(
    whenTrue: Integer | Nested<Integer>,
    whenFalse: IntegerArray<H> | H,
  ): IntegerArray<H>;
  select(whenTrue: BoolOperand, whenFalse: BoolOperand): BoolArray;
  select(whenTrue: Spread<Choice>, whenFalse: Spread<Choice>): IntegerArray<IntegerHandle> | BoolArray {
    const others = this.spread(whenFalse);
    // That the two have a type in common is for the elements to check.
    const chosen = this.spread(whenTrue).map(
      (value, position) => [value, others[position]] as [IntegerHandle, IntegerHandle],
    );
    return this.map((condition, position) => condition.select(...chosen[position]));
  }

  /** Whether all elements are true, or all of those along each line of a dimension. */
  all(): BoolHandle;
  all(axis: number): BoolArray;
  all(axis?: number): BoolHandle | BoolArray {
    return this.#reduced(all, axis);
  }

  /** Whether any element is true, or any of those along each line of a dimension. */
  any(): BoolHandle;
  any(axis: number): BoolArray;
  any(axis?: number): BoolHandle | BoolArray {
    return this.#reduced(anyNonZero, axis);
  }

  /** The sum of the weights of elements that are true, as an integer of a type. */
  dotProduct<W extends Width>(weights: Nested<Integer>, type: FheUintType<W>): UintHandle<W>;
  dotProduct<W extends Width>(weights: Nested<Integer>, type: FheIntType<W>): IntHandle<W>;
  dotProduct(weights: Nested<Integer>, type: FheIntegerType): IntegerHandle {
    const clear = clearWeights(weights, this.shape);
    return build(this.context, () => dotProductOf(this.context, [...this], clear, type));
  }

  #binary(other: BoolOperand, operation: (a: BoolHandle, b: BoolHandle | boolean) => BoolHandle): BoolArray {
    return this.zip<BoolHandle | boolean, BoolHandle>(other, operation);
  }

  #reduced(
    reduction: (builder: Builder, flags: readonly Block[]) => Block,
    axis: number | undefined,
  ): BoolHandle | BoolArray {
    return this.reduce(
      (elements) =>
        this.verdict((builder) =>
          reduction(
            builder,
            elements.map((element) => digitsIn(element, this.context).blocks[0]),
          ),
        ),
      axis,
    );
  }
}
