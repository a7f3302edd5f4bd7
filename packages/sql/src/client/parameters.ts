import type { Parameter } from "../encoding/constants.ts";
import { ConstantError } from "../errors.ts";
import type { SentParameter } from "../wire.ts";
import { type ParameterValue, Secret, secretOf } from "./secret.ts";

/** The parameters of a query: as only the client has them, and as the server gets them. */
export interface Parameters {
  readonly own: readonly Parameter[];
  readonly sent: readonly SentParameter[];
  readonly secrets: ReadonlySet<number>;
}

/**
 * @param hidden whether none of them is sent, so that all of them can be arrays.
 * @throws ConstantError for values that no parameter has.
 */
export function parametersOf(given: readonly (ParameterValue | Secret)[], hidden = false): Parameters {
  const own = given.map((value, index): Parameter => {
    const inner = value instanceof Secret ? secretOf(value) : value;
    return Array.isArray(inner)
      ? inner.map((element) => textOf(element, index))
      : textOf(inner as ParameterValue, index);
  });
  const secrets = new Set(given.flatMap((value, index) => (value instanceof Secret ? [index + 1] : [])));
  const sent = own.map((value, index): SentParameter => {
    if (hidden || secrets.has(index + 1)) return { secret: true };
    if (typeof value !== "string" && value !== null)
      throw new ConstantError(`$${index + 1} is an array, and not secret`);
    return value;
  });
  return { own, sent, secrets };
}

/** A value as PostgreSQL reads it. */
function textOf(value: ParameterValue, index: number): string | null {
  switch (typeof value) {
    case "string":
      return value;
    case "bigint":
    case "boolean":
      return value.toString();
    case "number":
      if (Number.isFinite(value)) return plain(value);
      break;
    case "object":
      if (value === null) return null;
      if (value instanceof Date && !Number.isNaN(value.getTime())) return dateText(value);
  }
  throw new ConstantError(`$${index + 1} is no value that a parameter can have`);
}

function plain(value: number): string {
  return Object.is(value, -0) ? "0" : String(value);
}

/** As in `2024-02-29 12:30:00.000`; a day alone, if it is midnight. */
function dateText(value: Date): string {
  const text = value.toISOString().replace("T", " ").replace("Z", "");
  return text.endsWith(" 00:00:00.000") ? text.slice(0, 10) : text;
}
