import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { fromPglite } from "pg-boss";
import type { Database, Statements, Transaction } from "./database.ts";
import { lockFolder } from "./folder-lock.ts";

/** How PGlite runs statements, in a transaction or outside. */
interface Runner {
  query<Row>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
  exec(text: string): Promise<{ rows: Record<string, unknown>[] }[]>;
}

function statementsOf(runner: Runner): Statements {
  return {
    query: async <Row>(text: string, values?: readonly unknown[]): Promise<Row[]> => {
      if (values !== undefined) return (await runner.query<Row>(text, [...values])).rows;
      return (await runner.exec(text)).flatMap((result) => result.rows) as Row[];
    },
  };
}

function transactionOf(runner: Runner): Transaction {
  const executeSql = async (text: string, values?: unknown[]) =>
    values !== undefined && values.length > 0
      ? await runner.query(text, values)
      : { rows: (await runner.exec(text)).flatMap((result) => result.rows) };
  return { ...statementsOf(runner), boss: { executeSql } };
}

/** How PGlite is opened. */
export interface PgliteOptions {
  /** What a new folder starts from instead of nothing: a file that `dumpDataDir` wrote. */
  readonly seed?: string | undefined;
}

/**
 * Opens the database in a folder, and makes it if there is none.
 *
 * @throws Error if another process has it open.
 */
export async function openPglite(folder: string, options: PgliteOptions = {}): Promise<Database> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  try {
    const data = join(folder, "data");
    if (!existsSync(join(data, "PG_VERSION")) && options.seed === undefined) await initialize(data);
    const pglite = await open(data, options);
    return new PgliteDatabase(pglite, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** PGlite's own 128 MB are mostly in memory from the start, and the system's cache of the same files is behind them. */
const START: string[] = [...PGlite.defaultStartParams, "-c", "shared_buffers=16MB"];

async function open(data: string, { seed }: PgliteOptions): Promise<PGlite> {
  const options = { dataDir: data, startParams: START };
  if (seed === undefined || existsSync(join(data, "PG_VERSION"))) return await PGlite.create(options);
  const bytes = await readFile(seed);
  return await PGlite.create({ ...options, loadDataDir: new Blob([bytes]) });
}

/** Making a database takes 400 MB more than using it, and they are not given back: so another process does it. */
async function initialize(data: string): Promise<void> {
  const script = fileURLToPath(new URL(`./initialize${import.meta.url.slice(-3)}`, import.meta.url));
  const child = spawn(process.execPath, [script, data], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the database in ${data} could not be made`);
}

class PgliteDatabase implements Database {
  readonly kind = "pglite";
  readonly boss: Database["boss"];
  readonly query: Statements["query"];
  readonly #pglite: PGlite;
  readonly #closed: () => Promise<void>;

  constructor(pglite: PGlite, closed: () => Promise<void>) {
    this.#pglite = pglite;
    this.#closed = closed;
    this.boss = fromPglite(pglite);
    this.query = statementsOf(pglite).query;
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#pglite.transaction((transaction) => work(transactionOf(transaction)));
  }

  async listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>> {
    return await this.#pglite.listen(channel, heard);
  }

  async close(): Promise<void> {
    await this.#pglite.close();
    await this.#closed();
  }
}
