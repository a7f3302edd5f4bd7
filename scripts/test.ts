/**
 * `npm test`: formatting, lint and types side by side, then the tests, all of them even where an earlier step fails.
 *
 * With arguments it runs the tests alone and hands the arguments to Vitest: `npm test -- integer/add` runs the files
 * whose path contains that, `npm test -- --project encrypted` one project.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);

const biome = ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."];
const typescript = ["node_modules/typescript/bin/tsc", "-p"];
const vitest = ["node_modules/vitest/vitest.mjs", "run", ...args];
vitest.push("--reporter=default", "--reporter=./scripts/count-reporter.ts");
if (!args.some((arg) => arg.startsWith("--project"))) vitest.push("--project=!slow");

const checks: [name: string, command: string[]][] = [
  ["formatting and lint", biome],
  ["types", [...typescript, "."]],
  ["types of the scripts", [...typescript, "scripts"]],
  ["types of the playground", [...typescript, "packages/playground"]],
  ["types of its tests", [...typescript, "packages/playground/test"]],
  ["types of the service", [...typescript, "packages/server"]],
  ["types of its example", [...typescript, "examples/service"]],
  ["types of encrypted queries", [...typescript, "packages/sql"]],
];
if (args.length === 0) await Promise.all(checks.map(([name, command]) => step(name, command, "pipe")));
await step("tests", vitest, "inherit");

/** Runs a program, and says how it went. What it prints comes as it comes, or all of it at the end. */
async function step(name: string, command: readonly string[], output: "pipe" | "inherit"): Promise<void> {
  const start = performance.now();
  const child = spawn(process.execPath, command, { cwd: root, stdio: ["inherit", output, output] });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => printed.push(part));
  const [status] = await once(child, "close");
  process.stdout.write(Buffer.concat(printed));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.error(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (status !== 0) process.exitCode = 1;
}
