import { expect, test } from "vitest";
import * as tacet from "../../src/index.ts";
import * as regex from "../../src/regex.ts";
import { type FuzzOptions, fuzz } from "./fuzz.ts";
import { generateGraph } from "./generate/graph.ts";
import { generateCrew, generateProgram } from "./generate/program.ts";
import { generateRelativeGraph, generateRelativeProgram } from "./generate/relatives.ts";
import { runGraph } from "./graph.ts";
import { KNOWN_GRAPHS, knownPrograms } from "./known-cases.ts";
import { MUTANTS } from "./mutants/mutants.ts";
import { changedFiles } from "./mutants/test-mutants.ts";
import { printProgram } from "./print-program.ts";
import type { Crew, Program } from "./program.ts";
import { Random } from "./random.ts";
import { runSimulated } from "./run-program.ts";
import { isValid, simplerCases } from "./shrink/program.ts";
import { shrink } from "./shrink/shrink.ts";
import { Ground } from "./simulation.ts";

const MINUTE = 60_000;

const CREWS: readonly Crew[] = [
  ...Array.from({ length: 64 }, (_, at) => ({ threads: at + 1, batch: 8, deterministic: false })),
  ...[1, 2, 8, 64].map((threads) => ({ threads, batch: 1, deterministic: false })),
  ...[1, 64].map((threads) => ({ threads, batch: 8, deterministic: true })),
];

async function expectRight(options: FuzzOptions): Promise<void> {
  const { failure, programs, graphs, plans, results } = await fuzz(options);
  if (failure !== undefined) {
    expect.fail(`number ${failure.index} of seed ${options.seed}: ${failure.message}\n${failure.text}`);
  }
  console.log(`${programs} programs, ${graphs} graphs, ${plans} plans, ${results} results`);
  // However slow the machine is: these are more than can go wrong by chance.
  expect(Math.min(programs, graphs)).toBeGreaterThan(5);
}

test(
  "random programs and graphs are right",
  async () => {
    // Whether a change lands must not depend on luck: there, the programs are the same every time.
    const seed = process.env.CI === undefined ? Math.floor(Math.random() * 2 ** 32) : 901;
    console.log(`seed ${seed}`);
    await expectRight({ seed, milliseconds: MINUTE });
  },
  5 * MINUTE,
);

test.each(CREWS)("what went wrong once is right: %o", async (crew) => {
  const ground = new Ground();
  const programs = [[], [6, 5], [5, 6], [6, 4, 5], [5, 6, 4]].flatMap(knownPrograms);
  for (const program of new Set(programs)) {
    expect((await runSimulated(program, { crew, seed: 1 }, ground)).failure).toBeUndefined();
  }
  for (const graph of KNOWN_GRAPHS) {
    expect((await runGraph(graph, { crew, seed: 1 }, ground)).failure).toBeUndefined();
  }
});

test("mutants change what is there", async () => {
  for (const mutant of MUTANTS) await changedFiles(mutant);
});

test("a seed gives the same programs again", () => {
  for (let index = 0; index < 20; index++) {
    for (const generate of [generateProgram, generateGraph, generateRelativeProgram, generateRelativeGraph]) {
      expect(generate(new Random(7, index))).toEqual(generate(new Random(7, index)));
    }
    expect(generateProgram(new Random(7, index))).not.toEqual(generateProgram(new Random(8, index)));
  }
});

test("programs are printed as they run", async () => {
  const Run = Object.getPrototypeOf(async () => {}).constructor as new (
    ...code: string[]
  ) => (library: typeof tacet, expressions: typeof regex, log: object) => Promise<void>;
  for (let index = 0; index < 25; index++) {
    const random = new Random(3, index);
    const program = generateProgram(random, "2_2");
    const crew = { ...generateCrew(random), threads: random.between(1, 2) };
    const lines: unknown[][] = [];
    const text = printProgram(program, { crew, seed: 1 })
      .replace(/^import (.*) from "tacet";$/m, "const $1 = tacet;")
      .replace(/^import (.*) from "tacet\/regex";$/m, "const $1 = regex;")
      .replaceAll("console.log(", "log(");
    await new Run("tacet", "regex", "log", text)(tacet, regex, (...line: unknown[]) => lines.push(line));
    const given = lines.filter(([, found]) => found !== "given up");
    expect(given.length, text).toBeGreaterThan(0);
    for (const [name, found, expected] of given) {
      if (expected !== undefined) expect(`${name} ${found}`, text).toBe(`${name} ${expected}`);
    }
  }
});

test.each(["mul", "concat"])("what fails is made smaller: %s", async (method) => {
  const asksForResult = ({ items }: Program): boolean => {
    const found = items.flatMap((item) => (item.do === "step" && item.method === method ? item.results : []));
    return items.some((item) => item.do === "request" && found.some(({ id }) => item.refs.includes(id)));
  };
  const setting = { crew: { threads: 5, batch: 8, deterministic: true }, seed: 1 };
  let tried = 0;
  for (let index = 0; tried < 5; index++) {
    const program = generateProgram(new Random(5, index));
    if (!asksForResult(program)) continue;
    tried++;
    const fails = async (one: { program: Program }): Promise<boolean> =>
      isValid(one.program) && asksForResult(one.program);
    const smallest = await shrink({ program, setting }, simplerCases, fails, MINUTE);
    expect(smallest.program.items.map((item) => item.do)).toEqual(["step", "request"]);
    expect(smallest.program.inputs).toHaveLength(1);
    expect(smallest.setting.crew).toEqual({ threads: 1, batch: 8, deterministic: false });
  }
});
