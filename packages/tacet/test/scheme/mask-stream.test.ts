import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as parameters } from "../../src/parameters/sets.ts";
import { MaskGenerator } from "../../src/random/mask-generator.ts";
import type { MaskSeed } from "../../src/random/mask-seed.ts";
import { MaskStream } from "../../src/scheme/lwe/mask-stream.ts";

const bytes = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (197 * i + 31) & 255);

const seeds: MaskSeed[] = [0, 1, 7, 8, 9, 15, 16, 33, 2 ** 40 + 3].flatMap((start) => [
  { kind: "ctr", bytes: bytes(16), start },
  { kind: "xof", bytes: bytes(24), start },
]);

const { heap, kernel } = await openKernel(parameters, { deterministic: false, shared: false });

test.each(seeds)("gives aligned elements and nothing around them: $kind from byte $start", (seed) => {
  const largest = 700;
  const stream = new MaskStream(kernel, heap, seed, largest);
  const guard = new Uint8Array(heap.memory.buffer, heap.allocate(64), 64).fill(0xa5);
  const reference = new MaskGenerator(seed);
  let first = 0;
  for (const count of [largest, 1, 2, 3, largest, 64, largest - 1, largest]) {
    const address = stream.next(count);
    expect(address % 8).toBe(0);
    const expected = new BigUint64Array(count);
    reference.fill(expected, first);
    expect(new BigUint64Array(heap.memory.buffer, address, count)).toEqual(expected);
    first += count;
  }
  expect(guard.every((byte) => byte === 0xa5)).toBe(true);
});
