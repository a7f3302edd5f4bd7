import { ClearBool } from "./bool.ts";
import { ClearHandle } from "./handle.ts";
import { ClearInteger, checkInteger, type Integer, uint32 } from "./integer.ts";
import { type ClearIntegerType, type ClearType, checkIntegerType, FheBool } from "./maker.ts";
import { noCounterpart, withoutCounterparts } from "./no-clear-counterpart.ts";
import { type Order, sorted, sumOf, weighted } from "./reductions.ts";
import { flatten, isNested, type Nested, placeOf, placesIn, shapeOf, sizeOf } from "./shape.ts";
import { ClearText } from "./text.ts";

type Element = ClearInteger | ClearBool;
type Operand = Element | Integer | boolean;
/** What an operation on all elements takes: an array, values in arrays of arrays, or one value for all. */
type Operands = ClearArray | Nested<Operand> | Operand;

/** Values of one type in any number of dimensions, with the operations that the library's arrays of all types have. */
export abstract class ClearArray {
  readonly shape: readonly number[];
  readonly elements: readonly Element[];

  constructor(elements: readonly Element[], shape: readonly number[]) {
    this.elements = elements;
    this.shape = shape;
  }

  get type(): string {
    return this.elements[0]!.type;
  }

  get size(): number {
    return this.elements.length;
  }

  [Symbol.iterator](): Iterator<Element> {
    return this.elements.values();
  }

  get(...indices: readonly number[]): Element {
    return this.elements[placeOf(indices, this.shape)]!;
  }

  slice(...ranges: readonly (readonly [start: number, end: number])[]): ClearArray {
    const { places, shape } = placesIn(ranges, this.shape);
    return arrayOf(
      places.map((place) => this.elements[place]!),
      shape,
    );
  }

  reshape(...shape: readonly number[]): ClearArray {
    return arrayOf(this.elements, shape);
  }

  map(operation: (element: Element, position: number) => Element): ClearArray {
    return arrayOf(this.elements.map(operation), this.shape);
  }

  equals(other: Operands): ClearBool {
    if (other instanceof ClearArray && other.shape.join() !== this.shape.join()) return new ClearBool(false);
    const others = this.beside(other);
    return new ClearBool(this.elements.every((element, i) => equal(element, others[i]!)));
  }

  containsSlice(other: Iterable<Operand>): ClearBool {
    const wanted = [...other];
    for (const value of wanted) equal(this.elements[0]!, value); // refuses what is of another type
    const starts = Array.from({ length: Math.max(0, this.size - wanted.length + 1) }, (_, start) => start);
    return new ClearBool(
      starts.some((start) => wanted.every((value, i) => equal(this.elements[start + i]!, value))),
    );
  }

  contains(value: Operand): ClearBool {
    return this.indexOf(value)[1];
  }

  indexOf(value: Operand, { unique = false }: { unique?: boolean } = {}): [ClearInteger, ClearBool] {
    const found = this.elements.map((element) => equal(element, value));
    if (unique && found.filter(Boolean).length > 1)
      throw noCounterpart("indexOf of a value that is not unique");
    return positionOf(found.indexOf(true));
  }

  firstIndexWhere(condition: (element: Element, position: number) => ClearBool): [ClearInteger, ClearBool] {
    const flags = this.elements.map(condition);
    if (!flags.every((flag) => flag instanceof ClearBool))
      throw new TypeError("the condition has to give a BoolHandle");
    return positionOf(flags.findIndex(({ clear }) => clear));
  }

  sort(order?: Order): ClearArray {
    return arrayOf(sorted(this.elements, order), this.shape);
  }

  /** The library leaves values of equal keys in any order. */
  sortBy(keys: Iterable<Element>, order?: Order): ClearArray {
    const all = [...keys];
    if (all.length !== this.size)
      throw new RangeError(`${this.size} values cannot be sorted by ${all.length} keys`);
    const places = new Map(all.map((key, i) => [key.clear, i]));
    if (places.size !== this.size) throw noCounterpart("sortBy with equal keys");
    return arrayOf(
      sorted(all, order).map((key) => this.elements[places.get(key.clear)!]!),
      this.shape,
    );
  }

  dispose(): void {}

  [Symbol.dispose](): void {}

  /** As many operands as there are elements. */
  protected beside(other: Operands): readonly Operand[] {
    if (!(other instanceof ClearArray)) {
      return isNested(other) ? flatten(other, this.shape) : this.elements.map(() => other);
    }
    if (other.shape.join() === this.shape.join()) return other.elements;
    throw new RangeError(`expected an array of shape [${this.shape}], not [${other.shape}]`);
  }

  /** What a reduction makes of all elements, or of those along each line of a dimension. */
  protected along<E extends Element>(
    axis: number | undefined,
    reduce: (elements: readonly Element[]) => E,
  ): E | ClearArray {
    if (axis === undefined) return reduce(this.elements);
    if (!Number.isInteger(axis) || axis < 0 || axis >= this.shape.length) {
      throw new RangeError(`an array of shape [${this.shape}] has no dimension ${axis}`);
    }
    const rest = this.shape.toSpliced(axis, 1);
    const step = sizeOf(this.shape.slice(axis + 1));
    const length = this.shape[axis]!;
    const lines = Array.from({ length: sizeOf(rest) }, (_, line) => {
      const start = Math.floor(line / step) * step * length + (line % step);
      return Array.from({ length }, (_, i) => this.elements[start + i * step]!);
    });
    return arrayOf(lines.map(reduce), rest);
  }
}

/** What takes ciphertexts or chance. */
export const ARRAY_EXCEPTIONS = ["shuffle", "ciphertexts"] as const;

withoutCounterparts(ClearArray.prototype, "array", ARRAY_EXCEPTIONS);

const ARITHMETIC = [
  "add",
  "sub",
  "mul",
  "div",
  "rem",
  "and",
  "or",
  "xor",
  "shl",
  "shr",
  "rotl",
  "rotr",
  "min",
  "max",
] as const;
const COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"] as const;
const LOGIC = ["and", "or", "xor", "eq", "ne"] as const;

/** Integers in any number of dimensions. What it does element by element is added below. */
export class ClearIntegerArray extends ClearArray {
  declare readonly elements: readonly ClearInteger[];

  neg(): ClearArray {
    return this.map((element) => (element as ClearInteger).neg());
  }

  not(): ClearArray {
    return this.map((element) => element.not());
  }

  sum(axis?: number): ClearInteger | ClearArray {
    return this.along(axis, sumOf);
  }

  smallest(axis?: number): ClearInteger | ClearArray {
    return this.along(axis, (elements) => sorted(elements)[0] as ClearInteger);
  }

  largest(axis?: number): ClearInteger | ClearArray {
    return this.along(axis, (elements) => sorted(elements).at(-1) as ClearInteger);
  }

  dotProduct(weights: ClearIntegerArray | Nested<Integer>): ClearInteger {
    if (weights instanceof ClearArray) {
      const others = this.beside(weights) as readonly ClearInteger[];
      return sumOf(this.elements.map((element, i) => element.mul(others[i]!)));
    }
    return weighted(this.elements, flatten(weights, this.shape));
  }
}

/** Truth values in any number of dimensions. What it does element by element is added below. */
export class ClearBoolArray extends ClearArray {
  declare readonly elements: readonly ClearBool[];

  not(): ClearArray {
    return this.map((element) => element.not());
  }

  select(whenTrue: Operands, whenFalse: Operands): ClearArray {
    const [first, second] = [this.beside(whenTrue), this.beside(whenFalse)];
    return arrayOf(
      this.elements.map((element, i) => element.select(first[i]!, second[i]!) as Element),
      this.shape,
    );
  }

  all(axis?: number): ClearBool | ClearArray {
    return this.along(axis, (elements) => new ClearBool(elements.every(({ clear }) => clear)));
  }

  any(axis?: number): ClearBool | ClearArray {
    return this.along(axis, (elements) => new ClearBool(elements.some(({ clear }) => clear)));
  }

  dotProduct(weights: Nested<Integer>, type: ClearIntegerType): ClearInteger {
    return weighted(this.elements, flatten(weights, this.shape), type);
  }
}

elementWise(ClearIntegerArray.prototype, [...ARITHMETIC, ...COMPARISONS]);
elementWise(ClearBoolArray.prototype, LOGIC);

/** Gives arrays the operations that their elements have with an operand. */
function elementWise(prototype: ClearArray, names: readonly string[]): void {
  for (const name of names) {
    Object.defineProperty(prototype, name, {
      value(this: ClearArray, other: Operands): ClearArray {
        const others = this.beside(other);
        return this.map((element, i) => Reflect.apply(Reflect.get(element, name), element, [others[i]]));
      },
    });
  }
}

/** The array of some handles of one type, in a shape. @throws RangeError, TypeError if they do not make one. */
export function arrayOf(elements: readonly Element[], shape: readonly number[]): ClearArray {
  if (elements.length === 0) throw new RangeError("an array has at least one element");
  if (
    !shape.every((length) => Number.isSafeInteger(length) && length > 0) ||
    sizeOf(shape) !== elements.length
  ) {
    throw new RangeError(`${elements.length} values do not make an array of shape [${shape}]`);
  }
  const [first] = elements;
  if (!elements.every((element) => element instanceof ClearHandle && element.type === first!.type)) {
    throw new TypeError("expected handles of one type");
  }
  if (first instanceof ClearText) throw new TypeError("expected integers or truth values");
  return first instanceof ClearInteger
    ? new ClearIntegerArray(elements, shape)
    : new ClearBoolArray(elements, shape);
}

/** The array that `engine.array` makes: of handles, or of handles and clear values of a type. */
export function makeArray(...args: readonly unknown[]): ClearArray {
  const type = isNested(args[0]) ? undefined : (args[0] as ClearType);
  const [values, shape] = (type === undefined ? args : args.slice(1)) as [
    Nested<Operand>,
    (readonly number[])?,
  ];
  const found = shapeOf(values);
  const elements = flatten(values, found).map((value) =>
    type === undefined ? value : elementOf(type, value),
  );
  return arrayOf(elements as readonly Element[], shape ?? found);
}

function elementOf(type: ClearType, value: Operand): Element {
  if (value instanceof ClearHandle) {
    if (value.type === type.name) return value;
    throw new TypeError(`expected values of type ${type.name}, not ${value.type}`);
  }
  if (type !== FheBool)
    return new ClearInteger(checkIntegerType(type), checkInteger(checkIntegerType(type), value as Integer));
  if (typeof value === "boolean") return new ClearBool(value);
  throw new TypeError("expected a truth value");
}

function equal(element: Element, value: Operand): boolean {
  return (element as ClearInteger).eq(value as ClearInteger).clear;
}

/** A position, and whether there is one. */
function positionOf(index: number): [ClearInteger, ClearBool] {
  return [uint32(Math.max(0, index)), new ClearBool(index >= 0)];
}
