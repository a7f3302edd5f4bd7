import { SchemaError } from "../errors.ts";

/** What the values of a column can be. Plain data, as in the JSON of a schema. */
export type ColumnType =
  | { readonly type: "boolean" }
  | { readonly type: "integer"; readonly minimum: string; readonly maximum: string }
  | { readonly type: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly type: "date"; readonly from?: string; readonly to?: string }
  | { readonly type: "timestamp" }
  | { readonly type: "uuid" }
  | TextType
  | DictionaryType;

/** Texts of at most `length` characters. */
export interface TextType {
  readonly type: "text";
  readonly length: number;
  /** Whether LIKE and ILIKE take secret patterns. */
  readonly like: boolean;
  /** Whether <, ≤, > and ≥ take secret bounds: by bytes, which has to be the collation (`C`) of the column. */
  readonly ordered: boolean;
  /** What characters there can be: with ASCII, patterns cost a third. */
  readonly alphabet: "ascii" | "unicode";
}

/** Texts of a list that everybody may know, in the order of the column's collation. */
export interface DictionaryType {
  readonly type: "dictionary";
  /** `"public"` until the server has read the table. */
  readonly values: readonly string[] | "public";
}

/** The most values of a dictionary. */
export const LONGEST_DICTIONARY = 65_536;
/** The most characters that a text column can say that it has. */
export const LONGEST_TEXT = 1024;
const MOST_DIGITS = 38;

/** True, false. */
export function boolean(): ColumnType {
  return { type: "boolean" };
}

export interface IntegerOptions {
  /** From 0 on. */
  readonly unsigned?: boolean;
  /** The least value there can be, in place of the least of the width. Narrow ranges cost less. */
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
}

/**
 * Integers of so many bits, signed as PostgreSQL's are. Columns of 8 bits are `smallint` in PostgreSQL, unsigned ones of 64
 * bits `numeric`.
 *
 * @throws SchemaError for other widths, and for bounds outside of the width.
 */
export function integer(bits: 8 | 16 | 32 | 64, options: IntegerOptions = {}): ColumnType {
  if (![8, 16, 32, 64].includes(bits))
    throw new SchemaError(`integers have 8, 16, 32 or 64 bits, not ${bits}`);
  const { unsigned = false } = options;
  const least = unsigned ? 0n : -(1n << BigInt(bits - 1));
  const most = least + (1n << BigInt(bits)) - 1n;
  const minimum = boundOf(options.minimum, least);
  const maximum = boundOf(options.maximum, most);
  if (minimum < least || maximum > most || minimum > maximum) {
    throw new SchemaError(`bounds of integer(${bits}) are in order, and from ${least} to ${most}`);
  }
  return { type: "integer", minimum: minimum.toString(), maximum: maximum.toString() };
}

function boundOf(given: number | bigint | undefined, otherwise: bigint): bigint {
  if (given === undefined) return otherwise;
  if (typeof given === "number" && !Number.isSafeInteger(given)) {
    throw new SchemaError("bounds of integers are whole numbers");
  }
  return BigInt(given);
}

/** PostgreSQL's `numeric(precision, scale)`. @throws SchemaError for more than 38 digits. */
export function decimal(precision: number, scale = 0): ColumnType {
  const fits = Number.isInteger(precision) && Number.isInteger(scale) && scale >= 0 && scale <= precision;
  if (!fits || precision < 1 || precision > MOST_DIGITS) {
    throw new SchemaError(`decimals have 1 to ${MOST_DIGITS} digits, and no more of them after the point`);
  }
  return { type: "decimal", precision, scale };
}

/** Days. With bounds, as in `date({ from: "2000-01-01", to: "2039-12-31" })`, they cost less. */
export function date(bounds?: { readonly from: string; readonly to: string }): ColumnType {
  return { type: "date", ...(bounds && { from: bounds.from, to: bounds.to }) };
}

/** PostgreSQL's `timestamp` without a time zone, in microseconds. */
export function timestamp(): ColumnType {
  return { type: "timestamp" };
}

/** UUIDs, which are ordered by their bytes. */
export function uuid(): ColumnType {
  return { type: "uuid" };
}

export interface TextOptions {
  /** The most characters that any text of the column has: 32 if left out. */
  readonly length?: number;
  /** Whether LIKE and ILIKE take secret patterns. */
  readonly like?: boolean;
  /** Whether <, ≤, > and ≥ take secret bounds, for which the column's collation must be `C`. */
  readonly ordered?: boolean;
  /** `"ascii"` if all characters are. */
  readonly alphabet?: "ascii" | "unicode";
}

/** Texts. @throws SchemaError for a length that cannot be. */
export function text(options: TextOptions = {}): ColumnType {
  const { length = 32, like = false, ordered = false, alphabet = "unicode" } = options;
  if (!Number.isInteger(length) || length < 1 || length > LONGEST_TEXT) {
    throw new SchemaError(`texts have 1 to ${LONGEST_TEXT} characters at most`);
  }
  if (typeof like !== "boolean" || typeof ordered !== "boolean" || !["ascii", "unicode"].includes(alphabet)) {
    throw new SchemaError('like and ordered are true or false, and alphabet is "ascii" or "unicode"');
  }
  return { type: "text", length, like, ordered, alphabet };
}

/**
 * Texts of a list that everybody may know: each secret predicate then costs one flag for each of them. `"public"` has the
 * server publish which texts the column has.
 *
 * @throws SchemaError for a list with doubles.
 */
export function dictionary(values: "public" | readonly string[]): ColumnType {
  if (values === "public") return { type: "dictionary", values };
  if (new Set(values).size !== values.length) throw new SchemaError("a dictionary has each value once");
  if (values.length > LONGEST_DICTIONARY) {
    throw new SchemaError(`dictionaries have ${LONGEST_DICTIONARY} values at most`);
  }
  return { type: "dictionary", values: [...values] };
}
