import { format, inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  boolean,
  type ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  CompressedCompactPublicKey,
  CompressedPublicKey,
  type Engine,
  FheBool,
  FheInt8,
  FheUint8,
  ServerKey,
  shortint,
} from "../../src/index.ts";
import { toyPair } from "../toy.ts";

/** A value that nothing else in a message could be. */
const SECRET = 173;

let engine: Engine;
/** One of each kind of object that users get. */
let objects: Record<string, object>;

beforeAll(async () => {
  let clientKey: ClientKey;
  ({ clientKey, engine } = await toyPair({ threads: 1 }));
  const serverKey = await ServerKey.from(clientKey);
  const compactKey = await CompactPublicKey.from(clientKey);
  const compressedKey = await CompressedPublicKey.from(clientKey);
  const builder = CompactCiphertextList.builder(compactKey).push(FheUint8, SECRET);
  const x = engine.load(FheUint8.encrypt(SECRET, clientKey));
  const store = engine.keyValueStore(FheUint8, FheUint8);
  store.insert(1, x);
  const booleanKey = await boolean.ClientKey.generate();
  const shortintKey = await shortint.ClientKey.generate();
  const small = boolean.CompressedCiphertext.encrypt(true, booleanKey);
  const little = shortint.CompressedCiphertext.encrypt(3, shortintKey);
  objects = {
    UintHandle: x,
    IntHandle: engine.load(FheInt8.encrypt(-1, clientKey)),
    BoolHandle: x.gt(1),
    FheUint: FheUint8.encrypt(SECRET, clientKey),
    FheInt: FheInt8.encrypt(-1, clientKey),
    FheBool: FheBool.encrypt(true, clientKey),
    CompressedCiphertext: await FheUint8.encryptCompressed(SECRET, clientKey),
    IntegerArray: engine.array([x, x]),
    BoolArray: engine.array([x.gt(1)]),
    KeyValueStore: store,
    Engine: engine,
    ClientKey: clientKey,
    ServerKey: serverKey,
    ExpandedServerKey: await serverKey.expand(),
    CompactPublicKey: compactKey,
    CompressedCompactPublicKey: await CompressedCompactPublicKey.from(clientKey),
    PublicKey: await compressedKey.decompress(),
    CompressedPublicKey: compressedKey,
    CompactCiphertextList: await builder.build(),
    CompactCiphertextListBuilder: builder,
    FheIntegerType: FheUint8,
    "boolean.ClientKey": booleanKey,
    "boolean.Ciphertext": small.decompress(),
    "boolean.CompressedCiphertext": small,
    "shortint.ClientKey": shortintKey,
    "shortint.Ciphertext": little.decompress(),
    "shortint.CompressedCiphertext": little,
  };
});
afterAll(() => engine.dispose());

// biome-ignore lint/suspicious/noDoubleEquals: that is the mistake.
const equal = (a: unknown, b: unknown): boolean => a == b;

/** What JavaScript does with any two objects. */
const uses: Record<string, (a: never, b: never) => unknown> = {
  "a > b": (a, b) => a > b,
  "a <= 3": (a) => a <= 3,
  "a + 1": (a) => a + 1,
  "a - b": (a, b) => a - b,
  "a & 1": (a) => a & 1,
  "-a": (a) => -a,
  "a == 3": (a) => equal(a, 3),
  "a == true": (a) => equal(a, true),
  "`${a}`": (a) => `${a}`,
  "String(a)": (a) => String(a),
  "a.toString()": (a: object) => a.toString(),
  "a.toLocaleString()": (a: object) => a.toLocaleString(),
  "Number(a)": (a) => Number(a),
  "BigInt(a)": (a) => BigInt(a),
  "Math.max(a, b)": (a, b) => Math.max(a, b),
  "parseInt(a)": (a) => Number.parseInt(a, 10),
  "[a].join()": (a) => [a].join(),
  "[a, b].sort()": (a, b) => [a, b].sort(),
  "table[a]": (a) => ([] as unknown[])[a],
  "new Date(a)": (a) => new Date(a),
  "new Uint8Array([a])": (a) => new Uint8Array([a]),
};

describe("taken for a value", () => {
  test.each(Object.entries(uses))("%s is a TypeError that says what to call", (_, use) => {
    for (const [name, object] of Object.entries(objects)) {
      const problem = problemOf(() => use(object as never, object as never));
      expect(problem, name).toBeInstanceOf(TypeError);
      expect((problem as Error).message, name).toMatch(/^an? [a-z ]+ has no value in JavaScript: .{10}/);
      expect((problem as Error).message, name).not.toMatch(/173|true|-1/);
    }
  });

  test.each([
    ["UintHandle", /an encrypted integer .*lt, gt, le, ge or eq, .*add/],
    ["BoolHandle", /an encrypted boolean .*select/],
    ["FheUint", /an encrypted integer .*load.*decrypt/],
    ["IntegerArray", /an encrypted array .*lt/],
    ["Engine", /an engine .*info/],
    ["ServerKey", /a key .*serialize/],
  ])("a %s names its own", (name, words) => {
    expect(() => `${objects[name]}`).toThrow(words);
  });

  test("JSON is a TypeError that says what to write", () => {
    for (const [name, object] of Object.entries(objects)) {
      for (const value of [object, [object], { deep: { object } }]) {
        expect(() => JSON.stringify(value), name).toThrow(/cannot be written as JSON: /);
      }
    }
    expect(() => JSON.stringify(objects.FheUint)).toThrow("serialize() gives its bytes");
  });
});

describe("printed", () => {
  test("by Node.js, they are named, and show nothing", () => {
    for (const [path, object] of Object.entries(objects)) {
      const name = path.split(".").at(-1) as string;
      const texts = [format("%s %o %O", object, object, object), format(object), inspect({ a: [object] })];
      for (const text of texts) {
        if (name !== "FheIntegerType") expect(text).toContain(name);
        expect(text, path).not.toMatch(/lwe|glwe|Uint8Array|173/);
      }
      expect(inspect(object, { depth: 10, showHidden: true }), path).not.toMatch(/lwe|glwe|\[0, *1|173/);
    }
  });

  test("by a test that fails, they do not hide why", () => {
    for (const object of Object.values(objects)) {
      expect(problemOf(() => expect(object).toEqual({ other: 1 }))).toMatchObject({ name: "AssertionError" });
      expect(problemOf(() => expect([object]).toBe(1))).toMatchObject({ name: "AssertionError" });
    }
  });
});

function problemOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
