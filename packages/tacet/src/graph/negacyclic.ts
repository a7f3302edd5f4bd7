import { GraphError } from "../errors.ts";

/**
 * What a lookup that uses the padding bit gives for each remainder of twice the capacity. It is made of a lookup polynomial
 * modulo X^N + 1, whose other half is the negative of the first: so entries that are a capacity apart, less a constant
 * that is added afterwards, are each other's negatives, and as they are add up to one number.
 *
 * @param values what it gives for some values in a row, more than the capacity.
 * @param lowest the first of them.
 * @throws GraphError if they do not add up, or are more than there are remainders.
 */
export function negacyclic(values: readonly number[], lowest: number, capacity: number): number[] {
  const count = 2 * capacity;
  if (values.length > count)
    throw new GraphError(`${values.length} values do not fit the ${count} of the torus`);
  const sum = values[0] + values[capacity];
  const entries = new Array<number>(count);
  for (let index = 0; index < count; index++) {
    const entry = values[index] ?? sum - values[index - capacity];
    if (index >= capacity && values[index - capacity] + entry !== sum)
      throw new GraphError(`entries of values that are ${capacity} apart do not all add up to ${sum}`);
    entries[modulo(lowest + index, count)] = entry;
  }
  return entries;
}

/** The remainder of a division, never negative. */
export function modulo(value: number, modulus: number): number {
  return value - modulus * Math.floor(value / modulus);
}

/**
 * Of tables that are looked up centred around 0, those that differ in a constant, or in that and in sign, are one lookup
 * polynomial or its negative, and so one ciphertext or its negative. This is the sign that a table has among them: its
 * first entry beside the middle is below that if it is positive.
 */
export function orientationOf(entries: readonly number[], min: number, max: number): 1 | -1 {
  return entries.find((entry) => 2 * entry !== min + max)! * 2 < min + max ? 1 : -1;
}
