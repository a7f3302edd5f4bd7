import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeserializationError } from "../../src/errors.ts";
import { type Codec, decode, encode, struct, vector, versioned } from "../../src/wire/bincode/codec.ts";
import { payloadBytes, u32, u64, word, wordVector } from "../../src/wire/bincode/primitives.ts";
import { Run, run } from "../../src/wire/bincode/run.ts";

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
const codec = run(element, most);
const plain = vector(element, most);

const payload = {
  body: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  seed: fc.uint8Array({ minLength: 5, maxLength: 5 }),
};
const alike = fc.tuple(fc.nat(), fc.nat(1000), fc.nat(4)).chain(([degree, noise, size]) =>
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

describe("run", () => {
  it("is what elements are that differ in payload only, and is written again to the same bytes", () => {
    fc.assert(
      fc.property(alike, (elements) => {
        const bytes = encode(plain, elements);
        const read = decode(codec, bytes);
        expect(read).toBeInstanceOf(Run);
        const found = (read as Run<Element>).copy();
        expect(found.length).toBe(elements.length);
        expect(encode(codec, found)).toEqual(bytes);
        bytes.fill(0xff); // its bytes are its own
        expect(found.elements(element)).toEqual(elements);
      }),
    );
  });

  it("gives elements with copies of their only payload", () => {
    const one = struct<{ body: bigint; degree: number }>({ body: word, degree: u32 });
    const values = [1n, 2n ** 63n, 3n].map((body) => ({ body, degree: 4 }));
    const bytes = encode(run(one, most), values);
    const elements = (decode(run(one, most), bytes) as Run<{ body: bigint; degree: number }>).map(
      ({ degree }, copy) => ({ body: new BigUint64Array(copy.buffer)[0], degree }),
    );
    bytes.fill(0);
    expect(elements).toEqual(values);
  });

  it("reads all other vectors as a vector does", () => {
    fc.assert(
      fc.property(any, (elements) => {
        const bytes = encode(codec, elements);
        expect(bytes).toEqual(encode(plain, elements));
        const read = decode(codec, bytes);
        expect(read instanceof Run ? read.elements(element) : read).toEqual(elements);
      }),
    );
  });

  it("reads elements in former layouts, and input without versions, one by one", () => {
    const elements = [1, 2].map((i) => {
      return { degree: 1, body: BigInt(i), words: new BigUint64Array(2), seed: new Uint8Array(5), noise: 3 };
    });
    const former = encode(vector(versioned(0, struct<Element>(fields)), most), elements);
    expect(decode(codec, former)).toEqual(elements);
    const format = { versioned: false };
    expect(decode(codec, encode(codec, elements, format), format)).toEqual(elements);
  });

  it("refuses what a vector refuses, for the same reasons", () => {
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
      fc.property(alike, fc.nat(), fc.nat(255), fc.nat(), (elements, at, byte, cut) => {
        const bytes = encode(plain, elements);
        bytes[at % bytes.length] = byte;
        expect(refusal(codec, bytes)).toEqual(refusal(plain, bytes));
        const shorter = bytes.subarray(0, cut % bytes.length);
        expect(refusal(codec, shorter)).toEqual(refusal(plain, shorter));
      }),
      { numRuns: 500 },
    );
  });

  it("does not trust bytes that somebody else can change", () => {
    const elements = [1, 2].map((i) => {
      return { degree: 1, body: BigInt(i), words: new BigUint64Array(2), seed: new Uint8Array(5), noise: 3 };
    });
    const bytes = encode(codec, elements);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const read = decode(codec, shared) as Run<Element>;
    shared.fill(0xff);
    expect(read.elements(element)).toEqual(elements);
  });
});
