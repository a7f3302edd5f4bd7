/**
 * npm run bench:peers -- [words…] [--json] [--write] [--node PATH]… [--rounds N]
 *
 * Measures Tacet side by side with TFHE-rs and `node-tfhe`: the lines whose names contain all of the words, or without
 * words the usual ones. --json prints one array of lines and nothing else; --write puts the usual lines
 * into `docs/benchmarks.md` and its plot. Each --node is another Node.js to run Tacet on, beside the pinned one. --rounds is
 * how often each line is measured, in place of as often as time allows.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type Arguments, parseArguments } from "./driver/arguments.ts";
import { compare } from "./driver/compare.ts";
import { withResults } from "./driver/document.ts";
import { type Line, linesOf, nameOf } from "./driver/lines.ts";
import { thisMachine } from "./driver/machine.ts";
import { plotOf } from "./driver/plot.ts";
import { buildPrograms } from "./driver/programs.ts";
import type { Implementation } from "./driver/protocol.ts";
import { columnsOf, type Result, recordOf, textOf } from "./driver/report.ts";
import { Runner } from "./driver/runner.ts";

const { words, json, write, nodes, limits } = readArguments();
const machine = thisMachine();
const programs = await buildPrograms();
if (programs.tfheRs === undefined) {
  console.error("There is no cargo here to build TFHE-rs with: comparing with node-tfhe alone.");
  if (write) {
    console.error("docs/benchmarks.md is about TFHE-rs: --write needs it.");
    process.exit(1);
  }
}
if (machine.core === undefined) console.error("Processes cannot be pinned to one core here.");

const results: Result[] = [];
let implementations: readonly Implementation[] = [];
for (const threads of new Set([1, machine.processors])) {
  const lines = linesOf(threads, machine.processors).filter(wanted);
  if (lines.length > 0) await measure(lines, threads);
}

if (results.length === 0) {
  console.error(`there is nothing to compare with all of these in its name: ${words.join(" ")}`);
  process.exitCode = 1;
} else if (write) {
  const docs = new URL("../../../../docs/", import.meta.url);
  const file = new URL("benchmarks.md", docs);
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(file, withResults(readFileSync(file, "utf8"), results, implementations, machine, date));
  writeFileSync(new URL("benchmarks.svg", docs), plotOf(results, "TFHE-rs"));
}
if (json) console.log(JSON.stringify(results.map(recordOf), null, 2));

/** Adds to the results, and prints them as they come. */
async function measure(lines: readonly Line[], threads: number): Promise<void> {
  const core = threads === 1 ? machine.core : undefined;
  const starts = [
    ...[process.execPath, ...nodes].map((node) => programs.tacet(node, threads)),
    ...(programs.tfheRs === undefined ? [] : [programs.tfheRs(threads)]),
    programs.nodeTfhe,
  ];
  const runners: Runner[] = [];
  try {
    for (const start of starts) runners.push(await Runner.start({ ...start, core }));
    implementations = runners.map(({ implementation }) => implementation);
    for (const line of lines) {
      const contestants = runners.filter(({ implementation: { name } }) => {
        return name !== "node-tfhe" || isClientSide(line);
      });
      const result = { line, series: await compare(contestants, line.request, limits) };
      const columns = columnsOf(contestants.map(({ implementation }) => implementation));
      const begins = results.at(-1)?.line.section !== line.section;
      results.push(result);
      if (!json) console.log(textOf(result, columns, begins));
    }
  } finally {
    for (const runner of runners) runner.stop();
  }
}

function wanted(line: Line): boolean {
  if (programs.tfheRs === undefined && !isClientSide(line)) return false;
  return words.length === 0 ? line.usual : words.every((word) => nameOf(line).includes(word));
}

/** Whether `node-tfhe`, which does not compute, can have it. */
function isClientSide({ request: { group } }: Line): boolean {
  return group === "value" || group === "key";
}

function readArguments(): Arguments {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error("usage: npm run bench:peers -- [words] [--json] [--write] [--node PATH] [--rounds N]");
    return process.exit(2);
  }
}
