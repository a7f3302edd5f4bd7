import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeserializationError } from "../../src/errors.ts";
import { Alike, alike } from "../../src/wire/bincode/alike.ts";
import {
  type Codec,
  decode,
  encode,
  mapped,
  struct,
  vector,
  versioned,
} from "../../src/wire/bincode/codec.ts";
import { payloadBytes, u32, u64, word, wordVector } from "../../src/wire/bincode/primitives.ts";

interface Element {
  degree: number;
  body: bigint;
  words: BigUint64Array;
  seed: Uint8Array;
  noise: number;
}

const fields = {
  degree: u64,
  body: word,
  words: wordVector as Codec<BigUint64Array>,
  seed: payloadBytes(5) as Codec<Uint8Array>,
  noise: u32,
};
const element = versioned(1, struct<Element>(fields), { 0: struct<Element>(fields) });
const most = 50;
const codec = alike(element, most);
const plain = vector(element, most);

const payload = {
  body: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  seed: fc.uint8Array({ minLength: 5, maxLength: 5 }),
};
const alikeElements = fc.tuple(fc.nat(), fc.nat(1000), fc.nat(4)).chain(([degree, noise, size]) =>
  fc.array(
    fc.record({
      degree: fc.constant(degree),
      ...payload,
      words: fc.bigUint64Array({ minLength: size, maxLength: size }),
      noise: fc.constant(noise),
    }),
    { minLength: 2, maxLength: 20 },
  ),
);
const any = fc.array(
  fc.record({ degree: fc.nat(1), ...payload, words: fc.bigUint64Array({ maxLength: 1 }), noise: fc.nat(1) }),
  { maxLength: 5 },
);

/** Two that differ in payload only. */
const pair: Element[] = [1n, 2n].map((body) => {
  return { degree: 1, body, words: new BigUint64Array(2), seed: new Uint8Array(5), noise: 3 };
});

describe("elements that are alike", () => {
  it("differ in payload only, and are written again to the same bytes", () => {
    fc.assert(
      fc.property(alikeElements, (elements) => {
        const bytes = encode(plain, elements);
        const read = decode(codec, bytes);
        expect(read).toBeInstanceOf(Alike);
        const found = (read as Alike<Element>).copy();
        expect(found.length).toBe(elements.length);
        expect(encode(codec, found)).toEqual(bytes);
        bytes.fill(0xff); // its bytes are its own
        expect(found.elements(element)).toEqual(elements);
      }),
    );
  });

  it("are made from the first and copies of their only payload", () => {
    const one = struct<{ body: bigint; degree: number }>({ body: word, degree: u32 });
    const values = [1n, 2n ** 63n, 3n].map((body) => ({ body, degree: 4 }));
    const bytes = encode(alike(one, most), values);
    const elements = (decode(alike(one, most), bytes) as Alike<{ body: bigint; degree: number }>).map(
      ({ degree }, copy) => ({ body: new BigUint64Array(copy.buffer)[0], degree }),
    );
    bytes.fill(0);
    expect(elements).toEqual(values);
  });

  it("or not, are read as a vector", () => {
    fc.assert(
      fc.property(any, (elements) => {
        const bytes = encode(codec, elements);
        expect(bytes).toEqual(encode(plain, elements));
        const read = decode(codec, bytes);
        expect(read instanceof Alike ? read.elements(element) : read).toEqual(elements);
      }),
    );
  });

  it("in former layouts, or in input without versions, are read one by one", () => {
    const former = encode(vector(versioned(0, struct<Element>(fields)), most), pair);
    expect(decode(codec, former)).toEqual(pair);
    const format = { versioned: false };
    expect(decode(codec, encode(codec, pair, format), format)).toEqual(pair);
  });

  it("are refused where a vector is, for the same reasons", () => {
    const refusal = (of: Codec<unknown>, bytes: Uint8Array): unknown => {
      try {
        decode(of, bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(DeserializationError);
        return [(error as DeserializationError).message, (error as DeserializationError).offset];
      }
      return null;
    };
    fc.assert(
      fc.property(alikeElements, fc.nat(), fc.nat(255), fc.nat(), (elements, at, byte, cut) => {
        const bytes = encode(plain, elements);
        bytes[at % bytes.length] = byte;
        expect(refusal(codec, bytes)).toEqual(refusal(plain, bytes));
        const shorter = bytes.subarray(0, cut % bytes.length);
        expect(refusal(codec, shorter)).toEqual(refusal(plain, shorter));
      }),
      { numRuns: 500 },
    );
  });

  it("have one payload each, if others are to be made from the first", () => {
    const two = decode(codec, encode(codec, pair)) as Alike<Element>;
    expect(() => two.map((first) => first)).toThrow(TypeError);
    const without = alike(struct<{ degree: number }>({ degree: u32 }), most);
    const none = decode(without, encode(without, [{ degree: 1 }, { degree: 1 }])) as Alike<{
      degree: number;
    }>;
    expect(() => none.map((first) => first)).toThrow(TypeError);
  });

  it("may hold others that are alike", () => {
    const rows = struct<{ row: Alike<Element> | readonly Element[]; body: bigint }>({
      row: codec,
      body: word,
    });
    const nested = alike(rows, most);
    const former = vector(versioned(0, struct<Element>(fields)), most);
    const formerRows = vector(struct<{ row: Element[]; body: bigint }>({ row: former, body: word }), most);
    const values = [1n, 2n].map((body) => ({ row: pair, body }));
    const read = decode(nested, encode(nested, values)) as Alike<(typeof values)[0]>;
    expect(read).toBeInstanceOf(Alike);
    expect(read.map(({ row }, body) => ({ row, body: new BigUint64Array(body.buffer)[0] }))[1].body).toBe(2n);
    expect(decode(nested, encode(formerRows, values))).toEqual(values);
  });

  it("are not trusted to bytes that somebody else can change, whose copy is wiped", () => {
    const bytes = encode(codec, pair);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    let view: Alike<Element> | undefined;
    const copied = mapped(
      codec,
      (read) => {
        view = read as Alike<Element>;
        return view.copy();
      },
      (value) => value,
    );
    const read = decode(copied, shared);
    expect(view!.bytes.buffer).not.toBe(shared.buffer);
    expect(view!.bytes.every((byte) => byte === 0)).toBe(true);
    expect([...shared]).toEqual([...bytes]); // the input is not ours to wipe
    shared.fill(0xff);
    expect(read.elements(element)).toEqual(pair);

    const refusing = mapped(
      copied,
      (_, fail) => fail("no"),
      (value: never) => value,
    );
    shared.set(bytes);
    expect(() => decode(refusing, shared)).toThrow(DeserializationError);
    expect(view!.bytes.every((byte) => byte === 0)).toBe(true);
  });
});
