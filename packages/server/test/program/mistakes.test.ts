import { FheAsciiString, FheBool, FheUint8, FheUint32, type UintHandle } from "tacet";
import { describe, expect, test } from "vitest";
import { program } from "../../src/program/index.ts";
import { errorOf, type Given, type Loose, traced } from "./traced.ts";

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

describe("what arrays and stores do not take", () => {
  test.each<[string, (given: Given, engine: Loose) => unknown, words: RegExp]>([
    [
      "an array of another shape",
      ({ x }, engine) => engine.array([x, x]).add(engine.array([[x], [x]])),
      /of shape \[2\]/,
    ],
    [
      "clear values of another shape",
      ({ x }, engine) => engine.array([x, x]).add([1]),
      /in arrays of shape \[2\]/,
    ],
    ["values nested too deep", ({ x }, engine) => engine.array([x]).add([[1]]), /nested deeper/],
    ["no values", (_, engine) => engine.array([]), /at least one element/],
    ["a shape for another number", ({ x }, engine) => engine.array([x, x], [3]), /do not make up/],
    ["texts", ({ t }, engine) => engine.array([t]), /made of encrypted integers or truth values/],
    ["several types", ({ x, s }, engine) => engine.array([x, s]), /of type FheUint8, not FheInt8/],
    ["no type", ({ x }, engine) => engine.array(3, [x]), /a type and an array/],
    ["indices that there are not", ({ x }, engine) => engine.array([x]).get(1), /no element \[1\]/],
    ["ranges that there are not", ({ x }, engine) => engine.array([x]).slice([0, 2]), /no such elements/],
    ["a dimension that there is not", ({ x }, engine) => engine.array([x]).sum(1), /no dimension 1/],
    [
      "a method of the other kind",
      ({ b }, engine) => engine.array([b]).add(1),
      /FheBool have no operation add/,
    ],
    [
      "truth values in a store",
      (_, engine) => engine.keyValueStore(FheUint8, FheBool),
      /integers under integers or texts/,
    ],
    ["no types", (_, engine) => engine.keyValueStore("FheUint8", 3), /the types of keys and of values/],
    [
      "a key of another kind",
      (_, engine) => engine.keyValueStore(FheUint8, FheUint8).insert("a", 1),
      /clear key of type FheUint8/,
    ],
    [
      "a value of another type",
      ({ s }, engine) => engine.keyValueStore(FheUint8, FheUint8).insert(1, s),
      /not FheInt8/,
    ],
    [
      "another type of encrypted keys",
      ({ s }, engine) => engine.keyValueStore(FheUint8, FheUint8).get(s),
      /not FheInt8/,
    ],
  ])("%s", (_, compute, words) => expect(errorOf(traced(compute)).message).toMatch(words));
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
