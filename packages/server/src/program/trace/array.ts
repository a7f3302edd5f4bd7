import { type CiphertextType, FheBool } from "tacet";
import { ProgramError } from "../error.ts";
import { kindOf } from "../forms.ts";
import { REFUSED } from "./exceptions.ts";
import { RecordedHandle } from "./handles.ts";
import { Recorded, type Recording, refuse } from "./recorded.ts";
import { checkedShape, linesAlong, positionOf, positionsIn, type Shape, valuesOf } from "./shape.ts";

type Methods = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
type Place = readonly [position: RecordedHandle, found: RecordedHandle];

/**
 * Stands for an array of the library while a program is traced. What an array does element by element is recorded as
 * operations of its elements; what it does with all of them, as an operation of the list.
 */
export class RecordedArray extends Recorded implements Iterable<RecordedHandle> {
  readonly shape: Shape;
  readonly elements: readonly RecordedHandle[];

  protected readonly nature = { noun: "an encrypted array", instead: "call its methods" };

  constructor(recording: Recording, elements: readonly RecordedHandle[], shape: Shape) {
    super(recording);
    this.elements = elements;
    this.shape = checkedShape(elements.length, shape);
  }

  get type(): CiphertextType {
    return this.elements[0].type;
  }

  get size(): number {
    return this.elements.length;
  }

  [Symbol.iterator](): Iterator<RecordedHandle> {
    return this.elements.values();
  }

  get(...indices: readonly number[]): RecordedHandle {
    return this.elements[positionOf(indices, this.shape)];
  }

  slice(...ranges: readonly (readonly [start: number, end: number])[]): RecordedArray {
    const { positions, shape } = positionsIn(ranges, this.shape);
    return this.#like(
      positions.map((position) => this.elements[position]),
      shape,
    );
  }

  reshape(...shape: readonly number[]): RecordedArray {
    return this.#like(this.elements, shape);
  }

  map(operation: (element: RecordedHandle, position: number) => RecordedHandle): RecordedArray {
    return arrayOfHandles(this.recording, this.elements.map(operation), this.shape);
  }

  equals(other: RecordedArray | readonly unknown[]): unknown {
    if (other instanceof RecordedArray && other.shape.join() !== this.shape.join()) {
      return this.recording.record("constant", [FheBool, false]);
    }
    const values = other instanceof RecordedArray ? other.elements : valuesOf(other, this.shape);
    return this.recording.record("array.equals", [this.elements, values]);
  }

  containsSlice(other: RecordedArray | readonly unknown[]): unknown {
    return this.recording.record("array.containsSlice", [this.elements, [...other]]);
  }

  contains(value: unknown): unknown {
    return this.recording.record("array.contains", [this.elements, value]);
  }

  indexOf(value: unknown, options?: object): Place {
    return this.recording.record("array.indexOf", [this.elements, value, options]) as Place;
  }

  firstIndexWhere(condition: (element: RecordedHandle, position: number) => unknown): Place {
    return this.recording.record("array.firstTrue", [this.elements.map(condition)]) as Place;
  }

  sort(order?: object): RecordedArray {
    return this.#like(this.#all("sort", order) as RecordedHandle[], this.shape);
  }

  shuffle(options?: object): RecordedArray {
    return this.#like(this.#all("shuffle", options) as RecordedHandle[], this.shape);
  }

  sortBy(keys: Iterable<unknown>, order?: object): RecordedArray {
    return this.#like(this.#all("array.sortBy", [...keys], order) as RecordedHandle[], this.shape);
  }

  select(whenTrue: unknown, whenFalse: unknown): RecordedArray {
    const [first, second] = [this.#beside(whenTrue), this.#beside(whenFalse)];
    return this.map((element, i) => call(element, "select", first[i], second[i]));
  }

  sum(axis?: number): unknown {
    return this.#reduced((line) => this.recording.record("sum", [line]), axis);
  }

  smallest(axis?: number): unknown {
    return this.#reduced((line) => this.recording.record("array.smallest", [line]), axis);
  }

  largest(axis?: number): unknown {
    return this.#reduced((line) => this.recording.record("array.largest", [line]), axis);
  }

  all(axis?: number): unknown {
    return this.#reduced((line) => this.recording.record("array.all", [line]), axis);
  }

  any(axis?: number): unknown {
    return this.#reduced((line) => this.recording.record("array.any", [line]), axis);
  }

  dotProduct(weights: RecordedArray | readonly unknown[], type?: unknown): unknown {
    if (!(weights instanceof RecordedArray)) {
      return this.recording.record("dotProduct", [this.elements, valuesOf(weights, this.shape), type]);
    }
    return this.#each("mul", weights).sum();
  }

  /** What a method of the elements makes of them, and of what stands beside them: operations of arrays by their names. */
  #each(method: string, ...operands: readonly unknown[]): RecordedArray {
    const others = operands.map((operand) => this.#beside(operand));
    return this.map((element, i) => call(element, method, ...others.map((values) => values[i])));
  }

  /** As many values as there are elements. */
  #beside(operand: unknown): readonly unknown[] {
    if (operand instanceof RecordedArray) {
      if (operand.shape.join() === this.shape.join()) return operand.elements;
      throw new ProgramError(`expected an array of shape [${this.shape.join(", ")}]`, this.recording.program);
    }
    return Array.isArray(operand) ? valuesOf(operand, this.shape) : this.elements.map(() => operand);
  }

  #all(op: string, ...more: readonly unknown[]): unknown {
    return this.recording.record(op, [this.elements, ...more]);
  }

  #reduced(reduction: (elements: readonly RecordedHandle[]) => unknown, axis: number | undefined): unknown {
    if (axis === undefined) return reduction(this.elements);
    const { lines, shape } = linesAlong(axis, this.shape);
    const results = lines.map((line) => reduction(line.map((position) => this.elements[position])));
    return this.#like(results as RecordedHandle[], shape);
  }

  #like(elements: readonly RecordedHandle[], shape: Shape): RecordedArray {
    return new RecordedArray(this.recording, elements, shape);
  }

  static {
    const names = "add sub mul div rem neg and or xor not shl shr rotl rotr eq ne lt le gt ge min max".split(
      " ",
    );
    for (const method of names) {
      Object.defineProperty(RecordedArray.prototype, method, {
        configurable: true,
        value(this: RecordedArray, ...operands: readonly unknown[]): RecordedArray {
          return this.#each(method, ...operands);
        },
      });
    }
    refuse(RecordedArray, REFUSED.EncryptedArray);
  }
}

/** Calls a method of a value by its name. @throws ProgramError if values of its type have none. */
function call(value: RecordedHandle, method: string, ...args: readonly unknown[]): RecordedHandle {
  const own = (value as unknown as Methods)[method];
  if (typeof own === "function") return own.apply(value, args as unknown[]) as RecordedHandle;
  throw new ProgramError(`values of type ${value.type} have no operation ${method}`, value.recording.program);
}

/** The array of some handles of one type, which arrays have. @throws ProgramError. */
export function arrayOfHandles(
  recording: Recording,
  values: readonly unknown[],
  shape: Shape,
): RecordedArray {
  for (const value of values) {
    if (!(value instanceof RecordedHandle) || kindOf(value.type) === "text") {
      throw new ProgramError("arrays are made of encrypted integers or truth values", recording.program);
    }
    const { type } = values[0] as RecordedHandle;
    if (value.type === type) continue;
    throw new ProgramError(
      `expected values of type ${type}, not ${value.type}; use cast to convert`,
      recording.program,
    );
  }
  return new RecordedArray(recording, values as RecordedHandle[], shape);
}
