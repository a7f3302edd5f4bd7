import * as schema from "../../src/index.ts";
import type { Random } from "./random.ts";

/** A column of a random table. */
export interface Column {
  readonly name: string;
  /** As PostgreSQL has it. */
  readonly declared: string;
  readonly type: schema.ColumnType;
  /** A value as text. */
  readonly value: (random: Random) => string;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const WORDS = [
  "a",
  "ab",
  "abc",
  "Abc",
  "aBC",
  "b",
  "bc",
  "",
  " ",
  "Ä",
  "äb",
  "日本",
  "日本語",
  "😀",
  "a😀b",
  "a%b",
  "a_b",
  "a\\b",
  "ß",
  "O'Neil",
  "Ω",
  "ω",
  "xyzzy",
  "abcabc",
  "cab",
];
const COUNTRIES = ["DE", "FR", "IT", "US", "JP", "de"];

function pad(value: number, length = 2): string {
  return String(value).padStart(length, "0");
}

function wholeNumber(bits: number, unsigned = false): Column["value"] {
  const least = unsigned ? 0n : -(1n << BigInt(bits - 1));
  const most = least + (1n << BigInt(bits)) - 1n;
  return (random) => {
    const kind = random.below(6);
    if (kind === 0) return least.toString();
    if (kind === 1) return most.toString();
    if (kind === 2) return (least + random.bigint(bits)).toString();
    return String(random.between(unsigned ? 0 : -3, 12));
  };
}

const day = (random: Random) =>
  `${pad(random.pick([1970, 1999, 2000, 2024]), 4)}-${pad(random.between(1, 12))}-${pad(random.between(1, 28))}`;

const KINDS: readonly Omit<Column, "name">[] = [
  { declared: "boolean", type: schema.boolean(), value: (random) => String(random.chance(50)) },
  { declared: "smallint", type: schema.integer(8), value: wholeNumber(8) },
  { declared: "smallint", type: schema.integer(16), value: wholeNumber(16) },
  { declared: "integer", type: schema.integer(32), value: wholeNumber(32) },
  { declared: "bigint", type: schema.integer(64), value: wholeNumber(64) },
  { declared: "integer", type: schema.integer(16, { unsigned: true }), value: wholeNumber(16, true) },
  { declared: "numeric(20,0)", type: schema.integer(64, { unsigned: true }), value: wholeNumber(64, true) },
  {
    declared: "integer",
    type: schema.integer(32, { minimum: -10, maximum: 100 }),
    value: (random) => String(random.between(-10, 100)),
  },
  {
    declared: "numeric(6,2)",
    type: schema.decimal(6, 2),
    value: (random) =>
      `${random.pick(["", "-"])}${random.pick([0, 0, 1, 2, 9999])}.${pad(random.below(4) * 25)}`,
  },
  {
    declared: "numeric(30,10)",
    type: schema.decimal(30, 10),
    value: (random) => `${random.bigint(60)}.${pad(random.below(1000), 10)}`,
  },
  {
    declared: "date",
    type: schema.date(),
    value: (random) => (random.chance(5) ? random.pick(["infinity", "-infinity"]) : day(random)),
  },
  { declared: "date", type: schema.date({ from: "1970-01-01", to: "2024-12-31" }), value: day },
  {
    declared: "timestamp",
    type: schema.timestamp(),
    value: (random) =>
      `${day(random)} ${pad(random.below(24))}:${pad(random.below(60))}:00.${pad(random.below(3), 6)}`,
  },
  {
    declared: "uuid",
    type: schema.uuid(),
    value: (random) => `00000000-0000-4000-8000-${pad(random.pick([0, 1, 2, 3, 999_999]), 12)}`,
  },
  { declared: "text", type: schema.text(), value: (random) => random.pick(WORDS) },
  { declared: "text", type: schema.text({ like: true, length: 8 }), value: (random) => random.pick(WORDS) },
  {
    declared: "varchar(12)",
    type: schema.text({ like: true, length: 12, alphabet: "ascii" }),
    value: (random) => random.pick(WORDS.filter((word) => /^[\0-\x7f]*$/.test(word))),
  },
  {
    declared: 'text collate "C"',
    type: schema.text({ ordered: true, length: 8 }),
    value: (random) => random.pick(WORDS),
  },
  { declared: "text", type: schema.dictionary("public"), value: (random) => random.pick(COUNTRIES) },
];

/** Tables with an `id`, and a `key` by which they can be joined; then columns of random types. */
export function randomTables(random: Random, prefix: string): Table[] {
  return Array.from({ length: 2 }, (_, index) => {
    const own = random
      .some(KINDS, random.between(3, 7))
      .map((kind, place) => ({ ...kind, name: `${"xy"[index]}${place}` }));
    const columns: Column[] = [
      { name: "id", declared: "integer", type: schema.integer(32), value: () => "" },
      { name: "key", declared: "integer", type: schema.integer(32), value: (r) => String(r.below(5)) },
      ...own,
    ];
    const count = random.pick([0, 1, 2, 12, 12, 25, 25, 40]);
    const nulls = random.pick([0, 10, 10, 30, 30, 100]);
    const rows = Array.from({ length: count }, (_, id) =>
      columns.map(({ name, value }) =>
        name === "id" ? String(id) : random.chance(nulls) ? null : value(random),
      ),
    );
    // What repeats is one group, one distinct row, one truth.
    const doubles = rows.slice(0, 5).map((row, place) => [String(count + place), ...row.slice(1)]);
    return {
      name: `${prefix}_${"ab"[index]}`,
      columns,
      rows: random.chance(50) ? [...rows, ...doubles] : rows,
    };
  });
}

export function createStatement({ name, columns }: Table): string {
  return `create table ${name}(${columns.map((column) => `"${column.name}" ${column.declared}`).join(", ")})`;
}

export function insertStatement({ name, rows }: Table): string {
  const literal = (value: string | null) => (value === null ? "null" : `'${value.replaceAll("'", "''")}'`);
  return `insert into ${name} values ${rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ")}`;
}

/** The schema of tables as a server takes it. */
export function schemaOf(tables: readonly Table[]): Record<string, Record<string, schema.ColumnType>> {
  return Object.fromEntries(
    tables.map(({ name, columns }) => [
      name,
      Object.fromEntries(columns.map((column) => [column.name, column.type])),
    ]),
  );
}
