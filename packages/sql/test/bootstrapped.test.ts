import { PGlite } from "@electric-sql/pglite";
import { ClientKey, Engine, ServerKey } from "tacet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bootstrappedClient, bootstrappedServer } from "../src/engine/bootstrapped.ts";
import * as sql from "../src/index.ts";
import { runCorpus } from "./corpus/run.ts";
import { pgliteTarget, type Target } from "./corpus/target.ts";
import { sampleCount } from "./samples.ts";

const { secret } = sql;
let pglite: PGlite;
let target: Target;
let engine: Engine;
let db: sql.SecretDatabase;
let engines: { readonly client: sql.ClientEngine; readonly server: sql.ServerEngine };

beforeAll(async () => {
  pglite = await PGlite.create();
  target = pgliteTarget(pglite);
  await pglite.exec(`create table people(id int, age smallint, country text, name text, pay int);
    insert into people values (1, 30, 'DE', 'Ann', 100), (2, 40, 'FR', 'Bob', -70000), (3, null, 'DE', 'Annabel', 2147483647),
      (4, 30, null, null, null), (5, -1, 'IT', 'Hans', -2147483648), (6, 30, 'DE', 'Ann', 5)`);
  const tables = {
    people: {
      id: sql.integer(32),
      age: sql.integer(8),
      country: sql.dictionary("public"),
      name: sql.text({ like: true, length: 8, alphabet: "ascii" }),
      pay: sql.integer(32),
    },
  };
  const clientKey = await ClientKey.generate();
  engine = await Engine.create(await ServerKey.from(clientKey), { threads: 2 });
  engines = { client: bootstrappedClient({ clientKey }), server: bootstrappedServer({ engine, threads: 1 }) };
  const connection = await sql.encryptedSql({
    db: pglite,
    tables,
    engines: [engines.server],
    limits: { records: 4 },
  });
  db = await sql.connect({ connection, engine: engines.client });
});
afterAll(async () => {
  engine?.dispose();
  await pglite?.close();
});

/** Conditions of all kinds, with their constants. */
const QUERIES: readonly { readonly text: string; readonly constants: readonly (string | number)[] }[] = [
  {
    text: "SELECT id, name FROM people WHERE country = $1 AND age < $2 ORDER BY id LIMIT 3",
    constants: ["DE", 60],
  },
  {
    text: "SELECT count(*), sum(pay), avg(age), min(name) FROM people WHERE NOT (pay < $1 OR country = $2)",
    constants: [-100000, "IT"],
  },
  {
    text: "SELECT country, count(*) FROM people WHERE name LIKE $1 GROUP BY country ORDER BY country",
    constants: ["Ann%"],
  },
  { text: "SELECT id FROM people WHERE name LIKE $1 ORDER BY id LIMIT 4", constants: ["%n_a%"] },
  {
    text: "SELECT id FROM people WHERE name = $1 AND pay BETWEEN $2 AND $3 ORDER BY id LIMIT 4",
    constants: ["Ann", 5, 99],
  },
  { text: "SELECT sum(pay) FROM people WHERE pay <= $1", constants: [2147483646] },
];

test.each(QUERIES)("on real ciphertexts: $text", async ({ text, constants }) => {
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

test("random queries on real ciphertexts have the answers that PGlite gives in the clear", async () => {
  const count = sampleCount(20, 200);
  const limits = { rows: 60, records: 20, work: 20_000, groups: 30 };
  const { same, failed, beyond, filled } = await runCorpus(target, 3, count, {
    ...engines,
    limits,
    ofOneWorld: 5,
  });
  expect(same + failed + beyond).toBe(count);
  expect(same).toBeGreaterThan(count / 2);
  expect(filled).toBeGreaterThan(count / 5);
});
