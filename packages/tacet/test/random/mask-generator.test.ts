import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MaskGenerator } from "../../src/random/mask-generator.ts";

const seeds = fc.uint8Array({ minLength: 16, maxLength: 16 });

/** Elements 2·counter and 2·counter + 1 of the stream, from OpenSSL. */
function reference(seed: Uint8Array, counter: bigint): [bigint, bigint] {
  const block = Buffer.alloc(16);
  block.writeBigUInt64LE(counter);
  const output = createCipheriv("aes-128-ecb", seed, null).update(block);
  return [output.readBigUInt64LE(0), output.readBigUInt64LE(8)];
}

function elements(seed: Uint8Array, start: number, count: number): bigint[] {
  const out = new BigUint64Array(count);
  new MaskGenerator(seed).fill(out, start);
  return [...out];
}

describe("MaskGenerator", () => {
  it("is AES-128 of little-endian counters, read as little-endian integers", () => {
    fc.assert(
      fc.property(seeds, fc.nat(50), (seed, counter) => {
        expect(elements(seed, 2 * counter, 2)).toEqual(reference(seed, BigInt(counter)));
      }),
    );
  });

  it("counts beyond 32 bits", () => {
    const seed = new Uint8Array(16).fill(7);
    for (const counter of [2n ** 32n - 1n, 2n ** 32n, 2n ** 45n + 5n]) {
      expect(elements(seed, Number(2n * counter), 2)).toEqual(reference(seed, counter));
    }
  });

  it("gives the same stream in whatever pieces it is asked for", () => {
    fc.assert(
      fc.property(seeds, fc.nat(30), fc.nat(30), (seed, start, count) => {
        expect(elements(seed, start, count)).toEqual(elements(seed, 0, start + count).slice(start));
      }),
    );
  });

  it("refuses seeds of other lengths", () => {
    expect(() => new MaskGenerator(new Uint8Array(15))).toThrow(RangeError);
  });
});
