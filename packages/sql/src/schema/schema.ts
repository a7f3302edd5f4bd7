import { SchemaError } from "../errors.ts";
import { type ColumnType, date, decimal, dictionary, integer, text } from "./types.ts";

/** The columns of a table that queries may name: all others are as if they were not there. */
export type Table = Readonly<Record<string, ColumnType>>;

/** What a server answers queries on. Plain data, for clients to have as JSON. */
export interface Schema {
  readonly tables: Readonly<Record<string, Table>>;
  /** A public bound of how many rows any query goes through, from which follows how exact hashes have to be. */
  readonly rows: number;
}

/** PostgreSQL cuts longer names. */
const LONGEST_NAME = 63;
const MOST_COLUMNS = 1600;

/** Checks a schema that came from elsewhere, and copies it. @throws SchemaError, which says what is wrong and where. */
export function checkSchema(given: unknown): Schema {
  const { tables, rows = 10_000 } = objectOf(given, "a schema");
  if (typeof rows !== "number" || !Number.isSafeInteger(rows) || rows < 1) {
    throw new SchemaError("rows is a whole number from 1 on");
  }
  const checked = Object.entries(objectOf(tables, "tables")).map(([name, table]) => {
    checkName(name, "a table");
    const columns = Object.entries(objectOf(table, `table ${name}`));
    if (columns.length === 0 || columns.length > MOST_COLUMNS) {
      throw new SchemaError(`table ${name} has 1 to ${MOST_COLUMNS} columns`);
    }
    return [
      name,
      Object.fromEntries(columns.map(([column, type]) => [column, checkColumn(name, column, type)])),
    ];
  });
  return { tables: Object.fromEntries(checked), rows };
}

function objectOf(given: unknown, what: string): Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new SchemaError(`${what} is an object`);
  }
  return given as Record<string, unknown>;
}

function checkName(name: string, what: string): void {
  if (name === "" || new TextEncoder().encode(name).length > LONGEST_NAME || name.includes("\0")) {
    throw new SchemaError(`${what} has a name of 1 to ${LONGEST_NAME} bytes`);
  }
}

function checkColumn(table: string, column: string, given: unknown): ColumnType {
  checkName(column, `a column of table ${table}`);
  try {
    return checkType(objectOf(given, "its type"));
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new SchemaError(`column ${column} of table ${table}: ${error.message}`, { cause: error });
  }
}

function checkType(given: Record<string, unknown>): ColumnType {
  switch (given.type) {
    case "boolean":
    case "timestamp":
    case "uuid":
      return { type: given.type };
    case "integer":
      return checkInteger(given);
    case "decimal":
      return decimal(given.precision as number, given.scale as number);
    case "date": {
      if (given.from === undefined && given.to === undefined) return date();
      if (typeof given.from !== "string" || typeof given.to !== "string") {
        throw new SchemaError("bounds of dates are two texts");
      }
      return date({ from: given.from, to: given.to });
    }
    case "text":
      return text(given);
    case "dictionary": {
      const { values } = given;
      const list = Array.isArray(values) && values.every((value) => typeof value === "string");
      if (values !== "public" && !list)
        throw new SchemaError('a dictionary has a list of texts, or "public"');
      return dictionary(values as "public" | string[]);
    }
    default:
      throw new SchemaError("there is no such type");
  }
}

function checkInteger({ minimum, maximum }: Record<string, unknown>): ColumnType {
  const whole = /^-?\d{1,20}$/;
  if (
    typeof minimum !== "string" ||
    typeof maximum !== "string" ||
    !whole.test(minimum) ||
    !whole.test(maximum)
  ) {
    throw new SchemaError("bounds of integers are whole numbers as texts");
  }
  const bounds = { minimum: BigInt(minimum), maximum: BigInt(maximum) };
  return integer(64, { ...bounds, unsigned: bounds.minimum >= 0n });
}
