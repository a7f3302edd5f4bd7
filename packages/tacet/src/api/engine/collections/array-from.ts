import { PERMIT } from "../../../opaque.ts";
import { FheBool } from "../../values/fhe-bool.ts";
import type { FheIntegerType } from "../../values/fhe-integer.ts";
import type { Integer } from "../../values/value.ts";
import { digitsOf, typeName } from "../../values/value-type.ts";
import { BoolHandle } from "../handles/bool-handle.ts";
import { type Context, Handle } from "../handles/handle.ts";
import { type IntegerHandle, integerHandle } from "../handles/integer-handle.ts";
import type { Element, Loadable, Maker } from "./elements.ts";
import { arrayOf, type BoolArray, type IntegerArray } from "./encrypted-array.ts";
import { flatten, type Nested, type Shape, shapeOf } from "./shape.ts";

/**
 * The array of some values of a type, handles, ciphertexts or clear ones, as `arrayOf` takes handles.
 *
 * @param load takes ciphertexts in.
 */
export function arrayFrom(
  context: Context,
  type: Maker,
  values: Nested<Element | Loadable | Integer | boolean>,
  shape: Shape | undefined,
  load: (ciphertext: Loadable) => Element,
): IntegerArray<IntegerHandle> | BoolArray {
  const expected = typeName(type);
  const found = shapeOf(values);
  const elements = flatten(values, found).map((value) => {
    if (value instanceof Handle) return value;
    const clear = typeof value !== "object";
    return clear ? clearElement(context, type, value) : load(value);
  });
  for (const element of elements) {
    if (element.type !== expected)
      throw new TypeError(`expected values of type ${expected}, not ${element.type}`);
  }
  return arrayOf(context, elements, shape === undefined ? found : shape) as
    | IntegerArray<IntegerHandle>
    | BoolArray;
}

/** A clear value in an engine. */
function clearElement(context: Context, type: Maker, value: Integer | boolean): Element {
  const { builder, parameters } = context.evaluator;
  const digits = digitsOf(typeName(type), value, parameters.messageModulus).map((digit) =>
    builder.constant(digit),
  );
  return type === FheBool
    ? new BoolHandle(PERMIT, context, digits)
    : integerHandle(context, digits, type as FheIntegerType);
}
