import { SchemaError } from "../errors.ts";
import { parseDate, parseTimestamp } from "../value/calendar.ts";
import { floor, multiply, parseDecimal, powerOfTen } from "../value/decimal.ts";
import type { ColumnType } from "./types.ts";

/**
 * A type whose values are the whole numbers from 0 up to `size`, in the order in which PostgreSQL has them: what is sent
 * of a secret constant is about those.
 */
export interface Ordinal {
  readonly size: bigint;
  /** The code of a value as PostgreSQL prints it; `undefined` for what is none of the type. */
  codeOf(text: string): bigint | undefined;
  /** Where a constant stands among the codes; `undefined` for what cannot be compared with the type. */
  positionOf(text: string): Position | undefined;
}

/** A constant is the value with code `floor`, or lies between that and the next. */
export interface Position {
  /** From -1 up to `size`. */
  readonly floor: bigint;
  readonly exact: boolean;
  /** A constant of which only equality can be told, which is never. */
  readonly unordered?: boolean;
}

const DAYS_SPAN = 1n << 32n;
const MICROSECONDS_SPAN = 1n << 64n;
const UUID_SPAN = 1n << 128n;

const cache = new WeakMap<ColumnType, Ordinal>();

/** The codes of a type; `undefined` for texts, which have none. @throws SchemaError for bounds that are no dates. */
export function ordinalOf(type: ColumnType): Ordinal | undefined {
  const known = cache.get(type);
  if (known !== undefined) return known;
  const ordinal = makeOrdinal(type);
  if (ordinal !== undefined) cache.set(type, ordinal);
  return ordinal;
}

function makeOrdinal(type: ColumnType): Ordinal | undefined {
  switch (type.type) {
    case "text":
      return undefined;
    case "boolean":
      return exactly(2n, booleanOf);
    case "integer": {
      const minimum = BigInt(type.minimum);
      const size = BigInt(type.maximum) - minimum + 1n;
      return exactly(size, (text) => shifted(wholeOf(text), -minimum));
    }
    case "decimal":
      return decimalOrdinal(type.precision, type.scale);
    case "date":
      return dateOrdinal(type);
    case "timestamp":
      return exactly(MICROSECONDS_SPAN, (text) =>
        withInfinities(text, parseTimestamp(text), MICROSECONDS_SPAN),
      );
    case "uuid":
      return exactly(UUID_SPAN, uuidOf);
    case "dictionary":
      return dictionaryOrdinal(type.values);
  }
}

/** A type whose constants are its values and nothing in between. */
function exactly(size: bigint, parse: (text: string) => bigint | undefined): Ordinal {
  const codeOf = (text: string) => {
    const code = parse(text);
    return code !== undefined && code >= 0n && code < size ? code : undefined;
  };
  return {
    size,
    codeOf,
    positionOf: (text) => {
      const code = codeOf(text);
      return code === undefined ? undefined : { floor: code, exact: true };
    },
  };
}

function booleanOf(text: string): bigint | undefined {
  if (text === "true" || text === "t") return 1n;
  if (text === "false" || text === "f") return 0n;
  return undefined;
}

function wholeOf(text: string): bigint | undefined {
  return /^\s*[+-]?\d{1,40}\s*$/.test(text) ? BigInt(text.trim().replace(/^\+/, "")) : undefined;
}

function shifted(value: bigint | undefined, by: bigint): bigint | undefined {
  return value === undefined ? undefined : value + by;
}

function decimalOrdinal(precision: number, scale: number): Ordinal {
  const most = powerOfTen(precision) - 1n;
  const size = 2n * most + 1n;
  const unit = powerOfTen(scale);
  const positionOf = (text: string): Position | undefined => {
    const value = parseDecimal(text);
    if (value === undefined) return undefined;
    const scaled = multiply(value, { unscaled: unit, scale: 0 });
    const whole = floor(scaled).unscaled;
    if (whole < -most - 1n) return { floor: -1n, exact: false };
    if (whole > most) return { floor: size - 1n, exact: false };
    return {
      floor: whole + most,
      exact: whole >= -most && whole * powerOfTen(scaled.scale) === scaled.unscaled,
    };
  };
  return {
    size,
    positionOf,
    codeOf: (text) => {
      const position = positionOf(text);
      return position?.exact ? position.floor : undefined;
    },
  };
}

function dateOrdinal({ from, to }: { readonly from?: string; readonly to?: string }): Ordinal {
  if (from === undefined || to === undefined) {
    return exactly(DAYS_SPAN, (text) => withInfinities(text, parseDate(text), DAYS_SPAN));
  }
  const [first, last] = [parseDate(from), parseDate(to)];
  if (first === undefined || last === undefined || first > last) {
    throw new SchemaError("bounds of dates are two dates in order, as in 2024-02-29");
  }
  return exactly(last - first + 1n, (text) => shifted(parseDate(text), -first));
}

/** PostgreSQL's dates and times count from 2000 on, and have the infinities at both ends. */
function withInfinities(text: string, value: bigint | undefined, span: bigint): bigint | undefined {
  if (text === "infinity") return span - 1n;
  if (text === "-infinity") return 0n;
  const code = shifted(value, span / 2n);
  return code !== undefined && code > 0n && code < span - 1n ? code : undefined;
}

function uuidOf(text: string): bigint | undefined {
  const found = /^\{?([\da-f]{8})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{12})\}?$/i.exec(text);
  return found === null ? undefined : BigInt(`0x${found.slice(1).join("")}`);
}

function dictionaryOrdinal(values: readonly string[] | "public"): Ordinal {
  if (values === "public") throw new SchemaError("the values of a dictionary are not known yet");
  const codes = new Map(values.map((value, code) => [value, BigInt(code)]));
  return {
    size: BigInt(values.length),
    codeOf: (text) => codes.get(text),
    positionOf: (text) => {
      const code = codes.get(text);
      return code === undefined
        ? { floor: -1n, exact: false, unordered: true }
        : { floor: code, exact: true };
    },
  };
}
