import { expect, test } from "vitest";
import type { Job } from "../../src/engine/run.ts";
import { CiphertextStore } from "../../src/engine/store.ts";
import { QUEUE_BYTES } from "../../src/engine/threads/queue.ts";
import { Workload } from "../../src/engine/workload.ts";
import type { Block, LookupBlock } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { plan } from "../../src/graph/plan.ts";
import { Heap } from "../../src/kernel/heap.ts";
import { bigLweDimension } from "../../src/parameters/parameter-set.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as parameters } from "../../src/parameters/sets.ts";

// So many are laid out in one go.
const PIECE = 64;

test.each([
  [PIECE, "GraphError"],
  [PIECE + 1, "DisposedError"], // what is laid out afterwards does not even find it
])("what reads that which turns out faulty is not submitted: %d lookups", (count, error) => {
  const heap = new Heap({ shared: false, limitBytes: 2 ** 26 });
  const builder = new Builder(parameters);
  const bytes = 8 * (bigLweDimension(parameters) + 1);
  const sizes = {
    big: bytes,
    unchecked: bytes,
    compact: bytes,
    switched: bytes,
    random: bytes,
    stored: bytes,
  };
  const store = new CiphertextStore(heap, sizes, builder.maxNoise);
  builder.onDrop = (block) => store.drop(block);
  const workload = new Workload(builder, store, heap, heap.allocate(QUEUE_BYTES), false);

  // Six ciphertexts of one mask, of which the graph does not know it.
  const inputs = Array.from({ length: 6 }, () => {
    const block = builder.input({ max: 1 });
    store.assign(block, store.reserve(), { mask: 5, rotation: undefined });
    return block;
  });
  const sum = builder.linear(inputs.map((block, at) => [at === 0 ? 1 : 2, block]));
  const first = builder.lookup(sum, (value) => value & 1) as LookupBlock;
  const others = Array.from({ length: count }, () => builder.input({ max: 1 }));
  for (const block of others) store.assign(block, store.reserve(), { mask: block.twin, rotation: undefined });
  const readers = others.map((other) => builder.lookup(builder.linear([[1, first], [2, other]]), (value) => value & 2)); // biome-ignore format: short
  builder.retain([...inputs, ...others, first, ...readers]);

  const submit = (blocks: readonly Block[]): Generator<number, { readonly jobs: readonly Job[] }> => {
    const isUnderWay = (block: Block): boolean => workload.producerOf(block) !== undefined;
    const { rotations } = plan(blocks, parameters, { isUnderWay });
    return workload.submit(rotations, workload.sizeOf(rotations), 0);
  };
  const step = submit([first]).next();
  expect(step.done).toBe(true);
  const [job] = (step.value as { readonly jobs: readonly Job[] }).jobs;
  const used = heap.usedBytes;
  const submitting = submit(readers);
  expect(submitting.next().done).toBe(false);
  expect(workload.finish([job.address])).toEqual([job]);
  expect(job.fault?.name).toBe("GraphError");
  expect(() => submitting.next()).toThrow(expect.objectContaining({ name: error }));
  expect(workload.producerOf(readers[0])).toBeUndefined();
  expect(workload.busy).toBe(false);
  expect(heap.usedBytes).toBeLessThan(used);
});
