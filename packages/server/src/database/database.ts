import type { Db } from "pg-boss";

/** Where statements are run. Rows are as drivers give them: `bigint` columns as text, so statements cast what they ask for. */
export interface Statements {
  /** Runs one statement. */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** One transaction. */
export interface Transaction extends Statements {
  /** The same transaction, for pg-boss. */
  readonly boss: Db;
}

/** PostgreSQL, or PGlite in a folder: all other rooms know nothing of which. */
export interface Database extends Statements {
  readonly kind: "postgres" | "pglite";
  /** The same database, for pg-boss. */
  readonly boss: Db;
  /**
   * Runs a function in a transaction, which commits when the function returns and rolls back when it throws. The function
   * must not compute, nor wait for anything but the transaction: PGlite has a single connection.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * Has a function called with what is notified on a channel. Notifications can get lost with the connection: whoever
   * needs them all polls as well.
   */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Tells all processes that listen; within a transaction, when it commits. */
export async function notify(statements: Statements, channel: string, payload: string): Promise<void> {
  await statements.query("select pg_notify($1, $2)", [channel, payload]);
}
