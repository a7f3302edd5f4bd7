/*
 * npm run bench -- [name filter] [--json]
 *
 * Runs the benchmarks whose names contain the filter. With --json, one array of
 * { name, params, threads, medianMs, minMs, pbs } is all that goes to standard output; lines that `node-tfhe` was
 * measured beside have peer: { medianMs, ratio } as well, and those of `growth` have growth: { blockMs, bytes }.
 */
import { bootstrapBenchmarks } from "./bootstrap.ts";
import { clearBenchmarks } from "./clear.ts";
import { growthBenchmarks } from "./growth/growth.ts";
import { keyBenchmarks } from "./keys.ts";
import { leveledBenchmarks } from "./leveled.ts";
import { operationBenchmarks } from "./operations.ts";
import { proofBenchmarks } from "./proofs.ts";
import { type Line, Reporter } from "./reporter.ts";
import { valueBenchmarks } from "./values.ts";

const options = process.argv.slice(2);
const json = options.includes("--json");
const [filter = "", ...excess] = options.filter((option) => option !== "--json");
if (excess.length > 0 || filter.startsWith("-")) {
  console.error("usage: npm run bench -- [name filter] [--json]");
  process.exit(2);
}

const lines: Line[] = [];
const reporter = new Reporter(filter, (line) => {
  lines.push(line);
  if (!json) console.log(Reporter.row(line));
});
if (!json) console.log(Reporter.header());
for (const benchmarks of [
  keyBenchmarks,
  valueBenchmarks,
  bootstrapBenchmarks,
  operationBenchmarks,
  clearBenchmarks,
  proofBenchmarks,
  leveledBenchmarks,
  growthBenchmarks,
]) {
  await benchmarks(reporter);
}
if (json) console.log(JSON.stringify(lines, null, 2));
if (lines.length === 0) {
  console.error(`no benchmark has a name that contains "${filter}"`);
  process.exitCode = 1;
}
