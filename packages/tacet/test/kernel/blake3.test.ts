import { blake3 } from "@noble/hashes/blake3.js";
import { describe, expect, test } from "vitest";
import { Blake3 } from "../../src/kernel/blake3.ts";

const hash = await Blake3.create();
const bytes = (length: number, factor: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * factor + (i >> 8) * 13) & 255);
const hex = (digest: Uint8Array): string => Buffer.from(digest).toString("hex");

/** Around the ends of blocks, chunks, groups of four of them, slabs of sixteen, and subtrees. */
const lengths = [
  ...[0, 1, 63, 64, 65, 127, 128, 1023, 1024, 1025, 2048, 2049, 3072, 3073, 4096, 4097, 5119, 8192, 8193],
  ...[16383, 16384, 16385, 17408, 32768, 32769, 49152, 49153, 65536, 65537, 131_072, 262_144 + 1, 500_001],
];

describe("BLAKE3 is that of an independent implementation", () => {
  test.each(lengths)("for %i bytes, and some more", (length) => {
    const input = bytes(length, 7);
    for (const piece of [777, 1 << 20]) {
      hash.reset();
      for (let at = 0; at < length; at += piece) hash.update(input.subarray(at, at + piece));
      for (const count of [0, 8, 100, 1024, 20_000]) {
        const more = bytes(count, 3);
        const expected = blake3.create().update(input).update(more).digest();
        expect(hex(hash.digest(more))).toBe(hex(expected));
      }
      expect(hex(hash.digest())).toBe(hex(blake3(input)));
    }
  });
});

test("of nothing, it is what its authors say", () => {
  expect(hex(hash.reset().digest())).toBe("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
});
