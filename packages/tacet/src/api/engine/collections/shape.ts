import { describe } from "../../../opaque.ts";
import { checkNumber } from "../../../options.ts";

/** The lengths of an array's dimensions, the last one being that of elements next to each other. */
export type Shape = readonly number[];

/** Values in arrays of arrays, as deep as a shape has dimensions. */
export type Nested<T> = readonly (T | Nested<T>)[];

/**
 * A shape for a number of elements; a single dimension unless one is given.
 *
 * @throws RangeError if it is none, if it is not for that number, or if there are no elements; TypeError for what is no
 *   array.
 */
export function checkShape(count: number, shape: Shape = [count]): Shape {
  if (count === 0) throw new RangeError("an array has at least one element");
  if (!Array.isArray(shape)) throw new TypeError(`a shape is an array of lengths, not ${describe(shape)}`);
  for (const length of shape) {
    checkNumber("the length of a dimension", length);
    if (!Number.isSafeInteger(length) || length < 1) {
      throw new RangeError(`a dimension has a length from 1 on, not ${length}`);
    }
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== count)
    throw new RangeError(`an array of shape ${name(shape)} has ${size} elements, not ${count}`);
  return Object.freeze([...shape]);
}

/**
 * The position of an element in the order of elements.
 *
 * @throws RangeError if there is no such element, TypeError for what is no index.
 */
export function positionOf(indices: readonly number[], shape: Shape): number {
  if (indices.length !== shape.length) {
    throw new RangeError(
      `an array of shape ${name(shape)} takes ${shape.length} indices, not ${indices.length}`,
    );
  }
  return shape.reduce((position, length, dimension) => {
    const index = checkNumber("an index", indices[dimension]);
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      throw new RangeError(`there is no index ${index} in dimension ${dimension} of shape ${name(shape)}`);
    }
    return position * length + index;
  }, 0);
}

/**
 * The positions of the elements in some ranges of indices, one range for each of the first dimensions.
 *
 * @throws RangeError if a range is empty or leaves its dimension, or if there are too many; TypeError for what is no range.
 */
export function positionsIn(
  ranges: readonly (readonly [start: number, end: number])[],
  shape: Shape,
): { positions: number[]; shape: Shape } {
  if (ranges.length > shape.length) {
    throw new RangeError(`an array of shape ${name(shape)} cannot be sliced in ${ranges.length} dimensions`);
  }
  const whole = shape.map((length, dimension) =>
    dimension < ranges.length ? ranges[dimension] : [0, length],
  );
  let positions = [0];
  for (const [dimension, range] of whole.entries()) {
    if (!Array.isArray(range) || range.length !== 2) {
      throw new TypeError(`a range is an array of its start and its end, not ${describe(range)}`);
    }
    const [start, end] = range.map((index) => checkNumber("an index", index));
    const length = shape[dimension];
    if (![start, end].every(Number.isInteger) || start < 0 || end <= start || end > length) {
      throw new RangeError(
        `there are no indices from ${start} to ${end} in dimension ${dimension} of ${name(shape)}`,
      );
    }
    const indices = Array.from({ length: end - start }, (_, i) => start + i);
    positions = positions.flatMap((position) => indices.map((index) => position * length + index));
  }
  return { positions, shape: whole.map(([start, end]) => end - start) };
}

/**
 * The positions of the elements along a dimension, for each choice of the other indices.
 *
 * @throws RangeError if there is no such dimension, TypeError for what is no number.
 */
export function linesAlong(axis: number, shape: Shape): { lines: number[][]; shape: Shape } {
  checkNumber("a dimension", axis);
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) {
    throw new RangeError(`an array of shape ${name(shape)} has no dimension ${axis}`);
  }
  const rest = shape.toSpliced(axis, 1);
  const step = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const count = rest.reduce((product, length) => product * length, 1);
  const lines = Array.from({ length: count }, (_, i) => {
    const start = Math.floor(i / step) * step * shape[axis] + (i % step);
    return Array.from({ length: shape[axis] }, (_, k) => start + k * step);
  });
  return { lines, shape: rest };
}

/** The shape of values in arrays of arrays, if they have one: `flatten` tells. @throws TypeError for what is no array. */
export function shapeOf<T>(nested: Nested<T>): Shape {
  if (!Array.isArray(nested)) throw new TypeError(`expected an array of values, not ${describe(nested)}`);
  const shape: number[] = [];
  for (let part: T | Nested<T> = nested; Array.isArray(part); part = (part as Nested<T>)[0]) {
    shape.push(part.length);
  }
  return shape;
}

/**
 * The values in arrays of arrays, in order.
 *
 * @throws RangeError if these do not have a shape.
 */
export function flatten<T>(nested: Nested<T>, shape: Shape): T[] {
  let level: readonly (T | Nested<T>)[] = [nested];
  for (const length of shape) {
    level = level.flatMap((part) => {
      if (Array.isArray(part) && part.length === length) return [...part] as Nested<T>; // holes and all
      throw new RangeError(`expected values in arrays of shape ${name(shape)}`);
    });
  }
  if (level.some((value) => Array.isArray(value))) {
    throw new RangeError(`the values are nested deeper than in arrays of shape ${name(shape)}`);
  }
  return level as T[];
}

/** @throws RangeError if two shapes differ. */
export function checkSameShape(found: Shape, expected: Shape): void {
  if (name(found) !== name(expected)) {
    throw new RangeError(`expected an array of shape ${name(expected)}, not ${name(found)}`);
  }
}

function name(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
