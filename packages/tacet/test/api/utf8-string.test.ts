import { afterAll, describe, expect, test } from "vitest";
import {
  type Ciphertext,
  type ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  type Engine,
  FheAsciiString,
  FheUint8,
  FheUtf8String,
  type Handle,
  MismatchError,
  PatternError,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { compile } from "../../src/regex.ts";
import { toyPair } from "../toy.ts";

const { clientKey, engine }: { clientKey: ClientKey; engine: Engine } = await toyPair({ threads: 1 });
afterAll(() => engine.dispose());

const load = (text: string, size?: number) =>
  engine.load(FheUtf8String.encrypt(text, clientKey, size === undefined ? {} : { size }));
const decrypted = async (...handles: readonly Handle<Ciphertext>[]): Promise<unknown[]> =>
  (await Promise.all(handles.map((handle) => handle.ciphertext()))).map((value) =>
    (value as FheUtf8String).decrypt(clientKey),
  );

describe("texts in UTF-8 at rest", () => {
  test.each([
    ["", {}, 0, false],
    ["Zoë", {}, 4, false],
    ["😀", { padding: 2 }, 6, true],
    ["\ufeff€", { size: 9 }, 9, true],
  ])("keep %j, with the options %o", (text, options, size, padded) => {
    for (const one of [
      FheUtf8String.encrypt(text, clientKey, options),
      FheUtf8String.encryptTrivial(text, options, INSECURE_TOY_MESSAGE_2_CARRY_2),
    ]) {
      const read = FheUtf8String.deserialize(one.serialize());
      for (const own of [one, read]) {
        expect([own.type, own.size, own.padded]).toEqual(["FheUtf8String", size, padded]);
        expect(own.decrypt(clientKey)).toBe(text);
      }
      // It is what TFHE-rs has for texts in ASCII, which says so if it is none.
      const ascii = FheAsciiString.deserialize(one.serialize());
      if (text === "") expect(ascii.decrypt(clientKey)).toBe("");
      else expect(() => ascii.decrypt(clientKey)).toThrow(MismatchError);
    }
  });

  test("are no texts where bytes are not UTF-8", async () => {
    const [before] = load("é").splitOnce(load("\u00a9"));
    // The second byte of both is the same: what is in front of it is half of a character.
    const half = engine.load(FheUtf8String.encrypt("é", clientKey)).stripSuffix("\u00e9");
    expect(await decrypted(half[0], before)).toEqual(["", "é"]);
    const bytes = FheAsciiString.encrypt("a", clientKey).serialize();
    expect(FheUtf8String.deserialize(bytes).decrypt(clientKey)).toBe("a");
  });

  test("refuse what has no bytes, or does not fit", () => {
    expect(() => FheUtf8String.encrypt("a\ud800", clientKey)).toThrow(
      /character 1 .* half of a surrogate pair/,
    );
    expect(() => FheUtf8String.encrypt("\udc00", clientKey)).toThrow(RangeError);
    expect(() => FheUtf8String.encrypt("ab\0", clientKey)).toThrow(/character 2 of the text is 0/);
    expect(() => FheUtf8String.encrypt("é", clientKey, { size: 1 })).toThrow(/2 bytes does not fit in 1/);
    expect(() => FheUtf8String.encrypt("é".repeat(40_000), clientKey)).toThrow(/80000 bytes/);
    expect(() => FheUtf8String.encrypt("é".repeat(1e6), clientKey)).toThrow(RangeError);
    expect(() => FheUtf8String.encrypt(7 as never, clientKey)).toThrow(TypeError);
  });
});

describe("operations on them", () => {
  test("are those on texts in Unicode", async () => {
    const [x, y] = [load("Zoë 😀", 12), load("zoë")];
    const [position, found] = x.indexOf("😀");
    const [piece] = x.split(" ", 1)[0];
    const isThere = x.isEmpty().not();
    const [sorted] = engine.sort([load("\uffff"), load("😀"), load("z")], { descending: true });
    expect(
      await decrypted(
        x.eq("Zoë 😀"),
        x.eq(y),
        x.length(),
        position,
        found,
        x.replaceAll("ë", "e"),
        x.toUpperCase(),
        y.concat("€"),
        piece,
        piece.eqIgnoreCase(y),
        x.matches(compile(/^\p{Lu}.ë .$/u)),
        x.like("%_ _"),
        isThere.select(x, y),
        x.matchValueOr([["Zoë 😀", 7]], 0, FheUint8),
        sorted,
      ),
    ).toEqual([
      true,
      false,
      9,
      5,
      true,
      "Zoe 😀",
      "ZOë 😀",
      "zoë€",
      "Zoë",
      true,
      true,
      true,
      "Zoë 😀",
      7,
      "😀",
    ]);
  });

  test("take texts in ASCII that are cast, and no others", async () => {
    const ascii = engine.load(FheAsciiString.encrypt("Zoe", clientKey));
    const cast = ascii.cast(FheUtf8String);
    expect(cast.type).toBe("FheUtf8String");
    expect(await decrypted(cast.concat("ë"), load("Zoe").eq(cast))).toEqual(["Zoeë", true]);
    expect(() => load("Zoë").eq(ascii as never)).toThrow(/text of type FheUtf8String, not FheAsciiString/);
    expect(() => ascii.eq("ë")).toThrow(RangeError);
    expect(() => ascii.cast(FheAsciiString as never)).toThrow(TypeError);
    expect(() => engine.sort([ascii, cast] as never)).toThrow(TypeError);
    expect(() => ascii.isEmpty().select(ascii, cast as never)).toThrow(TypeError);
  });

  test("give texts as keys and values of tables and stores", async () => {
    const store = engine.keyValueStore(FheUtf8String, FheUint8);
    store.insert("Zoë", 1);
    expect([...store.keys()]).toEqual(["Zoë"]);
    const [value, found] = store.get(load("Zoë"));
    const [word] = engine.load(FheUint8.encrypt(2, clientKey)).matchValue([[2, "zwölf"]], FheUtf8String);
    expect(await decrypted(value, found, word)).toEqual([1, true, "zwölf"]);
  });

  test("are checked on loading, whatever their blocks hold", async () => {
    const text = FheUtf8String.encrypt("é€", clientKey, { padding: 1 });
    expect(await decrypted(engine.load(text, { checked: true }))).toEqual(["é€"]);
  });

  test("need patterns for code points", () => {
    expect(() => load("é").matches(compile(/é/))).toThrow(PatternError);
    expect(() => load("é").matches(/é/u as never)).toThrow(TypeError);
    expect(() => load("é").like("a\\")).toThrow(PatternError);
    expect(() => load("é").like("a", { escape: "ab" })).toThrow(RangeError);
    expect(() => load("é").like("a".repeat(100_000))).toThrow(RangeError);
    expect(() => load("é").like(load("a"), { escape: "é" })).toThrow(RangeError);
  });
});

test("lists do not hold them", async () => {
  await expect(engine.compress([load("é")])).rejects.toThrow(TypeError);
  const builder = CompactCiphertextList.builder(await CompactPublicKey.from(clientKey));
  expect(() => builder.push(FheUtf8String, "é")).toThrow(/seven bits/);
});
