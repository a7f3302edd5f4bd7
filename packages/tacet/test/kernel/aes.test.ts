import { createCipheriv } from "node:crypto";
import { expect, test } from "vitest";
import { TestRandom } from "./reference.ts";
import { Workspace } from "./workspace.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

async function expand(
  key: Uint8Array,
  counter: bigint,
  blocks: number,
): Promise<{ keys: string; out: string }> {
  const w = await Workspace.create();
  const roundKeys = w.allocate(w.layout.roundKeys);
  const out = w.allocate(16 * blocks);
  w.kernel.aesExpandKey(w.put(key), roundKeys);
  w.kernel.aesCtr(roundKeys, counter, out, blocks);
  return { keys: hex(w.bytes(roundKeys, 176)), out: hex(w.bytes(out, 16 * blocks)) };
}

const littleEndian = (hexBytes: string): bigint =>
  BigInt(`0x${Buffer.from(hexBytes, "hex").reverse().toString("hex")}`);

test("key expansion of FIPS 197, appendix A.1", async () => {
  const key = Buffer.from("2b7e151628aed2a6abf7158809cf4f3c", "hex");
  const { keys } = await expand(key, 0n, 1);
  expect(keys.slice(32, 64)).toBe("a0fafe1788542cb123a339392a6c7605");
  expect(keys.slice(-32)).toBe("d014f9a8c9ee2589e13f0cc8b6630ca6");
});

test("cipher of FIPS 197, appendices B and C.1", async () => {
  const b = await expand(
    Buffer.from("2b7e151628aed2a6abf7158809cf4f3c", "hex"),
    littleEndian("3243f6a8885a308d313198a2e0370734"),
    1,
  );
  expect(b.out).toBe("3925841d02dc09fbdc118597196a0b32");
  const c = await expand(
    Buffer.from("000102030405060708090a0b0c0d0e0f", "hex"),
    littleEndian("00112233445566778899aabbccddeeff"),
    1,
  );
  expect(c.out).toBe("69c4e0d86a7b0430d8cdb78070b4c55a");
});

/** What AES-128 of node:crypto makes of consecutive counters. */
function reference(key: Uint8Array, start: bigint, blocks: number): Buffer {
  const counters = Buffer.alloc(16 * blocks);
  for (let i = 0; i < blocks; i++) {
    const counter = BigInt.asUintN(128, start + BigInt(i));
    counters.writeBigUInt64LE(BigInt.asUintN(64, counter), 16 * i);
    counters.writeBigUInt64LE(counter >> 64n, 16 * i + 8);
  }
  return createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(counters);
}

const randomKey = (random: TestRandom): Uint8Array =>
  Uint8Array.from({ length: 16 }, () => random.below(256));

test("counters are little-endian, carry into the upper half and wrap", async () => {
  const random = new TestRandom(1);
  const key = randomKey(random);
  for (const start of [0n, 255n, (1n << 64n) - 3n, (1n << 128n) - 2n, random.u64()]) {
    expect((await expand(key, start, 300)).out).toBe(hex(reference(key, start, 300)));
  }
});

test("any number of blocks from any counter to any address, and nothing around them", async () => {
  const random = new TestRandom(2);
  const w = await Workspace.create();
  const roundKeys = w.allocate(w.layout.roundKeys);
  const area = w.bytes(w.allocate(4096), 4096);
  for (let i = 0; i < 300; i++) {
    const key = randomKey(random);
    const [start, blocks, at] = [random.below(130), random.below(200), 16 + random.below(16)];
    area.fill(0xa5);
    const expected = Buffer.from(area);
    expected.set(reference(key, BigInt(start), blocks), at);
    w.kernel.aesExpandKey(w.put(key), roundKeys);
    w.kernel.aesCtr(roundKeys, BigInt(start), area.byteOffset + at, blocks);
    expect(hex(area)).toBe(hex(expected));
  }
});

test.each([true, false])(
  "the same once the engine has optimized it (deterministic: %s)",
  async (deterministic) => {
    const key = randomKey(new TestRandom(3));
    const w = await Workspace.create({}, { deterministic });
    const roundKeys = w.allocate(w.layout.roundKeys);
    const blocks = 4096;
    const out = w.allocate(16 * blocks);
    w.kernel.aesExpandKey(w.put(key), roundKeys);
    const expected = reference(key, 77n, blocks);
    for (let i = 0; i < 100; i++) {
      w.kernel.aesCtr(roundKeys, 77n, out, blocks);
      expect(expected.equals(w.bytes(out, 16 * blocks))).toBe(true);
      // Optimized code arrives from another thread.
      await new Promise((resolve) => setTimeout(resolve));
    }
  },
);
