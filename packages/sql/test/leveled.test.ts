import { PGlite } from "@electric-sql/pglite";
import { ClientKey } from "tacet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leveledClient, leveledServer } from "../src/engine/leveled.ts";
import * as sql from "../src/index.ts";
import { pgliteTarget, type Target } from "./corpus/target.ts";

const { secret } = sql;
let pglite: PGlite;
let target: Target;
let db: sql.SecretDatabase;

beforeAll(async () => {
  pglite = await PGlite.create();
  target = pgliteTarget(pglite);
  await pglite.exec(`create table orders(id int, country text, status smallint, age smallint, amount int);
    insert into orders select n, (array['DE','FR','IT','US',null])[n % 5 + 1], n % 8, nullif(n * 7 % 1000, 3), (n * 7919) % 2000001 - 1000000 from generate_series(1, 1000) n`);
  const tables = {
    orders: {
      id: sql.integer(32),
      country: sql.dictionary("public"),
      status: sql.integer(8, { minimum: 0, maximum: 9 }),
      age: sql.integer(16, { minimum: 0, maximum: 1500 }),
      amount: sql.integer(32),
    },
  };
  const connection = await sql.encryptedSql({
    db: pglite,
    tables,
    engines: [leveledServer({ threads: 1 })],
    limits: { records: 5 },
  });
  db = await sql.connect({ connection, engine: leveledClient({ clientKey: await ClientKey.generate() }) });
});
afterAll(() => pglite?.close());

const QUERIES: { readonly text: string; readonly constants: readonly (string | number)[] }[] = [
  {
    text: "SELECT id, amount FROM orders WHERE country = $1 AND age < $2 AND status <> $3 ORDER BY id LIMIT 5",
    constants: ["DE", 400, 3],
  },
  {
    text: "SELECT id FROM orders WHERE (country IN ($1, $2) OR status = $3) AND NOT (age BETWEEN $4 AND 1400) ORDER BY id LIMIT 5",
    constants: ["IT", "US", 5, 100],
  },
  {
    text: "SELECT count(*), sum(amount), avg(amount), max(age) FROM orders WHERE status < $1 OR age = $2",
    constants: [4, 77],
  },
  {
    text: "SELECT country, count(*), sum(amount) FROM orders WHERE age >= $1 AND status = $2 GROUP BY country ORDER BY country LIMIT 5",
    constants: [300, 1],
  },
  { text: "SELECT count(*) FROM orders WHERE age IS DISTINCT FROM $1", constants: [7] },
  { text: "SELECT count(*) FROM orders WHERE country = $1 AND country IS NOT NULL", constants: ["Narnia"] },
];

test.each(QUERIES)("without a server key: $text", async ({ text, constants }) => {
  const { rows } = await target.ask(text, constants.map(String));
  expect(
    (
      await db.query(
        text,
        constants.map((constant) => secret(constant)),
      )
    ).texts,
  ).toEqual(rows);
});

test("conditions on two columns of many values are refused", async () => {
  await expect(
    db.query("SELECT count(*) FROM orders WHERE amount < $1 AND age = $2", [secret(1), secret(2)]),
  ).rejects.toThrow(sql.LimitError);
});
