import { afterAll, describe, expect, test } from "vitest";
import {
  ClientKey,
  CompressedKeyValueStore,
  DeserializationError,
  Engine,
  FheInt8,
  FheInt64,
  FheUint8,
  FheUint24,
  FheUint32,
  FheUint64,
  FheUint128,
  MismatchError,
  ParameterError,
  ServerKey,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { TOY_COMPRESSION, toyPair } from "../toy.ts";
import { bytesOf, clientKeyOf, entries, INSECURE, LATEST } from "../wire/vectors.ts";

const clientKey = await ClientKey.generate({
  parameters: INSECURE_TOY_MESSAGE_2_CARRY_2,
  allowInsecureParameters: true,
  compression: TOY_COMPRESSION,
});
const engine = await Engine.create(await ServerKey.from(clientKey), { threads: 1 });
afterAll(() => engine.dispose());

describe("stores of TFHE-rs", () => {
  const types = {
    "u8, FheUint32": [FheUint8, FheUint32],
    "i64, FheInt8": [FheInt64, FheInt8],
    "u128, FheUint64": [FheUint128, FheUint64],
    "u32, FheUint8": [FheUint32, FheUint8],
  } as const;
  const stores = entries.filter(({ type }) => type.startsWith("CompressedKVStore"));

  test("are there, of all kinds", () => {
    expect([...new Set(stores.map(({ type }) => type))].sort()).toEqual(
      Object.keys(types)
        .map((name) => `CompressedKVStore<${name}>`)
        .sort(),
    );
  });

  test.each(stores.map((entry) => [`${entry.version}/${entry.file}`, entry] as const))(
    "%s",
    async (_, entry) => {
      const bytes = bytesOf(entry);
      const [keys, values] = types[/<(.*)>/.exec(entry.type)![1] as keyof typeof types];
      const stored = CompressedKeyValueStore.deserialize(bytes, keys, values);
      const expected = entry.keys!.map((key, i) => [key, entry.values![i].value]);
      // What 1.4 to 1.7 wrote is not written again.
      if (entry.version === LATEST) expect(Buffer.compare(stored.serialize(), bytes)).toBe(0);
      expect(stored.size).toBe(expected.length);
      const key = clientKeyOf(entry);
      expect([...stored.decrypt(key)].map((pair) => pair.map(String))).toEqual(expected);
      const server = entries.find(
        ({ type, configuration, version }) =>
          type === "CompressedServerKey" &&
          configuration === entry.configuration &&
          version === entry.version,
      );
      using theirs = await Engine.create(ServerKey.deserialize(bytesOf(server!), INSECURE), { threads: 1 });
      const store = theirs.keyValueStore(stored);
      const found = await store.ciphertexts();
      expect([...found].map(([k, value]) => [String(k), String(value.decrypt(key))])).toEqual(expected);
    },
  );
});

test("a store comes back as it was, and can be looked into with encrypted keys", async () => {
  const store = engine.keyValueStore(FheUint8, FheInt64);
  for (const [key, value] of [
    [200, -5n],
    [3, 7n],
    [0, 2n ** 62n],
  ] as const) {
    store.insert(key, engine.load(FheInt64.encrypt(value, clientKey)));
  }
  const bytes = (await store.compress()).serialize();
  const stored = CompressedKeyValueStore.deserialize(bytes, FheUint8, FheInt64);
  expect(stored.types).toEqual({ keys: "FheUint8", values: "FheInt64" });
  const expected = [
    [0, 2n ** 62n],
    [3, 7n],
    [200, -5n],
  ];
  expect([...stored.decrypt(clientKey)]).toEqual(expected);
  const again = engine.keyValueStore(stored);
  expect([...again.keys()]).toEqual([0, 3, 200]);
  const [value, found] = again.get(engine.load(FheUint8.encrypt(200, clientKey)));
  expect((await value.ciphertext()).decrypt(clientKey)).toBe(-5n);
  expect((await found.ciphertext()).decrypt(clientKey)).toBe(true);
  const clear = again.get(3);
  expect((await clear!.add(1).ciphertext()).decrypt(clientKey)).toBe(8n);
});

test("what does not fit is refused", async () => {
  const store = engine.keyValueStore(FheUint8, FheUint8);
  store.insert(1, 5);
  store.insert(2, engine.load(FheUint8.encrypt(9, clientKey)));
  const bytes = (await store.compress()).serialize();
  for (const [keys, values] of [
    [FheUint32, FheUint8],
    [FheUint8, FheInt8],
    [FheUint8, FheUint32],
  ] as const) {
    expect(() => CompressedKeyValueStore.deserialize(bytes, keys, values)).toThrow(DeserializationError);
  }
  expect(() => CompressedKeyValueStore.deserialize(bytes, FheUint24, FheUint8)).toThrow(ParameterError);
  const odd = engine.keyValueStore(FheUint24, FheUint8);
  odd.insert(1, 5);
  const stored = await odd.compress();
  expect([...stored.decrypt(clientKey)]).toEqual([[1, 5]]);
  expect(() => stored.serialize()).toThrow(ParameterError);
  // Keys that are twice there, or not in order.
  const at = bytes.findIndex((_, i) => bytes[i] === 2 && bytes[i + 8] === 1 && bytes[i + 9] === 2);
  const twice = bytes.slice();
  twice[at + 9] = 1;
  expect(() => CompressedKeyValueStore.deserialize(twice, FheUint8, FheUint8)).toThrow(
    /keys that are not in order/,
  );
  const { clientKey: plain, engine: other } = await toyPair({ threads: 1 });
  const back = CompressedKeyValueStore.deserialize(bytes, FheUint8, FheUint8);
  expect(() => other.keyValueStore(back)).toThrow(MismatchError);
  expect(() => back.decrypt(plain)).toThrow(MismatchError);
  await expect(other.keyValueStore(FheUint8, FheUint8).compress()).rejects.toThrow(MismatchError);
  other.dispose();
});
