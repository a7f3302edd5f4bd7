import { describe, expect, test } from "vitest";
import {
  checkGraph,
  type GraphLimits,
  hashOf,
  ProgramError,
  parseGraph,
  textOf,
} from "../../src/program/index.ts";

const INPUTS: unknown[] = [
  { name: "x", type: "FheUint8" },
  { name: "l", type: "FheInt16", length: 3 },
  { name: "t", type: "FheAsciiString", size: 10, padded: true },
  { name: "u", type: "FheUtf8String", size: 4 },
  { name: "b", type: "FheBool" },
];
/** The numbers of the inputs, and of the first result. */
const [X, L, T, U, B, FIRST] = [0, 1, 4, 5, 6, 7];

interface Outer {
  readonly [key: string]: unknown;
}

function graph(nodes: unknown, more: Outer = {}): Outer {
  const outputs = [{ name: "result", type: "FheUint8", of: X }];
  return { version: 1, name: "sent", inputs: INPUTS, nodes, outputs, ...more };
}

const node = (op: unknown, ...of: unknown[]): unknown => ({ op, of });
const not = (of: unknown): unknown => node("not", of);

function errorOf(json: unknown, limits?: Partial<GraphLimits>): { path: string; message: string } {
  try {
    if (typeof json === "string" || json instanceof Uint8Array) parseGraph(json, limits);
    else checkGraph(json, limits);
  } catch (error) {
    expect(error).toBeInstanceOf(ProgramError);
    return error as ProgramError;
  }
  throw new Error("nothing was thrown");
}

/** The time that this thread computed, in milliseconds, however busy the machine is. */
function threadTime(work: () => void): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

describe("a graph from outside", () => {
  test("is known by its content, and not by how it was written", () => {
    const written = graph([{ of: [L, "3", "FheInt16"], op: "matchValueOr" }]);
    const sorted = `{"outputs":[{"of":0,"type":"FheUint8","name":"result"}],
      "nodes":[{"of":[4,{"text":","},"2",{"pieces":"2","fromEnd":true}],"op":"split"}],
      "inputs":${JSON.stringify(INPUTS)},"name":"sent","version":1}`;
    const same = graph([node("split", T, { text: "," }, "2", { fromEnd: true, pieces: "2" })]);
    expect(textOf(parseGraph(sorted))).toBe(textOf(checkGraph(same)));
    expect(hashOf(parseGraph(new TextEncoder().encode(sorted)))).toBe(hashOf(checkGraph(same)));
    expect(errorOf(written).path).toBe("nodes[0].of");
  });

  test("cannot be changed afterwards", () => {
    const json = graph([node("split", T, { text: "," }, "2", { pieces: "2" })]);
    const checked = checkGraph(json);
    const before = hashOf(checked);
    ((json.nodes as { of: unknown[] }[])[0].of as unknown[])[2] = "9";
    expect(hashOf(checked)).toBe(before);
    for (const part of [
      checked,
      checked.nodes,
      checked.nodes[0],
      checked.nodes[0].of,
      checked.nodes[0].of[3],
      checked.inputs[0],
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });
});

describe("the outer form", () => {
  test.each<[string, unknown, path: string, words: RegExp]>([
    ["nothing", undefined, "", /expected a graph/],
    ["null", null, "", /not null/],
    ["a list", [], "", /not a list/],
    ["no object", {}, "version", /1/],
    ["another version", graph([], { version: 2 }), "version", /1/],
    ["a key too many", graph([], { extra: 1 }), "", /extra/],
    ["a name that is none", graph([], { name: "a b" }), "name", /name of a program/],
    ["a name that objects have", graph([], { name: "constructor" }), "name", /name of a program/],
    ["no nodes", graph(undefined), "nodes", /list of nodes/],
    ["nodes that are no list", graph({ length: 5 }), "nodes", /list of nodes/],
    [
      "an input too many keys",
      graph([], { inputs: [{ name: "x", type: "FheUint8", a: 1 }] }),
      "inputs[0]",
      /a/,
    ],
    [
      "an unknown type",
      graph([], { inputs: [{ name: "x", type: "FheUint7" }] }),
      "inputs[0].type",
      /FheUint8/,
    ],
    [
      "a type that objects have",
      graph([], { inputs: [{ name: "x", type: "toString" }] }),
      "inputs[0].type",
      /FheUint8/,
    ],
    [
      "an input's name",
      graph([], { inputs: [{ name: "hasOwnProperty", type: "FheUint8" }] }),
      "inputs[0].name",
      /a letter/,
    ],
    [
      "a length that is none",
      graph([], { inputs: [{ name: "x", type: "FheUint8", length: -1 }] }),
      "inputs[0].length",
      />=0/,
    ],
    [
      "a fraction of a length",
      graph([], { inputs: [{ name: "x", type: "FheUint8", length: 1.5 }] }),
      "inputs[0].length",
      /int/,
    ],
    [
      "a long list",
      graph([], { inputs: [{ name: "x", type: "FheUint8", length: 1e9 }] }),
      "inputs[0].length",
      /the most is 10000/,
    ],
    [
      "a huge length",
      graph([], { inputs: [{ name: "x", type: "FheUint8", length: 1e300 }] }),
      "inputs[0].length",
      /int|most/,
    ],
    [
      "a text without a size",
      graph([], { inputs: [{ name: "x", type: "FheAsciiString" }] }),
      "inputs[0]",
      /have a size/,
    ],
    [
      "a long text",
      graph([], { inputs: [{ name: "x", type: "FheAsciiString", size: 65_535 }] }),
      "inputs[0].size",
      /the most is 4096/,
    ],
    [
      "an integer with a size",
      graph([], { inputs: [{ name: "x", type: "FheUint8", size: 3 }] }),
      "inputs[0]",
      /have a size/,
    ],
    [
      "padding that is not",
      graph([], { inputs: [{ name: "x", type: "FheAsciiString", size: 3, padded: false }] }),
      "inputs[0].padded",
      /true/,
    ],
    ["two inputs of a name", graph([], { inputs: [INPUTS[0], INPUTS[0]] }), "inputs[1].name", /same name/],
    ["no outputs", graph([], { outputs: [] }), "outputs", /small|least|>=1/],
    [
      "an output of nothing",
      graph([], { outputs: [{ name: "r", type: "FheUint8", of: 7 }] }),
      "outputs[0].of",
      /there are 7/,
    ],
    [
      "an output of another type",
      graph([], { outputs: [{ name: "r", type: "FheUint8", of: L }] }),
      "outputs[0].of",
      /of type FheInt16; expected FheUint8/,
    ],
    [
      "a list with another type",
      graph([], { outputs: [{ name: "r", type: "FheUint8", of: [X, B] }] }),
      "outputs[0].of[1]",
      /of type FheBool/,
    ],
    [
      "a list of no numbers",
      graph([], { outputs: [{ name: "r", type: "FheUint8", of: ["0"] }] }),
      "outputs[0].of[0]",
      /no value/,
    ],
    [
      "two outputs of a name",
      graph([], { outputs: [0, 0].map((of) => ({ name: "r", type: "FheUint8", of })) }),
      "outputs[1].name",
      /same name/,
    ],
  ])("%s", (_, json, path, words) => {
    const error = errorOf(json);
    expect(error.path).toBe(path);
    expect(error.message).toMatch(words);
  });

  test.each([
    ["of the graph", '{"version":1,"name":"p","inputs":[],"nodes":[],"outputs":[],"__proto__":{"a":1}}'],
    [
      "of an input",
      '{"version":1,"name":"p","inputs":[{"name":"x","type":"FheUint8","__proto__":{"length":3}}],"nodes":[],"outputs":[{"name":"r","type":"FheUint8","of":0}]}',
    ],
    [
      "that is a name",
      '{"version":1,"name":"p","inputs":[{"name":"__proto__","type":"FheUint8"}],"nodes":[],"outputs":[{"name":"r","type":"FheUint8","of":0}]}',
    ],
    [
      "of a node",
      '{"version":1,"name":"p","inputs":[{"name":"x","type":"FheUint8"}],"nodes":[{"op":"not","of":[0],"__proto__":{}}],"outputs":[{"name":"r","type":"FheUint8","of":0}]}',
    ],
    [
      "of an argument",
      '{"version":1,"name":"p","inputs":[{"name":"x","type":"FheUint8"}],"nodes":[{"op":"sort","of":[[0],{"__proto__":true}]}],"outputs":[{"name":"r","type":"FheUint8","of":0}]}',
    ],
    [
      "that is an operation",
      '{"version":1,"name":"p","inputs":[{"name":"x","type":"FheUint8"}],"nodes":[{"op":"__proto__","of":[0]}],"outputs":[{"name":"r","type":"FheUint8","of":0}]}',
    ],
  ])("the key __proto__ %s", (_, json) => {
    errorOf(json);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
    ["brackets without an end", "[".repeat(100_000)],
  ])("%s", (_, json) => expect(errorOf(json).message).toMatch(/no JSON in UTF-8/));
});

describe("nodes", () => {
  test.each<[string, unknown, path: string, words: RegExp]>([
    ["no object", 5, "", /expected an object with op and of/],
    ["null", null, "", /not null/],
    ["without arguments", { op: "not" }, "", /the keys op/],
    ["a key too many", { op: "not", of: [X], id: 3 }, "", /op, of, id/],
    ["arguments that are no list", { op: "not", of: "0" }, ".of", /list of arguments/],
    ["an operation that is no string", node(5, X), ".op", /name of an operation/],
    ["an operation that there is not", node("sqrt", X), ".op", /no operation "sqrt"/],
    ["one that objects have", node("constructor", X), ".op", /no operation/],
    ["one of the class alone", node("serialize", X), ".op", /no operation/],
    ["one of another type", node("concat", X, X), ".of[0]", /type FheUint8 have no operation concat/],
    ["nothing to call it on", node("not"), ".of", /an operation of a value/],
    ["a clear value to call it on", node("not", "5"), ".of[0]", /by its number/],
    ["a value that comes later", not(FIRST + 1), ".of[0]", /there are 7 before/],
    ["itself", not(FIRST), ".of[0]", /there are 7 before/],
    ["a negative number", not(-1), ".of[0]", /no value of this number/],
    ["a fraction", not(0.5), ".of[0]", /no value of this number/],
    ["a huge number", not(1e300), ".of[0]", /no value of this number/],
    ["too few arguments", node("add", X), ".of", /add takes 2 arguments/],
    ["too many arguments", node("like", T, { text: "" }, { escape: "" }, "1"), ".of", /2 to 3 arguments/],
    [
      "another type beside it",
      node("add", X, L),
      ".of[1]",
      /expected a value of type FheUint8, not FheInt16/,
    ],
    ["a number for a clear integer", node("add", X, 300), ".of[1]", /no value of this number/],
    ["a leading zero", node("add", X, "05"), ".of[1]", /in decimal/],
    ["a plus", node("add", X, "+5"), ".of[1]", /in decimal/],
    ["minus zero", node("add", L, "-0"), ".of[1]", /in decimal/],
    ["hexadecimal", node("add", X, "0x5"), ".of[1]", /in decimal/],
    ["an exponent", node("add", X, "1e2"), ".of[1]", /in decimal/],
    ["a space", node("add", X, " 5"), ".of[1]", /in decimal/],
    ["other digits", node("add", X, "٣"), ".of[1]", /in decimal/],
    ["an empty string", node("add", X, ""), ".of[1]", /in decimal/],
    ["more than the type holds", node("add", X, "256"), ".of[1]", /does not fit/],
    ["a million digits", node("add", X, "9".repeat(1_000_000)), ".of[1]", /at most 620 digits/],
    ["a truth value for an integer", node("add", X, true), ".of[1]", /not a truth value/],
    ["a list for a value", node("add", X, [X]), ".of[1]", /not a list/],
    ["null for a value", node("add", X, null), ".of[1]", /not null/],
    ["a text that is none", node("concat", T, { text: 5 }), ".of[1]", /expected a text/],
    ["a text with more keys", node("concat", T, { text: "a", size: 5 }), ".of[1]", /keys text, size/],
    ["a text for the other encoding", node("concat", T, { text: "é" }), ".of[1]", /not one of ASCII/],
    ["half of a surrogate pair", node("concat", U, { text: "\ud83d" }), ".of[1]", /half of a surrogate pair/],
    ["a zero in a text", node("concat", U, { text: "a\0" }), ".of[1]", /is 0/],
    ["a type that there is not", node("cast", X, "FheUint7"), ".of[1]", /name of a type/],
    ["a list that is empty", node("sum", []), ".of[0]", /at least one/],
    ["lists inside of a list", node("sum", [[X]]), ".of[0][0]", /not a list/],
    ["several types in a list", node("sum", [X, L]), ".of[0][1]", /as the first one/],
    ["options that there are not", node("sort", [X], { up: true }), ".of[1]", /there are descending/],
    ["options that are empty", node("sort", [X], {}), ".of[1]", /left out/],
    [
      "options of another kind",
      node("sort", [X], { descending: "true" }),
      ".of[1].descending",
      /true or false/,
    ],
    [
      "a word that there is not",
      node("split", T, { text: "," }, "2", { separators: "around" }),
      ".of[3].separators",
      /between, behind, inside/,
    ],
    [
      "a seed beyond 128 bits",
      node("random", "FheUint8", { seed: `${2n ** 128n}` }),
      ".of[1].seed",
      /2\^128/,
    ],
    [
      "a seed that is no hexadecimal",
      node("random", "FheUint8", { seed: { bytes: "abc" } }),
      ".of[1].seed",
      /hexadecimal/,
    ],
    [
      "a long seed",
      node("random", "FheUint8", { seed: { bytes: "ab".repeat(2000) } }),
      ".of[1].seed",
      /1024 bytes/,
    ],
    [
      "a distance that is none",
      node("random", "FheUint8", { below: "5", maxDistance: "-1" }),
      ".of[1].maxDistance",
      /positive number/,
    ],
    [
      "a distance in another form",
      node("random", "FheUint8", { below: "5", maxDistance: "0.10" }),
      ".of[1].maxDistance",
      /positive/,
    ],
    ["a table that is none", node("matchValue", X, "1", "FheUint8"), ".of[1]", /a list of pairs/],
    ["a row that is none", node("matchValue", X, [["1"]], "FheUint8"), ".of[1][0]", /pair/],
    [
      "a key of another type",
      node("matchValue", X, [[{ text: "a" }, "1"]], "FheUint8"),
      ".of[1][0][0]",
      /clear integer/,
    ],
    [
      "a value of another type",
      node("matchValue", X, [["1", "1"]], "FheAsciiString"),
      ".of[1][0][1]",
      /expected a text/,
    ],
    [
      "a table of truth values",
      node("matchValue", X, [["1", true]], "FheBool"),
      ".of[2]",
      /FheUint8 or FheAsciiString/,
    ],
    [
      "a store of truth values",
      node("store.get", "FheUint8", "FheBool", [], X),
      ".of[1]",
      /such as FheUint8/,
    ],
    [
      "a key of a store twice",
      node(
        "store.get",
        "FheUint8",
        "FheUint8",
        [
          ["1", X],
          ["1", X],
        ],
        X,
      ),
      ".of[2][1]",
      /comes twice/,
    ],
    [
      "a clear key to look for",
      node("store.get", "FheUint8", "FheUint8", [], "1"),
      ".of[3]",
      /encrypted key/,
    ],
    [
      "an expression that is none",
      node("matches", T, { source: "(", flags: "" }),
      ".of[1]",
      /Invalid regular expression|group/,
    ],
    ["flags that there are not", node("matches", T, { source: "a", flags: "xyz" }), ".of[1]", /flag/],
    ["a reference to a group", node("matches", T, { source: "(a)\\1", flags: "" }), ".of[1]", /index/],
    ["an expression for ASCII on bytes", node("matches", U, { source: "a", flags: "" }), ".of[1]", /flag u/],
    [
      "groups without end",
      node("matches", T, { source: "(".repeat(5000) + ")".repeat(5000), flags: "" }),
      ".of[1]",
      /groups|pattern|nest/,
    ],
    [
      "a long expression",
      node("matches", T, { source: "a".repeat(20_000), flags: "" }),
      ".of[1]",
      /more than 10000 characters/,
    ],
  ])("%s", (_, wrong, path, words) => {
    const error = errorOf(graph([wrong]));
    expect(error.path.replace(/^nodes\[0\]/, "")).toBe(path);
    expect(error.path).toMatch(/^nodes\[0\]/);
    expect(error.message).toMatch(words);
  });
});

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
