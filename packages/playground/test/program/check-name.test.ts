import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { checkName } from "../../src/program/check-name.ts";

test.each(["a", "alice", "_x", "$y", "x2", "camelCase", "of", "async", "get", "constructor", "toString"])(
  "%s is a name",
  (name) => {
    expect(() => checkName(name)).not.toThrow();
    expect(() => new Function(name, `"use strict"; return ${name};`)).not.toThrow();
  },
);

test.each([
  ["", "needs a name"],
  ["2x", "letters, digits"],
  ["a b", "letters, digits"],
  ["a-b", "letters, digits"],
  ["é", "letters, digits"],
  ["a,b", "letters, digits"],
  ["a=1", "letters, digits"],
  ["a/**/", "letters, digits"],
  ["while", "word of the language"],
  ["await", "word of the language"],
  ["eval", "word of the language"],
  ["arguments", "word of the language"],
  ["undefined", "word of the language"],
  ["engine", "name of the library"],
  ["compile", "name of the library"],
  ["FheUint8", "name of the library"],
  ["FheUint", "name of the library"],
  ["tacet", "name of the library"],
  ["Math", "JavaScript's own"],
  ["globalThis", "JavaScript's own"],
])("%j is none", (name, reason) => {
  expect(() => checkName(name)).toThrow(SyntaxError);
  expect(() => checkName(name)).toThrow(reason);
});

test("none is what JavaScript has everywhere", () => {
  const globals: string[] = runInNewContext("Object.getOwnPropertyNames(globalThis)");
  expect(globals).toContain("Promise");
  for (const name of globals) expect(() => checkName(name), name).toThrow(SyntaxError);
});

test("no two inputs have one name", () => {
  expect(() => checkName("a", ["b", "c"])).not.toThrow();
  expect(() => checkName("b", ["b", "c"])).toThrow('another input is called "b"');
});
