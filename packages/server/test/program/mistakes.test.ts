import {
  FheAsciiString,
  FheBool,
  FheInt8,
  FheUint8,
  FheUint16,
  FheUint32,
  TacetError,
  type UintHandle,
} from "tacet";
import { describe, expect, test } from "vitest";
import { clear, type Inputs, list, ProgramError, program, text } from "../../src/program/index.ts";

const INPUTS = { x: FheUint8, s: FheInt8, b: FheBool, t: FheAsciiString, l: list(FheUint8) } as const;
const KNOWN = {
  x: { type: "FheUint8" },
  s: { type: "FheInt8" },
  b: { type: "FheBool" },
  t: { type: "FheAsciiString", size: 3, padded: true },
  l: [{ type: "FheUint8" }, { type: "FheUint8" }],
} as const;

/** Any handle, which has methods of whatever name, as in JavaScript. */
type Loose = Record<string, (...args: unknown[]) => Loose> & { readonly [index: number]: Loose };
type Given = Record<keyof typeof INPUTS, Loose>;

function traced(compute: (given: Given, engine: Loose) => unknown, out: unknown = FheUint8): () => unknown {
  return () => program("mine", { in: INPUTS, out: out as typeof FheUint8 }, compute as never).trace(KNOWN);
}

/** The path and the words of the error that comes. */
function errorOf(run: () => unknown): { path: string; message: string } {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ProgramError);
    expect(error).toBeInstanceOf(TacetError);
    return error as ProgramError;
  }
  throw new Error("nothing was thrown");
}

describe("what JavaScript makes of objects", () => {
  test.each<[string, (given: Given) => unknown]>([
    ["a + 1", ({ x }) => (x as never as number) + 1],
    ["a > b", ({ x }) => x > x.add(1)],
    ["a template", ({ x }) => `${x}`],
    ["a sum of booleans", ({ b }) => +b],
    ["a text", ({ t }) => `${t}!`],
    ["JSON", ({ x }) => JSON.stringify(x)],
    ["an array", ({ l }) => (l as never as Loose[]).map(Number)],
    ["a property name", ({ x }) => ({})[x as never]],
  ])("%s", (_, compute) => {
    const { message, path } = errorOf(traced(compute));
    expect(path).toBe("mine");
    expect(message).toMatch(/has no value while a program is traced: (compare|choose)/);
  });
});

describe("what an operation does not take", () => {
  test.each<[string, (given: Given, engine: Loose) => unknown, path: string, words: RegExp]>([
    [
      "another type",
      ({ x, s }) => x.add(s),
      "mine.add.of[1]",
      /expected a value of type FheUint8, not FheInt8; use cast/,
    ],
    ["a text", ({ x }) => x.add("1"), "mine.add.of[1]", /expected a clear integer/],
    ["a boolean", ({ x }) => x.add(true), "mine.add.of[1]", /expected a clear integer/],
    ["a fraction", ({ x }) => x.add(1.5), "mine.add.of[1]", /expected an integer in decimal/],
    ["NaN", ({ x }) => x.add(Number.NaN), "mine.add.of[1]", /not finite/],
    [
      "more than it holds",
      ({ x }) => x.add(256),
      "mine.add.of[1]",
      /does not fit: one of type FheUint8 is from 0 to 2\^8 - 1/,
    ],
    ["less than it holds", ({ s }) => s.add(-129n), "mine.add.of[1]", /from -2\^7 to 2\^7 - 1/],
    ["nothing", ({ x }) => x.add(), "mine.add.of", /add takes 2 arguments, with what it is called on, not 1/],
    ["too much", ({ x }) => x.add(1, 2), "mine.add.of", /not 3/],
    ["null", ({ x }) => x.add(null), "mine.add.of[1]", /null has no place/],
    ["a function", ({ x }) => x.add(() => 1), "mine.add.of[1]", /a function has no place/],
    ["a promise", ({ x }) => x.add(Promise.resolve(1)), "mine.add.of[1]", /a promise has no place/],
    ["a date", ({ x }) => x.add(new Date()), "mine.add.of[1]", /a value of type Date has no place/],
    ["a clear 0", ({ x }) => x.div(0), "mine.div.of[1]", /division by zero/],
    ["abs of an unsigned integer", ({ x }) => x.abs(), "mine.abs.of[0]", /expected a signed integer/],
    ["a signed amount", ({ x, s }) => x.shl(s), "mine.shl.of[1]", /expected an unsigned integer/],
    ["a negative amount", ({ x }) => x.shl(-1), "mine.shl.of[1]", /from 0 to/],
    ["bits that there are not", ({ x }) => x.bitSlice(3, 9), "mine.bitSlice.of[2]", /from 0 to 8/],
    ["bits in another order", ({ x }) => x.bitSlice(3, 2), "mine.bitSlice.of[2]", /the end is before/],
    ["no type", ({ x }) => x.cast("FheUint8"), "mine.cast.of[1]", /expected the name of a type/],
    ["a type of texts", ({ x }) => x.cast(FheAsciiString), "mine.cast.of[1]", /such as FheUint8 or FheBool/],
    [
      "a key twice",
      ({ x }) =>
        x.matchValue(
          [
            [1, 2],
            [1n, 3],
          ],
          FheUint8,
        ),
      "mine.matchValue.of[1][1]",
      /comes twice/,
    ],
    [
      "clear integers without a type",
      ({ b }) => b.select(1, 2),
      "mine.select",
      /type of the result has to be given/,
    ],
    ["texts to flip", ({ b, t }) => b.flip(t, "a"), "mine.flip.of[1]", /not a text/],
    [
      "a character beyond ASCII",
      ({ t }) => t.concat("é"),
      "mine.concat.of[1]",
      /character 0 of the text is not one of ASCII/,
    ],
    [
      "an unknown option",
      ({ t }) => t.split(",", 2, { from: true }),
      "mine.split.of[3]",
      /there are fromEnd, pieces, separators/,
    ],
    [
      "repetition without a bound",
      ({ t, x }) => t.repeat(x),
      "mine.repeat.of[1]",
      /the most that there may be/,
    ],
    ["an empty list", (_, engine) => engine.sum([]), "mine.sum.of[0]", /at least one value/],
    [
      "a list of several types",
      ({ x, s }, engine) => engine.sum([x, s]),
      "mine.sum.of[0][1]",
      /of type FheUint8, as the first one/,
    ],
    [
      "too few weights",
      ({ x }, engine) => engine.dotProduct([x, x], [1]),
      "mine.dotProduct.of[1]",
      /1 in a list, and 2/,
    ],
    [
      "truth values without a type",
      ({ b }, engine) => engine.dotProduct([b], [1]),
      "mine.dotProduct",
      /has to be given/,
    ],
    ["no list", ({ x }, engine) => engine.sum(x), "mine.sum.of[0]", /expected a list/],
    [
      "an array of the library as a list",
      ({ x }, engine) => engine.sum(engine.array([x] as never)),
      "mine.sum.of[0]",
      /\[\.\.\.x\]/,
    ],
    [
      "a bad bound",
      (_, engine) => engine.random(FheUint8 as never, { below: 0 }),
      "mine.random.of[1].below",
      /from 1 on/,
    ],
  ])("%s", (_, compute, path, words) => {
    const error = errorOf(traced(compute));
    expect(error.path).toBe(path);
    expect(error.message).toMatch(words);
  });
});

describe("what a program cannot do", () => {
  test.each<[string, (given: Given, engine: Loose) => unknown, words: RegExp]>([
    ["wait for bytes", ({ x }) => x.serialize(), /serialize is nothing for a program: the service computes/],
    ["wait for a ciphertext", ({ x }) => x.ciphertext(), /the service computes what the function returns/],
    ["compress", ({ x }) => x.compress(), /the service computes/],
    [
      "load",
      (_, engine) => engine.load(FheUint8.encryptTrivial(3)),
      /encrypted values come to a program as its inputs/,
    ],
    ["expand", (_, engine) => engine.expand({} as never), /as its inputs/],
    ["explain", (_, engine) => engine.explain(), /estimate says/],
    ["ask about the engine", (_, engine) => engine.info, /the same on every engine/],
    ["dispose of the engine", (_, engine) => engine.dispose(), /not the program's/],
    [
      "wait for an array",
      ({ x }, engine) => engine.array([x] as never).ciphertexts(),
      /the service computes/,
    ],
    [
      "compress a store",
      (_, engine) => engine.keyValueStore(FheUint8, FheUint8).compress(),
      /the service computes/,
    ],
  ])("%s", (_, compute, words) => expect(errorOf(traced(compute)).message).toMatch(words));

  test("it may let go of what it no longer needs", () => {
    expect(
      traced(({ x }, engine) => {
        using twice = x.add(x) as Loose & Disposable;
        engine.array([x] as never).dispose();
        x.dispose();
        return twice.add(1);
      })(),
    ).toBeDefined();
  });
});

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

test("a program that would be too large is stopped while it is traced", () => {
  const endless = program("endless", { in: { x: FheUint32 }, out: FheUint32 }, ({ x }) => {
    let y: UintHandle<32> = x;
    for (;;) y = y.add(x);
  });
  expect(errorOf(() => endless.trace({ x: { type: "FheUint32" } }, { nodes: 1000 })).message).toMatch(
    /more than 1000/,
  );
  expect(errorOf(() => endless.trace({ x: { type: "FheUint32" } }, { work: 500 })).message).toMatch(
    /too large/,
  );
  expect(errorOf(() => endless.trace({ x: { type: "FheUint32" } }, { nodez: 1 } as never)).message).toMatch(
    /no limit/,
  );
});
