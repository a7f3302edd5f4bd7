import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { parseArguments } from "../../bench/peers/driver/arguments.ts";
import {
  type Contestant,
  compare,
  type Limits,
  median,
  ratio,
  type Series,
} from "../../bench/peers/driver/compare.ts";
import { withResults } from "../../bench/peers/driver/document.ts";
import { linesOf, nameOf } from "../../bench/peers/driver/lines.ts";
import { plotOf } from "../../bench/peers/driver/plot.ts";
import type { Implementation, Request } from "../../bench/peers/driver/protocol.ts";
import {
  columnsOf,
  duration,
  type Result,
  recordOf,
  tablesOf,
  textOf,
} from "../../bench/peers/driver/report.ts";
import { Runner } from "../../bench/peers/driver/runner.ts";
import { timeEach } from "../../bench/peers/driver/timing.ts";

const tacet = { name: "Tacet", version: "0.1.0", platform: "Node.js 26.10.0" };
const older = { ...tacet, platform: "Node.js 20.20.2" };
const tfheRs = { name: "TFHE-rs", version: "1.7.0", platform: "native" };
const request: Request = {
  group: "integer",
  on: "FheUint64",
  operation: "add",
  operand: "encrypted",
  batch: 1,
};
const limits: Limits = { rounds: 7, enough: 3, seconds: 6, patience: 60 };

const series = (implementation: Implementation, ...nanoseconds: number[]): Series => ({
  implementation,
  nanoseconds,
});
const [line] = linesOf(2, 2).filter(({ request: one }) => JSON.stringify(one) === JSON.stringify(request));

describe("arguments", () => {
  test("are words and options", () => {
    const { limits: _, ...rest } = parseArguments([
      "FheUint64",
      "mul",
      "--json",
      "--node",
      "a",
      "--node",
      "b",
    ]);
    expect(rest).toEqual({ words: ["FheUint64", "mul"], json: true, write: false, nodes: ["a", "b"] });
  });

  test("may say how often each line is measured, however long that takes", async () => {
    expect(parseArguments([]).limits).toEqual(limits);
    let [asked, clock] = [0, 0];
    const ask = async (): Promise<number> => {
      asked++;
      clock += 1000;
      return 1;
    };
    const given = parseArguments(["add", "--rounds", "9"]).limits;
    const [{ nanoseconds }] = await compare([{ implementation: tacet, ask }], request, given, () => clock);
    expect(nanoseconds).toHaveLength(9);
    expect(asked).toBe(10);
  });

  test.each(["0", "-1", "1.5", "many", ""])("do not ask for %j rounds", (rounds) => {
    expect(() => parseArguments([`--rounds=${rounds}`])).toThrow(
      /^--rounds is .*expected a positive integer$/,
    );
  });

  test("do not ask for a page with a part of the results", () => {
    expect(parseArguments(["--write", "--node", "a"]).write).toBe(true);
    expect(() => parseArguments(["--write", "add"])).toThrow(
      "--write brings the whole page up to date: it takes no words.",
    );
    expect(() => parseArguments(["--write", "--rounds", "1"])).toThrow(/it takes no --rounds\.$/);
  });
});

test("medians and ratios are those of pairs", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([7])).toBe(7);
  // The second pair fell into a slow time, which the medians of both would mix with the others.
  expect(ratio(series(tacet, 10, 40, 12), series(tfheRs, 20, 80, 30))).toBe(0.5);
});

describe("a comparison", () => {
  /** Contestants that share a clock in seconds; each takes as many as it says. */
  function contest(...takes: (number | null)[]) {
    const asked: string[] = [];
    let clock = 0;
    const contestants: Contestant[] = takes.map((seconds, i) => ({
      implementation: { ...tfheRs, name: String(i) },
      ask: async () => {
        asked.push(String(i));
        clock += seconds ?? 0;
        return seconds === null ? null : seconds * 1e9;
      },
    }));
    return { asked, run: () => compare(contestants, request, limits, () => clock) };
  }

  test("asks in turn, after a round to warm up, and leaves out what has no answer", async () => {
    const { asked, run } = contest(0.1, null, 0.2);
    const result = await run();
    expect(asked.join("")).toBe(`012${"02".repeat(7)}`);
    expect(result.map(({ implementation }) => implementation.name)).toEqual(["0", "2"]);
    expect(result.map(({ nanoseconds }) => nanoseconds.length)).toEqual([7, 7]);
  });

  test.each([
    ["seconds", 1.5, 3],
    ["many seconds", 10, 3],
    ["half a minute", 35, 1],
  ])("of %s is repeated less often", async (_, takes, rounds) => {
    const result = await contest(takes, takes).run();
    expect(result.map(({ nanoseconds }) => nanoseconds.length)).toEqual([rounds, rounds]);
  });

  test("of nothing that has an answer is empty", async () => {
    expect(await contest(null).run()).toEqual([]);
  });
});

describe("lines", () => {
  test.each([
    [1, 1],
    [1, 2],
    [2, 2],
    [64, 64],
  ])("of %i threads on %i processors have names of their own", (threads, processors) => {
    const names = linesOf(threads, processors).map(nameOf);
    expect(new Set(names).size).toBe(names.length);
  });

  test("have usual ones and others", () => {
    const usual = linesOf(2, 2).filter(({ usual }) => usual);
    expect(usual.map(nameOf)).toContain("FheUint64, one operation at a time, 2 threads: div, encrypted");
    expect(usual.map(nameOf)).not.toContain("FheUint128, one operation at a time, 2 threads: div, encrypted");
  });
});

test("runs that take something new are measured without what makes it", async () => {
  let clock = 0;
  const now = vi.spyOn(performance, "now").mockImplementation(() => clock);
  const seen: string[] = [];
  const pass = <T>(milliseconds: number, value: T): T => {
    clock += milliseconds;
    return value;
  };
  const nanoseconds = await timeEach({
    prepare: () => pass(60, seen.push("prepare")),
    run: async (input) => pass(25, input),
    finish: (input, output) => pass(40, void seen.push(input === output ? "finish" : "mixed up")),
  });
  now.mockRestore();
  expect(seen).toEqual(["prepare", "finish", "prepare", "finish"]);
  expect(nanoseconds).toBe(25e6);
});

describe("a runner", () => {
  const running: Runner[] = [];
  afterEach(() => {
    for (const runner of running.splice(0)) runner.stop();
  });

  const folder = fileURLToPath(new URL(".", import.meta.url));
  const start = async (...command: [string, ...string[]]): Promise<Runner> => {
    const runner = await Runner.start({ command, folder });
    running.push(runner);
    return runner;
  };

  test("says what it is, and answers one request after another", async () => {
    const runner = await start(process.execPath, "fake-runner.ts", "Tacet", "Node.js 26.10.0", "5");
    expect(runner.implementation).toEqual({ name: "Tacet", version: "1.0.0", platform: "Node.js 26.10.0" });
    expect(await runner.ask(request)).toBe(5);
    expect(await runner.ask({ ...request, operation: "mul" })).toBe(null);
    expect(await runner.ask({ ...request, batch: 8 })).toBe(40);
    await expect(runner.ask({ ...request, operation: "exit" })).rejects.toThrow(/ended without an answer/);
  });

  test("that cannot be started is an error", async () => {
    await expect(start("no-such-program")).rejects.toThrow(/ENOENT/);
    await expect(start(process.execPath, "--eval", "")).rejects.toThrow(/ended without an answer/);
  });
});

describe("results", () => {
  const results: Result[] = [
    {
      line,
      series: [series(tacet, 4e8, 5e8, 6e8), series(older, 8e8, 8e8, 9e8), series(tfheRs, 8e8, 1e9, 9e8)],
    },
    { line: { ...line, label: "mul, encrypted", plotted: false }, series: [series(tacet, 5e9)] },
  ];
  const columns = columnsOf([tacet, older, tfheRs]);

  test("are written as tables", () => {
    expect(tablesOf(results, columns)).toBe(
      [
        "### FheUint64, one operation at a time, 2 threads",
        "",
        "|  | Tacet, Node.js 26 | Tacet, Node.js 20 | TFHE-rs | Node.js 26 ÷ TFHE-rs | Node.js 20 ÷ TFHE-rs |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| add, encrypted | 500 ms | 800 ms | 900 ms | 0.50 | 1.00 |",
        "| mul, encrypted | 5.00 s |  |  |  |  |",
      ].join("\n"),
    );
  });

  test("leave out columns that nothing is in", () => {
    const nodeTfhe = { name: "node-tfhe", version: "1.7.0", platform: "Node.js 26.10.0" };
    const all = columnsOf([tacet, older, tfheRs, nodeTfhe]);
    expect(tablesOf(results, all)).toBe(tablesOf(results, columns));
  });

  test("are printed, with a heading where a section begins", () => {
    const text = textOf(results[0], columns, true);
    expect(text).toMatch(
      /^\nFheUint64, one operation at a time, 2 threads\n +Tacet, Node.js 26 +.*\nadd, encrypted +500 ms/,
    );
    expect(textOf(results[0], columns, false)).toMatch(
      /^add, encrypted +500 ms +800 ms +900 ms +0.50 +1.00$/,
    );
  });

  test("are given as JSON", () => {
    expect(recordOf(results[0])).toMatchObject({
      name: "FheUint64, one operation at a time, 2 threads: add, encrypted",
      threads: 2,
      times: [{ platform: "Node.js 26.10.0", medianNanoseconds: 5e8, nanoseconds: [4e8, 5e8, 6e8] }, {}, {}],
      ratios: [{ ours: "Tacet 0.1.0, Node.js 26.10.0", peer: "TFHE-rs 1.7.0", ratio: 0.5 }, {}],
    });
  });

  test("take their place in the document, and again", () => {
    const start = "<!-- results: written by `npm run bench:peers -- --write` -->";
    const document = `before\n\n${start}\n\nold\n\n<!-- end of results -->\n\nafter\n`;
    const machine = { processor: "A processor", processors: 2, core: 1 };
    const written = withResults(document, results, [tacet, tfheRs], machine, "2026-08-21");
    expect(written).toMatch(/^before\n\n<!-- results.*\n\nMeasured on 2026-08-21; A processor, 2 cores; /);
    expect(written).toContain("Tacet 0.1.0, Node.js 26.10.0; TFHE-rs 1.7.0.");
    expect(written).not.toContain("old");
    expect(written.endsWith("<!-- end of results -->\n\nafter\n")).toBe(true);
    expect(withResults(written, results, [tacet, tfheRs], machine, "2026-08-21")).toBe(written);
  });

  test.each([
    ["<!-- results: written by `npm run bench:peers -- --write` -->", "before <!-- end of results --> after"],
    ["<!-- end of results -->", "<!-- results: written by `npm run bench:peers -- --write` --> after"],
  ])("take no place in a document without %s", (marker, document) => {
    const machine = { processor: "A processor", processors: 2, core: 1 };
    expect(() => withResults(document, results, [tacet], machine, "2026-08-21")).toThrow(marker);
  });

  test("are drawn, a bar for each Tacet, as long as its ratio", () => {
    const svg = plotOf(results, "TFHE-rs");
    const bars = [
      ...svg.matchAll(/<rect class="bar(\d)" x="250" y="(?!34")\d+" width="([\d.]+)" height="12"/g),
    ];
    expect(bars.map(([, colour]) => colour)).toEqual(["0", "1"]);
    expect(Number(bars[1][2]) / Number(bars[0][2])).toBeCloseTo(2, 2);
    expect(svg).toContain("FheUint64 add");
    expect(svg).not.toContain("mul");
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg.match(/<svg|<\/svg>/g)).toHaveLength(2);
  });

  test("have durations of three digits", () => {
    expect([0.5, 12.34, 999.4, 1e3, 123_456, 7.28e6, 61.2e9].map(duration)).toEqual([
      "0.500 ns",
      "12.3 ns",
      "999 ns",
      "1.00 µs",
      "123 µs",
      "7.28 ms",
      "61.2 s",
    ]);
  });
});
