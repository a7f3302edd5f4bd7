/**
 * npm run bench:browser -- [words…] [--json] [--rounds N]
 *
 * Measures Tacet in Chromium side by side with Tacet in Node.js without V8's flags, in turn: the lines whose names contain
 * all of the words. --json prints one array of lines and nothing else. It ends with exit code 1 if a target is missed.
 */
import { parseArguments } from "../peers/driver/arguments.ts";
import { type Contestant, compare } from "../peers/driver/compare.ts";
import { nameOf } from "../peers/driver/lines.ts";
import { thisMachine } from "../peers/driver/machine.ts";
import { columnsOf, type Result, recordOf, textOf } from "../peers/driver/report.ts";
import { bundle, NodeContestant, PageContestant } from "./contestants.ts";
import { browserLines } from "./lines.ts";
import { scalingOf } from "./scaling.ts";
import { targetsOf } from "./targets.ts";

const { words, json, limits } = readArguments();
const { processors } = thisMachine();
await bundle();

const results: Result[] = [];
for (const threads of new Set([1, processors])) await measure(threads);
if (results.length === 0) {
  console.error(`there is nothing to compare with all of these in its name: ${words.join(" ")}`);
  process.exitCode = 1;
}
const scaling = scalingOf(results);
const targets = targetsOf(results, scaling);
if (json) {
  console.log(JSON.stringify([...results.map(recordOf), ...scaling, ...targets], null, 2));
} else {
  if (scaling.length > 0) console.log("\nAs fast as with one thread, so many times");
  for (const { label, factors } of scaling) {
    const cells = factors.map(({ implementation, factor }) => `${implementation}: ${factor.toFixed(2)}`);
    console.log(`${label.padEnd(44)}${cells.join("   ")}`);
  }
  if (targets.length > 0) console.log("\nTargets");
  for (const { name, unit, most, measured } of targets) {
    const verdict = measured <= most ? "reached" : "MISSED ";
    console.log(`${verdict} ${name}: ${Number(measured.toPrecision(3))}${unit} (at most ${most}${unit})`);
  }
}
if (targets.some(({ most, measured }) => measured > most)) process.exitCode = 1;

/** Adds to the results, and prints them as they come. */
async function measure(threads: number): Promise<void> {
  const lines = browserLines(threads, processors).filter((line) => {
    return words.every((word) => nameOf(line).includes(word));
  });
  if (lines.length === 0) return;
  const contestants: (Contestant & { stop(): Promise<void> })[] = [];
  try {
    contestants.push(await PageContestant.start(threads, true));
    if (threads === 1) contestants.push(await PageContestant.start(threads, false));
    contestants.push(await NodeContestant.start(threads));
    const columns = columnsOf(contestants.map(({ implementation }) => implementation));
    for (const line of lines) {
      const result = { line, series: await compare(contestants, line.request, limits) };
      const begins = results.at(-1)?.line.section !== line.section;
      results.push(result);
      if (!json) console.log(textOf(result, columns, begins));
    }
  } finally {
    for (const contestant of contestants) await contestant.stop();
  }
}

function readArguments(): ReturnType<typeof parseArguments> {
  try {
    const options = parseArguments(process.argv.slice(2));
    if (options.write || options.nodes.length > 0) throw new Error("--write and --node are for bench:peers.");
    return options;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error("usage: npm run bench:browser -- [words] [--json] [--rounds N]");
    return process.exit(2);
  }
}
