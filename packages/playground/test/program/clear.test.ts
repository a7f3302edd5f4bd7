import fc from "fast-check";
import { BoolArray, BoolHandle, Engine, IntegerArray, IntHandle, KeyValueStore, UintHandle } from "tacet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleCount } from "../../../tacet/test/samples.ts";
import { ARRAY_EXCEPTIONS, ClearBoolArray, ClearIntegerArray } from "../../src/program/clear/array.ts";
import { ClearBool } from "../../src/program/clear/bool.ts";
import { computeClear } from "../../src/program/clear/compute.ts";
import { ClearEngine, ENGINE_EXCEPTIONS } from "../../src/program/clear/engine.ts";
import { HANDLE_EXCEPTIONS } from "../../src/program/clear/handle.ts";
import { ClearInteger } from "../../src/program/clear/integer.ts";
import { ClearKeyValueStore, STORE_EXCEPTIONS } from "../../src/program/clear/key-value-store.ts";
import { NoClearCounterpart } from "../../src/program/clear/no-clear-counterpart.ts";
import { rangeOf } from "../../src/program/parse-value.ts";
import {
  type ClearValue,
  type Input,
  type IntegerInputType,
  integerTypes,
  shapeOf,
} from "../../src/program/types.ts";
import { membersOf } from "./members.ts";
import { Toy } from "./toy.ts";

/** Two integers of a type, a truth value, an encrypted number of bits, and the second integer in clear as well. */
interface Values {
  readonly type: IntegerInputType;
  readonly a: bigint;
  readonly b: bigint;
  readonly t: boolean;
  readonly by: number;
}

const binary = [
  "add",
  "sub",
  "mul",
  "overflowingAdd",
  "overflowingSub",
  "overflowingMul",
  "and",
  "or",
  "xor",
];
const comparisons = ["eq", "ne", "lt", "le", "gt", "ge", "min", "max"];
const unary = ["neg", "overflowingNeg", "not", "reverseBits", "isEven", "isOdd", "ilog2", "checkedIlog2"];
const counts = ["countOnes", "countZeros", "leadingZeros", "leadingOnes", "trailingZeros", "trailingOnes"];
const moves = ["shl", "shr", "rotl", "rotr"];
const logic = ["and", "or", "xor", "eq", "ne"];

/** A program of all operations, on encrypted and on clear operands. */
function everything({ type, a, b, by }: Values): string {
  const { kind, bits } = shapeOf(type);
  const [smallest] = rangeOf(shapeOf(type));
  const unsigned = `FheUint${bits}`;
  const wrap = kind === "signed" ? BigInt.asIntN : BigInt.asUintN;
  const k = `${b}n`;
  const divisor = b === 0n ? "1n" : k;
  const others = integerTypes.filter((other) => other.bits <= 2 * bits);
  const table = JSON.stringify([
    [String(a), String(b)],
    [String(wrap(bits, a + 1n)), String(smallest)],
  ]).replaceAll(/"(-?\d+)"/g, "$1n");
  const absent = `[[${wrap(bits, a + 1n)}n, 1]]`;
  const calls = [
    ...[...binary, ...comparisons].flatMap((name) => [`a.${name}(b)`, `a.${name}(${k})`]),
    ...[...unary, ...counts].map((name) => `a.${name}()`),
    ...moves.flatMap((name) => [`a.${name}(by)`, `a.${name}(${by})`, `a.${name}(a.cast(${unsigned}))`]),
    ...["div", "rem", "divRem"].flatMap((name) => [`a.${name}(b)`, `a.${name}(${divisor})`]),
    `a.mulDiv(b, ${divisor})`,
    `a.mulDiv(${k}, ${divisor})`,
    ...(kind === "signed" ? ["a.abs()"] : []),
    `a.bitSlice(1)`,
    `a.bitSlice(${by % bits}, ${bits})`,
    `a.bitSlice(0, 0)`,
    ...others.map((other) => `a.cast(${other.type})`),
    `a.cast(FheBool)`,
    `a.matchValue(${table}, ${type})`,
    `a.matchValue(${absent}, FheInt16)`,
    `a.matchValueOr(${table}, ${k}, ${type})`,
    `a.matchValueOr(new Map(${absent}), 200, FheUint8)`,
    ...logic.flatMap((name) => [`t.${name}(a.isOdd())`, `t.${name}(true)`]),
    `t.not()`,
    `t.select(a, b)`,
    `t.select(${k}, a)`,
    `t.select(a, ${k})`,
    `t.select(1, -2, FheInt8)`,
    `t.select(a.isOdd(), true)`,
    `t.select(false, true)`,
    `t.ifThenZero(a)`,
    `t.ifThenZero(t)`,
    `t.flip(a, b)`,
    `t.flip(a, ${k})`,
    `t.flip(false, t)`,
    `t.cast(${type})`,
    `engine.sum([a, b, b, a])`,
    `engine.dotProduct([a, b], [3, ${k}])`,
    `engine.dotProduct([a, b], [true, false])`,
    `engine.dotProduct([t, a.isOdd()], [5, ${k}], ${type})`,
    `engine.oneHotDotProduct([t, t.not()], [a, b])`,
    `engine.oneHotDotProduct([t, t.and(false), t.not().and(a.isOdd())], [a, b, b])`,
    `engine.sort([a, b, a.neg()])`,
    `engine.sort([a, b], { descending: true })`,
    `engine.sort([t, a.isOdd()])`,
    `engine.unique([a, b, a])`,
    `engine.unique([a, b, b.not()], { descending: true })`,
    `a.matchValue([[${k}, "other"], [${a}n, "this"]].slice(${a === b ? 1 : 0}), FheAsciiString)`,
    `a.matchValueOr([[${k}, "é"]], "", FheUtf8String)`,
    ...arrayCalls(k),
    ...storeCalls(type, k),
  ];
  return `return { ${calls.map((call) => `${JSON.stringify(call)}: ${call}`).join(",\n")} };`;
}

/** Arrays in all shapes, of integers and of truth values. */
function arrayCalls(k: string): string[] {
  const list = "engine.array([a, b, a.not(), b])";
  const table = "engine.array([[a, b, a.neg()], [b, a, b.neg()]])";
  const flags = "engine.array([[t, a.isOdd()], [b.isOdd(), t.not()]])";
  const amounts = "[1, by, by.cast(FheUint32), 0]";
  return [
    ...[
      "add",
      "sub",
      "mul",
      "div",
      "rem",
      "and",
      "or",
      "xor",
      "eq",
      "ne",
      "lt",
      "le",
      "gt",
      "ge",
      "min",
      "max",
    ].flatMap((name) => [`${list}.${name}(a)`, `${list}.${name}([a, 1, b, 2])`]),
    ...moves.flatMap((name) => [`${list}.${name}(${amounts})`, `${list}.${name}(3)`]),
    ...["neg", "not", "sum", "smallest", "largest", "sort"].map((name) => `${table}.${name}()`),
    ...["sum", "smallest", "largest"].flatMap((name) => [`${table}.${name}(0)`, `${table}.${name}(1)`]),
    `${table}.sub(engine.array([[b, a, a], [a, b, a]]))`,
    `${table}.get(1, 0)`,
    `${table}.slice([0, 2], [1, 3])`,
    `${table}.reshape(3, 2).get(2, 1)`,
    `${table}.map((x, i) => x.add(i))`,
    `${table}.equals([[a, b, a], [b, a, ${k}]])`,
    `${table}.equals(${list})`,
    `${list}.containsSlice([b, a.not()])`,
    `${list}.containsSlice([a.not(), ${k}])`,
    `${list}.contains(${k})`,
    `${list}.contains(a.add(1))`,
    `${list}.indexOf(b)`,
    `engine.array([a, a.add(1), a.add(2)]).indexOf(${k}, { unique: true })`,
    `${list}.firstIndexWhere((x) => x.isOdd())`,
    `${list}.sort({ descending: true })`,
    `${list}.sortBy([a, a.add(1), a.add(2), a.add(3)])`,
    `${table}.dotProduct([[1, 2, 3], [4, 5, 6]])`,
    `${list}.dotProduct(engine.array([b, b, a, a]))`,
    `engine.array(FheUint8, [by, 1, 2, by], [2, 2]).sum(0)`,
    `engine.array(FheBool, [t, true])`,
    ...logic.flatMap((name) => [`${flags}.${name}(t)`, `${flags}.${name}([[true, t], [false, t]])`]),
    ...["not", "all", "any", "sort"].map((name) => `${flags}.${name}()`),
    ...["all", "any"].flatMap((name) => [`${flags}.${name}(0)`, `${flags}.${name}(1)`]),
    `${flags}.select(a, [[1, b], [a, 2]])`,
    `${flags}.select(t, false)`,
    `${flags}.dotProduct([[1, 2], [3, 4]], FheUint16)`,
    `${flags}.indexOf(true)`,
  ];
}

/** A store, after each of the things that can be done with it. */
function storeCalls(type: IntegerInputType, k: string): string[] {
  const after = (steps: string): string =>
    `(() => { const s = engine.keyValueStore(FheUint8, ${type}); s.insert(3, a); s.insert(7, b); ${steps} })()`;
  const all = "return [s.get(3), s.get(7), s.containsValue(a)];";
  return [
    `return [s.get(by), s.contains(by), s.containsValue(${k})];`,
    `return s.get(by.bitSlice(0, 2).add(4));`,
    `return s.insert(3, ${k}); `,
    `return s.remove(7);`,
    `return [s.update(7, a), s.get(7)];`,
    `return [s.update(by.bitSlice(0, 3), ${k}), s.get(3), s.get(7)];`,
    `return [s.map(by.bitSlice(0, 3), (value) => value.add(a)), s.get(3), s.get(7)];`,
    `s.map(by.cast(FheUint8).and(0).add(3), (value) => { s.remove(3); s.insert(9, value); return value.add(1); }); return s.get(9);`,
    `return [...s.keys()].map((key) => s.get(key));`,
    `return s.size === 2 && s.contains(3) && !s.contains(4) ? a : b;`,
    all,
  ].map(after);
}

function inputsOf({ type, a, b, t, by }: Values): Input[] {
  const clear = (value: bigint): ClearValue => (shapeOf(type).bits > 32 ? value : Number(value));
  return [
    { name: "a", type, value: clear(a) },
    { name: "b", type, value: clear(b) },
    { name: "t", type: "FheBool", value: t },
    { name: "by", type: "FheUint8", value: by },
  ];
}

let toy: Toy;
beforeAll(async () => void (toy = await Toy.create()));
afterAll(() => toy.engine.dispose());

function values(type: IntegerInputType): fc.Arbitrary<Values> {
  const [smallest, largest] = rangeOf(shapeOf(type));
  const corners = [smallest, smallest + 1n, 0n, 1n, largest, ...(smallest < 0n ? [-1n] : [])];
  const integer = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...corners) },
    { weight: 2, arbitrary: fc.bigInt({ min: smallest, max: largest }) },
  );
  return fc.record({
    type: fc.constant(type),
    a: integer,
    b: integer,
    t: fc.boolean(),
    by: fc.nat({ max: 255 }),
  });
}

describe("the clear mirror gives what the library gives", () => {
  const runs: [IntegerInputType, number][] = [
    ["FheUint8", sampleCount(4, 12)],
    ["FheInt8", sampleCount(4, 12)],
    ["FheUint16", sampleCount(1, 3)],
    ["FheInt16", sampleCount(1, 3)],
    ["FheUint64", 1],
    ["FheInt64", 1],
  ];
  test.each(runs)("for all operations on %s", async (type, numRuns) => {
    const [smallest] = rangeOf(shapeOf(type));
    await fc.assert(
      fc.asyncProperty(values(type), async (given) => {
        const program = everything(given);
        const inputs = inputsOf(given);
        expect(computeClear(program, inputs)).toEqual(await toy.compute(program, inputs));
      }),
      {
        numRuns,
        // The smallest integer, divided by -1 or 0.
        examples: numRuns > 1 ? [[{ type, a: smallest, b: smallest < 0n ? -1n : 0n, t: true, by: 9 }]] : [],
      },
    );
  });

  test.each([
    "a.div(0)",
    "a.mulDiv(2, 0n)",
    "a.add(256)",
    "a.add(1.5)",
    "a.add('1')",
    "a.add(t)",
    "a.add(by.cast(FheUint16))",
    "a.shl(-1)",
    "a.shl(a.cast(FheInt8))",
    "a.bitSlice(3, 2)",
    "a.bitSlice(0, 9)",
    "a.matchValue([[1, 1], [1, 2]], FheUint8)",
    "a.matchValue([[1, 256]], FheUint8)",
    "a.matchValue([], FheBool)",
    "a.cast('FheUint8')",
    "t.and(1)",
    "t.select(1, 2)",
    "t.select(a, by.cast(FheUint16))",
    "t.select(a, true)",
    "t.cast(FheBool)",
    "engine.sum([])",
    "engine.sum([a, t])",
    "engine.dotProduct([a], [])",
    "engine.dotProduct([t], [1])",
    "engine.dotProduct([a], [1], FheUint16)",
    "engine.oneHotDotProduct([], [])",
    "engine.oneHotDotProduct([t], [a, b])",
    "engine.oneHotDotProduct([a], [a])",
    "engine.oneHotDotProduct([t], [t])",
    "engine.oneHotDotProduct([t, t.not()], [a, by.cast(FheUint16)])",
    "engine.sort([])",
    "engine.sort([a, t])",
    "engine.array([])",
    "engine.array([a, t])",
    "engine.array([a, 1])",
    "engine.array([[a], [a, a]])",
    "engine.array([a, a], [3])",
    "engine.array(FheUint8, [256])",
    "engine.array(FheUint8, [t])",
    "engine.array([a, a]).get(2)",
    "engine.array([a, a]).get(0, 0)",
    "engine.array([a, a]).slice([1, 1])",
    "engine.array([a, a]).slice([0, 1], [0, 1])",
    "engine.array([a, a]).reshape(3)",
    "engine.array([a, a]).sum(1)",
    "engine.array([a, a]).add([1])",
    "engine.array([a, a]).sortBy([a])",
    "engine.array([a, a]).contains(t)",
    "engine.array([t, t]).select(1, 2)",
    "engine.keyValueStore(FheUint8, FheBool)",
    "engine.keyValueStore(FheUint8, FheUint8).insert(256, 1)",
    "engine.keyValueStore(FheUint8, FheUint8).get(t)",
    "5",
  ])("also in what it refuses: %s", async (expression) => {
    const inputs = inputsOf({ type: "FheUint8", a: 5n, b: 0n, t: true, by: 3 });
    const name = await toy.compute(`return ${expression}`, inputs).catch((error: Error) => error.name);
    expect(["TypeError", "RangeError", "ResultError"]).toContain(name);
    expect(() => computeClear(`return ${expression}`, inputs)).toThrow(expect.objectContaining({ name }));
  });
});

describe("the clear mirror is complete", () => {
  const program = everything({ type: "FheInt8", a: 1n, b: 1n, t: true, by: 1 });
  /** What needs no comparison, for want of a result. */
  const PLAIN = ["type", "dispose", "size"];

  test.each([
    ["IntHandle", IntHandle, ClearInteger, HANDLE_EXCEPTIONS],
    ["UintHandle", UintHandle, ClearInteger, HANDLE_EXCEPTIONS],
    ["BoolHandle", BoolHandle, ClearBool, HANDLE_EXCEPTIONS],
    ["Engine", Engine, ClearEngine, ENGINE_EXCEPTIONS],
    ["IntegerArray", IntegerArray, ClearIntegerArray, ARRAY_EXCEPTIONS],
    ["BoolArray", BoolArray, ClearBoolArray, ARRAY_EXCEPTIONS],
    ["KeyValueStore", KeyValueStore, ClearKeyValueStore, STORE_EXCEPTIONS],
  ] as const)("%s", (_, original, mirror, exceptions) => {
    const members = membersOf(original.prototype);
    expect(members.length).toBeGreaterThan(5);
    const mirrored = membersOf(mirror.prototype);
    for (const name of members) {
      expect(mirrored, name).toContain(name);
      if ((exceptions as readonly string[]).includes(name)) {
        expect(() => Reflect.get(mirror.prototype, name), name).toThrow(NoClearCounterpart);
      } else if (!PLAIN.includes(name)) {
        expect(program, `${name} is not compared`).toContain(`.${name}(`);
      }
    }
    for (const name of exceptions) expect(members, `${name} is no longer there`).toContain(name);
  });

  test("and says what it lacks", () => {
    const inputs = inputsOf({ type: "FheUint8", a: 1n, b: 1n, t: true, by: 1 });
    expect(() => computeClear("return engine.random(FheUint8)", inputs)).toThrow(
      new NoClearCounterpart("the clear check does not know engine.random"),
    );
    expect(() => computeClear("return engine.load(FheUint8.encryptTrivial(1))", inputs)).toThrow(
      NoClearCounterpart,
    );
    expect(() => computeClear("return a.ciphertext()", inputs)).toThrow(NoClearCounterpart);
    expect(() => computeClear("return engine.oneHotDotProduct([t, t], [a, a])", inputs)).toThrow(
      NoClearCounterpart,
    );
  });
});
