import pg from "pg";
import type { Database, Statements, Transaction } from "./database.ts";
import { Listener } from "./listener.ts";

/** How PostgreSQL is connected to. */
export interface PostgresOptions {
  /** The most connections of this process, beside the one that listens. */
  readonly connections?: number | undefined;
  /** Is told of what goes wrong in the background. The connection is made anew by itself. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** A database that does not answer for this long is gone, for the moment. */
const CONNECT_TIMEOUT_MS = 5_000;
/** No statement of the service takes nearly as long, unless the connection is dead. */
const QUERY_TIMEOUT_MS = 30_000;

/** @param url as in `postgres://user:password@host/database`. Connects when it is first used. */
export function openPostgres(url: string, options: PostgresOptions = {}): Database {
  return new PostgresDatabase(url, options);
}

class PostgresDatabase implements Database {
  readonly kind = "postgres";
  readonly boss: Database["boss"];
  readonly #pool: pg.Pool;
  readonly #listener: Listener;
  readonly #onError: (error: Error) => void;

  constructor(url: string, { connections = 10, onError = () => {} }: PostgresOptions) {
    const settings = {
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: "tacet-server",
    };
    this.#pool = new pg.Pool({ ...settings, max: connections, query_timeout: QUERY_TIMEOUT_MS });
    this.#onError = onError;
    this.#pool.on("error", onError); // of a connection that nobody uses just now
    this.#listener = new Listener(() => new pg.Client(settings), onError);
    this.boss = {
      executeSql: async (text: string, values?: unknown[]) => rowsOf(await this.#pool.query(text, values)),
    };
  }

  async query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return rowsOf(await this.#pool.query(text, values as unknown[])).rows as Row[];
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    // Between two statements, nobody else hears that the connection is lost: and what nobody hears of ends the process.
    const lost = (error: Error) => {
      broken = error;
      this.#onError(error);
    };
    client.on("error", lost);
    try {
      await client.query("begin");
      const result = await work(transactionOf(client));
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback").catch((reason: Error) => {
        broken = reason;
      });
      throw error;
    } finally {
      client.off("error", lost);
      client.release(broken);
    }
  }

  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>> {
    return this.#listener.listen(channel, heard);
  }

  async close(): Promise<void> {
    await this.#listener.close();
    await this.#pool.end();
  }
}

function transactionOf(client: pg.PoolClient): Transaction {
  const query: Statements["query"] = async <Row>(text: string, values?: readonly unknown[]) =>
    rowsOf(await client.query(text, values as unknown[])).rows as Row[];
  const executeSql = async (text: string, values?: unknown[]) => rowsOf(await client.query(text, values));
  return { query, boss: { executeSql } };
}

/** Several statements in one text have several results. */
function rowsOf(result: pg.QueryResult | pg.QueryResult[]): { rows: Record<string, unknown>[] } {
  return Array.isArray(result) ? { rows: result.flatMap((one) => one.rows) } : result;
}
