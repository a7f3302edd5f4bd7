import type { RemoteCallback } from "drizzle-orm/pg-proxy";
import type { SecretDatabase } from "../client/connect.ts";
import { type ParameterValue, type Secret, secret } from "../client/secret.ts";

/** What `drizzle` of `drizzle-orm/pg-proxy` takes to ask a database with secrets: `drizzle(drizzleCallback(db))`. */
export function drizzleCallback(database: SecretDatabase): RemoteCallback {
  return async (text, parameters, method) => {
    const { fields, rows, texts } = await database.query(text, parameters as (ParameterValue | Secret)[]);
    if (method === "execute") return { rows: [...rows] };
    // Drizzle reads 64-bit integers and decimals from texts, and other values as they are.
    return { rows: texts.map((row) => row.map((value, column) => driverValue(value, fields[column]!.type))) };
  };
}

/** A secret where Drizzle expects a value of a column: `lt(people.age, hidden(30))`. */
export function hidden<T extends ParameterValue>(value: T): T {
  return secret(value) as unknown as T;
}

const BOOL = 16;
const SMALL_INTEGERS: readonly number[] = [21, 23];

function driverValue(text: string | null, type: number): string | number | boolean | null {
  if (text === null) return null;
  if (type === BOOL) return text === "t";
  return SMALL_INTEGERS.includes(type) ? Number(text) : text;
}
