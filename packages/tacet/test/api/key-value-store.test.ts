import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyValueStore } from "../../src/api/engine/collections/key-value-store.ts";
import {
  type Ciphertext,
  type ClientKey,
  DisposedError,
  type Engine,
  type FheBool,
  FheInt8,
  FheUint8,
  FheUint16,
  FheUint64,
  type Handle,
  type UintHandle,
} from "../../src/index.ts";
import { toyPair } from "../toy.ts";

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  ({ clientKey, engine } = await toyPair({ threads: 1 }));
});

afterAll(() => engine.dispose());

const byte = (value: number): UintHandle<8> => engine.load(FheUint8.encrypt(value, clientKey));
const word = (value: number): UintHandle<16> => engine.load(FheUint16.encrypt(value, clientKey));

type Store = KeyValueStore<UintHandle<16>, UintHandle<8>>;

function storeOf(entries: readonly (readonly [number, number])[]): Store {
  const store: Store = engine.keyValueStore(FheUint16, FheUint8);
  for (const [key, value] of entries) store.insert(key, byte(value));
  return store;
}

async function clear(values: Iterable<Handle<Ciphertext>>): Promise<(number | bigint | boolean)[]> {
  const computed = await Promise.all(Array.from(values, (value) => value.ciphertext()));
  return computed.map((value) => (value as FheUint8 | FheBool).decrypt(clientKey));
}

async function contents(store: Store): Promise<[number, number][]> {
  return [...(await store.ciphertexts())].map(([key, value]) => [key, value.decrypt(clientKey)]);
}

const ENTRIES = [
  [1, 10],
  [20000, 20],
  [3, 255],
] as const;

describe("a store with clear keys is like a map", () => {
  test("of keys in the order in which they came", async () => {
    const store = storeOf(ENTRIES);
    expect(store.size).toBe(3);
    expect([...store.keys()]).toEqual([1, 20000, 3]);
    expect([store.contains(3), store.contains(4), store.contains(20000n)]).toEqual([true, false, true]);
    expect(await clear([store.get(20000) as UintHandle<8>])).toEqual([20]);
    expect(store.get(2)).toBeUndefined();
    expect(store.insert(2, 7)).toBeUndefined();
    const [former] = [store.insert(3, byte(1))];
    expect(await clear([former as UintHandle<8>])).toEqual([255]);
    expect(store.update(5, byte(1))).toBeUndefined();
    expect(await clear([store.update(1, 11) as UintHandle<8>])).toEqual([10]);
    expect(await clear([store.remove(20000) as UintHandle<8>])).toEqual([20]);
    expect(store.remove(20000)).toBeUndefined();
    expect(await contents(store)).toEqual([
      [1, 11],
      [3, 1],
      [2, 7],
    ]);
  });

  test("that keeps values of its own", async () => {
    const store: Store = engine.keyValueStore(FheUint16, FheUint8);
    const value = byte(9);
    store.insert(1, value);
    value.dispose();
    const given = store.get(1) as UintHandle<8>;
    store.update(word(1), 8);
    expect(await clear([given])).toEqual([9]);
    given.dispose();
    expect(await contents(store)).toEqual([[1, 8]]);
    store.dispose();
    expect(store.size).toBe(0);
  });

  test("of one type of keys, and one of values", () => {
    const store = storeOf(ENTRIES);
    const misuses = [
      // @ts-expect-error the keys are of another type
      () => store.get(byte(1)),
      // @ts-expect-error the values are of another type
      () => store.insert(1, word(1)),
      // @ts-expect-error the values are of another type
      () => store.update(word(1), word(1)),
      // @ts-expect-error the values are of another type
      () => store.containsValue(word(1)),
      // @ts-expect-error keys are integers
      () => store.insert("1", 1),
    ];
    for (const misuse of misuses) expect(misuse).toThrow(TypeError);
    expect(() => store.insert(65536, 1)).toThrow(RangeError);
    expect(() => store.insert(1, 256)).toThrow(RangeError);
    expect(() => store.get(-1)).toThrow(RangeError);
    expect(() => engine.keyValueStore(FheUint16, 8 as never)).toThrow(TypeError);
    const disposed = word(1);
    disposed.dispose();
    expect(() => store.get(disposed)).toThrow(DisposedError);
    expect(store.size).toBe(3);
  });
});

describe("a store with encrypted keys", () => {
  test("gives, replaces and changes the value of the key, and tells whether there is one", async () => {
    const store = storeOf(ENTRIES);
    expect(await clear(store.get(word(20000)))).toEqual([20, true]);
    expect(await clear(store.get(word(2)))).toEqual([0, false]);
    expect(await clear([store.contains(word(3)), store.contains(word(4))])).toEqual([true, false]);
    expect(
      await clear([store.containsValue(byte(255)), store.containsValue(21), store.containsValue(10)]),
    ).toEqual([true, false, true]);
    expect(await clear([store.update(word(3), byte(30)), store.update(word(4), 40)])).toEqual([true, false]);
    expect(await clear(store.map(word(1), (value) => value.mul(3)))).toEqual([10, 30, true]);
    expect(await clear(store.map(word(9), (value) => value.add(3)))).toEqual([0, 3, false]);
    expect(await contents(store)).toEqual([
      [1, 30],
      [20000, 20],
      [3, 30],
    ]);
  });

  test("finds nothing if it is empty", async () => {
    const store = storeOf([]);
    const found = [store.contains(word(0)), store.containsValue(0), store.update(word(0), 1)];
    expect(await clear([...found, ...store.get(word(0)), ...store.map(word(0), (x) => x.add(1))])).toEqual([
      false,
      false,
      false,
      0,
      false,
      0,
      1,
      false,
    ]);
    expect(store.size).toBe(0);
  });

  test("takes signed keys and wide values", async () => {
    const store = engine.keyValueStore(FheInt8, FheUint64);
    store.insert(-128, 2n ** 64n - 1n);
    store.insert(127, 5);
    store.insert(-1, 6);
    const key = (value: number) => engine.load(FheInt8.encrypt(value, clientKey));
    expect([...store.keys()]).toEqual([-128, 127, -1]);
    expect(await clear(store.get(key(-128)))).toEqual([2n ** 64n - 1n, true]);
    expect(await clear(store.get(key(-1)))).toEqual([6n, true]);
    expect(await clear([store.contains(key(-127)), store.contains(key(127))])).toEqual([false, true]);
  });

  test("may change while a value is mapped", async () => {
    const store = storeOf(ENTRIES);
    const mapped = store.map(word(20000), (value) => {
      store.remove(1);
      store.insert(3, 7);
      store.insert(4, 8);
      return value.add(1);
    });
    expect(await clear(mapped)).toEqual([20, 21, true]);
    expect(await contents(store)).toEqual([
      [20000, 21],
      [3, 7],
      [4, 8],
    ]);
    const fails = (): UintHandle<8> => {
      throw new RangeError("not today");
    };
    expect(() => store.map(word(3), fails)).toThrow("not today");
    expect((await contents(store)).length).toBe(3);
  });

  test("does what a map does, operation after operation", async () => {
    const action = fc.tuple(fc.constantFrom("update", "map", "get"), fc.nat(6), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(6)),
        fc.array(action, { maxLength: 6 }),
        async (keys, actions) => {
          const expected = new Map(keys.map((key) => [key, key + 100]));
          const store = storeOf([...expected]);
          for (const [name, key, value] of actions) {
            const former = expected.get(key);
            const right = [former ?? 0, former !== undefined];
            if (name === "get") expect(await clear(store.get(word(key)))).toEqual(right);
            if (name === "update")
              expect(await clear([store.update(word(key), byte(value))])).toEqual([right[1]]);
            if (name === "map") {
              const [old, , found] = store.map(word(key), () => byte(value));
              expect(await clear([old, found])).toEqual(right);
            }
            if (name !== "get" && former !== undefined) expected.set(key, value);
          }
          expect(await contents(store)).toEqual([...expected]);
          store.dispose();
        },
      ),
      { numRuns: 15 },
    );
  });

  test("leaves nothing behind in the engine when it and its results are gone", async () => {
    const before = engine.info.ciphertexts;
    const key = word(3);
    const store = storeOf(ENTRIES);
    const results = [...store.map(key, (value) => value.add(1)), ...store.get(key), store.update(key, 1)];
    await clear(results);
    await contents(store);
    for (const result of results) result.dispose();
    store.dispose();
    key.dispose();
    expect(engine.info.ciphertexts - before).toBeLessThanOrEqual(ENTRIES.length * 4);
  });
});
