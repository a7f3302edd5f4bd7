import { ProgramError } from "../error.ts";

/* Arrays in any number of dimensions, as the library has them: their elements in order, and the lengths of dimensions. */

export type Shape = readonly number[];

const name = (shape: Shape): string => `[${shape.join(", ")}]`;

/** The values in arrays of arrays, in order, and their shape. @throws ProgramError if they do not have one. */
export function flattened(nested: readonly unknown[]): { values: unknown[]; shape: Shape } {
  const shape: number[] = [];
  for (let part: unknown = nested; Array.isArray(part); part = part[0]) shape.push(part.length);
  return { values: valuesOf(nested, shape), shape };
}

/** The values in arrays of arrays of a given shape. @throws ProgramError if it is another one. */
export function valuesOf(nested: readonly unknown[], shape: Shape): unknown[] {
  let level: unknown[] = [nested];
  for (const length of shape) {
    level = level.flatMap((part) => {
      if (Array.isArray(part) && part.length === length) return part as unknown[];
      throw new ProgramError(`expected values in arrays of shape ${name(shape)}`);
    });
  }
  if (!level.some((value) => Array.isArray(value))) return level;
  throw new ProgramError(`the values are nested deeper than in arrays of shape ${name(shape)}`);
}

/** A shape for a number of elements. @throws ProgramError if it is none. */
export function checkedShape(count: number, shape: Shape): Shape {
  const isShape = Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length > 0);
  if (count > 0 && isShape && shape.reduce((product, length) => product * length, 1) === count) {
    return Object.freeze([...shape]);
  }
  throw new ProgramError(
    count === 0
      ? "an array has at least one element"
      : `${count} elements do not make up an array of that shape`,
  );
}

/** The position of an element. @throws ProgramError if there is none. */
export function positionOf(indices: readonly number[], shape: Shape): number {
  const fits = (index: number, i: number): boolean =>
    Number.isInteger(index) && index >= 0 && index < shape[i];
  if (indices.length === shape.length && indices.every(fits)) {
    return shape.reduce((position, length, i) => position * length + indices[i], 0);
  }
  throw new ProgramError(`there is no element ${name(indices)} in an array of shape ${name(shape)}`);
}

/** The positions of the elements in some ranges, one for each of the first dimensions. @throws ProgramError. */
export function positionsIn(
  ranges: readonly (readonly [start: number, end: number])[],
  shape: Shape,
): { positions: number[]; shape: Shape } {
  const whole = shape.map((length, i) => ranges[i] ?? ([0, length] as const));
  const isRange = ([start, end]: readonly [number, number], i: number): boolean =>
    Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end > start && end <= shape[i];
  if (ranges.length > shape.length || !whole.every(isRange)) {
    throw new ProgramError(`there are no such elements in an array of shape ${name(shape)}`);
  }
  let positions = [0];
  for (const [i, [start, end]] of whole.entries()) {
    const indices = Array.from({ length: end - start }, (_, k) => start + k);
    positions = positions.flatMap((position) => indices.map((index) => position * shape[i] + index));
  }
  return { positions, shape: whole.map(([start, end]) => end - start) };
}

/** The positions of the elements along a dimension, for each choice of the other indices. @throws ProgramError. */
export function linesAlong(axis: number, shape: Shape): { lines: number[][]; shape: Shape } {
  if (!(Number.isInteger(axis) && axis >= 0 && axis < shape.length)) {
    throw new ProgramError(`an array of shape ${name(shape)} has no dimension ${axis}`);
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
