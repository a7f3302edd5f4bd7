import { readFile } from "node:fs/promises";
import { connect } from "../client/connect.ts";
import { secret } from "../client/secret.ts";
import type { ClientEngine, ServerEngine } from "../engine/engine.ts";
import { hideConstants } from "../language/hide-constants.ts";
import { loadParser } from "../language/parse.ts";
import { encryptedSql } from "../server/encrypted-sql.ts";
import { readCsvDatabase } from "./csv-database.ts";

/** Records that are fetched of each answer, whatever there is in it. */
const MOST_RECORDS = 100;

/** What a run of the command found. */
export interface Outcome {
  readonly clear: readonly string[];
  readonly secret: readonly string[];
  readonly match: boolean;
  readonly clearMilliseconds: number;
  readonly secretMilliseconds: number;
}

export interface RunOptions {
  readonly inputDb: string;
  readonly queryFile: string;
  readonly client: ClientEngine;
  readonly server: ServerEngine;
}

/** Asks a query twice: in the clear, and with the constants of its conditions secret. Rows are as lines of CSV. */
export async function run({ inputDb, queryFile, client, server }: RunOptions): Promise<Outcome> {
  await loadParser();
  const { pglite, tables } = await readCsvDatabase(inputDb);
  try {
    const text = await readFile(queryFile, "utf8");
    const limits = { records: MOST_RECORDS };
    const connection = await encryptedSql({ db: pglite, tables, engines: [server], limits });
    const db = await connect({ connection, engine: client });
    const hidden = hideConstants(text);
    const clear = await timed(() => db.query(text));
    const secretly = await timed(() =>
      db.query(
        hidden.text,
        hidden.constants.map((constant) => secret(constant)),
      ),
    );
    const [clearLines, secretLines] = [clear, secretly].map(({ result }) => result.texts.map(lineOf));
    const ordered = /\border\s+by\b/i.test(text);
    const [a, b] = [clearLines!, secretLines!].map((lines) =>
      (ordered ? lines : [...lines].sort()).join("\n"),
    );
    return {
      clear: clearLines!,
      secret: secretLines!,
      match: a === b,
      clearMilliseconds: clear.milliseconds,
      secretMilliseconds: secretly.milliseconds,
    };
  } finally {
    await pglite.close();
  }
}

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly milliseconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - start };
}

function lineOf(row: readonly (string | null)[]): string {
  return row
    .map((value) =>
      value === null ? "" : /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value,
    )
    .join();
}
