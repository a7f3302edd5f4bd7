import type { PGlite } from "@electric-sql/pglite";
import type pg from "pg";
import type { EncryptedSqlOptions } from "../../src/index.ts";

/** A database that answers queries in the clear, and behind the server. */
export interface Target {
  readonly db: EncryptedSqlOptions["db"];
  run(text: string): Promise<void>;
  /** Rows as PostgreSQL prints them, and the types of their columns. */
  ask(text: string, values: readonly (string | null)[]): Promise<Answer>;
}

export interface Answer {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly types: readonly number[];
}

function unchanged(keys: object): Record<number, (value: string) => string> {
  return Object.fromEntries(Object.keys(keys).map((key) => [key, (value: string) => value]));
}

export function pgliteTarget(pglite: PGlite): Target {
  const options = {
    rowMode: "array" as const,
    parsers: unchanged(pglite.parsers),
    serializers: unchanged(pglite.serializers),
  };
  return {
    db: pglite,
    run: async (text) => {
      await pglite.exec(text);
    },
    ask: async (text, values) => {
      const { rows, fields } = await pglite.query<(string | null)[]>(text, [...values], options);
      return { rows, types: fields.map(({ dataTypeID }) => dataTypeID) };
    },
  };
}

export function postgresTarget(pool: pg.Pool): Target {
  const types = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;
  return {
    db: pool,
    run: async (text) => {
      await pool.query(text);
    },
    ask: async (text, values) => {
      const { rows, fields } = await pool.query<(string | null)[]>({
        text,
        values: [...values],
        rowMode: "array",
        types,
      });
      return { rows, types: fields.map(({ dataTypeID }) => dataTypeID) };
    },
  };
}
