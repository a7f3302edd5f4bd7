import {
  type ClientEngine,
  clearEngine,
  connect,
  encryptedSql,
  LimitError,
  type Limits,
  type SecretDatabase,
  type ServerEngine,
  SqlError,
  secret,
} from "../../src/index.ts";
import { type Query, randomQuery } from "./queries.ts";
import { Random } from "./random.ts";
import type { Answer, Target } from "./target.ts";
import { createStatement, insertStatement, randomTables, schemaOf, type Table } from "./world.ts";

/** What a run computes with. */
export interface CorpusOptions {
  readonly client: ClientEngine;
  readonly server: ServerEngine;
  readonly limits: Partial<Limits>;
  /** Queries that are asked of one set of tables. */
  readonly ofOneWorld: number;
}

/** How a run went. */
export interface Tally {
  /** Queries whose answer is the same. */
  same: number;
  /** Queries that PostgreSQL has an error for, and so have we. */
  failed: number;
  /** Queries that are more than the limits allow. */
  beyond: number;
  /** Queries whose answer has rows. */
  filled: number;
}

/** Text of a query, for who has to find out what is wrong with it. */
export class Difference extends Error {}

const IN_THE_CLEAR: CorpusOptions = {
  client: clearEngine(),
  server: clearEngine(),
  limits: { records: 5_000, rows: 10_000 },
  ofOneWorld: 40,
};

/**
 * Asks random queries of random tables, with secrets and in the clear.
 *
 * @throws Difference if the answers are not the same.
 */
export async function runCorpus(
  target: Target,
  seed: number,
  count: number,
  options: CorpusOptions = IN_THE_CLEAR,
): Promise<Tally> {
  const { client, server, limits, ofOneWorld } = options;
  const tally: Tally = { same: 0, failed: 0, beyond: 0, filled: 0 };
  for (let done = 0; done < count; done += ofOneWorld) {
    const random = new Random(seed * 1_000_003 + done);
    const tables = randomTables(random, `w${seed}_${done}`);
    for (const table of tables) {
      await target.run(createStatement(table));
      if (table.rows.length > 0) await target.run(insertStatement(table));
    }
    const connection = await encryptedSql({
      db: target.db,
      tables: schemaOf(tables),
      engines: [server],
      limits,
    });
    const db = await connect({ connection, engine: client });
    for (let query = done; query < Math.min(count, done + ofOneWorld); query++) {
      await compare(target, db, randomQuery(random, tables), tables, tally);
    }
    for (const { name } of tables) await target.run(`drop table ${name}`);
  }
  return tally;
}

async function compare(
  target: Target,
  db: SecretDatabase,
  query: Query,
  tables: readonly Table[],
  tally: Tally,
): Promise<void> {
  const { text, parameters } = query;
  const describe = (what: string) => {
    const data = tables.map(
      (table) => `${createStatement(table)};\n${table.rows.length > 0 ? `${insertStatement(table)};` : ""}`,
    );
    return new Difference(`${what}\n${text}\n${JSON.stringify(parameters)}\n${data.join("\n")}`);
  };
  const expected = await clearly(target, query);
  let actual: readonly (readonly (string | null)[])[];
  let types: readonly number[];
  try {
    const result = await db.query(
      text,
      parameters.map(({ value, secret: hidden }) => (hidden ? secret(value) : (value as string | null))),
    );
    actual = result.texts;
    types = result.fields.map(({ type }) => type);
  } catch (error) {
    if (expected instanceof Error && error instanceof SqlError) {
      tally.failed++;
      return;
    }
    if (error instanceof LimitError) {
      tally.beyond++;
      return;
    }
    throw describe(`It failed: ${error instanceof Error ? error.stack : error}`);
  }
  if (expected instanceof Error) throw describe(`It should have failed: ${expected.message}`);
  const [a, b] = [actual, expected.rows].map((rows) => projections(rows, query));
  if (a !== b) throw describe(`Expected ${JSON.stringify(expected.rows)}, got ${JSON.stringify(actual)}:`);
  if (actual.length > 0 && types.join() !== expected.types.join())
    throw describe(`Expected types ${expected.types}, got ${types}:`);
  tally.same++;
  if (actual.length > 0) tally.filled++;
}

/** Rows as they are compared: as a bag, and the columns that have an order in it, which is total. */
function projections(rows: readonly (readonly (string | null)[])[], { ordered }: Query): string {
  const bag = rows.map((row) => JSON.stringify(row)).sort();
  return JSON.stringify([bag, rows.map((row) => row.slice(0, ordered))]);
}

/** What PostgreSQL says to the query with its constants in the clear. */
async function clearly(target: Target, { text, parameters }: Query): Promise<Answer | Error> {
  const values = parameters.map(({ value }) =>
    Array.isArray(value) ? arrayText(value) : value === null ? null : String(value),
  );
  try {
    return await target.ask(text, values);
  } catch (error) {
    return error as Error;
  }
}

function arrayText(values: readonly unknown[]): string {
  const element = (value: unknown) =>
    value === null ? "NULL" : `"${String(value).replace(/["\\]/g, "\\$&")}"`;
  return `{${values.map(element).join(",")}}`;
}
