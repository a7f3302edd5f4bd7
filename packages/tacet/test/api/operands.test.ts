import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type BoolHandle,
  type ClientKey,
  type Engine,
  FheBool,
  FheInt8,
  FheUint8,
  FheUint16,
  FheUint32,
  type IntHandle,
  type UintHandle,
} from "../../src/index.ts";
import { toyPair } from "../toy.ts";

let clientKey: ClientKey;
let engine: Engine;
let byte: UintHandle<8>;
let word: UintHandle<16>;
let signed: IntHandle<8>;
let flag: BoolHandle;

beforeAll(async () => {
  ({ clientKey, engine } = await toyPair({ threads: 1 }));
  byte = engine.load(FheUint8.encrypt(200, clientKey));
  word = engine.load(FheUint16.encrypt(50_000, clientKey));
  signed = engine.load(FheInt8.encrypt(-100, clientKey));
  flag = engine.load(FheBool.encrypt(true, clientKey));
});
afterAll(() => engine.dispose());

describe("what does not go together does not compile, and is a TypeError where nobody compiles", () => {
  test("another width", () => {
    // @ts-expect-error
    expect(() => byte.div(word)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => byte.divRem(word)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => byte.overflowingAdd(word)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => byte.overflowingMul(word)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => byte.mulDiv(word, 3)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => byte.min(word)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => flag.flip(byte, word)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => engine.sort([byte, word])).toThrow(TypeError);
    // @ts-expect-error
    expect(() => engine.shuffle([byte, word])).toThrow(TypeError);
  });

  test("another sign", () => {
    // @ts-expect-error
    expect(() => byte.rem(signed)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => signed.overflowingSub(byte)).toThrow(TypeError);
    // @ts-expect-error An amount has no sign.
    expect(() => byte.shl(signed)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => signed.rotr(signed)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => flag.flip(byte, signed)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => engine.sum([byte, signed])).toThrow(TypeError);
    // @ts-expect-error Only signed integers have one.
    expect(() => byte.abs()).toThrow(TypeError);
  });

  test("truth values for integers, and integers for truth values", () => {
    // @ts-expect-error
    expect(() => byte.div(flag)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => byte.shr(flag)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => flag.select(byte, flag)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => flag.flip(flag, byte)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => flag.and(byte)).toThrow(TypeError);
    // @ts-expect-error There has to be something to choose.
    expect(() => flag.ifThenZero(1)).toThrow(TypeError);
    // @ts-expect-error The type of the result has to be given.
    expect(() => flag.select(1, 2)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => engine.array([byte, flag])).toThrow(TypeError);
  });

  test("results have their operands' types, or those that are given", () => {
    const results: [UintHandle<8>, UintHandle<8>] = byte.divRem(3);
    const [product, overflowed]: [IntHandle<8>, BoolHandle] = signed.overflowingMul(signed);
    const count: UintHandle<32> = signed.leadingZeros();
    const [found]: [IntHandle<8>, BoolHandle] = byte.matchValue([[1, -1]], FheInt8);
    const chosen: UintHandle<16> = flag.select(1, 2, FheUint16);
    const distance: IntHandle<8> = signed.abs();
    // @ts-expect-error
    const wrong: UintHandle<8> = signed.abs();
    // @ts-expect-error
    const narrow: UintHandle<8> = byte.countOnes();
    const handles = [...results, product, overflowed, count, found, chosen, distance, wrong, narrow];
    expect(handles.map(({ type }) => type)).toEqual([
      ...["FheUint8", "FheUint8", "FheInt8", "FheBool", "FheUint32", "FheInt8", "FheUint16"],
      ...["FheInt8", "FheInt8", "FheUint32"],
    ]);
  });
});

describe("clear operands that do not fit are a RangeError", () => {
  test("of operations", () => {
    for (const value of [-1, 256, 1.5, Number.NaN]) {
      expect(() => byte.div(value)).toThrow(RangeError);
      expect(() => byte.overflowingAdd(value)).toThrow(RangeError);
      expect(() => byte.mulDiv(2, value)).toThrow(RangeError);
      expect(() => flag.flip(byte, value)).toThrow(RangeError);
      expect(() => flag.select(1, value, FheUint8)).toThrow(RangeError);
      expect(() => byte.matchValue([[value, 1]], FheUint8)).toThrow(RangeError);
      expect(() => byte.matchValue([[1, value]], FheUint8)).toThrow(RangeError);
      expect(() => byte.matchValueOr([[1, 1]], value, FheUint8)).toThrow(RangeError);
    }
    expect(() => byte.div(0)).toThrow(RangeError);
    expect(() => signed.rem(0n)).toThrow(RangeError);
    expect(() => signed.mulDiv(3, 0)).toThrow(RangeError);
    expect(() =>
      byte.matchValue(
        [
          [1, 1],
          [1n, 2],
        ],
        FheUint8,
      ),
    ).toThrow(/twice/);
  });

  test("numbers of bits", () => {
    for (const amount of [-1, 0.5, Number.NaN, Infinity, 2n ** 60n, -1n]) {
      expect(() => byte.shl(amount)).toThrow(RangeError);
      expect(() => byte.rotr(amount)).toThrow(RangeError);
    }
    for (const [start, end] of [
      [-1, 3],
      [4, 3],
      [0, 9],
      [0.5, 2],
      [Number.NaN, 2],
    ] as const) {
      expect(() => byte.bitSlice(start, end)).toThrow(RangeError);
    }
  });

  test("tables that are none are a TypeError", () => {
    // @ts-expect-error
    expect(() => byte.matchValue(5, FheUint8)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => byte.matchValue([[1, 1]], 8)).toThrow(TypeError);
    // @ts-expect-error
    expect(() => byte.matchValue([1, 2], FheUint8)).toThrow(TypeError);
    expect(byte.matchValue([], FheUint32)[0].type).toBe("FheUint32");
  });
});

test("handles of another engine and disposed ones are refused by every kind of operation", async () => {
  using other = (await toyPair({ threads: 1 })).engine;
  const stranger = other.load(FheUint8.encryptTrivial(1, clientKey.parameters));
  const gone = byte.add(1);
  gone.dispose();
  for (const [operand, error] of [
    [stranger, /another engine/],
    [gone, /disposed/],
  ] as const) {
    expect(() => byte.div(operand)).toThrow(error);
    expect(() => byte.shl(operand)).toThrow(error);
    expect(() => byte.overflowingMul(operand)).toThrow(error);
    expect(() => flag.flip(byte, operand)).toThrow(error);
    expect(() => flag.ifThenZero(operand)).toThrow(error);
    expect(() => engine.sum([byte, operand])).toThrow(error);
    expect(() => engine.dotProduct([byte, operand], [1, 2])).toThrow(error);
    expect(() => engine.array([byte, operand])).toThrow(error);
    expect(() => engine.sort([byte, operand])).toThrow(error);
  }
  expect(() => gone.countOnes()).toThrow(/disposed/);
});
