import { Command } from "commander";
import { clearEngine } from "../engine/clear.ts";
import { SqlError } from "../errors.ts";
import { type Outcome, run } from "./run.ts";

const command = new Command("tacet-sql")
  .description(
    "Asks a query on CSV files twice: in the clear, and with the constants of its conditions secret.",
  )
  .requiredOption("--input-db <folder>", "CSV files with headers as in id:int64,name:string")
  .requiredOption("--query-file <file>", "a SELECT")
  .action(async ({ inputDb, queryFile }: { inputDb: string; queryFile: string }) => {
    try {
      report(await run({ inputDb, queryFile, client: clearEngine(), server: clearEngine() }));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      command.error(error.message);
    }
  });

await command.parseAsync();

function report({ clear, secret, match, clearMilliseconds, secretMilliseconds }: Outcome): void {
  console.log(`Clear result, in ${clearMilliseconds.toFixed(1)} ms:\n${clear.join("\n")}\n`);
  console.log(
    `Secret result, in ${secretMilliseconds.toFixed(1)} ms (engine "clear": nothing is encrypted):`,
  );
  console.log(`${secret.join("\n")}\n\nResults match: ${match ? "YES" : "NO"}`);
  if (!match) process.exitCode = 1;
}
