import { booleanDotProduct, dotProduct } from "../../../integer/arithmetic/dot-product.ts";
import { selected } from "../../../integer/table/look-up.ts";
import { describe } from "../../../opaque.ts";
import { checkMaker, type FheIntegerType } from "../../values/fhe-integer.ts";
import { blockCount, type Integer, type IntegerFormat, unsignedValue } from "../../values/value.ts";
import { BoolHandle } from "../handles/bool-handle.ts";
import { Digits } from "../handles/digits.ts";
import { type Context, digitsIn } from "../handles/handle.ts";
import { IntegerHandle, integerHandle, operandDigits, sameType } from "../handles/integer-handle.ts";
import { checkElements } from "./elements.ts";

/** The sum of some integers of one type; see `Engine.sum`. */
export function sumOf<H extends IntegerHandle>(context: Context, values: readonly H[]): H {
  const { builder } = context.evaluator;
  const first = firstOf(checkElements(context, values));
  // No sum is begun before all addends have been checked.
  const addends = Array.from(values, (value) => ({
    digits: operandDigits(first, value, context),
    negative: false,
  }));
  return sameType(first, context, Digits.ofSum(builder, addends));
}

/** The sum of some values, each times a clear weight; see `Engine.dotProduct`. */
export function dotProductOf(
  context: Context,
  values: readonly (IntegerHandle | BoolHandle)[],
  weights: readonly (Integer | boolean)[],
  type: FheIntegerType | undefined,
): IntegerHandle {
  checkElements(context, values);
  if (!Array.isArray(weights)) {
    throw new TypeError(`expected an array of clear weights, not ${describe(weights)}`);
  }
  if (values.length !== weights.length) {
    throw new RangeError(`${values.length} values cannot be weighed with ${weights.length} weights`);
  }
  return values.every((value) => value instanceof BoolHandle)
    ? weighBooleans(context, values, weights, type)
    : weighIntegers(context, values as readonly IntegerHandle[], weights, type);
}

/** Of some integers, the one whose truth value is set; see `Engine.oneHotDotProduct`. */
export function oneHotDotProductOf<H extends IntegerHandle>(
  context: Context,
  flags: readonly BoolHandle[],
  values: readonly H[],
): H {
  const { builder } = context.evaluator;
  checkElements(context, flags);
  const first = firstOf(checkElements(context, values));
  if (flags.length !== values.length) {
    throw new RangeError(`${values.length} values cannot be chosen from by ${flags.length} truth values`);
  }
  if (!flags.every((flag) => flag instanceof BoolHandle)) {
    throw new TypeError("expected handles of truth values to choose by, BoolHandles");
  }
  const radixes = values.map((value) => operandDigits(first, value, context).blocks);
  const chosen = selected(
    builder,
    flags.map((flag) => digitsIn(flag, context).blocks[0]),
    radixes,
  );
  return sameType(first, context, Digits.of(builder, chosen.value));
}

function weighBooleans(
  context: Context,
  values: readonly BoolHandle[],
  weights: readonly (Integer | boolean)[],
  type: FheIntegerType | undefined,
): IntegerHandle {
  if (type === undefined) {
    throw new TypeError("the type of the result has to be given: FheUint8, for example");
  }
  const { builder, parameters } = context.evaluator;
  const digits = blockCount(checkMaker(type).width, parameters);
  const flags = values.map((value) => digitsIn(value, context).blocks[0]);
  const factors = weights.map((weight) => weightOf(weight, type));
  const sum = booleanDotProduct(builder, flags, factors, digits);
  return integerHandle(context, Digits.ofColumns(builder, sum), type);
}

function weighIntegers(
  context: Context,
  values: readonly IntegerHandle[],
  weights: readonly (Integer | boolean)[],
  type: FheIntegerType | undefined,
): IntegerHandle {
  const first = firstOf(values);
  if (type !== undefined) checkMaker(type);
  if (type !== undefined && (type.width !== first.width || type.signed !== first.signed)) {
    throw new TypeError(`a sum of integers of type ${first.type} has that type, not ${type.name}`);
  }
  const { builder } = context.evaluator;
  const factors = weights.map((weight) => weightOf(weight, first));
  const radixes = values.map((value) => operandDigits(first, value, context).blocks);
  return sameType(first, context, Digits.ofColumns(builder, dotProduct(builder, radixes, factors)));
}

/** The first of some integers, of which there is to be at least one. */
function firstOf<H extends IntegerHandle>(values: readonly H[]): H {
  const [first] = values;
  if (first instanceof IntegerHandle) return first;
  throw new TypeError(`expected handles of integers, not ${describe(first)}`);
}

/** A clear weight in two's complement: as much as the type holds, or a truth value. */
function weightOf(weight: Integer | boolean, format: IntegerFormat): bigint {
  return typeof weight === "boolean" ? BigInt(weight) : unsignedValue(weight, format);
}
