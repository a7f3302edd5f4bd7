import type * as tacet from "tacet";
import * as types from "./types.ts";

/*
 * The types of encrypted values by their names, and what is known of a value before anybody has it.
 */

/** A type of encrypted values, as users give it. */
export type EncryptedType = tacet.FheIntegerType | typeof tacet.FheBool | TextType;
export type TextType = typeof tacet.FheAsciiString | typeof tacet.FheUtf8String;

/** What everybody may know of an encrypted value. Ciphertexts and handles have it themselves. */
export interface Form {
  readonly type: tacet.CiphertextType;
  /** Of a text: the number of its characters, or bytes of UTF-8, with the zeros that hide how long it is. */
  readonly size?: number | undefined;
  /** Of a text: whether zeros may follow it. */
  readonly padded?: boolean | undefined;
}

/** What kind of values a type has. */
export type ValueKind = "boolean" | "integer" | "text";

const TYPES: ReadonlyMap<string, EncryptedType> = new Map(Object.entries(types));
const NAMES: ReadonlyMap<unknown, string> = new Map([...TYPES].map(([name, type]) => [type, name]));

/** All names of types. */
export const TYPE_NAMES: readonly tacet.CiphertextType[] = [...TYPES.keys()] as tacet.CiphertextType[];

/** The type of a name, if there is one. */
export function typeNamed(name: unknown): EncryptedType | undefined {
  return typeof name === "string" ? TYPES.get(name) : undefined;
}

/** The name of a type, whatever a bundler makes of its class; `undefined` for what is none. */
export function nameOfType(type: unknown): tacet.CiphertextType | undefined {
  return NAMES.get(type) as tacet.CiphertextType | undefined;
}

export function kindOf(type: tacet.CiphertextType): ValueKind {
  if (type === "FheBool") return "boolean";
  return isTextName(type) ? "text" : "integer";
}

export function isTextName(type: string): type is "FheAsciiString" | "FheUtf8String" {
  return type === "FheAsciiString" || type === "FheUtf8String";
}

/** Number of bits of an integer type. */
export function widthOf(type: tacet.CiphertextType): tacet.Width {
  return (typeNamed(type) as tacet.FheIntegerType).width;
}

/** Whether the integers of a type can be negative. */
export function isSigned(type: tacet.CiphertextType): boolean {
  return (typeNamed(type) as tacet.FheIntegerType).signed;
}

/** Number of digits of two bits, those of the default parameters: a measure of how large a value is. */
export function digitsOf({ type, size = 0 }: Form): number {
  const kind = kindOf(type);
  if (kind === "boolean") return 1;
  return kind === "text" ? 4 * size : widthOf(type) / 2;
}

/** What a value of a type without a size is known by. */
export const formOf = (type: tacet.CiphertextType): Form => ({ type });

/** The form of a text. */
export function textForm(type: tacet.CiphertextType, size: number, padded: boolean): Form {
  return { type, size, padded };
}

/** Number of characters, or bytes of UTF-8, of a clear text. */
export function sizeOfText(type: tacet.CiphertextType, text: string): number {
  return type === "FheUtf8String" ? new TextEncoder().encode(text).length : text.length;
}
