import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clearEngine } from "../../src/clear.ts";
import {
  CompressedCiphertextList,
  CompressedKeyValueStore,
  DEFAULT_PARAMETERS,
  Engine,
  FheAsciiString,
  FheBool,
  FheInt16,
  type FheInteger,
  FheUint8,
  FheUint16,
  FheUint24,
  FheUint32,
  FheUint64,
  FheUtf8String,
  type IntegerHandle,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
  type UintHandle,
} from "../../src/index.ts";
import { compile } from "../../src/regex.ts";

let engine: Engine;

beforeAll(async () => {
  engine = await clearEngine({ compression: true, threads: 2 });
});
afterAll(() => engine.dispose());

const byte = (value: number): UintHandle<8> => engine.load(FheUint8.encryptTrivial(value));
const bytes = (...values: number[]): UintHandle<8>[] => values.map(byte);

interface Readable {
  ciphertext(): Promise<{
    readonly isTrivial: boolean;
    decryptTrivial(): number | bigint | boolean | string;
  }>;
}
const read = async (...handles: readonly unknown[]): Promise<unknown[]> => {
  const results = await Promise.all((handles as readonly Readable[]).map((handle) => handle.ciphertext()));
  expect(results.every(({ isTrivial }) => isTrivial)).toBe(true);
  return results.map((result) => result.decryptTrivial());
};

describe("a clear engine", () => {
  test("is an engine, of the parameters and threads that it is asked for", async () => {
    expect(engine).toBeInstanceOf(Engine);
    expect(engine.info).toMatchObject({
      parameters: DEFAULT_PARAMETERS,
      threads: 2,
      sharedMemory: false,
      whyNoWorkers: expect.stringContaining("nothing is encrypted"),
      deterministic: false,
      memoryBytes: 0,
    });
    const parameters = { ...PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128 };
    using wide = await clearEngine({ parameters });
    expect(wide.info.parameters).toEqual(parameters);
    const tripled = await wide
      .load(FheUint24.encryptTrivial(333, parameters).withTag(Uint8Array.of(1)))
      .mul(3);
    expect((await tripled.ciphertext()).decryptTrivial()).toBe(999);
  });

  test("computes a program through bytes", async () => {
    const price = FheUint32.encryptTrivial(1200).serialize();
    const p = engine.load(FheUint32.deserialize(price));
    const result = await p.gt(1000).select(p.sub(100), p).mul(3).serialize();
    const read = FheUint32.deserialize(result);
    expect([read.isTrivial, read.decryptTrivial()]).toEqual([true, 3300]);
  });

  test("computes on its own results, given as they are or by bytes", async () => {
    const sum = await byte(200).add(100).ciphertext();
    const again = [sum, FheUint8.deserialize(sum.serialize())].map((one) => engine.load(one).mul(2));
    expect(await read(...again)).toEqual([88, 88]);
  });

  test("takes what is loaded twice, or given out and loaded again, for the same", async () => {
    const one = FheUint8.encryptTrivial(9);
    expect(engine.explain(engine.load(one).eq(engine.load(one))).bootstraps).toBe(0);
    expect(engine.explain(byte(9).eq(byte(9))).bootstraps).toBeGreaterThan(0);
    const sum = byte(1).add(byte(2));
    const result = await sum.ciphertext();
    const held = engine.info.ciphertexts;
    const again = engine.load(result);
    expect(engine.info.ciphertexts).toBe(held);
    expect(engine.explain(again.sub(sum)).bootstraps).toBe(0);
    expect(engine.explain(engine.load(one, { checked: true })).bootstraps).toBe(4);
  });

  test("checks what it loads, where it is told to", async () => {
    const flag = engine.load(FheBool.encryptTrivial(true), { checked: true });
    const text = engine.load(FheAsciiString.encryptTrivial("ok", { size: 4 }), { checked: true });
    expect(engine.explain(flag).bootstraps).toBe(1);
    expect(await read(flag.not(), text.toUpperCase())).toEqual([false, "OK"]);
  });

  test("works on texts", async () => {
    const ascii = engine.load(FheAsciiString.encryptTrivial("Meet me at 9", { size: 14 }));
    const utf8 = engine.load(FheUtf8String.encryptTrivial("Zoë €", { padding: 1 }));
    const found = ascii.toLowerCase().indexOf("at");
    const texts = [utf8.contains("ë"), utf8.matches(compile(/^Z.+€$/u)), utf8.replaceAll("ë", "e")];
    expect(await read(...found, ascii.length(), ...texts)).toEqual([8, true, 12, true, true, "Zoe €"]);
  });

  test("sums, sorts and selects", async () => {
    const values = bytes(7, 250, 0, 7);
    const flags = values.map((value) => value.eq(0));
    const products = [
      engine.sum(values),
      engine.dotProduct(values, [1, 2, 3, 4]),
      engine.dotProduct(flags, [5, 6, 7, 8], FheUint8),
      engine.oneHotDotProduct(flags, values),
    ];
    expect(await read(...products)).toEqual([8, 23, 7, 0]);
    expect(await read(...engine.sort(values))).toEqual([0, 7, 7, 250]);
    expect(await read(...engine.sort(values, { descending: true }))).toEqual([250, 7, 7, 0]);
    expect(await read(...engine.unique(values).map(([, first]) => first))).toEqual([true, true, false, true]);
  });

  test("has arrays", async () => {
    const grid = engine.array(FheUint8, [
      [FheUint8.encryptTrivial(1), byte(2)],
      [3, 4],
    ]);
    expect(grid.shape).toEqual([2, 2]);
    const doubled = grid.add(grid);
    expect(await read(...doubled, doubled.sum(), doubled.contains(6))).toEqual([2, 4, 6, 8, 20, true]);
    expect(await read(...doubled.indexOf(8))).toEqual([3, true]);
    const flags = engine.array(FheBool, [true, false]);
    expect(await read(...flags.not())).toEqual([false, true]);
  });

  test("has stores of keys and values", async () => {
    const store = engine.keyValueStore(FheUint16, FheUint8);
    for (const [key, value] of [[1, 10], [20000, 20], [3, 255]] as const) store.insert(key, byte(value)); // biome-ignore format: short
    const key = engine.load(FheUint16.encryptTrivial(20000));
    expect(await read(...store.get(key), store.get(3))).toEqual([20, true, 255]);
    const stored = (await store.compress()).serialize();
    const again = engine.keyValueStore(CompressedKeyValueStore.deserialize(stored, FheUint16, FheUint8));
    expect(await read(...again.get(key), again.get(3))).toEqual([20, true, 255]);
  });

  test("compresses values, by themselves and in lists, and takes them in again", async () => {
    const values = [0n, 2n ** 64n - 1n, 0x123456789abcdefn].map((value) =>
      engine.load(FheUint64.encryptTrivial(value)),
    );
    const small = (await values[2]!.add(1).compress()).serialize();
    const flag = engine.load(await values[0]!.eq(0).compress());
    const wide = engine.load(FheUint64.deserializeCompressed(small));
    expect(await read(wide, flag)).toEqual([0x123456789abcdf0n, true]);

    const text = engine.load(FheAsciiString.encryptTrivial("abc", { size: 5 }));
    const list = await engine.compress([...values, values[0]!.eq(1), text, ...bytes(...Array(200).keys())]);
    const stored = CompressedCiphertextList.deserialize(list.serialize());
    expect(stored.types.slice(0, 5)).toEqual([
      "FheUint64",
      "FheUint64",
      "FheUint64",
      "FheBool",
      "FheAsciiString",
    ]);
    const expanded = engine.expand(stored);
    expect(await read(...expanded)).toEqual([
      ...[0n, 2n ** 64n - 1n, 0x123456789abcdefn, false, "abc"],
      ...Array(200).keys(),
    ]);
    expect(await read(engine.loadFrom(stored, 104, FheUint8).mul(2))).toEqual([198]);
  });

  test("switches to the key of the engine where it stands for one that does", async () => {
    const formerParameters = PARAM_MESSAGE_2_CARRY_2_FORMER;
    using switching = await clearEngine({ formerParameters });
    const former = FheUint8.encryptTrivial(77, formerParameters);
    const switched = switching.keySwitch(former);
    expect(switching.explain(switched)).toMatchObject({ bootstraps: 4, depth: 1 });
    expect((await switched.add(1).ciphertext()).decryptTrivial()).toBe(78);
    expect(() => engine.keySwitch(former)).toThrow(/no key to switch with/);
  });
});

/** As the default, with another dimension. */
const PARAM_MESSAGE_2_CARRY_2_FORMER = {
  ...DEFAULT_PARAMETERS,
  name: "FORMER",
  polynomialSize: 4096,
};

describe("random values", () => {
  test("are those of their seeds", async () => {
    const draw = (seed?: bigint): UintHandle<64> => engine.random(FheUint64, { seed });
    const [a, again, b, c, d] = await read(draw(1n), draw(1n), draw(2n), draw(), draw());
    expect(again).toBe(a);
    expect(new Set([a, b, c, d]).size).toBe(4);
  });

  test("are all of those that they may be, about as often", async () => {
    const counts = new Array<number>(16).fill(0);
    const draws = Array.from({ length: 64 }, (_, i) => engine.random(FheUint64, { seed: BigInt(i) }));
    for (const value of (await read(...draws)) as bigint[]) {
      for (const digit of value.toString(16).padStart(16, "0")) counts[Number.parseInt(digit, 16)]++;
    }
    // Of 1024 digits, 64 of each: 30 is more than four standard deviations away.
    for (const count of counts) expect(Math.abs(count - 64)).toBeLessThan(34);
  });

  test.each([DEFAULT_PARAMETERS, PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128])(
    "are in the range that is asked for, at $name",
    async (parameters) => {
      using engine = await clearEngine({ parameters });
      const handles: IntegerHandle[] = [];
      for (let seed = 0n; seed < 20n; seed++) {
        handles.push(
          engine.random(FheUint16, { seed, below: 1000 }),
          engine.random(FheInt16, { seed, bits: 5 }),
        );
      }
      const results: FheInteger[] = await Promise.all(handles.map((handle) => handle.ciphertext()));
      const values = results.map((one) => Number(one.decryptTrivial()));
      expect(values.filter((_, i) => i % 2 === 0).every((value) => value < 1000)).toBe(true);
      expect(values.filter((_, i) => i % 2 === 1).every((value) => value >= 0 && value < 32)).toBe(true);
      expect(new Set(values).size).toBeGreaterThan(20);
      const flags = await Promise.all(
        Array.from({ length: 32 }, (_, i) => engine.random(FheBool, { seed: BigInt(i) }).ciphertext()),
      );
      expect(new Set(flags.map((flag) => flag.decryptTrivial()))).toEqual(new Set([true, false]));
    },
  );

  test("put lists in an order that their seed gives", async () => {
    const values = [...Array(20).keys()];
    const shuffle = async (options?: { seed: bigint }): Promise<unknown[]> =>
      read(...engine.shuffle(bytes(...values), options));
    const [a, again, b, c] = [
      await shuffle({ seed: 1n }),
      await shuffle({ seed: 1n }),
      await shuffle({ seed: 2n }),
      await shuffle(),
    ];
    expect(again).toEqual(a);
    for (const [one, other] of [[a, b], [a, c], [b, c], [a, values]]) expect(one).not.toEqual(other); // biome-ignore format: short
    const sorted = c.toSorted((x, y) => Number(x) - Number(y));
    expect(sorted).toEqual(values);
  });
});
