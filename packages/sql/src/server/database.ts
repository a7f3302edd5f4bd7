import { DataError } from "../errors.ts";

/** Rows of a query, as PostgreSQL prints them. */
export interface Rows {
  readonly rows: readonly (readonly (string | null)[])[];
  /** The type of each column, as an OID of PostgreSQL. */
  readonly types: readonly number[];
}

/** What reads tables in one snapshot. */
export interface Reader {
  /** Gives the rows of a query in chunks; at least one, which may be empty. @throws DataError if it fails. */
  read(text: string, parameters: readonly (string | null)[]): AsyncIterable<Rows>;
}

/** PostgreSQL, or PGlite. */
export interface Database {
  /** Runs a function in one transaction that only reads, and sees the tables as they are when it begins. */
  snapshot<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
}

/** What this package needs of PGlite. */
export interface PgliteLike {
  transaction<T>(work: (transaction: PgliteTransaction) => Promise<T>): Promise<T>;
  readonly parsers: Readonly<Record<number, unknown>>;
  readonly serializers: Readonly<Record<number, unknown>>;
}

interface PgliteTransaction {
  query(text: string, parameters?: unknown[], options?: object): Promise<PgliteResult>;
  exec(text: string): Promise<unknown>;
}

interface PgliteResult {
  readonly rows: unknown[];
  readonly fields: readonly { readonly dataTypeID: number }[];
}

/** What this package needs of a pool of `pg`. */
export interface PoolLike {
  connect(): Promise<ClientLike>;
}

interface ClientLike {
  query(config: object): Promise<PgliteResult>;
  release(error?: boolean): void;
}

/** Rows that are read at a time. */
const CHUNK = 1_000;
const BEGIN = "begin transaction isolation level repeatable read read only";
const SETTINGS = (milliseconds: number) =>
  `set local datestyle to 'ISO, YMD'; set local intervalstyle to 'postgres'; set local statement_timeout to ${milliseconds}`;

export interface DatabaseOptions {
  /** Statements are given up after so long. */
  readonly statementMilliseconds: number;
}

/** A database over what is given: PGlite, or a pool of `pg`. */
export function openDatabase(given: PgliteLike | PoolLike, options: DatabaseOptions): Database {
  return "connect" in given ? overPool(given, options) : overPglite(given, options);
}

function overPglite(pglite: PgliteLike, { statementMilliseconds }: DatabaseOptions): Database {
  const asText = (keys: object) =>
    Object.fromEntries(Object.keys(keys).map((key) => [key, (value: unknown) => value]));
  const options = {
    rowMode: "array",
    parsers: asText(pglite.parsers),
    serializers: asText(pglite.serializers),
  };
  return {
    snapshot: (work) =>
      pglite.transaction(async (transaction) => {
        await transaction.exec("set transaction isolation level repeatable read, read only");
        await transaction.exec(SETTINGS(statementMilliseconds));
        return await work(
          readerOver((text, parameters) => transaction.query(text, [...parameters], options)),
        );
      }),
  };
}

function overPool(pool: PoolLike, { statementMilliseconds }: DatabaseOptions): Database {
  const types = { getTypeParser: () => (value: unknown) => value };
  return {
    async snapshot(work) {
      const client = await pool.connect();
      const query = (text: string, values: readonly unknown[]) =>
        client.query({ text, values: [...values], rowMode: "array", types });
      let failed = true;
      try {
        await query(BEGIN, []);
        await query(SETTINGS(statementMilliseconds), []);
        const result = await work(readerOver(query));
        await query("commit", []);
        failed = false;
        return result;
      } finally {
        if (failed)
          failed = await query("rollback", []).then(
            () => false,
            () => true,
          );
        client.release(failed);
      }
    },
  };
}

type Query = (text: string, parameters: readonly unknown[]) => Promise<PgliteResult>;

/** Reads through a cursor, so that what is in memory is a chunk. */
function readerOver(query: Query): Reader {
  let cursors = 0;
  return {
    async *read(text, parameters) {
      const cursor = `tacet_${cursors++}`;
      await told(query(`declare ${cursor} no scroll cursor for ${text}`, parameters));
      for (;;) {
        const { rows, fields } = await told(query(`fetch ${CHUNK} from ${cursor}`, []));
        yield { rows: rows as (string | null)[][], types: fields.map(({ dataTypeID }) => dataTypeID) };
        if (rows.length < CHUNK) break;
      }
      await query(`close ${cursor}`, []);
    },
  };
}

/** What PostgreSQL says of the clear part of a query is of use to who asked, and has nothing secret. */
async function told<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw new DataError(`the database says: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
