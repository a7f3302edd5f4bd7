import {
  ConstantError,
  DataError,
  LimitError,
  type Place,
  QueryError,
  RequestError,
  SchemaError,
  SqlError,
  StaleSchemaError,
} from "../errors.ts";

/** An error as JSON. */
export interface Problem {
  readonly error: string;
  readonly message: string;
  readonly place?: Place;
}

const CLASSES = {
  ConstantError,
  DataError,
  LimitError,
  QueryError,
  RequestError,
  SchemaError,
  StaleSchemaError,
};

/** The place is in the message already. */
export function problemOf(error: SqlError): Problem {
  return { error: error.name, message: error.message, ...(error.place && { place: error.place }) };
}

/** The error that a server had; of what it does not tell, that it failed. */
export function errorOf(problem: unknown, status: number): SqlError {
  const { error, message, place } = (
    typeof problem === "object" && problem !== null ? problem : {}
  ) as Partial<Problem>;
  if (typeof error !== "string" || typeof message !== "string" || !Object.hasOwn(CLASSES, error)) {
    return new SqlError(`the server answers with status ${status}`);
  }
  const made = new CLASSES[error as keyof typeof CLASSES](message);
  return isPlace(place) ? Object.assign(made, { place }) : made;
}

function isPlace(place: unknown): place is Place {
  const { offset, line, column } = (place ?? {}) as Record<string, unknown>;
  return [offset, line, column].every((number) => Number.isSafeInteger(number));
}

/** The status with which an error is answered. */
export function statusOf(error: SqlError): number {
  if (error instanceof LimitError) return 413;
  if (error instanceof StaleSchemaError) return 409;
  return error instanceof SchemaError ? 500 : 422;
}
