import { ClientKey, FheUint8 } from "tacet";
import { describe, expect, test } from "vitest";
import { hexDump } from "../src/wire/hex.ts";
import { trivialPart } from "../src/wire/look.ts";
import { messagesIn } from "../src/wire/message.ts";
import type { Answer, Report } from "../src/wire/protocol.ts";
import { agreement, entropy, histogram } from "../src/wire/statistics.ts";
import { Wire } from "../src/wire/wire.ts";

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

describe("the trivial part of a ciphertext", () => {
  const noise = Uint8Array.from({ length: 3000 }, (_, i) => (i * 31) % 251);

  test("is none of what is encrypted, and all of what is not", async () => {
    const key = await ClientKey.generate();
    expect(trivialPart(FheUint8.encrypt(0, key).serialize())).toBe(0);
    for (const value of [0, 77]) expect(trivialPart(FheUint8.encryptTrivial(value).serialize())).toBe(1);
  });

  test.each([
    ["before", [...noise, ...new Uint8Array(1000)], 0.25],
    ["after", [...new Uint8Array(9000), ...noise], 0.75],
    ["between", [...new Uint8Array(2000), ...noise, ...new Uint8Array(1000)], 0.5],
  ])("is less than all where something is encrypted %s", (_, bytes, part) => {
    expect(trivialPart(Uint8Array.from(bytes))).toBeCloseTo(part, 3);
  });

  test("is none where words are rounded, nor of nothing", () => {
    expect(trivialPart(Uint8Array.from(noise, (byte, i) => (i % 8 === 0 ? byte | 1 : 0)))).toBe(0);
    expect(trivialPart(new Uint8Array())).toBe(0);
  });
});

describe("the wire", () => {
  test("keeps the latest messages and the server key, and counts all", () => {
    const server = { postMessage: () => {}, terminate: () => {} } as unknown as Worker;
    const wire = new Wire(() => server, { onAnswer: () => {}, onReport: () => {}, onCrash: () => {} });
    wire.send({ kind: "server key", bytes: new Uint8Array(9) });
    const results = Array.from({ length: 300 }, (_, i) => {
      return { name: `r${i}`, type: "FheUint8", bytes: new Uint8Array(9) } as const;
    });
    const info = { threads: 1, sharedMemory: false, memoryBytes: 0 };
    const data: Answer | Report = { kind: "results", run: 1, results, milliseconds: 1, info };
    server.onmessage?.({ data } as MessageEvent);
    expect(wire.count).toBe(301);
    expect(wire.log.value).toHaveLength(41);
    expect(wire.log.value[0]).toMatchObject({ label: "r299: FheUint8" });
    expect(wire.log.value.at(-1)).toMatchObject({ form: "key" });
  });
});
