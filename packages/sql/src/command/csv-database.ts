import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { SchemaError } from "../errors.ts";
import type { Table } from "../schema/schema.ts";
import { boolean, type ColumnType, integer, text } from "../schema/types.ts";

/** Tables in memory, and what is known of them. */
export interface CsvDatabase {
  readonly pglite: PGlite;
  readonly tables: Readonly<Record<string, Table>>;
}

const STRING = text({ length: 32, like: true, ordered: true, alphabet: "ascii" });

/** What headers call types: how PostgreSQL has them, and how the schema does. */
const TYPES: Readonly<Record<string, readonly [declared: string, type: ColumnType]>> = {
  bool: ["boolean", boolean()],
  int8: ["smallint", integer(8)],
  int16: ["smallint", integer(16)],
  int32: ["integer", integer(32)],
  int64: ["bigint", integer(64)],
  uint8: ["smallint", integer(8, { unsigned: true })],
  uint16: ["integer", integer(16, { unsigned: true })],
  uint32: ["bigint", integer(32, { unsigned: true })],
  uint64: ["numeric(20,0)", integer(64, { unsigned: true })],
  string: ["text", STRING],
};

/**
 * Reads a folder of CSV files, each a table, whose headers are as in `id:int64,name:string`.
 *
 * @throws SchemaError for headers that are not.
 */
export async function readCsvDatabase(folder: string): Promise<CsvDatabase> {
  const pglite = await PGlite.create();
  const tables: Record<string, Table> = {};
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".csv")).sort()) {
    const bytes = await readFile(join(folder, file));
    const name = basename(file, ".csv").toLowerCase();
    const columns = readHeader(bytes.toString("utf8").split(/\r?\n/, 1)[0]!, file);
    const declared = columns.map(([column, type]) => `${quoted(column)} ${TYPES[type]![0]}`);
    await pglite.exec(`create table ${quoted(name)}(${declared.join(", ")})`);
    const copy = `copy ${quoted(name)} from '/dev/blob' with (format csv, header)`;
    await pglite.query(copy, [], { blob: new Blob([bytes]) });
    tables[name] = Object.fromEntries(columns.map(([column, type]) => [column, TYPES[type]![1]]));
  }
  if (Object.keys(tables).length === 0) throw new SchemaError(`there are no CSV files in ${folder}`);
  return { pglite, tables };
}

/** Names are in lower case, as queries have them without quotes. */
function readHeader(line: string, file: string): (readonly [name: string, type: string])[] {
  return line.split(",").map((entry) => {
    const [name = "", type = ""] = entry.trim().split(":");
    if (name === "" || !Object.hasOwn(TYPES, type)) {
      throw new SchemaError(
        `${file}: a column is as in id:int64, with one of ${Object.keys(TYPES).join(", ")}`,
      );
    }
    return [name.toLowerCase(), type] as const;
  });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
