import type { Value } from "../value/value.ts";

/** A value of a result. Integers of 64 bits are `bigint`; decimals, dates, times and UUIDs are texts, as PostgreSQL has them. */
export type ResultValue = number | bigint | string | boolean | null;

export interface ResultField {
  readonly name: string;
  /** As an OID of PostgreSQL. */
  readonly type: number;
}

export interface Result {
  readonly fields: readonly ResultField[];
  /** By the names of the columns; of columns of the same name, the last. */
  readonly rows: readonly Readonly<Record<string, ResultValue>>[];
  /** The same, in the order of the columns, as PostgreSQL prints them. */
  readonly texts: readonly (readonly (string | null)[])[];
}

/** A column of a result. */
export interface Typed extends Value {
  readonly oid: number;
}

export function resultOf(fields: readonly ResultField[], texts: Result["texts"]): Result {
  const rows = texts.map((row) =>
    Object.fromEntries(fields.map(({ name, type }, column) => [name, resultValue(row[column]!, type)])),
  );
  return { fields, rows, texts };
}

function resultValue(text: string | null, type: number): ResultValue {
  if (text === null) return null;
  switch (type) {
    case 16:
      return text === "t";
    case 20:
      return BigInt(text);
    case 21:
    case 23:
    case 700:
    case 701:
      return Number(text);
    default:
      return text;
  }
}
