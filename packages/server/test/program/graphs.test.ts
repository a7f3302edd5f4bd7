import { describe, expect, test } from "vitest";
import { checkGraph, hashOf, parseGraph, textOf } from "../../src/program/index.ts";
import { B, errorOf, graph, INPUTS, L, node, T, X } from "./sent-graphs.ts";

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
