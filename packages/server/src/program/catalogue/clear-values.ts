import type { CiphertextType } from "tacet";
import type { Place } from "../error.ts";
import { isSigned, isTextName, kindOf, sizeOfText, widthOf } from "../forms.ts";
import type { Json } from "../graph.ts";

/* Clear values in JSON: decimal strings, truth values and `{ "text": … }`. */

/** No integer of the library has more digits. */
const MOST_DIGITS = 620;

/** What something in JSON is, in words: values are not shown. */
export function describeJson(json: unknown): string {
  if (json === undefined) return "nothing";
  if (json === null) return "null";
  if (Array.isArray(json)) return "a list";
  if (typeof json === "number") return "a number, which stands for a value";
  if (typeof json === "string") return "a string";
  if (typeof json === "boolean") return "a truth value";
  return typeof json === "object" ? `an object with ${nameKeys(json)}` : `a ${typeof json}`;
}

function nameKeys(json: object): string {
  const keys = Object.keys(json);
  const some = keys.slice(0, 3).map((key) => key.slice(0, 20));
  return keys.length === 0 ? "no keys" : `the keys ${some.join(", ")}${keys.length > 3 ? ", …" : ""}`;
}

/** Whether something is an object with exactly these keys of its own. */
export function hasKeys<Key extends string>(json: unknown, ...keys: Key[]): json is Record<Key, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return false;
  const own = Object.keys(json);
  return own.length === keys.length && keys.every((key) => Object.hasOwn(json, key));
}

/** An integer in decimal, in its only form. */
export function checkDecimal(json: unknown, place: Place): bigint {
  if (typeof json !== "string") {
    throw place.error(`expected a clear integer as a string in decimal, not ${describeJson(json)}`);
  }
  if (json.length > MOST_DIGITS || !/^(?:0|-?[1-9]\d*)$/.test(json)) {
    throw place.error(
      `expected an integer in decimal of at most ${MOST_DIGITS} digits, such as "12" or "-5"`,
    );
  }
  return BigInt(json);
}

/** A clear value of a type. */
export function checkClear(json: unknown, type: CiphertextType, place: Place): Json {
  if (isTextName(type)) return checkText(json, type, place);
  if (kindOf(type) === "boolean") {
    if (typeof json === "boolean") return json;
    throw place.error(`expected a truth value, not ${describeJson(json)}`);
  }
  const value = checkDecimal(json, place);
  const width = widthOf(type);
  const wrapped = isSigned(type) ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
  if (wrapped === value) return json as string;
  const range = isSigned(type) ? `-2^${width - 1} to 2^${width - 1} - 1` : `0 to 2^${width} - 1`;
  throw place.error(`the integer does not fit: one of type ${type} is from ${range}`);
}

function checkText(json: unknown, type: CiphertextType, place: Place): Json {
  if (!hasKeys(json, "text") || typeof json.text !== "string") {
    throw place.error(`expected a text as { "text": … }, not ${describeJson(json)}`);
  }
  const { text } = json;
  if (text.length > 65_535 || sizeOfText(type, text) > 65_535) {
    throw place.error("a text of more than 65,535 characters or bytes");
  }
  const at = type === "FheUtf8String" ? text.search(/[\0\p{Surrogate}]/u) : text.search(/[\0\P{ASCII}]/u);
  if (at < 0) return { text };
  throw place.error(
    type === "FheUtf8String"
      ? `character ${at} of the text is 0, or half of a surrogate pair`
      : `character ${at} of the text is not one of ASCII from 1 to 127; FheUtf8String has all others`,
  );
}

/** The clear value that checked JSON is: a bigint, a boolean or a string. */
export function readClear(json: Json): bigint | boolean | string {
  if (typeof json === "string") return BigInt(json);
  return typeof json === "boolean" ? json : (json as { readonly text: string }).text;
}

/** The text in a clear argument, if it is one. */
export function clearTextIn(json: Json | undefined): string | undefined {
  return typeof json === "object" && "text" in json ? (json.text as string) : undefined;
}
