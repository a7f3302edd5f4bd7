import { PERMIT } from "../../opaque.ts";
import {
  type CiphertextType,
  type IntegerType,
  SHAPES,
  type TextType,
  type Width,
} from "../../wire/core/types.ts";
import type { SerializedCiphertext } from "../../wire/values/ciphertext.ts";
import type { ClientKey } from "../keys/client-key.ts";
import type { Ciphertext } from "./ciphertext.ts";
import { FheAsciiString } from "./fhe-ascii-string.ts";
import { FheBool } from "./fhe-bool.ts";
import { FheInt } from "./fhe-int.ts";
import { checkMaker, FheInteger, type FheIntegerType } from "./fhe-integer.ts";
import { FheText } from "./fhe-text.ts";
import { FheUint } from "./fhe-uint.ts";
import { FheUtf8String } from "./fhe-utf8-string.ts";
import { checkBoolean, type Integer, integerDigits } from "./value.ts";

/** A type of encrypted values: `FheBool`, `FheAsciiString`, `FheUtf8String`, or one of `FheUint2` to `FheInt2048`. */
export interface ValueType<Value, C extends Ciphertext> {
  readonly name: string;
  encrypt(value: Value, key: ClientKey): C;
}

/**
 * The name of a type of integers or truth values that a user has given.
 *
 * @throws TypeError if it is none.
 */
export function typeName(type: unknown): "FheBool" | IntegerType {
  if (type === FheBool) return "FheBool";
  return checkMaker(type as FheIntegerType, "a type, such as FheUint8 or FheBool").name;
}

/** The same of any type. */
export function anyTypeName(type: unknown): CiphertextType {
  return isTextType(type) ? textTypeName(type) : typeName(type);
}

/** The name of a type of texts, whatever a bundler makes of its class. */
export function textTypeName(type: FheTextType): TextType {
  return type === FheUtf8String ? "FheUtf8String" : "FheAsciiString";
}

/** Whether something is a type of texts. */
export function isTextType(type: unknown): type is FheTextType {
  return type === FheAsciiString || type === FheUtf8String;
}

/**
 * A user's value in blocks, least significant first.
 *
 * @throws TypeError for what is no value of the type, RangeError for one that is fractional or does not fit.
 * @throws ParameterError if blocks do not make up the type's width.
 */
export function digitsOf(type: "FheBool" | IntegerType, value: unknown, messageModulus: number): number[] {
  const { kind, bits } = SHAPES[type];
  if (kind === "boolean") return [Number(checkBoolean(value as boolean))];
  return integerDigits(value as Integer, { width: bits as Width, signed: kind === "signed" }, messageModulus);
}

/** The ciphertext of a content, in the class of its type. */
export function ciphertextOf(content: SerializedCiphertext): Ciphertext {
  switch (SHAPES[content.type].kind) {
    case "boolean":
      return new FheBool(PERMIT, content);
    case "unsigned":
      return new FheUint(PERMIT, content);
    case "signed":
      return new FheInt(PERMIT, content);
    case "string":
      return new (content.type === "FheUtf8String" ? FheUtf8String : FheAsciiString)(PERMIT, content);
  }
}

/** A value at rest that is not compressed. */
export type AnyValue = FheInteger | FheBool | AnyText;

/** A text at rest. */
export type AnyText = FheAsciiString | FheUtf8String;
/** Their types, as users give them. */
export type FheTextType = typeof FheAsciiString | typeof FheUtf8String;
/** The texts of such a type. */
export type TextOf<Type> = Type extends typeof FheUtf8String ? FheUtf8String : FheAsciiString;

/** Whether something is one. */
export function isValue(value: unknown): value is AnyValue {
  return value instanceof FheInteger || value instanceof FheBool || value instanceof FheText;
}
