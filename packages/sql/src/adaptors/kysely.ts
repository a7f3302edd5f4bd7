import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import type { SecretDatabase } from "../client/connect.ts";
import { type ParameterValue, type Secret, secret } from "../client/secret.ts";
import { QueryError } from "../errors.ts";

/** A dialect of Kysely that asks a database with secrets: `new Kysely<Tables>({ dialect: kyselyDialect(db) })`. */
export function kyselyDialect(database: SecretDatabase): Dialect {
  return {
    createDriver: () => new SecretDriver(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (kysely: Kysely<unknown>): DatabaseIntrospector => new PostgresIntrospector(kysely),
  };
}

/** A secret where Kysely expects a value of a column: `where("age", "<", hidden(30))`. */
export function hidden<T extends ParameterValue>(value: T): T {
  return secret(value) as unknown as T;
}

class SecretDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(database: SecretDatabase) {
    this.#connection = {
      async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
        const { rows } = await database.query(sql, parameters as (ParameterValue | Secret)[]);
        return { rows: rows as R[] };
      },
      // biome-ignore lint/correctness/useYield: answers are not streamed
      async *streamQuery(): AsyncIterableIterator<never> {
        throw new QueryError("answers with secrets come at once");
      },
    };
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new QueryError(
      "queries with secrets are not part of transactions: each sees a snapshot of its own",
    );
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}
