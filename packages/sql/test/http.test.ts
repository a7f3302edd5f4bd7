import { PGlite } from "@electric-sql/pglite";
import { and, eq, lt } from "drizzle-orm";
import { integer as drizzleInteger, text as drizzleText, pgTable } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pg-proxy";
import Fastify, { type FastifyInstance } from "fastify";
import { Kysely } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drizzleCallback, hidden } from "../src/adaptors/drizzle.ts";
import * as kysely from "../src/adaptors/kysely.ts";
import { readFrame, writeFrame } from "../src/frame.ts";
import { fastifySql } from "../src/http/fastify.ts";
import * as sql from "../src/index.ts";

const { secret } = sql;
let pglite: PGlite;
let app: FastifyInstance;
let address: string;
let db: sql.SecretDatabase;

beforeAll(async () => {
  pglite = await PGlite.create();
  await pglite.exec(`create table people(id int, age int, country text);
    insert into people values (1, 30, 'DE'), (2, 20, 'DE'), (3, 25, 'FR'), (4, null, 'DE')`);
  const tables = { people: { id: sql.integer(32), age: sql.integer(8), country: sql.dictionary("public") } };
  app = Fastify();
  await app.register(fastifySql, {
    prefix: "/sql",
    db: pglite,
    tables,
    engines: [sql.clearEngine()],
    bodyBytes: 100_000,
  });
  app.get("/other", () => "still there");
  address = `${await app.listen({ port: 0, host: "127.0.0.1" })}/sql`;
  db = await sql.connect({ connection: sql.httpConnection(address), engine: sql.clearEngine() });
});
afterAll(async () => {
  await app?.close();
  await pglite?.close();
});

test("queries over HTTP have their answers", async () => {
  const rows = await db.query("SELECT id, age FROM people WHERE country = $1 AND age < $2 ORDER BY id", [
    secret("DE"),
    secret(60),
  ]);
  expect(rows.rows).toEqual([
    { id: 1, age: 30 },
    { id: 2, age: 20 },
  ]);
  const groups = await db.query(
    "SELECT country, count(*), max(age) FROM people WHERE id > $1 GROUP BY country ORDER BY 1",
    [secret(1)],
  );
  expect(groups.rows).toEqual([
    { country: "DE", count: 2n, max: 20 },
    { country: "FR", count: 1n, max: 25 },
  ]);
  expect((await db.query("SELECT count(*) FROM people WHERE id < $1", [3])).rows).toEqual([{ count: 2n }]);
});

test("errors come over HTTP with their class and place", async () => {
  const connection = sql.httpConnection(address);
  const info = await connection.info();
  const request = {
    version: info.version,
    engine: "clear",
    parameters: [],
    shapes: [],
    salt: new Uint8Array(16),
    flags: new Uint8Array(),
  };
  const error = await connection
    .query({ ...request, text: "SELECT\n  nothing FROM nowhere" })
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(sql.QueryError);
  expect(error.place).toMatchObject({ line: 2, column: 16 });
  await expect(connection.query({ ...request, version: "x", text: "SELECT 1" })).rejects.toThrow(
    sql.StaleSchemaError,
  );
  await expect(sql.httpConnection("http://127.0.0.1:9").info()).rejects.toThrow(/cannot be reached/);
  await expect(sql.httpConnection(`${address}/none`).info()).rejects.toThrow(/status 404/);
});

test("malformed bytes are refused, and nothing else is affected", async () => {
  const post = async (path: string, body: Uint8Array, type = "application/octet-stream") =>
    (
      await fetch(`${address}${path}`, {
        method: "POST",
        body: body as BodyInit,
        headers: { "content-type": type },
      })
    ).status;
  const frame = writeFrame({ header: { text: "SELECT 1" }, parts: [new Uint8Array(16), new Uint8Array(1)] });
  for (let length = 0; length < frame.length; length += 3)
    expect(await post("/query", frame.subarray(0, length)), String(length)).toBe(422);
  for (let at = 0; at < 16; at++) {
    const damaged = frame.slice();
    damaged[at]! ^= 0xff;
    expect(await post("/query", damaged), String(at)).toBe(422);
  }
  expect(
    await post("/query", writeFrame({ header: null, parts: [new Uint8Array(16), new Uint8Array(1)] })),
  ).toBe(422);
  expect(await post("/records", writeFrame({ header: 5, parts: [new Uint8Array(4)] }))).toBe(422);
  expect(await post("/query", new Uint8Array(200_000))).toBe(413);
  expect(await post("/query", frame, "text/plain")).toBe(415);
  expect(await (await fetch(address.replace("/sql", "/other"))).text()).toBe("still there");
});

test("frames come back as they were", () => {
  const parts = [Uint8Array.of(1, 2, 3), new Uint8Array()];
  expect(readFrame(writeFrame({ header: { a: "ä" }, parts }), 2)).toEqual({ header: { a: "ä" }, parts });
});

test("Kysely asks with secrets", async () => {
  interface Tables {
    people: { id: number; age: number | null; country: string };
  }
  const builder = new Kysely<Tables>({ dialect: kysely.kyselyDialect(db) });
  const rows = await builder
    .selectFrom("people")
    .select(["id", "age"])
    .where("country", "=", kysely.hidden("DE"))
    .where((where) => where.or([where("age", "<", kysely.hidden(25)), where("age", "is", null)]))
    .orderBy("id")
    .execute();
  expect(rows).toEqual([
    { id: 2, age: 20 },
    { id: 4, age: null },
  ]);
  await expect(builder.transaction().execute(async () => 1)).rejects.toThrow(sql.QueryError);
});

test("Drizzle asks with secrets", async () => {
  const people = pgTable("people", { id: drizzleInteger(), age: drizzleInteger(), country: drizzleText() });
  const builder = drizzle(drizzleCallback(db));
  const rows = await builder
    .select({ id: people.id, age: people.age })
    .from(people)
    .where(and(eq(people.country, hidden("DE")), lt(people.age, hidden(100))))
    .orderBy(people.id);
  expect(rows).toEqual([
    { id: 1, age: 30 },
    { id: 2, age: 20 },
  ]);
});
