import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { FheComputation } from "../computation/computation.ts";
import { startService } from "../service/service.ts";
import { ErrorLog } from "./error-log.ts";
import { FLAGS, SettingError } from "./flags.ts";
import { programsOf } from "./programs-file.ts";
import { fheOptionsOf, serviceOptionsOf, settingsOf } from "./settings.ts";

/** What the process ends with when it is told something wrong, as of old. */
const WRONG_USE = 2;

const { version, engines } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string; engines: { node: string } };

const command = new Command("tacet-server")
  .description(
    "Computes on encrypted values for others. By itself, it is a single process with an embedded database; with " +
      "--database, --blobs and --role, it runs on as many machines as there are.",
  )
  .argument("[programs]", "a module whose exports are the programs that everybody may run by name")
  .version(version)
  .addHelpText(
    "after",
    "\nEach option can be given in the environment as well: --key-memory is TACET_KEY_MEMORY. TACET_ADMIN_TOKEN is the\n" +
      "operator's token: with it, tenants and their tokens are made (POST /v1/admin/tenants), and everybody has to show one.\n" +
      "Without it, the service answers programs on the same machine alone.\n\n" +
      "Examples:\n" +
      "  tacet-server ./programs.ts\n" +
      "  tacet-server --database postgres://tacet@db/tacet --blobs s3://tacet --role api --host 0.0.0.0\n" +
      "  tacet-server --database postgres://tacet@db/tacet --blobs s3://tacet --role worker\n",
  )
  .exitOverride();
for (const { option } of FLAGS) command.addOption(option);

try {
  await command.parseAsync();
  await run(command.args[0]);
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : WRONG_USE);
  console.error(error instanceof SettingError ? `tacet-server: ${error.message}` : error);
  process.exit(error instanceof SettingError ? WRONG_USE : 1);
}

async function run(file: string | undefined): Promise<void> {
  refuseOldNode();
  const settings = settingsOf(command, process.env);
  const options = serviceOptionsOf(settings);
  const named = file === undefined ? [] : await programsOf(file);
  const log = new ErrorLog();
  const logger = settings.logLevel === "silent" ? false : { level: settings.logLevel };
  const service = await startService(
    { ...options, programs: {}, named, onError: (error) => log.note(error) },
    (metrics) =>
      new FheComputation({ ...fheOptionsOf(settings), onBatch: (fill) => metrics.batchFill(fill) }),
    logger,
  );
  if (service.url !== undefined)
    console.log(`tacet-server answers at ${service.url} (its interface: ${service.url}/docs)`);
  else console.log("tacet-server works");
  endOnSignals(service.stop);
}

/** npm only warns of it. */
function refuseOldNode(): void {
  const { node } = process.versions;
  const numbers = (text: string) => text.replace(/^\D+/, "").split(".").map(Number) as [number, number];
  const [major, minor] = numbers(node);
  const [leastMajor, leastMinor] = numbers(engines.node);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new SettingError(`it needs Node.js ${leastMajor}.${leastMinor} or later, and this is ${node}`);
}

/** The first signal ends it in order, a second one at once. */
function endOnSignals(stop: () => Promise<void>): void {
  let ending = false;
  const end = () => {
    if (ending) process.exit(1);
    ending = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, end);
}
