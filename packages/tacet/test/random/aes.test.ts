import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encryptAesBlock, expandAesKey } from "../../src/random/aes.ts";

function encrypt(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const block = new Uint8Array(plaintext);
  encryptAesBlock(expandAesKey(key), new Uint32Array(block.buffer));
  return block;
}

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

describe("AES-128", () => {
  it.each([
    {
      source: "FIPS 197, appendix B",
      key: "2b7e151628aed2a6abf7158809cf4f3c",
      plaintext: "3243f6a8885a308d313198a2e0370734",
      ciphertext: "3925841d02dc09fbdc118597196a0b32",
    },
    {
      source: "FIPS 197, appendix C.1",
      key: "000102030405060708090a0b0c0d0e0f",
      plaintext: "00112233445566778899aabbccddeeff",
      ciphertext: "69c4e0d86a7b0430d8cdb78070b4c55a",
    },
  ])("gives the ciphertext of $source", ({ key, plaintext, ciphertext }) => {
    expect(encrypt(hex(key), hex(plaintext))).toEqual(hex(ciphertext));
  });

  it("agrees with OpenSSL on random keys and blocks", () => {
    const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(sixteen, sixteen, (key, plaintext) => {
        const expected = createCipheriv("aes-128-ecb", key, null).update(plaintext);
        expect(encrypt(key, plaintext)).toEqual(new Uint8Array(expected));
      }),
    );
  });

  it("refuses keys of other lengths", () => {
    expect(() => expandAesKey(new Uint8Array(32))).toThrow(RangeError);
  });
});
