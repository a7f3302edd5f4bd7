import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as sql from "../src/index.ts";

const { secret } = sql;
let pglite: PGlite;

beforeAll(async () => {
  pglite = await PGlite.create();
  await pglite.exec(
    "create table t(id int, kind text); insert into t select n, 'k' || n % 3 from generate_series(1, 50) n",
  );
});
afterAll(() => pglite.close());

const tables = { t: { id: sql.integer(32, { minimum: 0, maximum: 100 }), kind: sql.dictionary("public") } };

function open(limits: Partial<sql.Limits> = {}): Promise<sql.Connection> {
  return sql.encryptedSql({ db: pglite, tables, engines: [sql.clearEngine()], limits });
}

/** A client whose requests are changed on their way. */
async function meddled(change: (request: sql.QueryRequest) => object, limits: Partial<sql.Limits> = {}) {
  const connection = await open(limits);
  const between: sql.Connection = {
    info: () => connection.info(),
    query: (request, signal) => connection.query({ ...request, ...change(request) }, signal),
    records: (request, signal) => connection.records(request, signal),
  };
  return await sql.connect({ connection: between, engine: sql.clearEngine() });
}

test("malformed requests are refused", async () => {
  const changes: ((request: sql.QueryRequest) => object)[] = [
    () => ({ engine: "none" }),
    () => ({ text: 7 }),
    () => ({ text: "SELECT count(*) FROM t WHERE id < $1 AND id < $2" }),
    () => ({ parameters: "no list" }),
    () => ({ parameters: [{ secret: false }] }),
    () => ({ parameters: [{}] }),
    () => ({ shapes: [{ kind: "anchored" }] }),
    () => ({ shapes: [{ kind: "inside", start: -1, middle: [1], end: 0 }] }),
    () => ({ salt: new Uint8Array(3) }),
    () => ({ flags: "text" }),
    ({ flags }) => ({ flags: flags.subarray(1) }),
    ({ flags }) => ({ flags: Uint8Array.of(...flags, 0) }),
  ];
  for (const change of changes) {
    const db = await meddled(change);
    await expect(
      db.query("SELECT count(*) FROM t WHERE id < $1", [secret(5)]),
      change.toString(),
    ).rejects.toThrow(sql.RequestError);
  }
});

test("a client that has an old schema is told so", async () => {
  const db = await meddled(() => ({ version: "another" }));
  await expect(db.query("SELECT count(*) FROM t WHERE id < $1", [secret(5)])).rejects.toThrow(
    sql.StaleSchemaError,
  );
});

test("a query takes no more than the limits allow", async () => {
  const query = async (limits: Partial<sql.Limits>, text: string) =>
    (await sql.connect({ connection: await open(limits), engine: sql.clearEngine() })).query(text, [
      secret(40),
    ]);
  await expect(query({ rows: 49 }, "SELECT count(*) FROM t WHERE id < $1")).rejects.toThrow(/limit \(rows\)/);
  await expect(
    query({ groups: 2 }, "SELECT kind, count(*) FROM t WHERE id < $1 GROUP BY kind"),
  ).rejects.toThrow(/\(groups\)/);
  await expect(query({ flags: 100 }, "SELECT count(*) FROM t WHERE id < $1")).rejects.toThrow(/\(flags\)/);
  await expect(query({ work: 10 }, "SELECT count(*) FROM t WHERE id < $1")).rejects.toThrow(/\(work\)/);
  await expect(query({ recordBytes: 100 }, "SELECT id FROM t WHERE id < $1")).rejects.toThrow(
    /\(recordBytes\)/,
  );
  await expect(query({ records: 5 }, "SELECT id FROM t WHERE id < $1")).rejects.toThrow(sql.LimitError);
  await expect(query({ answers: 1 }, "SELECT id FROM t WHERE id < $1 LIMIT 1")).resolves.toBeDefined();
  await expect(
    query({ statementMilliseconds: 1 }, "SELECT id FROM t WHERE id < $1 LIMIT 3"),
  ).resolves.toBeDefined();
  await expect(open({ unknown: 1 } as never)).rejects.toThrow(sql.SchemaError);
});

test("a client that lies gets no more records than its LIMIT, and each shelf once", async () => {
  const connection = await open({ records: 10 });
  const info = await connection.info();
  const engine = sql.clearEngine();
  const flags = await engine.encrypt([new Uint8Array(101).fill(1)]); // everything matches
  const request = {
    version: info.version,
    engine: "clear",
    text: "SELECT id FROM t WHERE id < $1 LIMIT 3",
    parameters: [{ secret: true as const }],
    shapes: [],
    salt: new Uint8Array(16),
    flags,
  };
  const answer = await connection.query(request);
  if (answer.kind !== "secret") throw new Error("the answer is clear");
  const { ticket } = answer;
  const take = async (places: number[]) =>
    connection.records({ ticket, shelf: 0, selection: await engine.select(places, 50, 8) });
  await expect(take([0, 1, 2, 3])).rejects.toThrow(sql.LimitError);
  await expect(take([50])).rejects.toThrow(sql.RequestError);
  await take([0, 1]);
  await expect(take([2, 3])).rejects.toThrow(sql.LimitError);
  await take([2]);
  await expect(take([3])).rejects.toThrow(sql.RequestError);
  await expect(
    connection.records({ ticket: "none", shelf: 0, selection: new Uint8Array(4) }),
  ).rejects.toThrow(sql.RequestError);
  const huge = await connection.query({ ...request, text: "SELECT id FROM t WHERE id < $1 LIMIT 1000000" });
  const selection = await engine.select(
    Array.from({ length: 11 }, (_, place) => place),
    50,
    8,
  );
  await expect(
    connection.records({ ticket: (huge as { ticket: string }).ticket, shelf: 0, selection }),
  ).rejects.toThrow(sql.LimitError);
});

test("what two queries of the same form send differs in ciphertexts and salt alone", async () => {
  const sent: string[] = [];
  const db = await meddled((request) => {
    const { flags, salt, ...rest } = request;
    sent.push(JSON.stringify({ ...rest, flags: flags.length, salt: salt.length }));
    return {};
  });
  const text = "SELECT id FROM t WHERE id < $1 AND kind = $2 ORDER BY id LIMIT 7";
  const first = await db.query(text, [secret(50), secret("k0")]);
  const second = await db.query(text, [secret(0), secret("nothing")]);
  expect([first.rows.length, second.rows.length]).toEqual([7, 0]);
  expect(sent[0]).toBe(sent[1]);
});

test("every client asks for as many records, whatever it has found", async () => {
  const connection = await open();
  const asked: number[] = [];
  const between: sql.Connection = {
    ...connection,
    info: () => connection.info(),
    query: (request) => connection.query(request),
    records: (request) => {
      asked.push(request.selection.length);
      return connection.records(request);
    },
  };
  const db = await sql.connect({ connection: between, engine: sql.clearEngine() });
  for (const bound of [0, 3, 60]) await db.query("SELECT id FROM t WHERE id < $1 LIMIT 5", [secret(bound)]);
  for (const bound of [0, 3, 60])
    await db.query("SELECT kind, min(id) FROM t WHERE id < $1 GROUP BY kind", [secret(bound)]);
  expect(asked.slice(0, 3)).toEqual([20, 20, 20]);
  expect(new Set(asked.slice(3))).toEqual(new Set([12]));
  expect(asked.length).toBe(3 + 6);
});
