import { TacetError } from "tacet";

/** Where something stands in the text of a query. */
export interface Place {
  /** In UTF-16 code units, from 0 on, as strings of JavaScript have it. */
  readonly offset: number;
  /** From 1 on. */
  readonly line: number;
  /** In characters, from 1 on. */
  readonly column: number;
}

/** Base of what this package throws on purpose. Messages never contain secret values. */
export class SqlError extends TacetError {
  override readonly name: string = "SqlError";
  /** Where in the text of the query, if it is about one place of it. */
  readonly place: Place | undefined;

  constructor(message: string, options: ErrorOptions & { readonly place?: Place | undefined } = {}) {
    const { place } = options;
    super(place === undefined ? message : `${message} (line ${place.line}, column ${place.column})`);
    if (options.cause !== undefined) this.cause = options.cause;
    this.place = place;
  }
}

/** The text of a query is malformed, names what there is not, or asks for what cannot be done. */
export class QueryError extends SqlError {
  override readonly name = "QueryError";
}

/** A constant does not fit what it is compared with. The message names the parameter, and not its value. */
export class ConstantError extends SqlError {
  override readonly name = "ConstantError";
}

/** A schema is malformed, or is not what the database has. */
export class SchemaError extends SqlError {
  override readonly name = "SchemaError";
}

/** A table has a value that its schema rules out, or a computation on clear values failed. */
export class DataError extends SqlError {
  override readonly name = "DataError";
}

/** What is public of the tables has changed, and with it what queries send. Clients read it anew, and ask again. */
export class StaleSchemaError extends SqlError {
  override readonly name = "StaleSchemaError";
}

/** A query would take, or its answer would be, more than the limits allow. */
export class LimitError extends SqlError {
  override readonly name = "LimitError";
}

/** A request or an answer is not what the query asks for: wrong sizes, malformed bytes, another schema. */
export class RequestError extends SqlError {
  override readonly name = "RequestError";
}
