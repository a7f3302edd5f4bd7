/**
 * `npm run fuzz -- [--minutes N] [--seed S] [--processes P]`: random programs and graphs until one fails, which is then
 * made smaller and printed, or the time is over. The same seed gives the same programs; `--only I` runs number I alone, and
 * `--count C` bounds the number of programs of each process.
 *
 * `npm run fuzz -- --mutants [words]` breaks the library instead, in many ways one after the other, and tells which of
 * them the programs find; with words, those whose names have one of them.
 */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type FuzzOptions, fuzz, type Report } from "./fuzz.ts";
import { testMutants } from "./mutants/test-mutants.ts";

const { values, positionals } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    processes: { type: "string" },
    count: { type: "string" },
    only: { type: "string" },
    mutants: { type: "boolean", default: false },
    part: { type: "string" },
  },
  allowPositionals: true,
});

const milliseconds = numberOf("minutes", values.minutes, 0) * 60_000;
const seed = numberOf("seed", values.seed ?? String(Math.floor(Math.random() * 2 ** 32)), 0);
const only = values.only === undefined ? undefined : numberOf("only", values.only, 0);
const count = only === undefined ? numberOf("count", values.count ?? "Infinity", 1) : 1;
const processes =
  only === undefined
    ? numberOf("processes", values.processes ?? String(Math.min(availableParallelism(), 8)), 1)
    : 1;

if (values.part !== undefined) await runPart(Number(values.part));
else if (values.mutants) await testMutants({ words: positionals, seed, milliseconds, count, processes });
else await runAll();

function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (value >= least) return value;
  console.error(`--${name} is ${text}; expected a number from ${least} on`);
  process.exit(2);
}

/** Has other processes do the work, and prints what comes of it. */
async function runAll(): Promise<void> {
  console.log(`seed ${seed}`);
  const children = Array.from({ length: processes }, (_, part) =>
    fork(fileURLToPath(import.meta.url), [
      ...process.argv.slice(2),
      "--seed",
      `${seed}`,
      "--part",
      `${part}`,
    ]),
  );
  const stop = (): void => {
    for (const child of children) child.kill();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  const reports: Report[] = [];
  const codes = await Promise.all(
    children.map(
      (child) =>
        new Promise<number>((resolve) => {
          child.on("message", (report) => {
            reports.push(report as Report);
            if (reports.at(-1)!.failure) stop();
          });
          child.on("exit", (code) => resolve(code ?? 1));
        }),
    ),
  );
  const sum = (key: Exclude<keyof Report, "failure">): number =>
    reports.reduce((total, report) => total + report[key], 0);
  const minutes = Math.max(...reports.map((report) => report.milliseconds), 1) / 60_000;
  const rate = (key: Exclude<keyof Report, "failure">): string =>
    `${sum(key)} (${Math.round(sum(key) / minutes)} a minute)`;
  console.log(
    `${rate("programs")} programs, of which ${sum("encrypted")} on ciphertexts, ${rate("graphs")} graphs, ` +
      `${rate("plans")} plans with ${rate("rotations")} rotations, ${rate("results")} results`,
  );
  for (const { failure } of reports) {
    if (failure === undefined) continue;
    console.log(`\nnumber ${failure.index} of seed ${seed} failed: ${failure.message}\n\n${failure.text}`);
  }
  if (codes.some((code) => code !== 0) || reports.some(({ failure }) => failure)) process.exitCode = 1;
}

async function runPart(part: number): Promise<void> {
  let current = only ?? part;
  const onStart = (index: number): void => void (current = index);
  process.on("uncaughtException", (error) => {
    console.log(`number ${current} of seed ${seed} brought the process down`, error);
    process.exit(1);
  });
  const options: FuzzOptions = { seed, milliseconds, first: only ?? part, stride: processes, count, onStart };
  const report = await fuzz(options);
  process.send?.(report);
  process.disconnect?.();
  process.exitCode = report.failure ? 1 : 0;
}
