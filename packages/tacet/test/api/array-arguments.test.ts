import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type BoolArray,
  type ClientKey,
  type Engine,
  FheBool,
  FheUint8,
  FheUint16,
  type IntegerArray,
  type UintHandle,
} from "../../src/index.ts";
import { toyPair } from "../toy.ts";

let clientKey: ClientKey;
let engine: Engine;
let bytes: IntegerArray<UintHandle<8>>;
let words: IntegerArray<UintHandle<16>>;
let flags: BoolArray;

beforeAll(async () => {
  ({ clientKey, engine } = await toyPair({ threads: 1 }));
  bytes = engine.array(FheUint8, [1, 2, 3]);
  words = engine.array(FheUint16, [1, 2, 3]);
  flags = engine.array(FheBool, [true, false, true]);
});
afterAll(() => engine.dispose());

/** What is of no kind that any operation takes. */
const NOTHING: readonly unknown[] = [
  undefined,
  null,
  "",
  "12",
  {},
  new Set([1]),
  new Uint8Array(3),
  () => 1,
  Symbol("x"),
];
const wrong = (value: unknown): never => value as never;

/** Two values with nothing between them. */
function holed<T>(first: T, last: T): T[] {
  const values: T[] = [first];
  values[2] = last;
  return values;
}

/** Operations on elements with a value beside each. */
const ON_INTEGERS = [
  ...["add", "sub", "mul", "div", "rem", "and", "or", "xor", "shl", "shr", "rotl", "rotr"],
  ...["eq", "ne", "lt", "le", "gt", "ge", "min", "max"],
] as const;
const ON_BOOLEANS = ["and", "or", "xor", "eq", "ne"] as const;

describe("what is no operand is a TypeError", () => {
  test.each(ON_INTEGERS)("%s of integers", (name) => {
    const operation = (other: unknown) => () => bytes[name as "add"](wrong(other));
    for (const value of [...NOTHING, true, flags, flags.get(0), [1, 2, "3"], holed(1, 3), [1, 2, true]])
      expect(operation(value)).toThrow(TypeError);
    expect(operation([1, 2])).toThrow(RangeError);
    expect(operation(engine.array(FheUint8, [1, 2]))).toThrow(RangeError);
  });

  test.each(ON_BOOLEANS)("%s of booleans", (name) => {
    const operation = (other: unknown) => () => flags[name](wrong(other));
    for (const value of [...NOTHING, 1, 0n, bytes, bytes.get(0), [true, false, 1], holed(true, true)])
      expect(operation(value)).toThrow(TypeError);
    expect(operation([true, true])).toThrow(RangeError);
  });

  test("select", () => {
    for (const value of [...NOTHING, flags, words, holed(1, 3), true]) {
      expect(() => flags.select(bytes, wrong(value))).toThrow(TypeError);
      expect(() => flags.select(wrong(value), bytes)).toThrow(TypeError);
    }
    for (const value of [...NOTHING, bytes, 1]) {
      expect(() => flags.select(flags, wrong(value))).toThrow(TypeError);
      expect(() => flags.select(wrong(value), flags)).toThrow(TypeError);
    }
    expect(() => flags.select(wrong(1), wrong(2))).toThrow(TypeError);
  });
});

describe("what is no array is a TypeError where an array is expected", () => {
  test.each(["equals", "containsSlice"] as const)("%s", (name) => {
    for (const value of [...NOTHING, 300, 1, 1n, true, bytes.get(0), flags.get(0)]) {
      expect(() => bytes[name](wrong(value))).toThrow(TypeError);
      expect(() => flags[name](wrong(value))).toThrow(TypeError);
    }
    for (const value of [
      words,
      flags,
      engine.array(FheUint16, [1]),
      [1, 2, "3"],
      [true, true, true],
      holed(1, 3),
    ])
      expect(() => bytes[name](wrong(value))).toThrow(TypeError);
    expect(() => flags[name](wrong(bytes))).toThrow(TypeError);
    expect(() => flags[name](wrong([1, 0, 1]))).toThrow(TypeError);
  });

  test("of another engine neither", async () => {
    const other = (await toyPair({ threads: 1 })).engine;
    for (const values of [[1], [1, 2, 3]]) {
      const stranger = other.array(FheUint8, values);
      expect(() => bytes.equals(stranger)).toThrow("another engine");
      expect(() => bytes.containsSlice(stranger)).toThrow("another engine");
      expect(() => bytes.sortBy(stranger)).toThrow("another engine");
    }
    other.dispose();
  });

  test("when one is made", () => {
    for (const values of [...NOTHING, 5, true, bytes.get(0)]) {
      expect(() => engine.array(FheUint8, wrong(values))).toThrow(TypeError);
      expect(() => engine.array(FheBool, wrong(values))).toThrow(TypeError);
    }
    expect(() => engine.array(FheUint8, wrong(holed(1, 3)))).toThrow(TypeError);
    expect(() => engine.array(wrong(holed(bytes.get(0), bytes.get(1))))).toThrow(TypeError);
    for (const shape of [null, 3, "3", {}]) {
      expect(() => engine.array(FheUint8, [1, 2, 3], wrong(shape))).toThrow(TypeError);
      expect(() => engine.array([...bytes], wrong(shape))).toThrow(TypeError);
    }
  });

  test("sortBy", () => {
    for (const keys of [
      ...NOTHING.filter((value) => value !== ""),
      5,
      [1, 2, 3],
      "abc",
      holed(bytes.get(0), bytes.get(1)),
    ])
      expect(() => bytes.sortBy(wrong(keys))).toThrow(TypeError);
  });

  test("the weights of a dot product", () => {
    for (const weights of [...NOTHING, 5, bytes.get(0), true, flags]) {
      expect(() => bytes.dotProduct(wrong(weights))).toThrow(TypeError);
      expect(() => flags.dotProduct(wrong(weights), FheUint8)).toThrow(TypeError);
    }
    expect(() => bytes.dotProduct(wrong(holed(1, 3)))).toThrow(TypeError);
    expect(() => flags.dotProduct(wrong(holed(1, 3)), FheUint8)).toThrow(TypeError);
    expect(() => flags.dotProduct([1, 2, 3], wrong("FheUint8"))).toThrow(TypeError);
  });
});

describe("a wrong kind of", () => {
  test("value to look for is a TypeError", () => {
    for (const value of [...NOTHING, true, [1], bytes, words.get(0), flags.get(0)]) {
      expect(() => bytes.contains(wrong(value))).toThrow(TypeError);
      expect(() => bytes.indexOf(wrong(value))).toThrow(TypeError);
      expect(() => bytes.indexOf(wrong(value), { unique: true })).toThrow(TypeError);
    }
    for (const value of [...NOTHING, 1, [true], flags, bytes.get(0)]) {
      expect(() => flags.contains(wrong(value))).toThrow(TypeError);
      expect(() => flags.indexOf(wrong(value))).toThrow(TypeError);
    }
  });

  test("options is a TypeError", () => {
    for (const options of [null, true, 5, "unique", [], { unique: 1 }, { unique: "no" }])
      expect(() => bytes.indexOf(1, wrong(options))).toThrow(TypeError);
    for (const order of [null, true, 5, "up", [], { descending: 1 }, { descending: "no" }]) {
      expect(() => bytes.sort(wrong(order))).toThrow(TypeError);
      expect(() => bytes.sortBy(bytes, wrong(order))).toThrow(TypeError);
      expect(() => engine.sort([...bytes], wrong(order))).toThrow(TypeError);
    }
    for (const options of [null, true, 5, "seed", []])
      expect(() => bytes.shuffle(wrong(options))).toThrow(TypeError);
  });

  test("range is a TypeError", () => {
    for (const range of [undefined, null, 1, "01", {}, [], [1], [0, 1, 2]])
      expect(() => bytes.slice(wrong(range))).toThrow(TypeError);
    for (const range of [
      ["0", "1"],
      [0, undefined],
    ])
      expect(() => bytes.slice(wrong(range))).toThrow(TypeError);
    expect(() => bytes.slice([0, 1.5])).toThrow(RangeError);
    expect(bytes.slice().shape).toEqual([3]);
  });

  test("index, length or dimension is a TypeError", () => {
    for (const value of [undefined, null, "0", [0], {}, 0n, true]) {
      expect(() => bytes.get(wrong(value))).toThrow(TypeError);
      expect(() => bytes.reshape(wrong(value), 3)).toThrow(TypeError);
      if (value === undefined) continue; // no dimension: all elements
      expect(() => bytes.sum(wrong(value))).toThrow(TypeError);
      expect(() => bytes.smallest(wrong(value))).toThrow(TypeError);
      expect(() => bytes.largest(wrong(value))).toThrow(TypeError);
      expect(() => flags.all(wrong(value))).toThrow(TypeError);
      expect(() => flags.any(wrong(value))).toThrow(TypeError);
    }
  });

  test("function, or what one gives, is a TypeError", () => {
    for (const value of [undefined, null, 1, "x", {}, flags.get(0)]) {
      expect(() => bytes.map(wrong(value))).toThrow(TypeError);
      expect(() => bytes.map(() => wrong(value === flags.get(0) ? 1 : value))).toThrow(TypeError);
      expect(() => bytes.firstIndexWhere(wrong(value))).toThrow(TypeError);
      if (value !== flags.get(0)) expect(() => bytes.firstIndexWhere(() => wrong(value))).toThrow(TypeError);
    }
    expect(() => bytes.firstIndexWhere((element) => wrong(element))).toThrow(TypeError);
    expect(() => bytes.map((element, i) => wrong(i === 1 ? element.eq(1) : element))).toThrow(TypeError);
  });

  test("option of a computation is a TypeError", async () => {
    for (const options of [null, 5, "x", { signal: {} }, { onProgress: 1 }])
      await expect(bytes.ciphertexts(wrong(options))).rejects.toThrow(TypeError);
  });
});

test("what is right is still taken", async () => {
  const read = async (flag: { ciphertext(): Promise<FheBool> }) =>
    (await flag.ciphertext()).decrypt(clientKey);
  expect(await read(bytes.containsSlice([2, 3]))).toBe(true);
  expect(await read(bytes.equals([1, 2, 3]))).toBe(true);
  expect(await read(bytes.equals(engine.array(FheUint8, [1, 2])))).toBe(false);
  expect(await read(bytes.equals(bytes.reshape(3, 1)))).toBe(false);
});
