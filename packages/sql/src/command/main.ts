import { Command, Option } from "commander";
import { ClientKey, Engine, ServerKey } from "tacet";
import { bootstrappedClient, bootstrappedServer } from "../engine/bootstrapped.ts";
import { clearEngine } from "../engine/clear.ts";
import type { ClientEngine, ServerEngine } from "../engine/engine.ts";
import { leveledClient, leveledServer } from "../engine/leveled.ts";
import { SqlError } from "../errors.ts";
import { type Outcome, run } from "./run.ts";

/** Both sides of an engine, and what ends it. */
interface Sides {
  readonly client: ClientEngine;
  readonly server: ServerEngine;
  readonly dispose?: () => void;
}

const ENGINES: Readonly<Record<string, () => Promise<Sides>>> = {
  bootstrapped: async () => {
    const clientKey = await ClientKey.generate();
    const engine = await Engine.create(await ServerKey.from(clientKey));
    const sides = { client: bootstrappedClient({ clientKey }), server: bootstrappedServer({ engine }) };
    return { ...sides, dispose: () => engine.dispose() };
  },
  levelled: async () => ({
    client: leveledClient({ clientKey: await ClientKey.generate() }),
    server: leveledServer(),
  }),
  clear: async () => ({ client: clearEngine(), server: clearEngine() }),
};

interface Flags {
  readonly inputDb: string;
  readonly queryFile: string;
  readonly engine: string;
}

const command = new Command("tacet-sql")
  .description(
    "Asks a query on CSV files twice: in the clear, and with the constants of its conditions secret.",
  )
  .requiredOption("--input-db <folder>", "CSV files with headers as in id:int64,name:string")
  .requiredOption("--query-file <file>", "a SELECT")
  .addOption(
    new Option("--engine <name>", "what computes; clear encrypts nothing")
      .choices(Object.keys(ENGINES))
      .default("bootstrapped"),
  )
  .action(async ({ inputDb, queryFile, engine }: Flags) => {
    const { client, server, dispose } = await ENGINES[engine]!();
    try {
      report(await run({ inputDb, queryFile, client, server }), engine);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      command.error(error.message);
    } finally {
      dispose?.();
    }
  });

await command.parseAsync();

function report(outcome: Outcome, engine: string): void {
  const { clear, secret, match, clearMilliseconds, secretMilliseconds } = outcome;
  console.log(`Clear result, in ${clearMilliseconds.toFixed(1)} ms:\n${clear.join("\n")}\n`);
  console.log(`Secret result, by the ${engine} engine, in ${secretMilliseconds.toFixed(1)} ms:`);
  console.log(`${secret.join("\n")}\n\nResults match: ${match ? "YES" : "NO"}`);
  if (!match) process.exitCode = 1;
}
