import { afterEach, describe, expect, test, vi } from "vitest";
import { Heap } from "../../src/kernel/heap.ts";
import { obtainMemory, returnMemory } from "../../src/kernel/memories.ts";
import { watchMemories } from "../watch-memories.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const MIB = 2 ** 20;

/** Whether a memory is all zeros. */
const isBlank = ({ buffer }: WebAssembly.Memory): boolean =>
  new BigUint64Array(buffer).every((word) => word === 0n);

describe.each([true, false])("a heap's memory (shared: %s)", (shared) => {
  test("is used again once the heap has been released, and holds nothing of what was written", async () => {
    using watch = watchMemories();
    const first = new Heap({ shared });
    const pieces = [100, 3 * MIB, 40 * MIB, 64].map((bytes) => ({ bytes, address: first.allocate(bytes) }));
    for (const { address, bytes } of pieces) {
      new Uint8Array(first.memory.buffer, address, bytes).fill(0xa5);
      first.free(address, bytes);
    }
    await first.release();
    const second = new Heap({ shared });
    expect(second.memory).toBe(first.memory);
    expect(isBlank(second.memory)).toBe(true);
    expect(second.usedBytes).toBe(0);
    expect(second.allocate(1000)).toBeLessThan(2000);
    const third = new Heap({ shared });
    expect(third.memory).not.toBe(first.memory);
    await Promise.all([second.release(), second.release(), third.release()]);
    const [fourth, fifth, sixth] = [1, 2, 3].map(() => new Heap({ shared }));
    expect(new Set([fourth, fifth, sixth].map(({ memory }) => memory)).size).toBe(3);
    expect(watch.memories).toHaveLength(3);
  });

  test("is used by no heap with another limit than it can keep to", async () => {
    const large = new Heap({ shared });
    large.allocate(20 * MIB);
    await large.release();
    const bounded = new Heap({ shared, limitBytes: 10 * MIB });
    expect(bounded.memory).not.toBe(large.memory);
    await bounded.release();
    const again = new Heap({ shared, limitBytes: 30 * MIB });
    expect(again.memory).toBe(large.memory);
    expect(() => again.allocate(31 * MIB)).toThrow("may have");
    const unbounded = new Heap({ shared });
    expect(unbounded.memory).not.toBe(bounded.memory);
    unbounded.allocate(31 * MIB);
  });
});

test("memories that are shared and those that are not do not take each other's place", async () => {
  const local = new Heap({ shared: false });
  await local.release();
  expect(new Heap({ shared: true }).memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  const shared = new Heap({ shared: true });
  await shared.release();
  expect(new Heap({ shared: false }).memory.buffer).not.toBeInstanceOf(SharedArrayBuffer);
});

/** Notes the sizes of all arrays of bytes that are allocated. */
function watchAllocations(): number[] {
  const sizes: number[] = [];
  const Watched = class extends ArrayBuffer {
    constructor(size: number) {
      super(0);
      sizes.push(size);
    }
  };
  vi.stubGlobal("ArrayBuffer", Watched);
  return sizes;
}

/** How often the garbage collector has been told, once some time has passed. */
async function told(sizes: readonly number[]): Promise<number> {
  await vi.advanceTimersByTimeAsync(10_000);
  return sizes.length;
}

test("what is too large to be kept, or too much, the garbage collector hears of", async () => {
  const some = Array.from({ length: 4 }, () => obtainMemory(true, 65536));
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const sizes = watchAllocations();
  for (const reserved of some) reserved.memory.grow((100 * MIB) / 65536);
  const counts: number[] = [];
  for (const reserved of some) {
    returnMemory(reserved);
    counts.push(await told(sizes));
  }
  expect(counts.slice(0, 2)).toEqual([0, 0]);
  expect(counts[2]).toBeGreaterThan(0);
  expect(counts[3]).toBeGreaterThan(counts[2]);
  expect(counts[3]).toBeLessThan(20);
  const huge = obtainMemory(true, 65536);
  huge.memory.grow((300 * MIB) / 65536);
  returnMemory(huge);
  expect(await told(sizes)).toBeGreaterThan(counts[3]);
  expect(Array.from({ length: 8 }, () => obtainMemory(true, 65536).memory)).not.toContain(huge.memory);
});
