import { FheAsciiString, FheUint8, FheUint16 } from "tacet";
import { describe, expect, test } from "vitest";
import { clear, type Inputs, list, program, text } from "../../src/program/index.ts";
import { errorOf, type Given, type Loose, traced } from "./traced.ts";

describe("what a program does not return", () => {
  test.each<[string, (given: Given, engine: Loose) => unknown, out: unknown, path: string, words: RegExp]>([
    ["nothing", () => undefined, FheUint8, "mine.out", /expected a value of type FheUint8, not nothing/],
    ["another type", ({ s }) => s, FheUint8, "mine.out", /of type FheUint8, not FheInt8; use cast/],
    [
      "a clear value",
      () => 5,
      FheUint8,
      "mine.out",
      /not a clear number: engine\.array\(type, \[value\]\)\.get\(0\)/,
    ],
    ["a promise", async ({ x }) => x, FheUint8, "mine.out", /returns a promise/],
    [
      "a value for a list",
      ({ x }) => x,
      list(FheUint8),
      "mine.out",
      /expected an array of values of type FheUint8, not one of/,
    ],
    ["a shorter list", ({ x }) => [x], list(FheUint8, 2), "mine.out", /expected 2 values, not 1/],
    ["a wrong one in a list", ({ x, s }) => [x, s], list(FheUint8), "mine.out[1]", /not FheInt8/],
    ["no values at all", () => [], list(FheUint8), "mine.out", /gives no values/],
    ["a value for several", ({ x }) => x, { a: FheUint8 }, "mine.out", /expected an object with a/],
    [
      "fewer",
      ({ x }) => ({ a: x }),
      { a: FheUint8, b: FheUint8 },
      "mine.out.b",
      /does not return this output/,
    ],
    ["more", ({ x }) => ({ a: x, b: x }), { a: FheUint8 }, "mine.out", /has no output b/],
  ])("%s", (_, compute, out, path, words) => {
    const error = errorOf(traced(compute, out));
    expect(error.path).toBe(path);
    expect(error.message).toMatch(words);
  });

  test("a value of another program, or of an earlier run", () => {
    let kept: Loose | undefined;
    const keep = traced(({ x }) => {
      const other = kept;
      kept = x;
      return other === undefined ? x : x.add(other);
    });
    keep();
    expect(errorOf(keep).message).toMatch(/an earlier run of this function/);
    const foreign = program("other", { in: { y: FheUint8 }, out: FheUint8 }, ({ y }) => y.add(kept as never));
    expect(errorOf(() => foreign.trace({ y: { type: "FheUint8" } })).message).toMatch(
      /of another program, mine/,
    );
  });

  test("what the function throws comes out as it is", () => {
    const error = new Error("mine");
    expect(
      traced(() => {
        throw error;
      }),
    ).toThrow(error);
  });
});

describe("what a program does not take", () => {
  const own = program(
    "own",
    {
      in: {
        x: FheUint8,
        l: list(FheUint16, 2),
        n: clear.number,
        t: text(FheAsciiString, 4),
        w: list(FheAsciiString),
      },
      out: FheUint8,
    },
    ({ x }) => x,
  );
  const known = {
    x: { type: "FheUint8" },
    l: [{ type: "FheUint16" }, { type: "FheUint16" }],
    n: 3,
    t: { type: "FheAsciiString", size: 5, padded: true },
    w: [{ type: "FheAsciiString", size: 2, padded: false }],
  } as const;

  test.each<[string, object, path: string, words: RegExp]>([
    [
      "another type",
      { x: { type: "FheUint16" } },
      "own.in.x",
      /expected a value of type FheUint8, not FheUint16/,
    ],
    ["a plain value", { x: 3 }, "own.in.x", /expected a ciphertext of type FheUint8, or its form/],
    ["nothing", { x: undefined }, "own.in.x", /not undefined/],
    ["a longer list", { l: [...known.l, known.x] }, "own.in.l", /expected a list of 2, not of 3/],
    ["no list", { l: known.x }, "own.in.l", /expected a list/],
    ["a wrong one in a list", { l: [known.l[0], known.x] }, "own.in.l[1]", /not FheUint8/],
    ["a parameter of another kind", { n: 3n }, "own.in.n[0]", /expected a clear number, not a bigint/],
    [
      "a text of another size",
      { t: { type: "FheAsciiString", size: 4, padded: true } },
      "own.in.t",
      /size: 5/,
    ],
    [
      "a text without padding",
      { t: { type: "FheAsciiString", size: 5, padded: false } },
      "own.in.t",
      /zeros behind/,
    ],
    ["a text without a size", { t: { type: "FheAsciiString" } }, "own.in.t", /has its size/],
    [
      "texts of different sizes",
      { w: [...known.w, { type: "FheAsciiString", size: 3, padded: false }] },
      "own.in.w[1]",
      /have one size/,
    ],
    ["an input that there is not", { y: known.x }, "own.in", /takes no input y/],
  ])("%s", (_, change, path, words) => {
    const error = errorOf(() => own.trace({ ...known, ...change } as never));
    expect(error.path).toBe(path);
    expect(error.message).toMatch(words);
  });

  test("an input that lacks", () => {
    const { x: _, ...rest } = known;
    expect(errorOf(() => own.trace(rest as never)).message).toMatch(/own\.in\.x: this input lacks/);
  });

  test.each<[string, () => unknown, words: RegExp]>([
    [
      "a name",
      () => program("no name", { in: {}, out: FheUint8 }, () => undefined as never),
      /name of a program/,
    ],
    [
      "a name that objects have",
      () => program("toString", { in: {}, out: FheUint8 }, () => undefined as never),
      /name of/,
    ],
    [
      "an input's name",
      () => program("p", { in: { "a b": FheUint8 }, out: FheUint8 }, () => undefined as never),
      /names are/,
    ],
    [
      "__proto__",
      () =>
        program(
          "p",
          { in: JSON.parse('{"__proto__": 1}') as Inputs, out: FheUint8 },
          () => undefined as never,
        ),
      /names are/,
    ],
    [
      "a type",
      () => program("p", { in: { a: 8 as never }, out: FheUint8 }, () => undefined as never),
      /expected a type/,
    ],
    ["outputs", () => program("p", { in: {}, out: {} }, () => ({})), /expected a type, a list/],
    [
      "a function",
      () => program("p", { in: {}, out: FheUint8 }, undefined as never),
      /expected the function/,
    ],
    ["a length", () => list(FheUint8, 0), /from 1 on/],
    ["a size", () => text(FheAsciiString, -1), /from 0 to/],
    ["a type of texts", () => text(FheUint8 as never, 3), /type of texts/],
  ])("%s that is none", (_, make, words) => expect(errorOf(make).message).toMatch(words));
});
