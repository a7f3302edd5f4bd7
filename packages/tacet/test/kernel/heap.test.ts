import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OutOfMemoryError } from "../../src/errors.ts";
import { Heap } from "../../src/kernel/heap.ts";

describe("the heap", () => {
  test("hands out pieces that are aligned and do not overlap, and counts them", () => {
    const step = fc.tuple(fc.integer({ min: 1, max: 50_000 }), fc.boolean(), fc.nat());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new Heap({ shared: false });
        const held: { address: number; bytes: number }[] = [];
        for (const [bytes, frees, pick] of steps) {
          if (frees && held.length > 0) {
            const [piece] = held.splice(pick % held.length, 1);
            heap.free(piece.address, piece.bytes);
          } else {
            held.push({ address: heap.allocate(bytes), bytes });
          }
        }
        held.sort((a, b) => a.address - b.address);
        let end = 1;
        for (const { address, bytes } of held) {
          expect(address % 64).toBe(0);
          expect(address).toBeGreaterThanOrEqual(end);
          end = address + bytes;
        }
        expect(end).toBeLessThanOrEqual(heap.memory.buffer.byteLength);
        const total = held.reduce((sum, { bytes }) => sum + Math.ceil(bytes / 64) * 64, 0);
        expect(heap.usedBytes).toBe(total);
      }),
    );
  });

  test("reuses what is free for any other size before it grows", () => {
    const heap = new Heap({ shared: false, limitBytes: 2 ** 20 });
    const pieces = Array.from({ length: 100 }, () => heap.allocate(10_000));
    expect(() => heap.allocate(200_000)).toThrow(OutOfMemoryError);
    for (const piece of pieces) heap.free(piece, 10_000);
    const large = heap.allocate(900_000);
    heap.free(large, 900_000);
    for (let i = 0; i < 16; i++) heap.allocate(60_000);
  });

  test("refuses what is beyond its limit, and goes on", () => {
    const heap = new Heap({ shared: true, limitBytes: 3 * 65_536 });
    expect(() => heap.allocate(2 ** 20)).toThrow(OutOfMemoryError);
    expect(heap.allocate(100_000)).toBeGreaterThan(0);
    expect(() => heap.allocate(100_000)).toThrow(OutOfMemoryError);
  });
});
