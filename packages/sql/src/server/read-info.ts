import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { SchemaError } from "../errors.ts";
import { casedCharacters, type Folding, foldingOf } from "../schema/folding.ts";
import { ordinalOf } from "../schema/ordinal.ts";
import { checkSchema, type Schema, type Table } from "../schema/schema.ts";
import { type ColumnType, LONGEST_DICTIONARY } from "../schema/types.ts";
import type { Database, Reader } from "./database.ts";

/** The types of PostgreSQL that values of a column can have, by their names in `format_type`. */
const TYPES: Readonly<Record<ColumnType["type"], RegExp>> = {
  boolean: /^boolean$/,
  integer: /^(?:smallint|integer|bigint|numeric(?:\(\d+,0\))?)$/,
  decimal: /^(?:numeric(?:\(\d+,\d+\))?|smallint|integer|bigint)$/,
  date: /^date$/,
  timestamp: /^timestamp(?:\(\d\))? without time zone$/,
  uuid: /^uuid$/,
  text: /^(?:text|character varying(?:\(\d+\))?)$/,
  dictionary: /^(?:text|character varying(?:\(\d+\))?)$/,
};

/**
 * Compares a schema with the database, and reads what is public of the tables: the values of dictionaries.
 *
 * @throws SchemaError if they do not go together.
 */
export async function readInfo(
  database: Database,
  given: { readonly tables: Readonly<Record<string, Table>>; readonly rows: number },
): Promise<{ readonly schema: Schema; readonly folding: Folding; readonly version: string }> {
  const schema = checkSchema(given);
  return await database.snapshot(async (reader) => {
    const tables: Record<string, Table> = {};
    for (const [name, table] of Object.entries(schema.tables))
      tables[name] = await readTable(reader, name, table);
    const folding = await readFolding(reader, tables);
    const read = { schema: { ...schema, tables }, folding };
    const version = bytesToHex(sha256(utf8ToBytes(JSON.stringify(read))));
    return { ...read, version };
  });
}

async function readTable(reader: Reader, name: string, table: Table): Promise<Table> {
  const columns = new Map<string, readonly [type: string, collation: string]>();
  const text = `
    select a.attname, format_type(a.atttypid, a.atttypmod), coalesce(
      case when c.collname = 'default' then (select coalesce(to_jsonb(d) ->> 'datlocale', datcollate) from pg_database d where datname = current_database()) else c.collname end, '')
    from pg_attribute a left join pg_collation c on c.oid = a.attcollation
    where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`;
  for await (const { rows } of reader.read(text, [quoted(name)])) {
    for (const [column, type, collation] of rows) columns.set(column!, [type!, collation!]);
  }
  if (columns.size === 0) throw new SchemaError(`the database has no table ${name}`);
  const result: Record<string, ColumnType> = {};
  for (const [column, type] of Object.entries(table)) {
    const found = columns.get(column);
    if (found === undefined) throw new SchemaError(`table ${name} has no column ${column} in the database`);
    if (!TYPES[type.type].test(found[0])) {
      throw new SchemaError(
        `column ${column} of table ${name} is ${found[0]} in the database, not ${type.type}`,
      );
    }
    if (type.type === "text" && type.ordered && !/^(?:C|POSIX|C\..*|ucs_basic|pg_c_utf8)$/.test(found[1])) {
      throw new SchemaError(
        `column ${column} of table ${name} has the collation ${found[1]}, and is ordered only by C`,
      );
    }
    result[column] = type.type === "dictionary" ? await readDictionary(reader, name, column, type) : type;
    ordinalOf(result[column]);
  }
  return result;
}

/** The values of a dictionary in the order of the column. */
async function readDictionary(
  reader: Reader,
  table: string,
  column: string,
  type: Extract<ColumnType, { type: "dictionary" }>,
): Promise<ColumnType> {
  const name = quoted(column);
  const source =
    type.values === "public"
      ? `select distinct ${name} from ${quoted(table)} where ${name} is not null`
      : `select x collate ${await collationOf(reader, table, column)} as ${name} from json_array_elements_text($1::json) t(x)`;
  const parameters = type.values === "public" ? [] : [JSON.stringify(type.values)];
  const values: string[] = [];
  const text = `select ${name}::text from (${source}) s order by s.${name} limit ${LONGEST_DICTIONARY + 1}`;
  for await (const { rows } of reader.read(text, parameters)) values.push(...rows.map(([value]) => value!));
  if (values.length > LONGEST_DICTIONARY) {
    throw new SchemaError(
      `column ${column} of table ${table} has more than ${LONGEST_DICTIONARY} values: it is no dictionary`,
    );
  }
  return { type: "dictionary", values };
}

async function collationOf(reader: Reader, table: string, column: string): Promise<string> {
  const text = `select format('%I.%I', n.nspname, c.collname) from pg_attribute a
    join pg_collation c on c.oid = a.attcollation join pg_namespace n on n.oid = c.collnamespace
    where a.attrelid = to_regclass($1) and a.attname = $2`;
  for await (const { rows } of reader.read(text, [quoted(table), column]))
    if (rows[0] !== undefined) return rows[0][0]!;
  throw new SchemaError(`column ${column} of table ${table} has no collation`);
}

async function readFolding(reader: Reader, tables: Readonly<Record<string, Table>>): Promise<Folding> {
  const types = Object.values(tables).flatMap((table) => Object.values(table));
  if (!types.some((type) => type.type === "dictionary" || (type.type === "text" && type.like)))
    return foldingOf(casedCharacters().map((c) => c.toLowerCase()));
  const lowered: string[] = [];
  const text = "select lower(x) from json_array_elements_text($1::json) with ordinality t(x, n) order by n";
  for await (const { rows } of reader.read(text, [JSON.stringify(casedCharacters())])) {
    lowered.push(...rows.map(([lower]) => lower!));
  }
  return foldingOf(lowered);
}

/** A name as SQL has it; of a table, also with its schema. */
function quoted(name: string): string {
  return name
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");
}
