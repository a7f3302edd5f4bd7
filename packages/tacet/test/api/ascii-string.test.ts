import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  type Ciphertext,
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  CompressedCiphertextList,
  DeserializationError,
  Engine,
  FheAsciiString,
  FheBool,
  FheUint8,
  type Handle,
  MismatchError,
  ServerKey,
  type StringHandle,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { computeCases, everyTextOperation } from "../every-text-operation.ts";
import { TOY_COMPRESSION } from "../toy.ts";

const options = {
  parameters: INSECURE_TOY_MESSAGE_2_CARRY_2,
  allowInsecureParameters: true,
  compression: TOY_COMPRESSION,
};
const clientKey = await ClientKey.generate(options);
const engine = await Engine.create(await ServerKey.from(clientKey), { threads: 1 });
afterAll(() => engine.dispose());

const ascii = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 1, max: 127 }).map((code) => String.fromCharCode(code)), maxLength });

describe("texts at rest", () => {
  test.each([
    [undefined, 3, false],
    [{}, 3, false],
    [{ padding: 0 }, 3, false],
    [{ padding: 2 }, 5, true],
    [{ size: 3 }, 3, false],
    [{ size: 7 }, 7, true],
  ])("keep what they hold, with the options %o", (textOptions, size, padded) => {
    for (const text of [
      FheAsciiString.encrypt("aZ~", clientKey, textOptions),
      FheAsciiString.encryptTrivial("aZ~", textOptions, INSECURE_TOY_MESSAGE_2_CARRY_2),
    ]) {
      const read = FheAsciiString.deserialize(text.serialize());
      for (const one of [text, read]) {
        expect(one.type).toBe("FheAsciiString");
        expect([one.size, one.padded]).toEqual([size, padded]);
        expect(one.decrypt(clientKey)).toBe("aZ~");
      }
      expect(read.serialize()).toEqual(text.serialize());
      expect(read.tag).toEqual(text.tag);
    }
  });

  test("may be empty", () => {
    const empty = FheAsciiString.deserialize(FheAsciiString.encrypt("", clientKey).serialize());
    expect([empty.size, empty.padded, empty.decrypt(clientKey)]).toEqual([0, false, ""]);
    const hidden = FheAsciiString.encrypt("", clientKey, { size: 4 });
    expect([hidden.size, hidden.padded, hidden.decrypt(clientKey)]).toEqual([4, true, ""]);
  });

  test("can be read by anyone if they hide nothing", () => {
    const trivial = FheAsciiString.encryptTrivial("in the open", { padding: 3 });
    expect(trivial.isTrivial).toBe(true);
    expect(trivial.decryptTrivial()).toBe("in the open");
    const hidden = FheAsciiString.encrypt("not this", clientKey);
    expect(hidden.isTrivial).toBe(false);
    expect(() => hidden.decryptTrivial()).toThrow(MismatchError);
  });

  test.each([
    ["é", undefined, /character 0 of the text .* has the code 233/],
    ["abc\u{1f600}", undefined, /character 3/],
    ["a\0b", undefined, /character 1 .* has the code 0/],
    ["abc", { size: 2 }, /3 characters does not fit in 2/],
    ["a".repeat(65_536), undefined, /the most is 65535/],
    ["a", { size: 65_536 }, /from 0 to 65535/],
    ["a", { padding: -1 }, /padding is -1/],
    ["a", { padding: 0.5 }, /padding is 0.5/],
  ])("refuse what is no text: %#", (text, textOptions, message) => {
    expect(() => FheAsciiString.encrypt(text, clientKey, textOptions)).toThrow(RangeError);
    expect(() => FheAsciiString.encrypt(text, clientKey, textOptions)).toThrow(message);
    expect(() => FheAsciiString.encryptTrivial(text, textOptions)).toThrow(message);
  });

  test("refuse what is of another kind", () => {
    expect(() => FheAsciiString.encrypt(7 as never, clientKey)).toThrow(TypeError);
    expect(() => FheAsciiString.encrypt("a", clientKey, { padding: 1, size: 3 })).toThrow(
      /exclude each other/,
    );
    expect(() => FheAsciiString.encrypt("a", clientKey, { length: 3 } as never)).toThrow(TypeError);
    const number = FheUint8.encrypt(7, clientKey).serialize();
    expect(() => FheAsciiString.deserialize(number)).toThrow(DeserializationError);
    expect(() => FheUint8.deserialize(FheAsciiString.encrypt("a", clientKey).serialize())).toThrow(
      DeserializationError,
    );
  });

  test("that are none say so when they are decrypted", () => {
    const bytes = FheAsciiString.encrypt("ab", clientKey, { padding: 1 }).serialize();
    // Whether there is padding stands in front of an empty tag and no metadata, each behind a version and a length.
    const padded = bytes.length - 2 * (4 + 8) - 1;
    expect(bytes[padded]).toBe(1);
    bytes[padded] = 0;
    const text = FheAsciiString.deserialize(bytes);
    expect(() => text.decrypt(clientKey)).toThrow(MismatchError);
    expect(() => text.decrypt(clientKey)).toThrow(/character 2 is 0, without padding/);
  });
});

async function listOf(
  fill: (builder: ReturnType<typeof CompactCiphertextList.builder>) => unknown,
): Promise<CompactCiphertextList> {
  const builder = CompactCiphertextList.builder(await CompactPublicKey.from(clientKey));
  fill(builder);
  return CompactCiphertextList.deserialize((await builder.buildPacked()).serialize());
}

describe("lists hold texts", () => {
  test("of clients", async () => {
    const list = await listOf((builder) =>
      builder
        .push(FheAsciiString, "first")
        .push(FheUint8, 7)
        .push(FheAsciiString, "", { size: 3 })
        .push(FheAsciiString, "third", { padding: 2 })
        .push(FheBool, true),
    );
    expect(list.types).toEqual(["FheAsciiString", "FheUint8", "FheAsciiString", "FheAsciiString", "FheBool"]);
    const types = [FheAsciiString, FheUint8, FheAsciiString, FheAsciiString, FheBool] as const;
    const handles = engine.expand(list, types);
    const [first, , second, third] = handles;
    expect([first, second, third].map(({ size, padded }) => [size, padded])).toEqual([
      [5, false],
      [3, true],
      [7, true],
    ]);
    const texts = await Promise.all([first, second, third].map((handle) => handle.ciphertext()));
    expect(texts.map((text) => text.decrypt(clientKey))).toEqual(["first", "", "third"]);
    expect(() => engine.expand(list, [FheUint8])).toThrow(MismatchError);
  });

  test("of servers", async () => {
    const handles = ["one", "", "three"].map((text, i) =>
      engine.load(FheAsciiString.encrypt(text, clientKey, i === 2 ? { size: 8 } : {})),
    );
    const list = CompressedCiphertextList.deserialize(
      (await engine.compress([...handles, engine.load(FheUint8.encrypt(9, clientKey))])).serialize(),
    );
    expect(list.types).toEqual(["FheAsciiString", "FheAsciiString", "FheAsciiString", "FheUint8"]);
    expect(list.decrypt(clientKey)).toEqual(["one", "", "three", 9]);
    const third = engine.loadFrom(list, 2, FheAsciiString);
    expect([third.size, third.padded]).toEqual([8, true]);
    expect((await third.toUpperCase().ciphertext()).decrypt(clientKey)).toBe("THREE");
  });
});

describe("operations", () => {
  test("are those of JavaScript's texts", async () => {
    const text = fc.record({
      a: ascii(6),
      b: ascii(3),
      padding: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })),
      at: fc.nat({ max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(text, async ({ a, b: other, padding, at }) => {
        const b = at < a.length ? a.slice(at, at + other.length) : other;
        fc.pre(!/\\(?:\\\\)*$/.test(b));
        const cases = everyTextOperation(engine, clientKey, { a, b, padding, choice: at % 2 === 0 });
        const { found, expected } = await computeCases(clientKey, cases);
        expect(found).toEqual(expected);
      }),
      { numRuns: 3 },
    );
  });

  test("refuse other operands", () => {
    const x = engine.load(FheAsciiString.encrypt("abc", clientKey));
    const number = engine.load(FheUint8.encrypt(7, clientKey));
    expect(() => x.eq(number as never)).toThrow(/expected a text, not a value of type FheUint8/);
    expect(() => x.eq(7 as never)).toThrow(/expected a handle of a text, or a text, not a number/);
    expect(() => x.contains("ü")).toThrow(RangeError);
    expect(() => number.add(x as never)).toThrow(TypeError);
    expect(() => x.repeat(-1)).toThrow(/times is -1; expected a natural number/);
    expect(() => x.repeat(21_846)).toThrow(/a text of 65538 characters; the most is 65535/);
    expect(() => x.repeat(number as never)).toThrow(TypeError);
    expect(() => x.repeat(number, 1e9)).toThrow(RangeError);
    expect(() => x.concat("a".repeat(65_535))).toThrow(RangeError);
    expect(() => x.replaceAll("", "a".repeat(20_000))).toThrow(RangeError);
    const long = engine.load(
      FheAsciiString.encryptTrivial("a".repeat(600), {}, INSECURE_TOY_MESSAGE_2_CARRY_2),
    );
    const longer = engine.load(
      FheAsciiString.encryptTrivial("a".repeat(1200), { padding: 1 }, INSECURE_TOY_MESSAGE_2_CARRY_2),
    );
    for (const search of ["contains", "indexOf", "lastIndexOf", "stripSuffix"] as const) {
      expect(() => long[search](long.concat("a"))).not.toThrow();
      expect(() => longer[search](long)).toThrow(/the most is 262144 pairs/);
    }
    expect(() => long.contains("a".repeat(100_000))).toThrow(RangeError);
    expect(() => long.like(`%${"a".repeat(20)}_%`).dispose()).not.toThrow();
    expect(() => longer.like(`%${"a".repeat(250)}%`)).toThrow(
      /251 states on 1201 characters: the most is 262144 pairs/,
    );
    expect(() => longer.like(longer)).toThrow(/the most is 262144 pairs/);
    expect(() => x.replaceUpTo("a", "b", -1)).toThrow(/count is -1; expected a natural number/);
    expect(() => x.replaceUpTo("a", "b", undefined as never)).toThrow(TypeError);
  });

  test("refuse what is no way to split", () => {
    const x = engine.load(FheAsciiString.encrypt("abc", clientKey));
    expect(() => x.split(",", undefined as never)).toThrow(TypeError);
    expect(() => x.split(",", -1)).toThrow(/most is -1; expected a natural number/);
    expect(() => x.split(",", 30_000)).toThrow(/a text of 90000 characters; the most is 65536/);
    expect(() => x.split(",", 2, { pieces: 1.5 })).toThrow(RangeError);
    expect(() => x.split(",", 2, { separators: "nowhere" as never })).toThrow(TypeError);
    expect(() => x.split(",", 2, { separators: "inside", fromEnd: true })).toThrow(TypeError);
    expect(() => x.split(",", 2, { separators: "behind", pieces: 2 })).toThrow(TypeError);
    expect(() => x.split(",", 2, { fromEnd: 1 as never })).toThrow(TypeError);
    expect(() => x.split(",", 2, { limit: 1 } as never)).toThrow(TypeError);
    expect(x.split(",", 0)).toEqual([]);
  });

  test("refuse tables that are none, or hold what is no text", () => {
    const x = engine.load(FheAsciiString.encrypt("abc", clientKey));
    const number = engine.load(FheUint8.encrypt(7, clientKey));
    const twice: [string, number][] = [
      ["a", 1],
      ["a", 2],
    ];
    expect(() => x.matchValue(twice, FheUint8)).toThrow(/a key comes twice/);
    expect(() => x.matchValue([["ü", 1]], FheUint8)).toThrow(RangeError);
    expect(() => x.matchValue([["a", 256]], FheUint8)).toThrow(RangeError);
    expect(() => x.matchValue([[1 as never, 1]], FheUint8)).toThrow(TypeError);
    expect(() => x.matchValue([["a", "ü"]], FheAsciiString)).toThrow(RangeError);
    expect(() => x.matchValue([["a", 1 as never]], FheAsciiString)).toThrow(TypeError);
    expect(() => x.matchValue(7 as never, FheUint8)).toThrow(TypeError);
    expect(() => x.matchValue(7 as never, FheAsciiString)).toThrow(TypeError);
    expect(() => x.matchValue([["a", 1]], FheBool as never)).toThrow(TypeError);
    expect(() => number.matchValue([[1, 2 as never]], FheAsciiString)).toThrow(TypeError);
    expect(() => number.matchValueOr([[1, "a"]], 2 as never, FheAsciiString)).toThrow(TypeError);
  });

  test("choose nothing of which one is no text", () => {
    const x = engine.load(FheAsciiString.encrypt("abc", clientKey));
    const flag = x.isEmpty();
    expect(() => flag.select(x as never, 7)).toThrow(TypeError);
    expect(() => flag.select(x, flag as never)).toThrow(TypeError);
    expect(() => flag.select(x, "ü")).toThrow(RangeError);
    for (const misuse of [
      () => flag.ifThenZero(x as never),
      () => flag.flip(x as never, x as never),
      () => engine.shuffle([x, x] as never),
      () => engine.array([x, x] as never),
      () => engine.array([flag, flag]).sortBy([x, x] as never),
    ]) {
      expect(misuse).toThrow(/expected integers or truth values, not/);
    }
    expect(() => engine.sort([x, flag] as never)).toThrow(TypeError);
    expect(() => engine.unique([] as StringHandle[])).toThrow(RangeError);
  });
});

test("the clear texts that are chosen from may be all of them", async () => {
  const flag = engine.load(FheBool.encrypt(true, clientKey));
  const chosen = flag.select("yes", "no");
  expect([chosen.size, chosen.padded]).toEqual([3, true]);
  expect((await chosen.ciphertext()).decrypt(clientKey)).toBe("yes");
});

describe("a store under texts", () => {
  const key = (text: string, size?: number) =>
    engine.load(FheAsciiString.encrypt(text, clientKey, size === undefined ? {} : { size }));
  const decrypted = async (handles: readonly Handle<Ciphertext>[]): Promise<unknown[]> =>
    (await Promise.all(handles.map((handle) => handle.ciphertext()))).map((value) =>
      (value as FheUint8).decrypt(clientKey),
    );

  test("gives what is under a text, clear or encrypted, and whether there is anything", async () => {
    const store = engine.keyValueStore(FheAsciiString, FheUint8);
    for (const [i, word] of ["one", "two", "three", ""].entries()) store.insert(word, i + 1);
    expect([...store.keys()]).toEqual(["one", "two", "three", ""]);
    expect(await decrypted([store.get("two")!])).toEqual([2]);
    expect(await decrypted(store.get(key("three")))).toEqual([3, true]);
    expect(await decrypted(store.get(key("two", 6)))).toEqual([2, true]);
    expect(await decrypted(store.get(key("", 2)))).toEqual([4, true]);
    expect(await decrypted(store.get(key("tw")))).toEqual([0, false]);
    expect(await decrypted([store.contains(key("one", 4)), store.contains(key("on", 4))])).toEqual([
      true,
      false,
    ]);
    expect(await decrypted([store.update(key("one"), 9)])).toEqual([true]);
    expect(store.contains("two")).toBe(true);
    store.remove("two");
    expect(store.contains("two")).toBe(false);
    const [former, value, found] = store.map(key("three", 5), (three) => three.add(5));
    expect(await decrypted([former, value, found])).toEqual([3, 8, true]);
    const ciphertexts = await store.ciphertexts();
    expect([...ciphertexts].map(([word, one]) => [word, one.decrypt(clientKey)])).toEqual([
      ["one", 9],
      ["three", 8],
      ["", 4],
    ]);
  });

  test("takes texts alone, and has no compressed form", async () => {
    const store = engine.keyValueStore(FheAsciiString, FheUint8);
    expect(() => store.insert(1 as never, 1)).toThrow(TypeError);
    expect(() => store.insert("ü", 1)).toThrow(RangeError);
    expect(() => store.get(engine.load(FheUint8.encrypt(1, clientKey)) as never)).toThrow(TypeError);
    expect(() => store.map("one" as never, (value) => value)).toThrow(TypeError);
    await expect(store.compress()).rejects.toThrow(TypeError);
  });
});
