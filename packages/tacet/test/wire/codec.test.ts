import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeserializationError } from "../../src/errors.ts";
import {
  absent,
  type Codec,
  constant,
  decode,
  encode,
  mapped,
  nothing,
  optional,
  struct,
  union,
  variant,
  vector,
  versioned,
} from "../../src/wire/bincode/codec.ts";
import {
  bitVector,
  bool,
  bytes,
  byteVector,
  f64,
  halfWordVector,
  i8,
  string,
  u8,
  u32,
  u64,
  word,
  wordVector,
} from "../../src/wire/bincode/primitives.ts";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

/** A type of every codec at once, with values of it. */
const everything = struct({
  integer: u64,
  float: f64,
  name: string,
  fixed: bytes(3),
  bytes: byteVector,
  words: wordVector as Codec<BigUint64Array>,
  bits: bitVector,
  pairs: vector(struct({ a: u32, b: optional(u64) }), 1000),
  one: versioned(3, variant(["a", "b", "c"], 1, string)),
  none: absent,
  unit: variant(["x"], 0, nothing),
  fixedText: constant(string, "fixed"),
  byte: u8,
  signed: i8,
  flag: bool,
  word,
  halves: halfWordVector as Codec<Uint32Array>,
  choice: union<{ number: number; text: string }>({ number: u32, text: string }),
});

const values = fc.record({
  integer: fc.maxSafeNat(),
  float: fc.double({ noNaN: true }),
  name: fc.string({ unit: "binary-ascii" }),
  fixed: fc.uint8Array({ minLength: 3, maxLength: 3 }),
  bytes: fc.uint8Array(),
  words: fc.bigUint64Array(),
  bits: fc.uint8Array({ max: 1 }),
  pairs: fc.array(fc.record({ a: fc.nat(2 ** 31), b: fc.option(fc.maxSafeNat()) })),
  one: fc.string(),
  none: fc.constant(null),
  unit: fc.constant(null),
  fixedText: fc.constant(null),
  byte: fc.nat(255),
  signed: fc.integer({ min: -128, max: 127 }),
  flag: fc.boolean(),
  word: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  halves: fc.uint32Array(),
  choice: fc.oneof(
    fc.record({ kind: fc.constant("number"), value: fc.nat(2 ** 31) }),
    fc.record({ kind: fc.constant("text"), value: fc.string() }),
  ),
});

describe("codec", () => {
  it("reads back what it wrote, and writes it again to the same bytes", () => {
    fc.assert(
      fc.property(values, (value) => {
        const written = encode(everything, value as never);
        const read = decode(everything, written);
        expect(read).toEqual(value);
        expect(encode(everything, read)).toEqual(written);
      }),
    );
  });

  it("reads from views at any alignment", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 7 }), (value, shift) => {
        const written = encode(everything, value as never);
        const shifted = new Uint8Array(written.length + shift + 5);
        shifted.set(written, shift);
        expect(decode(everything, shifted.subarray(shift, shift + written.length))).toEqual(value);
      }),
    );
  });

  it("refuses every proper prefix and every extension", () => {
    fc.assert(
      fc.property(values, (value) => {
        const written = encode(everything, value as never);
        for (let length = 0; length < written.length; length++) {
          expect(() => decode(everything, written.subarray(0, length))).toThrow(DeserializationError);
        }
        const longer = new Uint8Array(written.length + 1);
        longer.set(written);
        expect(() => decode(everything, longer)).toThrow(/1 bytes too many/);
      }),
      { numRuns: 30 },
    );
  });

  it("answers arbitrary bytes with a value or a DeserializationError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
        try {
          decode(everything, input);
        } catch (error) {
          expect(error).toBeInstanceOf(DeserializationError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Codec<unknown>, string, RegExp, number]>([
    ["integer of 2^53", u64, "0000000000002000", /2\^53/, 0],
    ["length of 2^64 − 1", wordVector, "ffffffffffffffff", /2\^53/, 0],
    ["length of 2^52", wordVector, "0000000000001000", /more than the remaining 0 bytes/, 0],
    ["length of 2^32 bytes", byteVector, "0000000001000000 00", /more than the remaining 1 bytes/, 0],
    ["length of 2^40 optional values", vector(optional(u64), 2 ** 50), "0000000000010000", /more than/, 0],
    ["more values than there may be", vector(u32, 1), "0200000000000000 00000000 00000000", /most is 1/, 0],
    ["text that is not ASCII", string, "0200000000000000 c328", /ASCII/, 0],
    ["bit of 2", bitVector, "0100000000000000 0200000000000000", /neither 0 nor 1/, 8],
    ["option marked 2", optional(u64), "02", /option marked 2/, 0],
    ["part that must be absent", struct({ extra: absent }), "01", /extra: present, but not supported/, 0],
    ["variant not supported", variant(["a", "b"], 1, u32), "00000000 00000000", /a is not supported/, 0],
    ["variant not known", variant(["a", "b"], 1, u32), "09000000 00000000", /variant 9/, 0],
    ["other version", versioned(2, u32), "01000000 00000000", /version 1 is not supported/, 0],
    ["variant known by name", union({ a: null, b: u32 }), "00000000", /a is not supported; expected b/, 0],
    ["boolean of 2", bool, "02", /boolean written as 2/, 0],
    ["other constant", struct({ size: constant(u32, 8) }), "09000000", /size: found 9; expected 8/, 0],
    [
      "refused value",
      mapped(
        u32,
        (_, fail) => fail("no"),
        () => 0,
      ),
      "00000000",
      /no/,
      0,
    ],
    ["end of input", struct({ a: u32, b: vector(struct({ c: u32 }), 9) }), "00000000 01", /b: input ends/, 4],
  ])("names what is wrong and where: %s", (_, codec, input, message, offset) => {
    let thrown: unknown;
    try {
      decode(codec, hex(input));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DeserializationError);
    expect((thrown as DeserializationError).message).toMatch(message);
    expect((thrown as DeserializationError).offset).toBe(offset);
  });

  it("reads older layouts, and writes the current one", () => {
    const fields = { a: u8, b: u8 };
    const codec = versioned(1, struct(fields), { 0: struct(fields, { b: 7 }) });
    const old = decode(codec, hex("00000000 05"));
    expect(old).toEqual({ a: 5, b: 7 });
    expect(encode(codec, old)).toEqual(hex("01000000 05 07"));
    expect(() => decode(codec, hex("02000000 05 07"))).toThrow(
      /version 2 is not supported; expected version 0 or 1/,
    );
  });

  it("leaves versions out where the format has none", () => {
    const codec = versioned(3, struct({ list: vector(versioned(1, u8), 9) }));
    const plain = { versioned: false };
    const value = { list: [1, 2, 3] };
    expect(encode(codec, value, plain)).toEqual(hex("0300000000000000 01 02 03"));
    expect(decode(codec, encode(codec, value, plain), plain)).toEqual(value);
  });

  it("names the field and the index of the element that is wrong", () => {
    const codec = struct({ list: vector(struct({ flag: optional(u32) }), 3) });
    expect(() => decode(codec, hex("0300000000000000 00 00 05"))).toThrow(/^list\.2\.flag: option marked 5/);
  });
});
