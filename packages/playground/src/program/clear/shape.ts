/** Values in arrays of arrays. */
export type Nested<T> = readonly (T | Nested<T>)[];

export function isNested<T>(value: T | Nested<T>): value is Nested<T> {
  return Array.isArray(value);
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The lengths of arrays of arrays, as their first elements have it. */
export function shapeOf<T>(values: Nested<T>): number[] {
  const [first] = values;
  return [values.length, ...(first !== undefined && isNested<T>(first) ? shapeOf(first) : [])];
}

/** The values in arrays of arrays. @throws RangeError if these do not have a shape. */
export function flatten<T>(values: Nested<T>, [length, ...rest]: readonly number[]): T[] {
  if (values.length !== length) throw new RangeError("the values do not have the shape of the array");
  return values.flatMap((value) => {
    if (isNested<T>(value) !== rest.length > 0)
      throw new RangeError("the values do not have the shape of the array");
    return isNested<T>(value) ? flatten(value, rest) : [value];
  });
}

/** The place of an element in the order of elements. @throws RangeError if there is none. */
export function placeOf(indices: readonly number[], shape: readonly number[]): number {
  if (indices.length !== shape.length) {
    throw new RangeError(`an array of shape [${shape}] takes ${shape.length} indices, not ${indices.length}`);
  }
  return placesIn(
    indices.map((index) => [index, index + 1]),
    shape,
  ).places[0]!;
}

/** The places of the elements in ranges of the first dimensions. @throws RangeError if there are none. */
export function placesIn(
  ranges: readonly (readonly [start: number, end: number])[],
  shape: readonly number[],
): { places: number[]; shape: number[] } {
  if (ranges.length > shape.length)
    throw new RangeError(`an array of shape [${shape}] has no ${ranges.length} dimensions`);
  const whole = shape.map((length, i) => ranges[i] ?? [0, length]);
  const places = whole.reduce(
    (places, [start, end], i) => {
      const length = shape[i]!;
      if (![start, end].every(Number.isInteger) || start < 0 || end <= start || end > length) {
        throw new RangeError(
          `there are no indices from ${start} to ${end} in dimension ${i} of shape [${shape}]`,
        );
      }
      const indices = Array.from({ length: end - start }, (_, k) => start + k);
      return places.flatMap((place) => indices.map((index) => place * length + index));
    },
    [0],
  );
  return { places, shape: whole.map(([start, end]) => end - start) };
}
