import type { ProgressOptions } from "../progress.ts";
import { checkRing } from "./client/format.ts";
import { type PackedVector, vectorContentOf } from "./client/packed-vector.ts";
import { bodiesOf, maskSeedOf, type Seeded } from "./client/seeded.ts";
import { elementsOf, type SelectorList, selectorContentOf } from "./client/selector-list.ts";
import type { LeveledCore } from "./core.ts";
import { INSIDE, PERMIT } from "./inside.ts";
import { LoadedSelectors, LoadedVector } from "./loaded.ts";
import { Resource } from "./resource.ts";

/* What clients have encrypted, in the memory of an engine. */

/** Masks of seeded ciphertexts, one after the other. */
async function withMasks<T>(
  core: LeveledCore,
  seeded: Seeded,
  size: number,
  use: (next: () => number) => Promise<T>,
): Promise<T> {
  const masks = new INSIDE.MaskStream(core.kernels[0], core.heap, maskSeedOf(seeded), size);
  try {
    return await use(() => masks.next(size));
  } finally {
    core.checkAlive();
    masks.free();
  }
}

/** The ciphertexts of a vector. Throws as `LeveledEngine.load`. */
export async function loadVector(
  core: LeveledCore,
  vector: PackedVector,
  options: ProgressOptions,
): Promise<LoadedVector> {
  const { ring, length, modulus, seeded } = vectorContentOf(vector);
  checkRing(ring, core.parameters);
  const { polynomialSize: N, glweDimension: k } = ring;
  const pace = new INSIDE.Pace(options);
  const count = Math.ceil(length / N);
  const { accumulatorBytes: size, heap } = core;
  const address = heap.allocate(count * size);
  try {
    await core.lend(8 * (k + 1) * N, (glwe) =>
      withMasks(core, seeded, k * N, async (next) => {
        for (let i = 0; i < count; i++) {
          const mask = new BigUint64Array(heap.memory.buffer, next(), k * N);
          const elements = new BigUint64Array(heap.memory.buffer, glwe, (k + 1) * N);
          elements.set(mask);
          bodiesOf(ring, seeded, i * N, elements.subarray(k * N));
          core.kernels[0].loadAccumulator(glwe, address + i * size);
          await pace.done((i + 1) / count);
          core.checkAlive();
        }
      }),
    );
  } catch (error) {
    core.release([[address, count * size]]);
    throw error;
  }
  const chunks = Array.from({ length: count }, (_, i) => address + i * size);
  const resource = new Resource(core, "the vector has", [[address, count * size]]);
  return new LoadedVector(PERMIT, { core, resource, length, modulus, chunks });
}

/** Selectors in the Fourier domain. Throws as `LeveledEngine.load`. */
export async function loadSelectors(
  core: LeveledCore,
  list: SelectorList,
  options: ProgressOptions,
): Promise<LoadedSelectors> {
  const { ring, length, gadget, seeded } = selectorContentOf(list);
  checkRing(ring, core.parameters);
  const index = core.gadgetIndex(gadget);
  const kernel = core.kernels[index];
  const { polynomialSize: N, glweDimension: k } = ring;
  const { fourierGgsw: stride, ggsw: ggswBytes } = kernel.layout;
  const pace = new INSIDE.Pace(options);
  const { heap } = core;
  const rows = elementsOf(ring, gadget) / N;
  const address = heap.allocate(length * stride);
  const scratch = kernel.layout.scratch(1);
  try {
    await core.lend(ggswBytes + scratch, (ggsw) =>
      withMasks(core, seeded, k * N, async (next) => {
        for (let i = 0; i < length; i++) {
          for (let row = 0; row < rows; row++) {
            const mask = new BigUint64Array(heap.memory.buffer, next(), k * N);
            const elements = new BigUint64Array(
              heap.memory.buffer,
              ggsw + 8 * row * (k + 1) * N,
              (k + 1) * N,
            );
            elements.set(mask);
            bodiesOf(ring, seeded, (i * rows + row) * N, elements.subarray(k * N));
          }
          kernel.toFourier(ggsw, address + i * stride, ggsw + ggswBytes);
          await pace.done((i + 1) / length);
          core.checkAlive();
        }
      }),
    );
  } catch (error) {
    core.release([[address, length * stride]]);
    throw error;
  }
  const resource = new Resource(core, "the selectors have", [[address, length * stride]]);
  return new LoadedSelectors(PERMIT, { core, resource, length, gadget: index, address, stride });
}
