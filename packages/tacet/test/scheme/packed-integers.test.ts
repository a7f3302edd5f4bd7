import fc from "fast-check";
import { expect, test } from "vitest";
import { packIntegers, unpackIntegers } from "../../src/scheme/lwe/packed-integers.ts";

test("integers lie lowest bits first, across the borders of words", () => {
  const words = packIntegers(Uint32Array.of(0xabc, 0, 0, 0, 0, 0xdef, 1), 12);
  expect([...words]).toEqual([0xf000_0000_0000_0abcn, 0x1den]);
});

test("what is packed is unpacked again, and its words hold nothing else", () => {
  const lists = fc.integer({ min: 1, max: 32 }).chain((bits) =>
    fc.record({
      bits: fc.constant(bits),
      integers: fc.array(fc.integer({ min: 0, max: 2 ** bits - 1 }), { maxLength: 100 }),
    }),
  );
  fc.assert(
    fc.property(lists, ({ bits, integers }) => {
      const words = packIntegers(Uint32Array.from(integers), bits);
      expect([...unpackIntegers(words, bits, integers.length)]).toEqual(integers);
      const plain = integers.reduce((sum, integer, i) => sum + (BigInt(integer) << BigInt(i * bits)), 0n);
      expect(words.reduce((sum, word, i) => sum + (word << BigInt(64 * i)), 0n)).toBe(plain);
      expect(words).toHaveLength(Math.ceil((integers.length * bits) / 64));
    }),
  );
});
