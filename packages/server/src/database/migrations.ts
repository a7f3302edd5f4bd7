import type { Database } from "./database.ts";
import { first } from "./migrations/0001-first.ts";

/** In order; what has been released is never changed, only followed by the next. */
const MIGRATIONS: readonly string[] = [first];

/** Two processes that start at once take turns. Any number that nobody else uses. */
const LOCK = 7_301_223_901;

/**
 * Brings the tables up to date, each step in the same transaction as the note that it was taken.
 *
 * @throws Error if the database is of a later version than this program.
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query("select pg_advisory_xact_lock($1::bigint)", [LOCK]);
    await transaction.query(`
      create schema if not exists tacet;
      create table if not exists tacet.migrations(version int primary key, at timestamptz not null default now());
    `);
    const [row] = await transaction.query<{ version: number }>(
      "select coalesce(max(version), 0)::int as version from tacet.migrations",
      [],
    );
    const { version } = row!;
    if (version > MIGRATIONS.length) {
      throw new Error(
        `the database has version ${version} of the tables, and this program knows ${MIGRATIONS.length}: start a later version of it`,
      );
    }
    for (const [index, text] of MIGRATIONS.entries()) {
      if (index < version) continue;
      await transaction.query(text);
      await transaction.query("insert into tacet.migrations(version) values ($1)", [index + 1]);
    }
  });
}
