import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as sql from "../src/index.ts";

const { secret } = sql;
let pglite: PGlite;
let statements: string[];
let db: sql.SecretDatabase;

beforeAll(async () => {
  pglite = await PGlite.create();
  await pglite.exec(
    "create table t(id int, kind text, born date); insert into t select n, 'k' || n % 3, '2000-01-01' from generate_series(1, 20) n",
  );
  statements = [];
  const watched = {
    parsers: pglite.parsers,
    serializers: pglite.serializers,
    transaction: <T>(work: (transaction: never) => Promise<T>) =>
      pglite.transaction((transaction) => {
        const query = (text: string, parameters?: unknown[], options?: object) => {
          statements.push(text);
          return transaction.query(text, parameters as never[], options);
        };
        return work({ query, exec: (text: string) => transaction.exec(text) } as never);
      }),
  };
  const tables = { t: { id: sql.integer(32), kind: sql.dictionary("public"), born: sql.date() } };
  const engine = sql.clearEngine();
  db = await sql.connect({
    connection: await sql.encryptedSql({ db: watched, tables, engines: [engine] }),
    engine,
  });
});
afterAll(() => pglite.close());

/** How often a query went through the table. */
async function readsOf(
  text: string,
  value: sql.ParameterValue,
): Promise<readonly [reads: number, count: bigint]> {
  statements.length = 0;
  const { rows } = await db.query(text, [secret(value)]);
  return [
    statements.filter((statement) => /^declare .* AS t/.test(statement)).length,
    rows[0]!.count as bigint,
  ];
}

test("what was read of a table is used again until anything is written", async () => {
  const text = "SELECT count(*) FROM t WHERE kind = $1";
  expect(await readsOf(text, "k0")).toEqual([1, 6n]);
  expect(await readsOf(text, "k1")).toEqual([0, 7n]);
  await pglite.exec("insert into t values (21, 'k1')");
  expect(await readsOf(text, "k1")).toEqual([1, 8n]);
  await pglite.exec("update t set kind = 'k2' where id = 21");
  expect(await readsOf(text, "k1")).toEqual([1, 7n]);
  await pglite.exec("delete from t where id = 21");
  expect(await readsOf(text, "k2")).toEqual([1, 7n]);
  expect(await readsOf(text, "k2")).toEqual([0, 7n]);
  await pglite.exec("truncate t");
  expect(await readsOf(text, "k2")).toEqual([1, 0n]);
  await pglite.exec("insert into t select n, 'k' || n % 3, '2000-01-01' from generate_series(1, 20) n");
});

test("what depends on the time is read anew", async () => {
  const text = "SELECT count(*) FROM t WHERE kind = $1 AND born < current_date";
  expect(await readsOf(text, "k0")).toEqual([1, 6n]);
  expect(await readsOf(text, "k0")).toEqual([1, 6n]);
});

test("a dictionary that has got another value is read anew, and the client asks again", async () => {
  await pglite.exec("insert into t values (30, 'new')");
  expect((await db.query("SELECT id FROM t WHERE kind = $1", [secret("new")])).rows).toEqual([{ id: 30 }]);
  expect(
    (await db.query("SELECT id FROM t WHERE kind < $1 AND id > 18 ORDER BY id", [secret("new")])).rows,
  ).toEqual([{ id: 19 }, { id: 20 }]);
});
