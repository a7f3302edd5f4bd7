import { describe, expect, test } from "vitest";
import { checkGraph, type GraphLimits, parseGraph } from "../../src/program/index.ts";
import { errorOf, FIRST, graph, INPUTS, L, node, not, T, threadTime, X } from "./sent-graphs.ts";

describe("what would be too large is refused before it takes time or memory", () => {
  const long = (count: number): unknown[] =>
    Array.from({ length: count }, (_, i) => not(i === 0 ? X : FIRST + i - 1));

  test.each<[string, () => unknown, limits: Partial<GraphLimits>, path: string, words: RegExp]>([
    ["bytes", () => " ".repeat(2 ** 23 + 1), {}, "", /the most is 8388608/],
    [
      "nodes",
      () => graph(new Array(1_000_000).fill(not(X))),
      {},
      "nodes",
      /a list of 1000000; the most is 100000/,
    ],
    [
      "inputs",
      () => graph([], { inputs: new Array(100_000).fill(INPUTS[0]) }),
      {},
      "inputs",
      /the most is 1000/,
    ],
    ["outputs", () => graph([], { outputs: new Array(100_000).fill({}) }), {}, "outputs", /the most is 1000/],
    [
      "elements",
      () =>
        graph([], {
          inputs: Array.from({ length: 60 }, (_, i) => ({ name: `l${i}`, type: "FheBool", length: 10_000 })),
        }),
      {},
      "inputs[50]",
      /500000 values/,
    ],
    [
      "results",
      () => graph(new Array(100).fill(node("split", T, { text: "" }, "65536"))),
      { work: 1e12 },
      "nodes[3]",
      /500000 values/,
    ],
    [
      "pieces",
      () => graph([node("split", T, { text: "" }, "4294967296")]),
      {},
      "nodes[0].of[2]",
      /from 0 to 65536/,
    ],
    [
      "work",
      () =>
        graph(new Array(30_000).fill(node("mul", 0, 0)), {
          inputs: [{ name: "x", type: "FheUint2048" }],
          outputs: [{ name: "r", type: "FheUint2048", of: 0 }],
        }),
      {},
      "nodes[2]",
      /too large/,
    ],
    [
      "texts that double",
      () =>
        graph(
          Array.from({ length: 64 }, (_, i) =>
            node("concat", i === 0 ? T : FIRST + i - 1, i === 0 ? T : FIRST + i - 1),
          ),
        ),
      {},
      "nodes[8]",
      /a text of 5120 characters/,
    ],
    [
      "texts that are repeated",
      () => graph([node("repeat", T, "65536")]),
      { work: 1e12 },
      "nodes[0]",
      /a text of 655360/,
    ],
    [
      "patterns",
      () => graph(new Array(200).fill(node("matches", T, { source: "a".repeat(100), flags: "" }))),
      {},
      "nodes[100].of[1]",
      /more than 10000 characters together/,
    ],
    [
      "patterns of SQL",
      () => graph([node("like", T, { text: "%".repeat(20_000) })]),
      {},
      "nodes[0].of[1]",
      /the most is 10000/,
    ],
    [
      "outputs of a list",
      () => graph([], { outputs: [{ name: "r", type: "FheUint8", of: new Array(20_000).fill(X) }] }),
      {},
      "outputs[0].of",
      /the most is 10000/,
    ],
  ])("%s", (_, make, limits, path, words) => {
    const json = make();
    let error = { path: "?", message: "?" };
    const time = threadTime(() => {
      error = errorOf(json, limits);
    });
    expect(error.path).toBe(path);
    expect(error.message).toMatch(words);
    expect(time).toBeLessThan(2000);
  });

  test("time and memory are in proportion to the number of nodes", () => {
    const limits = { nodes: 400_000, values: 500_000, work: 1e9, bytes: 1e8 };
    const texts = [50_000, 400_000].map((count) => JSON.stringify(graph(long(count))));
    parseGraph(texts[0], limits);
    const [small, large] = texts.map((text) => threadTime(() => parseGraph(text, limits)));
    // In proportion it would be 8 times, and 64 with the square of it.
    expect(large).toBeLessThan(30 * Math.max(small, 20));
    const before = process.memoryUsage().heapUsed;
    const checked = parseGraph(texts[1], limits);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1e9);
    expect(checked.nodes).toHaveLength(400_000);
  });

  test("a list that is as long as a graph may be takes no longer than it is", () => {
    const json = graph([node("dotProduct", new Array(1_000_000).fill(L), new Array(1_000_000).fill("1"))]);
    expect(threadTime(() => errorOf(json))).toBeLessThan(5000);
    const rows = Array.from({ length: 100_000 }, (_, i) => [{ text: `k${i}` }, "1"]);
    expect(threadTime(() => checkGraph(graph([node("matchValue", T, rows, "FheUint8")])))).toBeLessThan(5000);
  });

  test("limits are numbers with names that there are", () => {
    expect(errorOf(graph([]), { node: 5 } as never).message).toMatch(/there is no limit node/);
    expect(errorOf(graph([]), { nodes: "5" } as never).message).toMatch(/a number from 0 on/);
    expect(errorOf(graph([not(X)]), { nodes: 0 }).message).toMatch(/the most is 0/);
  });
});
