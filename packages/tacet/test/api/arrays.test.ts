import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shuffleKeyBits } from "../../src/api/engine/collections/lists.ts";
import {
  type BoolHandle,
  type Ciphertext,
  type ClientKey,
  DisposedError,
  type Engine,
  FheBool,
  FheInt8,
  FheUint8,
  FheUint16,
  type Handle,
  type Integer,
  type IntegerArray,
  type IntHandle,
  type Nested,
  type UintHandle,
} from "../../src/index.ts";
import { toyPair } from "../toy.ts";

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  ({ clientKey, engine } = await toyPair({ threads: 1 }));
});

afterAll(() => engine.dispose());

function bytes(values: Nested<number>, shape?: readonly number[]): IntegerArray<UintHandle<8>> {
  return engine.array(encrypted(values) as Nested<UintHandle<8>>, shape);
}

function encrypted(values: number | Nested<number>): UintHandle<8> | Nested<UintHandle<8>> {
  return typeof values === "number"
    ? engine.load(FheUint8.encrypt(values, clientKey))
    : (values.map(encrypted) as Nested<UintHandle<8>>);
}

function booleans(values: readonly boolean[], shape?: readonly number[]) {
  return engine.array(
    values.map((value) => engine.load(FheBool.encrypt(value, clientKey))),
    shape,
  );
}

function signed(values: readonly number[]): IntegerArray<IntHandle<8>> {
  return engine.array(values.map((value) => engine.load(FheInt8.encrypt(value, clientKey))));
}

async function clear(values: Iterable<Handle<Ciphertext>>): Promise<(number | bigint | boolean)[]> {
  const computed = await Promise.all(Array.from(values, (value) => value.ciphertext()));
  return computed.map((value) => (value as FheUint8 | FheBool).decrypt(clientKey));
}

test("what TFHE-rs's documentation does with arrays", async () => {
  const xs = bytes(
    Array.from({ length: 16 }, (_, i) => i),
    [4, 4],
  );
  const ys = bytes(new Array(16).fill(1), [4, 4]);
  const part = xs.slice([2, 4], [2, 4]);
  expect(part.shape).toEqual([2, 2]);
  expect(await clear(part)).toEqual([10, 11, 14, 15]);
  expect(await clear(part.add(ys.slice([2, 4], [2, 4])))).toEqual([11, 12, 15, 16]);
  expect(
    await clear(
      part.add([
        [10, 20],
        [30, 40],
      ]),
    ),
  ).toEqual([20, 31, 44, 55]);
});

describe("the shape of an array", () => {
  test("comes from how values are nested, or is given", async () => {
    const cube = bytes([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]);
    expect(cube.shape).toEqual([2, 2, 2]);
    expect(cube.size).toBe(8);
    expect(cube.type).toBe("FheUint8");
    expect(await clear([cube.get(1, 0, 1), cube.get(0, 1, 0)])).toEqual([6, 3]);
    expect(await clear(cube.reshape(4, 2).slice([1, 3]))).toEqual([3, 4, 5, 6]);
    expect(await clear(cube.slice([0, 2], [1, 2], [0, 1]))).toEqual([3, 7]);
    expect(await clear(bytes([1, 2, 3, 4, 5, 6], [3, 2]).slice([1, 2]))).toEqual([3, 4]);
  });

  test("has to be one, and operands and indices have to fit it", () => {
    const array = bytes([1, 2, 3, 4], [2, 2]);
    expect(() => bytes([])).toThrow(RangeError);
    expect(() => bytes([[1, 2], [3]])).toThrow(RangeError);
    expect(() => bytes([1, 2], [3])).toThrow("an array of shape [3] has 3 elements, not 2");
    expect(() => bytes([1, 2], [-1, -2])).toThrow(RangeError);
    expect(() => array.get(0)).toThrow(RangeError);
    expect(() => array.get(0, 2)).toThrow("there is no index 2 in dimension 1 of shape [2, 2]");
    expect(() => array.slice([0, 3])).toThrow(RangeError);
    expect(() => array.slice([1, 1])).toThrow(RangeError);
    expect(() => array.slice([0, 1], [0, 1], [0, 1])).toThrow(RangeError);
    expect(() => array.reshape(3)).toThrow(RangeError);
    expect(() => array.sum(2)).toThrow(RangeError);
    expect(() => array.add(bytes([1, 2, 3, 4]))).toThrow("expected an array of shape [2, 2], not [4]");
    expect(() => array.add([1, 2, 3, 4])).toThrow(RangeError);
    expect(() =>
      array.add([
        [[1], [2]],
        [[3], [4]],
      ]),
    ).toThrow(RangeError);
    expect(() => array.add(256)).toThrow(RangeError);
    expect(() => array.dotProduct([1, 2])).toThrow(RangeError);
  });

  test("is that of values of one type and engine", async () => {
    const other = (await toyPair({ threads: 1 })).engine;
    const [byte] = bytes([1]);
    const [flag] = booleans([true]);
    const word = engine.load(FheUint16.encrypt(1, clientKey));
    // @ts-expect-error Elements are of one width,
    expect(() => engine.array([byte, word])).toThrow(TypeError);
    // @ts-expect-error and of one kind.
    expect(() => engine.array([byte, flag])).toThrow(TypeError);
    // @ts-expect-error Clear values have no type by themselves.
    expect(() => engine.array([1])).toThrow(TypeError);
    expect(() => engine.array(1 as never)).toThrow();
    const stranger = other.load(FheUint8.encryptTrivial(1, clientKey.parameters));
    expect(() => engine.array([byte, stranger])).toThrow("another engine");
    expect(() => bytes([1]).add(stranger)).toThrow("another engine");
    expect(() => bytes([1]).contains(word as never)).toThrow(TypeError);
    other.dispose();
  });
});

test("arrays are made of handles, ciphertexts and clear values alike", async () => {
  const [byte] = bytes([3]);
  const values = [byte, FheUint8.encrypt(4, clientKey), 5, 6n];
  const array = engine.array(FheUint8, values, [2, 2]);
  expect(array.shape).toEqual([2, 2]);
  expect(await clear(array as IntegerArray<UintHandle<8>>)).toEqual([3, 4, 5, 6]);
  expect(await clear(engine.array(FheBool, [true, false]) as never)).toEqual([true, false]);
  // @ts-expect-error A handle of another width.
  expect(() => engine.array(FheUint16, [byte])).toThrow(TypeError);
  expect(() => engine.array(FheUint8, [256])).toThrow(RangeError);
  // @ts-expect-error A value of another kind.
  expect(() => engine.array(FheUint8, [true])).toThrow(TypeError);
});

describe("operations on elements", () => {
  type Bytes = IntegerArray<UintHandle<8>>;
  const left = [200, 3, 77, 255];
  const right = [100, 5, 7, 255];
  const arithmetic: [
    string,
    (a: Bytes, b: Bytes | Nested<Integer> | Integer) => Bytes,
    (a: number, b: number) => number,
  ][] = [
    ["add", (a, b) => a.add(b), (a, b) => a + b],
    ["sub", (a, b) => a.sub(b), (a, b) => a - b],
    ["mul", (a, b) => a.mul(b), (a, b) => a * b],
    ["and", (a, b) => a.and(b), (a, b) => a & b],
    ["or", (a, b) => a.or(b), (a, b) => a | b],
    ["xor", (a, b) => a.xor(b), (a, b) => a ^ b],
    ["min", (a, b) => a.min(b), Math.min],
    ["max", (a, b) => a.max(b), Math.max],
  ];

  test.each(arithmetic)(
    "%s with an array, a clear array and a clear value",
    async (_, operation, expected) => {
      const array = bytes(left);
      const byte = (value: number): number => value & 255;
      expect(await clear(operation(array, bytes(right)))).toEqual(
        left.map((a, i) => byte(expected(a, right[i]))),
      );
      expect(await clear(operation(array, right))).toEqual(left.map((a, i) => byte(expected(a, right[i]))));
      expect(await clear(operation(array, 9))).toEqual(left.map((a) => byte(expected(a, 9))));
    },
  );

  test("comparisons give arrays of truth values", async () => {
    const a = bytes(left);
    const [nine] = bytes([9]);
    expect(await clear(a.eq(right))).toEqual([false, false, false, true]);
    expect(await clear(a.ne(right))).toEqual([true, true, true, false]);
    expect(await clear(a.lt(nine))).toEqual([false, true, false, false]);
    expect(await clear(a.le(bytes(right)))).toEqual([false, true, false, true]);
    expect(await clear(a.gt(9))).toEqual([true, false, true, true]);
    expect(await clear(a.ge(right))).toEqual([true, false, true, true]);
  });

  test("unary ones, map and shifts", async () => {
    const a = bytes(left);
    expect(await clear(a.neg())).toEqual(left.map((x) => -x & 255));
    expect(await clear(a.not())).toEqual(left.map((x) => ~x & 255));
    expect(await clear(a.shl(1))).toEqual(left.map((x) => (x << 1) & 255));
    expect(await clear(a.shr([1, 2, 3, 8]))).toEqual([100, 0, 9, 0]);
    expect(await clear(a.map((x, i) => x.add(i)))).toEqual([200, 4, 79, 2]);
    expect(await clear(a.map((x) => x.eq(3)).not())).toEqual([true, false, true, true]);
    expect(await clear(a.map((x) => x.cast(FheUint16)))).toEqual(left);
  });

  test("of truth values, and what they select", async () => {
    const p = booleans([true, true, false, false]);
    const q = [true, false, true, false];
    expect(await clear(p.and(q))).toEqual([true, false, false, false]);
    expect(await clear(p.or(booleans(q)))).toEqual([true, true, true, false]);
    expect(await clear(p.xor(q))).toEqual([false, true, true, false]);
    expect(await clear(p.eq(true))).toEqual([true, true, false, false]);
    expect(await clear(p.ne(q))).toEqual([false, true, true, false]);
    expect(await clear(p.select(bytes(left), right))).toEqual([200, 3, 7, 255]);
    expect(await clear(p.select([1, 2, 3, 4], bytes(right)))).toEqual([1, 2, 7, 255]);
    expect(await clear(p.select(q, booleans([false, true, false, true])))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(() => p.select(bytes([1, 2]), right)).toThrow(RangeError);
    expect(await clear([p.all(), p.any(), p.slice([0, 2]).all(), p.slice([2, 4]).any()])).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(await clear(p.reshape(2, 2).any(1))).toEqual([true, false]);
    expect(await clear(p.reshape(2, 2).all(0))).toEqual([false, false]);
  });
});

describe("reductions", () => {
  const values = [
    [250, 3, 77],
    [9, 120, 76],
  ];

  test("of all elements and along each dimension", async () => {
    const a = bytes(values);
    const sum = (...some: number[]): number => some.reduce((x, y) => x + y, 0) & 255;
    expect(await clear([a.sum(), a.smallest(), a.largest()])).toEqual([sum(...values.flat()), 3, 250]);
    expect(a.sum(0).shape).toEqual([3]);
    expect(await clear(a.sum(0))).toEqual([sum(250, 9), sum(3, 120), sum(77, 76)]);
    expect(await clear(a.sum(1))).toEqual([sum(250, 3, 77), sum(9, 120, 76)]);
    expect(await clear(a.smallest(0))).toEqual([9, 3, 76]);
    expect(await clear(a.largest(1))).toEqual([250, 120]);
    const cube = bytes(
      Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
    expect(cube.sum(1).shape).toEqual([2, 4]);
    expect(await clear(cube.sum(1))).toEqual([12, 15, 18, 21, 48, 51, 54, 57]);
  });

  test("of signed integers", async () => {
    const a = signed([-5, 7, -128, 3]);
    expect(await clear([a.sum(), a.smallest(), a.largest()])).toEqual([-123, -128, 7]);
    expect(await clear(a.sort())).toEqual([-128, -5, 3, 7]);
  });

  test("dot products with encrypted and clear weights", async () => {
    const a = bytes([3, 4, 5]);
    expect(await clear([a.dotProduct(bytes([7, 8, 9])), a.dotProduct([1, 2, 3])])).toEqual([98, 26]);
    expect(() => booleans([true]).dotProduct([70000], FheUint16)).toThrow(RangeError);
    expect(await clear([booleans([true, false, true]).dotProduct([5, 6, 700], FheUint16)])).toEqual([705]);
  });
});

describe("searches", () => {
  test("find values, encrypted and clear, in encrypted and clear arrays", async () => {
    const a = bytes([7, 9, 7, 200, 13]);
    const known = engine.array(FheUint8, [7, 9, 200]) as IntegerArray<UintHandle<8>>;
    const [nine, eight] = bytes([9, 8]);
    expect(await clear([a.contains(nine), a.contains(eight), a.contains(200), known.contains(nine)])).toEqual(
      [true, false, true, true],
    );
    const found = async ([position, there]: [UintHandle<32>, BoolHandle]): Promise<unknown[]> =>
      clear([position, there]);
    expect(await found(a.indexOf(nine, { unique: true }))).toEqual([1, true]);
    expect(await found(a.indexOf(8))).toEqual([0, false]);
    expect(await found(a.indexOf(7))).toEqual([0, true]);
    expect(await found(a.slice([1, 5]).indexOf(7))).toEqual([1, true]);
    expect(await found(known.indexOf(nine))).toEqual([1, true]);
    expect(await found(a.firstIndexWhere((x) => x.gt(10)))).toEqual([3, true]);
    expect(await found(a.firstIndexWhere((x, i) => x.eq(i)))).toEqual([0, false]);
    expect(await found(booleans([false, true, true]).indexOf(true))).toEqual([1, true]);
    expect(() => a.firstIndexWhere((x) => x as never)).toThrow(TypeError);
    expect(() => a.contains(256)).toThrow(RangeError);
  });

  test("compare whole arrays", async () => {
    const a = bytes([1, 2, 3, 4]);
    expect(
      await clear([
        a.equals(bytes([1, 2, 3, 4])),
        a.equals([1, 2, 3, 5]),
        a.equals(bytes([1, 2, 3, 4], [2, 2])),
        a.containsSlice(bytes([2, 3])),
        a.containsSlice([3, 2]),
        a.containsSlice([1, 2, 3, 4, 5]),
      ]),
    ).toEqual([true, false, false, true, false, false]);
  });
});

describe("order", () => {
  test("sort, also downwards, by other values, and at random", async () => {
    const values = [77, 3, 250, 3, 128, 0];
    const a = bytes(values, [2, 3]);
    const sorted = values.toSorted((x, y) => x - y);
    expect(a.sort().shape).toEqual([2, 3]);
    expect(await clear(a.sort())).toEqual(sorted);
    expect(await clear(a.sort({ descending: true }))).toEqual(sorted.toReversed());
    expect(await clear(bytes([1, 2, 3]).sortBy(signed([5, -5, 0])))).toEqual([2, 3, 1]);
    expect(await clear(bytes([1, 2, 3]).sortBy(bytes([1, 9, 4]), { descending: true }))).toEqual([2, 3, 1]);
    expect(await clear(booleans([true, false, true]).sort())).toEqual([false, true, true]);
    const shuffled = (await clear(a.shuffle({ seed: 5n, keyBits: 16 }))) as number[];
    expect(shuffled.toSorted((x, y) => x - y)).toEqual(sorted);
    expect(await clear(a.shuffle({ seed: 5n, keyBits: 16 }))).toEqual(shuffled);
    expect(() => a.sortBy(bytes([1]))).toThrow(RangeError);
    expect(() => a.shuffle({ keyBits: 0 })).toThrow(RangeError);
    expect(() => a.shuffle({ keyBits: 8, collisionProbability: 0.1 })).toThrow(TypeError);
    expect(() => a.shuffle({ collisionProbability: 2 })).toThrow(RangeError);
    expect(() => a.shuffle({ attackerAdvantage: 0 })).toThrow(RangeError);
    expect(() => a.shuffle({ attackerAdvantage: 1, revealed: 0.5 })).toThrow(RangeError);
    expect(() => a.shuffle({ attackerAdvantage: 1, keyBits: 8 })).toThrow(
      /keyBits and attackerAdvantage exclude/,
    );
    expect(() => a.shuffle({ revealed: 1 })).toThrow(TypeError);
    const few = (await clear(a.shuffle({ seed: 5n, attackerAdvantage: 2 ** -10, revealed: 1 }))) as number[];
    expect(few.toSorted((x, y) => x - y)).toEqual(sorted);
  });

  // Those of TFHE-rs's own tests, from its note on how uniform shuffles are.
  test.each([
    [52, { attackerAdvantage: 1 }, 19],
    [52, { attackerAdvantage: (7.3 * 6 * 52) / 2 ** 32, revealed: 6 }, 32],
    [512, { attackerAdvantage: (7.3 * 6 * 512) / 2 ** 32, revealed: 6 }, 32],
    [52, { collisionProbability: 0.16 }, 14],
    [1000, { attackerAdvantage: 2 ** -40 }, 60],
    [1000, { attackerAdvantage: 2 ** -40, revealed: 10 }, 57],
    [1000, { attackerAdvantage: 2 ** -40, revealed: 300 }, 60],
    [1000, { attackerAdvantage: 2 ** -40, revealed: 200 }, 60],
  ])("%i values are shuffled, %j, by keys of %i bits", (length, options, bits) => {
    expect(shuffleKeyBits(length, options)).toBe(bits);
  });
});

test("elements are computed and given together", async () => {
  const a = bytes([5, 6]).add(1);
  const ciphertexts = await a.ciphertexts();
  expect(ciphertexts.map((ciphertext) => ciphertext.decrypt(clientKey))).toEqual([6, 7]);
  expect(engine.explain(...a).bootstraps).toBe(0);
});

test("slices share the elements, which dispose lets go of", () => {
  const a = bytes([1, 2, 3]);
  const part = a.slice([1, 2]);
  expect(part.get(0)).toBe(a.get(1));
  expect(engine.explain(...part).bootstraps).toBe(0);
  a.dispose();
  expect(() => part.get(0).add(1)).toThrow(DisposedError);
  {
    using scoped = bytes([4]);
    expect(scoped.size).toBe(1);
  }
});

test("what does not fit does not compile", () => {
  const a = bytes([1, 2]);
  const words = engine.array([1, 2].map((value) => engine.load(FheUint16.encrypt(value, clientKey))));
  const misuses = [
    // @ts-expect-error widths differ
    () => a.add(words),
    // @ts-expect-error signs differ
    () => a.add(signed([1, 2])),
    // @ts-expect-error integers are no truth values
    () => a.add(true),
    // @ts-expect-error truth values are no integers
    () => booleans([true, false]).and(a),
    // @ts-expect-error types differ
    () => booleans([true, false]).select(a, words),
    // @ts-expect-error truth values have no sum
    () => booleans([true]).sum(),
    // @ts-expect-error types differ
    () => a.contains(words.get(0)),
  ];
  for (const misuse of misuses) expect(misuse).toThrow(TypeError);
});
