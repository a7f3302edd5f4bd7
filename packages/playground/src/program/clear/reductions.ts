import { ClearBool } from "./bool.ts";
import type { ClearHandle } from "./handle.ts";
import { ClearInteger, checkInteger, type Integer, integerOf } from "./integer.ts";
import { type ClearIntegerType, checkIntegerType } from "./maker.ts";
import { noCounterpart } from "./no-clear-counterpart.ts";

export interface Order {
  readonly descending?: boolean;
}

/** The sum of at least one integer; see the library's `Engine.sum`. */
export function sumOf(values: readonly ClearHandle[]): ClearInteger {
  const { of } = firstInteger(values);
  return total(
    of,
    values.map((value) => integerOf(of, value as ClearInteger)),
  );
}

/** The sum of values, each times a clear weight; see the library's `Engine.dotProduct`. */
export function weighted(
  values: readonly ClearHandle[],
  weights: readonly (Integer | boolean)[],
  type?: ClearIntegerType,
): ClearInteger {
  if (values.length !== weights.length) {
    throw new RangeError(`${values.length} values cannot be weighed with ${weights.length} weights`);
  }
  const flags = values.length > 0 && values.every((value) => value instanceof ClearBool);
  const of = flags ? checkIntegerType(type) : firstInteger(values).of;
  if (type !== undefined && type !== of)
    throw new TypeError(`a sum of integers of type ${of.name} has that type`);
  const products = values.map((value, i) => {
    const weight = weights[i]!;
    const factor = typeof weight === "boolean" ? BigInt(weight) : checkInteger(of, weight);
    return factor * (value instanceof ClearBool ? BigInt(value.clear) : integerOf(of, value as ClearInteger));
  });
  return total(of, products);
}

/** The value whose truth value is set, if one is; see the library's `Engine.oneHotDotProduct`. */
export function chosenOf(flags: readonly ClearBool[], values: readonly ClearInteger[]): ClearInteger {
  const { of } = firstInteger(values);
  if (flags.length !== values.length) {
    throw new RangeError(`${values.length} values cannot be chosen from by ${flags.length} truth values`);
  }
  if (!flags.every((flag) => flag instanceof ClearBool))
    throw new TypeError("expected encrypted truth values");
  const all = values.map((value) => integerOf(of, value));
  const chosen = all.filter((_, i) => flags[i]!.clear);
  if (chosen.length > 1) {
    throw noCounterpart("what engine.oneHotDotProduct gives where several truth values are set");
  }
  return total(of, chosen);
}

/** The same values in order; false comes before true. */
export function sorted<H extends ClearHandle>(values: readonly H[], { descending = false }: Order = {}): H[] {
  if (values.length === 0) throw new RangeError("there has to be at least one value");
  if (values.some(({ type }) => type !== values[0]!.type)) throw new TypeError("expected values of one type");
  const ascending = values.toSorted((a, b) => (a.order < b.order ? -1 : Number(a.order > b.order)));
  return descending ? ascending.reverse() : ascending;
}

/** The same values in order, each with whether it is another one than that before. */
export function unique<H extends ClearHandle>(
  values: readonly H[],
  order?: Order,
): [value: H, first: ClearBool][] {
  const all = sorted(values, order);
  return all.map((value, i) => [value, new ClearBool(i === 0 || all[i - 1]!.order !== value.order)]);
}

function total(type: ClearIntegerType, addends: readonly bigint[]): ClearInteger {
  return new ClearInteger(
    type,
    addends.reduce((sum, addend) => sum + addend, 0n),
  );
}

/** The first of some integers, of which there is to be at least one. */
function firstInteger(values: readonly ClearHandle[]): ClearInteger {
  const [first] = values;
  if (first === undefined) throw new RangeError("there has to be at least one value");
  if (first instanceof ClearInteger) return first;
  throw new TypeError("expected encrypted integers");
}
