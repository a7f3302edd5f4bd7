import { afterAll, afterEach, describe, expect, test } from "vitest";
import {
  ClientKey,
  CompressedCiphertextList,
  DisposedError,
  Engine,
  ExpandedServerKey,
  FheBool,
  FheInt8,
  FheUint4,
  FheUint8,
  FheUint64,
  type GenerateOptions,
  LimitError,
  MismatchError,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  ParameterError,
  ServerKey,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { nextTask } from "../../src/progress.ts";
import { packIntegers } from "../../src/scheme/lwe/packed-integers.ts";
import { deserializeCompressedList, serializeCompressedList } from "../../src/wire/values/compressed-list.ts";
import { TestRandom } from "../kernel/reference.ts";
import { TOY_COMPRESSION, toyPair } from "../toy.ts";
import { bytesOf, clientKeyOf, entries, INSECURE, LATEST, readerOf, valueTypes } from "../wire/vectors.ts";

const options: GenerateOptions = {
  parameters: INSECURE_TOY_MESSAGE_2_CARRY_2,
  allowInsecureParameters: true,
  compression: TOY_COMPRESSION,
};
const clientKey = await ClientKey.generate(options);
const serverKey = await ServerKey.from(clientKey);
const engine = await Engine.create(serverKey, { threads: 2 });
afterAll(() => engine.dispose());

describe("what TFHE-rs packed", async () => {
  const lists = entries.filter(
    ({ type, version, configuration }) =>
      version === LATEST && configuration === "lists" && type === "CompressedCiphertextList",
  );
  const [first] = lists;
  const serverKeyEntry = entries.find(
    ({ version, configuration, type }) =>
      version === first.version && configuration === first.configuration && type === "CompressedServerKey",
  );
  const key = clientKeyOf(first);
  const seeded = ServerKey.deserialize(bytesOf(serverKeyEntry!), INSECURE);
  const theirs = await Engine.create(seeded, { threads: 1 });
  afterAll(() => theirs.dispose());

  const loadFile = (version: string, file: string) => {
    const entry = entries.find((one) => one.version === version && one.file === file)!;
    return theirs.load(readerOf(entry.type)(bytesOf(entry)) as FheUint8);
  };

  test.each(lists.map((entry) => [entry.file, entry] as const))(
    "%s unpacks to its values",
    async (_, entry) => {
      const list = CompressedCiphertextList.deserialize(bytesOf(entry));
      expect(list.types).toEqual(entry.values!.map(({ type }) => type));
      const back = await Promise.all(theirs.expand(list).map((handle) => handle.ciphertext()));
      expect(back.map((one) => String(one.decrypt(key)))).toEqual(entry.values!.map(({ value }) => value));
    },
  );

  const packed = lists.filter(({ of }) => of !== undefined);
  test.each(packed.map((entry) => [entry.file, entry] as const))(
    "%s is the same bytes here",
    async (_, entry) => {
      const { version, of } = entry;
      const list = await theirs.compress(of!.map((file) => loadFile(version, file)));
      expect(Buffer.compare(list.serialize(), bytesOf(entry))).toBe(0);
      // So it is in an engine with the expanded key.
      const expanded = ExpandedServerKey.deserialize((await seeded.expand()).serialize(), INSECURE);
      using other = await Engine.create(expanded, { threads: 1, deterministic: true });
      const again = await other.compress(other.expand(list).slice(0, 0));
      expect(again.length).toBe(0);
      const sum = other.expand(
        list,
        ["FheUint8", "FheInt16", "FheBool", "FheUint64", "FheUint8"].map(typeOf),
      );
      const [a, , , , e] = await other.compress(sum).then((one) => one.decrypt(key));
      expect([a, e]).toEqual([171, 171]);
    },
  );
});

const typeOf = (name: string) => valueTypes.get(name)! as typeof FheUint8;

describe("lists of results", () => {
  test("hold values of all types, for clients and for engines", async () => {
    const a = engine.load(FheUint8.encrypt(200, clientKey));
    const b = engine.load(FheInt8.encrypt(-5, clientKey));
    const c = engine.load(FheBool.encrypt(true, clientKey));
    const d = engine.load(FheUint64.encrypt(0x1234_5678_9abc_def0n, clientKey));
    const list = await engine.compress([a.add(100), b, c.not(), d, c, a.gt(3)]);
    expect(list.types).toEqual(["FheUint8", "FheInt8", "FheBool", "FheUint64", "FheBool", "FheBool"]);
    expect(list.length).toBe(6);
    expect(list.blockCount).toBe(4 + 4 + 1 + 32 + 1 + 1);
    const expected = [44, -5, false, 0x1234_5678_9abc_def0n, true, true];
    expect(list.decrypt(clientKey)).toEqual(expected);
    const bytes = list.serialize();
    const read = CompressedCiphertextList.deserialize(bytes);
    expect(read.serialize()).toEqual(bytes);
    expect(read.decrypt(clientKey)).toEqual(expected);
    const handles = engine.expand(read);
    for (const [i, handle] of handles.entries()) {
      const back = await handle.ciphertext();
      expect(back.decrypt(clientKey)).toBe(expected[i]);
    }
    const [x, , z] = engine.expand(read, [FheUint8, FheInt8, FheBool, FheUint64, FheBool, FheBool]);
    expect((await x.add(1).ciphertext()).decrypt(clientKey)).toBe(45);
    expect((await z.or(c).ciphertext()).decrypt(clientKey)).toBe(true);
    const one = engine.loadFrom(read, 3, FheUint64);
    expect(engine.explain(one).bootstraps).toBe(32);
    expect((await one.ciphertext()).decrypt(clientKey)).toBe(0x1234_5678_9abc_def0n);
  });

  test("every digit comes back, whatever its neighbours", async () => {
    const values = Array.from({ length: 64 }, (_, i) => i % 16);
    const list = await engine.compress(
      values.map((value) => engine.load(FheUint4.encrypt(value, clientKey))),
    );
    expect(list.decrypt(clientKey)).toEqual(values);
    const back = await Promise.all(engine.expand(list).map((handle) => handle.ciphertext()));
    expect(back.map((one) => one.decrypt(clientKey))).toEqual(values);
  });
});

describe("what does not fit is refused, and the engine goes on:", async () => {
  const x = engine.load(FheUint8.encrypt(7, clientKey));
  const list = await engine.compress([x, x.gt(3)]);
  const toy = { parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, allowInsecureParameters: true };

  afterEach(async () => expect((await engine.compress([x])).decrypt(clientKey)).toEqual([7]));

  test("entries of another type, and ones that are not there", () => {
    expect(() => engine.loadFrom(list, 1, FheUint8)).toThrow(
      new MismatchError("value 1 of the list is of type FheBool; expected FheUint8"),
    );
    expect(() => engine.expand(list, [FheUint8, FheUint8])).toThrow(MismatchError);
    expect(() => engine.expand(list, [FheUint8])).toThrow(/holds FheUint8, FheBool; expected FheUint8$/);
    for (const index of [-1, 2, 0.5, Number.NaN]) {
      expect(() => engine.loadFrom(list, index)).toThrow(RangeError);
    }
    expect(() => engine.expand(list, undefined, { maxBlocks: 4 })).toThrow(LimitError);
    expect(engine.expand(list, undefined, { maxBlocks: 5 })).toHaveLength(2);
  });

  test("keys without the part", async () => {
    const plain = await ClientKey.generate(toy);
    using other = await Engine.create(await ServerKey.from(plain), { threads: 1 });
    const y = other.load(FheUint8.encrypt(7, plain));
    await expect(other.compress([y])).rejects.toThrow(MismatchError);
    await expect(other.compress([y])).rejects.toThrow(/compression: true/);
    expect(() => other.loadFrom(list, 0)).toThrow(/compression: true/);
    expect(() => list.decrypt(plain)).toThrow(/compression: true/);
    expect((await y.ciphertext()).decrypt(plain)).toBe(7);
  });

  test("lists under keys of other parameters", async () => {
    for (const [change, what] of [
      [{ glweDimension: 1 }, /number of mask elements of the list is 512; the key has 256/],
      [{ ciphertextsPerGlwe: 21 }, /number of blocks in a ciphertext of the list is 20; the key has 21/],
      [{ storedBits: 12 }, /number of stored bits of the list is 11; the key has 12/],
      [{ glweDimension: 1, polynomialSize: 512 }, /polynomial size of the list is 256; the key has 512/],
    ] as const) {
      const key = await ClientKey.generate({ ...toy, compression: { ...TOY_COMPRESSION, ...change } });
      using other = await Engine.create(await ServerKey.from(key), { threads: 1 });
      expect(() => other.expand(list)).toThrow(MismatchError);
      expect(() => other.expand(list)).toThrow(what);
      expect(() => list.decrypt(key)).toThrow(what);
      // They make lists of their own.
      const own = await other.compress([other.load(FheUint8.encrypt(201, key))]);
      expect(own.decrypt(key)).toEqual([201]);
      expect((await other.loadFrom(own, 0, FheUint8).ciphertext()).decrypt(key)).toBe(201);
    }
  });

  test("keys of lists that there are no kernels for", async () => {
    const entry = entries.find(
      ({ file, version }) => version === "1.8" && file === "full/compressed-server-key.bin",
    );
    const key = clientKeyOf(entry!);
    using other = await Engine.create(ServerKey.deserialize(bytesOf(entry!), INSECURE), { threads: 1 });
    const y = other.load(FheUint8.encrypt(7, key));
    await expect(other.compress([y])).rejects.toThrow(ParameterError);
    await expect(other.compress([y])).rejects.toThrow(/packing key of 8 coefficients/);
    expect((await y.add(1).ciphertext()).decrypt(key)).toBe(8);
    const known = { parameters: PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128, compression: true };
    await expect(ClientKey.generate(known)).rejects.toThrow(/other message and carry moduli/);
  });

  test("handles of another engine, of none, and too late", async () => {
    const { clientKey: plain, engine: other } = await toyPair({ threads: 1 });
    const y = other.load(FheUint8.encrypt(7, plain));
    await expect(engine.compress([x, y])).rejects.toThrow(/another engine/);
    await expect(engine.compress([x, 3 as never])).rejects.toThrow(TypeError);
    await expect(engine.compress(x as never)).rejects.toThrow(/array of handles/);
    other.dispose();
  });

  test("packing is given up when it is asked to, and where the engine ends", async () => {
    const many = Array.from({ length: 60 }, () => x);
    const controller = new AbortController();
    const packing = engine.compress(many, { signal: controller.signal });
    queueMicrotask(() => controller.abort(new Error("enough")));
    await expect(packing).rejects.toThrow("enough");
    const short = await Engine.create(serverKey, { threads: 1 });
    const one = short.load(FheUint8.encrypt(7, clientKey));
    const before = short.info.memoryBytes;
    const begun = short.compress(Array.from({ length: 400 }, () => one));
    while (short.info.memoryBytes === before) await nextTask(); // until it is packing
    short.dispose();
    await expect(begun).rejects.toThrow(DisposedError);
  });
});

test("an empty list", async () => {
  const list = await engine.compress([]);
  expect([list.length, list.blockCount, list.types]).toEqual([0, 0, []]);
  expect(list.decrypt(clientKey)).toEqual([]);
  expect(engine.expand(CompressedCiphertextList.deserialize(list.serialize()))).toEqual([]);
});

test("a list has its key's tag, or another", async () => {
  const tag = Uint8Array.of(1, 2, 3);
  const tagged = await ClientKey.generate({ ...options, tag });
  using other = await Engine.create(await ServerKey.from(tagged), { threads: 1 });
  const list = await other.compress([other.load(FheUint8.encrypt(3, tagged))]);
  expect(list.tag).toEqual(tag);
  expect(list.withTag(Uint8Array.of(9)).tag).toEqual(Uint8Array.of(9));
});

test("trivial values, sums that carry, and what is computed with threads or without are packed alike", async () => {
  const { parameters } = clientKey;
  const x = FheUint8.encrypt(250, clientKey);
  const lists = await Promise.all(
    [0, 2].map(async (threads) => {
      using other = await Engine.create(serverKey, { threads, deterministic: true });
      const y = other.load(x);
      const sum = y.add(y);
      const trivial = other.load(FheUint8.encryptTrivial(9, parameters));
      return (await other.compress([sum, trivial, y, y.eq(250), sum.add(trivial)])).serialize();
    }),
  );
  expect(Buffer.compare(lists[0], lists[1])).toBe(0);
  const list = CompressedCiphertextList.deserialize(lists[0]);
  expect(list.decrypt(clientKey)).toEqual([244, 9, 250, true, 253]);
});

test("whatever a list holds, its values are of their types", async () => {
  const random = new TestRandom(7);
  const list = await engine.compress([
    engine.load(FheBool.encrypt(true, clientKey)),
    engine.load(FheUint8.encrypt(1, clientKey)),
  ]);
  const content = deserializeCompressedList(list.serialize());
  const { ciphertexts, ...shape } = content.blocks!;
  const known = new Set<string>();
  for (let round = 0; round < 20; round++) {
    const packed = ciphertexts.map(({ packed, count }) => {
      const elements = Uint32Array.from(random.torus(512 + count), (value) => Number(value & 0x7ffn));
      return { packed: packIntegers(elements, 11).slice(0, packed.length), count };
    });
    const hostile = serializeCompressedList({ ...content, blocks: { ...shape, ciphertexts: packed } });
    const [bool, uint] = engine.expand(CompressedCiphertextList.deserialize(hostile), [FheBool, FheUint8]);
    // A boolean is 0 or 1: how often it counts says so.
    const counted = bool.cast(FheUint8).mul(3).add(uint.mul(0));
    known.add(String((await counted.ciphertext()).decrypt(clientKey)));
    expect((await uint.ciphertext()).decrypt(clientKey)).toBeLessThan(256);
  }
  expect([...known].sort()).toEqual(["0", "3"]);
});
