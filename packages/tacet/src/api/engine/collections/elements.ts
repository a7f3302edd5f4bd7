import type { Radix } from "../../../integer/radix.ts";
import { describe, PERMIT } from "../../../opaque.ts";
import type { Ciphertext } from "../../values/ciphertext.ts";
import type { CompressedCiphertext } from "../../values/compressed-ciphertext.ts";
import type { FheBool } from "../../values/fhe-bool.ts";
import type { FheInteger, FheIntegerType } from "../../values/fhe-integer.ts";
import type { Integer } from "../../values/value.ts";
import { BoolHandle, booleanOperand } from "../handles/bool-handle.ts";
import { type Context, digitsIn, Handle } from "../handles/handle.ts";
import { IntegerHandle, operand, sameType } from "../handles/integer-handle.ts";

/** What lists and arrays hold. */
export type Element = IntegerHandle | BoolHandle;

/** What an element is outside encryption. */
export type ClearElement<H> = H extends BoolHandle ? boolean : Integer;

/** A type of elements, as users give it. */
export type Maker = FheIntegerType | typeof FheBool;

/** An element outside an engine, encrypted. */
export type Value = FheInteger | FheBool;
export type Loadable = Value | CompressedCiphertext<Value>;

/**
 * Checks that values are handles of an engine, of one type of integers or truth values.
 *
 * @throws RangeError if there are none, TypeError, DisposedError.
 */
export function checkElements<H extends Element>(context: Context, values: readonly H[]): readonly H[] {
  const [model] = checkAlike(context, values);
  if (model instanceof IntegerHandle || model instanceof BoolHandle) return values;
  throw new TypeError(
    `expected integers or truth values, not values of type ${(model as Handle<never>).type}`,
  );
}

/** The same for any type. */
export function checkAlike<H extends Handle<Ciphertext>>(
  context: Context,
  values: readonly H[],
): readonly H[] {
  if (!Array.isArray(values)) throw new TypeError(`expected an array of handles, not ${describe(values)}`);
  if (values.length === 0) throw new RangeError("there has to be at least one value");
  for (const value of values) {
    if (!(value instanceof Handle)) throw new TypeError(`expected handles, not ${describe(value)}`);
    if (value.type !== values[0].type) {
      throw new TypeError(
        `expected values of type ${values[0].type}, not ${value.type}; use cast to convert`,
      );
    }
    digitsIn(value, context);
  }
  return values;
}

/** The digits of what is to be of the type of a handle: a handle, or a clear value. Throws as operations do. */
export function digitsLike<H extends Element>(context: Context, model: H, value: H | ClearElement<H>): Radix {
  const { builder } = context.evaluator;
  if (model instanceof IntegerHandle) {
    return operand(builder, model, value as IntegerHandle | Integer, context);
  }
  return [booleanOperand(builder, value as BoolHandle | boolean, context)];
}

/** The handle of some digits as a value of the type of another handle. */
export function handleLike<H extends Element>(context: Context, model: H, digits: Radix): H {
  if (model instanceof IntegerHandle) return sameType(model, context, digits);
  return new BoolHandle(PERMIT, context, digits) as H;
}
