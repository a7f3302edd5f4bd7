import { expect, test } from "vitest";
import { ResultError, runProgram } from "../../src/program/run.ts";

class Handle {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  plus(other: number): Handle {
    return new Handle(this.value + other);
  }
}

const [a, b] = [new Handle(1), new Handle(2)];
const run = (javascript: string): Map<string, Handle> => runProgram(javascript, { a, b }, Handle);
const values = (javascript: string): [string, number][] =>
  [...run(javascript)].map(([name, { value }]) => [name, value]);

test("a single result has the one name", () => {
  expect(values("return a.plus(3);")).toEqual([["result", 4]]);
});

test("several results have names by place or key", () => {
  expect(values("return [a, b];")).toEqual([
    ["result[0]", 1],
    ["result[1]", 2],
  ]);
  expect(values("return { first: a, second: b };")).toEqual([
    ["first", 1],
    ["second", 2],
  ]);
  expect(values("return { pair: [a, b], inner: { one: a } };")).toEqual([
    ["pair[0]", 1],
    ["pair[1]", 2],
    ["inner.one", 1],
  ]);
  expect(values("return new Set([a, b]);")).toHaveLength(2);
  expect(values("return Object.assign(Object.create(null), { a });")).toEqual([["a", 1]]);
});

test("a program may declare again what it has in scope, and end with a comment", () => {
  expect(values("const a = b; return a; // done")).toEqual([["result", 2]]);
});

test("a program is strict, and has no object of its own", () => {
  expect(() => run("undeclared = 1; return a;")).toThrow(ReferenceError);
  expect(values("return this === undefined ? a : b;")).toEqual([["result", 1]]);
});

test.each([
  ["return 1;", "the program gave a number, not an encrypted value"],
  ["return 'a';", "the program gave a string, not an encrypted value"],
  ["return true;", "the program gave a boolean, not an encrypted value"],
  ["return null;", "the program gave null, not an encrypted value"],
  ["a;", "the program gave nothing, not an encrypted value"],
  ["return Promise.resolve(a);", "the program gave a promise, not an encrypted value"],
  ["return () => a;", "the program gave a function, not an encrypted value"],
  ["return new (class Box {})();", "the program gave an object, not an encrypted value"],
  ["return [a, 5];", "result[1] is a number, not an encrypted value"],
  ["return { a, deep: { x: undefined } };", "deep.x is nothing, not an encrypted value"],
  ["return [];", "the program gives no results"],
  ["return { x: {} };", "the program gives no results"],
  ["return { 'a.b': a, a: { b } };", "there are two results called a.b"],
  ["return { 'x[0]': a, x: [b] };", "there are two results called x[0]"],
  ["return { '': a, result: b };", "there are two results called result"],
])("%s is refused", (javascript, message) => {
  expect(() => run(javascript)).toThrow(new ResultError(message));
});

test("what a program throws passes through, and what is none does not run", () => {
  expect(() => run("throw new RangeError('no');")).toThrow(new RangeError("no"));
  expect(() => run("return (;")).toThrow(SyntaxError);
});

test("a result that goes round in circles is refused like any deep recursion", () => {
  expect(() => run("const x = {}; x.x = x; return x;")).toThrow(RangeError);
});
