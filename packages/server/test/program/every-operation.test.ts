import { type Engine, FheAsciiString, FheUint8, FheUtf8String } from "tacet";
import { clearEngine } from "tacet/clear";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CATALOGUE } from "../../src/program/catalogue/index.ts";
import {
  type Cipher,
  checkedGraph,
  checkGraph,
  estimateGraph,
  type Graph,
  runGraph,
  trivialCipher,
} from "../../src/program/index.ts";
import { bothWays } from "./both-ways.ts";
import { EXAMPLES } from "./examples.ts";

let engine: Engine;
let cipher: Cipher;
const used = new Set<string>();

beforeAll(async () => {
  engine = await clearEngine();
  cipher = trivialCipher(engine.info.parameters);
});
afterAll(() => engine.dispose());

describe("what a program gives is what the library gives", () => {
  test.each(Object.keys(EXAMPLES))("%s", async (name) => {
    const { direct, traced, graph } = await bothWays(EXAMPLES[name], engine, cipher);
    expect(traced).toEqual(direct);
    // The measure of work is rough, but not much too small.
    const { bootstraps } = await estimateGraph(graph, engine);
    const work = checkedGraph(graph).work.reduce((sum, one) => sum + one, 0);
    expect(bootstraps).toBeLessThanOrEqual(2 * work + 20);
    for (const { op, of } of graph.nodes) used.add(op === "constant" ? `constant ${of[0]}` : op);
  });
});

test("clear texts may be constants", async () => {
  const graph: Graph = {
    version: 1,
    name: "texts",
    inputs: [],
    nodes: [
      { op: "constant", of: ["FheAsciiString", { text: "abc" }] },
      { op: "constant", of: ["FheUtf8String", { text: "é" }] },
      { op: "concat", of: [0, { text: "d" }] },
    ],
    outputs: [
      { name: "ascii", type: "FheAsciiString", of: 2 },
      { name: "utf8", type: "FheUtf8String", of: 1 },
    ],
  };
  const { ascii, utf8 } = await runGraph(checkGraph(graph), engine, {});
  expect(cipher.decrypt(FheAsciiString, ascii as Uint8Array)).toBe("abcd");
  expect(cipher.decrypt(FheUtf8String, utf8 as Uint8Array)).toBe("é");
});

test("every operation of the catalogue has been tried", () => {
  const names = [...new Set(Object.values(CATALOGUE).flatMap((operations) => Object.keys(operations)))];
  const missing = names.filter((name) => name !== "constant" && !used.has(name));
  expect(missing).toEqual([]);
  expect(used).toContain(`constant ${FheUint8.name}`);
});
