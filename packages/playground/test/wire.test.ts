import { describe, expect, test } from "vitest";
import { hexDump } from "../src/wire/hex.ts";
import { messagesIn } from "../src/wire/message.ts";
import { agreement, entropy, histogram } from "../src/wire/statistics.ts";

const ascii = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe("statistics", () => {
  test("a histogram counts each byte", () => {
    const counts = histogram(Uint8Array.of(0, 255, 255, 7));
    expect([counts[0], counts[7], counts[255], counts[1]]).toEqual([1, 1, 2, 0]);
    expect(counts).toHaveLength(256);
  });

  test("entropy is that of Shannon", () => {
    expect(entropy([1, 1])).toBe(1);
    expect(entropy(new Uint32Array(256).fill(9))).toBe(8);
    expect(entropy([5, 0, 0])).toBe(0);
    expect(entropy([3, 1])).toBeCloseTo(0.8113, 4);
  });

  test("agreement marks equal bytes, as far as both go", () => {
    expect([...agreement(ascii("abcd"), ascii("axcz!"))]).toEqual([1, 0, 1, 0]);
  });
});

describe("a hex dump", () => {
  test("has offsets, bytes and characters", () => {
    expect(hexDump(ascii("Fhe\u0000int8~"), 0, 100, 4)).toEqual([
      { offset: "000000", hex: "46 68 65 00", text: "Fhe·" },
      { offset: "000004", hex: "69 6e 74 38", text: "int8" },
      { offset: "000008", hex: "7e", text: "~" },
    ]);
  });

  test("may be of a part", () => {
    expect(hexDump(ascii("0123456789"), 4, 7, 2).map(({ text }) => text)).toEqual(["45", "6"]);
    expect(hexDump(ascii("01"), 4, 7, 2)).toEqual([]);
  });
});

describe("messages", () => {
  test("a program is a text and ciphertexts", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const inputs = [{ name: "a", type: "FheUint8", bytes }] as const;
    expect(messagesIn({ kind: "program", run: 1, javascript: "return a;", inputs })).toEqual([
      { label: "program", form: "text", size: 9, bytes: ascii("return a;") },
      { label: "a: FheUint8", form: "ciphertext", size: 3, bytes },
    ]);
  });

  test("of a server key only the beginning is kept", () => {
    const bytes = new Uint8Array(2 ** 20);
    const [message] = messagesIn({ kind: "server key", bytes });
    expect(message).toMatchObject({ form: "key", size: 2 ** 20 });
    expect(message!.bytes.length).toBeLessThan(2 ** 17);
    expect(message!.bytes.buffer).not.toBe(bytes.buffer);
  });
});
