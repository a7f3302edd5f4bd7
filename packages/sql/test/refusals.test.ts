import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as sql from "../src/index.ts";

const { secret } = sql;
let pglite: PGlite;
let connection: sql.Connection;
let db: sql.SecretDatabase;

const tables = {
  people: {
    id: sql.integer(32),
    age: sql.integer(8),
    country: sql.dictionary("public"),
    name: sql.text({ like: true, length: 12 }),
    note: sql.text(),
    born: sql.date(),
    big: sql.integer(64),
  },
};

beforeAll(async () => {
  pglite = await PGlite.create();
  await pglite.exec(`
    create table people(id int, age smallint, country text, name text, note text, born date, big bigint, hidden text);
    insert into people values (1, 30, 'DE', 'Ann', 'x', '1990-01-01', 1, 'not for clients'), (2, 40, 'FR', 'Bob', 'y', '1980-01-01', 2, 'neither');
    create table others(id int);
  `);
  connection = await sql.encryptedSql({ db: pglite, tables, engines: [sql.clearEngine()] });
  db = await sql.connect({ connection, engine: sql.clearEngine() });
});
afterAll(() => pglite.close());

describe("what cannot be answered is refused with the reason and the place", () => {
  const cases: readonly (readonly [text: string, message: RegExp, at: string])[] = [
    ["SELEC 1", /syntax error/, "SELEC"],
    ["SELECT id FROM people WHERE\n  ägé = $1", /no column ägé/, "ägé"],
    ["SELECT '日本', idd FROM people WHERE id = $1 AND foo.x = $1", /no column foo.x/, "foo.x"],
    ["SELECT id FROM people p, people q WHERE id = $1", /several columns id/, "id = $1"],
    ["SELECT * FROM others WHERE id = $1", /no table others/, "others"],
    ["SELECT id FROM people WHERE id IN (SELECT id FROM others) AND id = $1", /no table others/, "others"],
    ["SELECT id FROM people WHERE id IN (SELECT id FROM people WHERE age = $1)", /subqueries/, "id IN"],
    ["SELECT id FROM people WHERE age + $1 < id", /one side without secrets/, "age + $1"],
    ["SELECT id FROM people WHERE age + 1 < $1", /cast/, "age + 1"],
    ["SELECT id FROM people WHERE note LIKE $1", /like: true/, "note"],
    ["SELECT id FROM people WHERE note < $1", /ordered/, ""],
    ["SELECT id FROM people WHERE big = ANY ($1)", /array/, ""],
    ["SELECT id FROM people WHERE age ~ $1", /not among those/, "~"],
    ["SELECT id FROM people WHERE (age, id) = ($1, 2)", /secret|sides/, ""],
    ["SELECT id FROM people ORDER BY age + $1", /ordered by secrets/, "age + $1"],
    ["SELECT id FROM people WHERE age = $1 LIMIT $1", /not secret/, "$1"],
    ["SELECT age, count(*) FROM people WHERE id = $1 GROUP BY country", /GROUP BY/, "age"],
    ["SELECT rank() OVER (ORDER BY age) FROM people WHERE id = $1", /window/, "rank"],
    ["SELECT sum(age + $1) FROM people", /clear values/, "sum"],
    ["SELECT sum(DISTINCT age) FROM people WHERE id = $1", /DISTINCT/, "sum"],
    ["SELECT string_agg(name, ',') FROM people WHERE id = $1", /not among those/, "string_agg"],
    ["SELECT id FROM people LEFT JOIN people q USING (id) WHERE id = $1 UNION SELECT 1", /UNION/, ""],
    ["SELECT p.id FROM people p LEFT JOIN people q ON q.age = $1", /outer join/, "q.age"],
    ["SELECT id FROM people WHERE id = $1 FOR UPDATE", /lock/, ""],
    ["SELECT id INTO x FROM people WHERE id = $1", /INTO/, ""],
    ["SELECT pg_read_file('/etc/passwd') FROM people", /not among those/, "pg_read_file"],
    ["SELECT 'people'::regclass FROM people", /not among those/, "regclass"],
    ["SELECT current_user", /not allowed/, "current_user"],
    ["SELECT x FROM generate_series(1, 1000000000) x", /RangeFunction/, ""],
    ["WITH RECURSIVE r AS (SELECT 1) SELECT * FROM r", /RECURSIVE/, ""],
    ["WITH r AS (DELETE FROM people RETURNING id) SELECT * FROM r", /DeleteStmt/, ""],
    ["DELETE FROM people", /only SELECT/, "DELETE"],
    ["SELECT 1; SELECT 2", /one statement/, ""],
    ["SELECT id FROM people WHERE ($1 = 3) IS NULL AND id = $1", /compared with a column/, "3) IS NULL"],
    [`SELECT ${"(".repeat(300)}1${")".repeat(300)}`, /parentheses/, ""],
    [`SELECT '${"x".repeat(70_000)}'`, /characters/, ""],
  ];
  test.each(cases)("%s", async (text, message, at) => {
    const error = await db.query(text, text.includes("$1") ? [secret(1)] : []).then(
      () => undefined,
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(sql.QueryError);
    expect(error.message).toMatch(message);
    if (at === "") return;
    const { offset, line, column } = (error as sql.QueryError).place!;
    expect(text.slice(offset)).toMatch(new RegExp(`^${at.replace(/[$()+.|~^]/g, "\\$&")}`));
    const before = text.slice(0, offset).split("\n");
    expect([line, column]).toEqual([before.length, [...before.at(-1)!].length + 1]);
  });
});

test("secret constants that do not fit are refused without being named", async () => {
  const cases: readonly (readonly [string, sql.ParameterValue])[] = [
    ["age = $1", 300],
    ["age < $1", "thirty-one"],
    ["age < $1", 30.5],
    ["born >= $1", "1990-02-30"],
    ["country < $1", "Narnia"],
    ["name LIKE $1", "Bartholomew\\"],
    ["name LIKE $1", "%a%b%c%d%e%f%g%h%i%j%"],
    ["big <> $1", 2n ** 63n + 77n],
  ];
  for (const [condition, value] of cases) {
    const error = await db
      .query(`SELECT id FROM people WHERE ${condition}`, [secret(value)])
      .catch((thrown) => thrown);
    expect(error, condition).toBeInstanceOf(sql.ConstantError);
    expect(error.message).not.toContain(String(value));
  }
  expect((await db.query("SELECT id FROM people WHERE country = $1", [secret("Narnia")])).rows).toEqual([]);
  await expect(db.query("SELECT id FROM people WHERE id = $2", [secret(1)])).rejects.toThrow(sql.SqlError);
  await expect(db.query("SELECT id FROM people WHERE id = $1", [secret(Number.NaN)])).rejects.toThrow(
    sql.ConstantError,
  );
});

test("a secret shows nowhere", () => {
  const hidden = secret("top");
  expect(`${hidden} ${JSON.stringify({ hidden })} ${Object.values(hidden)}`).not.toContain("top");
});

test("columns that the schema does not name cannot be asked for", async () => {
  for (const text of [
    "SELECT hidden FROM people",
    "SELECT ctid FROM people",
    "SELECT p.hidden FROM people p",
  ]) {
    await expect(db.query(text), text).rejects.toThrow(sql.SqlError);
    await expect(db.query(`${text} WHERE id = $1`, [secret(1)]), text).rejects.toThrow(sql.SqlError);
  }
  const { fields } = await db.query("SELECT * FROM people WHERE id = $1", [secret(1)]);
  expect(fields.map(({ name }) => name)).toEqual(Object.keys(tables.people));
  const { texts } = await db.query(
    "SELECT p, (SELECT max(q) FROM people q WHERE q.id < 2)::text FROM people p",
  );
  expect(JSON.stringify(texts)).not.toContain("not for clients");
});

test("a schema that the database does not have is refused", async () => {
  const open = (people: Record<string, sql.ColumnType>, name = "people") =>
    sql.encryptedSql({ db: pglite, tables: { [name]: people }, engines: [sql.clearEngine()] });
  await expect(open({ id: sql.text() })).rejects.toThrow(/integer in the database, not text/);
  await expect(open({ none: sql.text() })).rejects.toThrow(/no column none/);
  await expect(open({ id: sql.integer(32) }, "nobody")).rejects.toThrow(/no table nobody/);
  await expect(open({ age: { type: "integer", minimum: "1", maximum: "x" } as never })).rejects.toThrow(
    sql.SchemaError,
  );
  await expect(open({ name: sql.text({ ordered: true }) }).then(() => "C")).resolves.toBe("C"); // PGlite's own collation
  await pglite.exec('create table sorted(a text collate "und-x-icu")').catch(() => undefined);
});

test("values that the schema rules out make an error, not a wrong answer", async () => {
  await pglite.exec(
    "create table narrow(age int, name text); insert into narrow values (1, 'short'), (300, 'rather a long name')",
  );
  const open = async (columns: Record<string, sql.ColumnType>) =>
    sql.connect({
      connection: await sql.encryptedSql({
        db: pglite,
        tables: { narrow: columns },
        engines: [sql.clearEngine()],
      }),
      engine: sql.clearEngine(),
    });
  const ages = await open({ age: sql.integer(8) });
  await expect(ages.query("SELECT count(*) FROM narrow WHERE age < $1", [secret(5)])).rejects.toThrow(
    sql.DataError,
  );
  const names = await open({ name: sql.text({ like: true, length: 8 }) });
  await expect(names.query("SELECT count(*) FROM narrow WHERE name LIKE $1", [secret("a%")])).rejects.toThrow(
    sql.DataError,
  );
});
