import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BoolHandle,
  type Ciphertext,
  type ClientKey,
  CompactCiphertextList,
  CompressedCiphertext,
  CompressedCiphertextList,
  CompressedKeyValueStore,
  Engine,
  ExpandedServerKey,
  FheAsciiString,
  FheBool,
  FheInteger,
  type FheIntegerType,
  FheUint8,
  type Handle,
  type IntegerHandle,
  ServerKey,
  StringHandle,
  TacetError,
} from "../../src/index.ts";
import { damage, Random, structureOf } from "../wire/fuzz.ts";
import {
  bytesOf,
  clientKeyOf,
  decrypt,
  type Entry,
  entries,
  INSECURE,
  LATEST,
  readerOf,
  unsupported,
  valueTypes,
} from "../wire/vectors.ts";

/* Engines compute under the server keys of TFHE-rs, in both forms, on the values of TFHE-rs, in all forms. */

const serverKeys = entries.filter(({ type }) => type === "ServerKey" || type === "CompressedServerKey");

/** Everything of the same client key that decrypts to something. */
function valuesBeside({ version, configuration }: Entry): Entry[] {
  return entries.filter(
    (entry) =>
      entry.version === version &&
      entry.configuration === configuration &&
      (entry.value !== undefined || entry.values !== undefined) &&
      unsupported(entry) === null,
  );
}

const read = (entry: Entry) => readerOf(entry.type)(bytesOf(entry));
const named = (all: readonly Entry[]): [string, Entry][] =>
  all.map((entry) => [`${entry.version}/${entry.file}`, entry]);

type AnyHandle = IntegerHandle | BoolHandle | StringHandle;

/** Takes a value in any form into an engine. */
function handlesOf(engine: Engine, value: unknown): AnyHandle[] {
  if (value instanceof CompactCiphertextList || value instanceof CompressedCiphertextList) {
    return engine.expand(value);
  }
  if (value instanceof CompressedKeyValueStore) {
    const store = engine.keyValueStore(value);
    return [...store.keys()].map((key) => store.get(key as number)!);
  }
  if (value instanceof CompressedCiphertext || value instanceof FheInteger || value instanceof FheBool) {
    return [engine.load(value)];
  }
  if (value instanceof FheAsciiString) return [engine.load(value)];
  throw new Error("no value");
}

/** What a handle computes to, as manifests write it. */
async function result(handle: Handle<Ciphertext>, key: ClientKey): Promise<string> {
  const [value] = await decrypt(await handle.ciphertext(), key);
  return value;
}

/** Something other than the value, so that it takes a computation. */
function changed(handle: AnyHandle): AnyHandle {
  if (handle instanceof StringHandle) return handle.toUpperCase();
  return handle instanceof BoolHandle ? handle.not() : handle.add(1);
}

function changedValue(type: string, value: string): string {
  if (type === "FheBool") return String(value === "false");
  if (type === "FheAsciiString") return value.toUpperCase();
  const { width, signed } = valueTypes.get(type) as FheIntegerType;
  return String((signed ? BigInt.asIntN : BigInt.asUintN)(width, BigInt(value) + 1n));
}

describe.each(named(serverKeys))("%s", (_, serverKey) => {
  const key = clientKeyOf(serverKey);
  let engine: Engine;

  beforeAll(async () => {
    const type = serverKey.type === "ServerKey" ? ExpandedServerKey : ServerKey;
    engine = await Engine.create(type.deserialize(bytesOf(serverKey), INSECURE), { threads: 1 });
  });
  afterAll(() => engine.dispose());

  it("adds, multiplies, compares and chooses", async () => {
    // Values that TFHE-rs has computed, as far as there are any.
    const theirs = valuesBeside(serverKey).filter(({ type }) => type === "FheUint8");
    const own = [171, 92].slice(Math.min(theirs.length, 2));
    const inputs = [...theirs.map(read), ...own.map((value) => FheUint8.encrypt(value, key))].slice(
      0,
      2,
    ) as FheInteger<8>[];
    const [x, y] = inputs.map((input) => Number(input.decrypt(key)));
    const [a, b] = inputs.map((input) => engine.load(input));
    const less = a.lt(b);
    const expected: [IntegerHandle | BoolHandle, unknown][] = [
      [a.add(b), (x + y) & 255],
      [a.sub(b), (x - y) & 255],
      [a.mul(b), (x * y) & 255],
      [a.xor(b), x ^ y],
      [a.shl(3), (x << 3) & 255],
      [a.max(b), Math.max(x, y)],
      [less, x < y],
      [a.ge(b), x >= y],
      [a.eq(a.add(0)), true],
      [less.select(a, b), Math.min(x, y)],
      [less.not().select(a.add(b), a.mul(b)), (x < y ? x * y : x + y) & 255],
    ];
    for (const [handle, value] of expected) {
      expect(await result(handle, key)).toBe(String(value));
      const ciphertext = await handle.ciphertext();
      expect(new TextDecoder().decode(ciphertext.tag)).toBe(serverKey.tag ?? "");
      // Compressed, a result is still the same, to the client and to the engine.
      const compressed = await handle.compress();
      expect(await decrypt(compressed, key)).toEqual([String(value)]);
      expect(await result(engine.load(compressed as CompressedCiphertext<FheBool>), key)).toBe(String(value));
    }
  });

  const beside = valuesBeside(serverKey);
  it.runIf(beside.length > 0).each(named(beside))("computes on %s", async (_, entry) => {
    const values = entry.values ?? [
      { type: entry.type.replace("Compressed", ""), value: entry.value as string },
    ];
    const handles = handlesOf(engine, read(entry));
    expect(handles.map(({ type }) => type)).toEqual(values.map(({ type }) => type));
    const found = await Promise.all(handles.map((handle) => result(handle, key)));
    expect(found).toEqual(values.map(({ value }) => value));
    const others = await Promise.all(handles.map((handle) => result(changed(handle), key)));
    expect(others).toEqual(values.map(({ type, value }) => changedValue(type, value)));
  });
});

describe("damaged values", () => {
  const seed = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  const keys = serverKeys.filter(
    ({ version, configuration, type }) =>
      version === LATEST && /plain|oprf|compact|lists/.test(configuration) && type === "CompressedServerKey",
  );

  it.each(named(keys))("are refused, or computed on, under %s", async (_, serverKey) => {
    using engine = await Engine.create(ServerKey.deserialize(bytesOf(serverKey), INSECURE), { threads: 1 });
    const random = new Random(seed);
    for (const entry of valuesBeside(serverKey).filter(({ file }) => !/wide|256/.test(file))) {
      const bytes = bytesOf(entry);
      const marks = structureOf(bytes, readerOf(entry.type));
      for (let i = 0; i < 50; i++) {
        const input = damage(bytes, marks, random);
        try {
          const handles = handlesOf(engine, readerOf(entry.type)(input));
          await Promise.all(handles.map((handle) => changed(handle).ciphertext()));
          for (const handle of handles) handle.dispose();
        } catch (error) {
          if (error instanceof TacetError) continue;
          throw new Error(`case ${i} of ${entry.file}, seed ${seed}`, { cause: error });
        }
      }
    }
  });
});

it("takes in values of every form", () => {
  const forms = serverKeys
    .filter(({ version }) => version === LATEST)
    .flatMap(valuesBeside)
    .map(read)
    .map((value) => {
      if (value instanceof CompressedCiphertext) return value.form;
      if (value instanceof CompressedCiphertextList) return "compressed list";
      if (value instanceof CompressedKeyValueStore) return "compressed store";
      if (!(value instanceof CompactCiphertextList)) return "plain";
      return `${value.packed ? "packed " : ""}list ${value.requiresCasting ? "to cast" : ""}`.trim();
    });
  expect([...new Set(forms)].sort()).toEqual([
    "compressed list",
    "compressed store",
    "list",
    "list to cast",
    "packed list",
    "packed list to cast",
    "plain",
    "seeded",
    "switched",
  ]);
});
