import { fourierPlaces } from "../kernel/fourier-places.ts";
import { Heap } from "../kernel/heap.ts";
import { Kernel } from "../kernel/kernel.ts";
import { loadKernel } from "../kernel/load.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { Pace, type ProgressOptions } from "../progress.ts";
import {
  castSize,
  type ExpandedServerKey,
  type FourierBootstrapKey,
  fourierElements,
  keySwitchElements,
} from "./expanded-key.ts";
import { MaskStream } from "./mask-stream.ts";
import type { SeededBodies, SeededServerKey } from "./server-key.ts";

/** A seeded server key with all of its parts. */
export interface SeededParts extends SeededServerKey {
  readonly driftZeros: SeededBodies | null;
  readonly oprf: SeededBodies | null;
}

/**
 * Expands a seeded server key. The result is the same bits on every machine.
 *
 * @throws the signal's reason when cancelled.
 */
export async function expandServerKey(
  seeded: SeededParts,
  options: ProgressOptions = {},
): Promise<ExpandedServerKey> {
  const { parameters, casting, driftZeros, oprf } = seeded;
  const { lweDimension } = parameters;
  const castElements = casting && casting.bodies.length * castSize(parameters, casting.destination);
  const elements =
    keySwitchElements(parameters) +
    fourierElements(parameters) * (oprf === null ? 1 : 2) +
    (castElements ?? 0) +
    (driftZeros?.bodies.length ?? 0) * (lweDimension + 1);
  const expander = await Expander.create(parameters, elements, options);
  return {
    parameters,
    keySwitch: await expander.lweCiphertexts(seeded.keySwitch, lweDimension),
    bootstrap: await expander.bootstrapKey(seeded.bootstrap),
    casting: casting && {
      baseLog: casting.baseLog,
      level: casting.level,
      inputDimension: casting.inputDimension,
      destination: casting.destination,
      rows: await expander.lweCiphertexts(casting, castSize(parameters, casting.destination) - 1),
    },
    driftZeros: driftZeros && (await expander.lweCiphertexts(driftZeros, lweDimension)),
    oprf: oprf && (await expander.bootstrapKey(oprf)),
  };
}

/** LWE ciphertexts that are expanded at once: few enough to stay in the cache. */
const ROWS_AT_ONCE = 16;

/** Expands the parts of one key, with a kernel and a memory of its own. */
class Expander {
  readonly #kernel: Kernel;
  readonly #heap: Heap;
  readonly #pace: Pace;
  readonly #elements: number;
  #done = 0;

  /** @param elements what all parts come to: progress is reported as a fraction of it. */
  static async create(
    parameters: ParameterSet,
    elements: number,
    options: ProgressOptions,
  ): Promise<Expander> {
    const pace = new Pace(options);
    const { polynomialSize } = parameters;
    const module = await loadKernel({ polynomialSize, deterministic: true, shared: false });
    const heap = new Heap({ shared: false });
    const tables = heap.allocate(Kernel.layout(parameters).tables);
    const kernel = new Kernel(module, heap.memory, tables, parameters, { writeTables: true });
    return new Expander(kernel, heap, pace, elements);
  }

  private constructor(kernel: Kernel, heap: Heap, pace: Pace, elements: number) {
    this.#kernel = kernel;
    this.#heap = heap;
    this.#pace = pace;
    this.#elements = elements;
  }

  /** For each body its mask, and then the body. */
  async lweCiphertexts(
    { seed, bodies }: SeededBodies,
    dimension: number,
  ): Promise<BigUint64Array<ArrayBuffer>> {
    const { memory } = this.#heap;
    const masks = new MaskStream(this.#kernel, this.#heap, seed, ROWS_AT_ONCE * dimension);
    const size = dimension + 1;
    const out = new BigUint64Array(bodies.length * size);
    for (let first = 0; first < bodies.length; first += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, bodies.length - first);
      const mask = new BigUint64Array(memory.buffer, masks.next(rows * dimension), rows * dimension);
      for (let row = 0; row < rows; row++) {
        const at = (first + row) * size;
        out.set(mask.subarray(row * dimension, (row + 1) * dimension), at);
        out[at + dimension] = bodies[first + row];
      }
      await this.#advance(rows * size);
    }
    masks.free();
    return out;
  }

  async bootstrapKey({ seed, bodies }: SeededBodies): Promise<FourierBootstrapKey> {
    const { parameters, layout } = this.#kernel;
    const { lweDimension, glweDimension: k, polynomialSize: N, pbsLevel } = parameters;
    const rows = pbsLevel * (k + 1);
    const masks = new MaskStream(this.#kernel, this.#heap, seed, k * N);
    const ggswAddress = this.#heap.allocate(layout.ggsw);
    const fourierAddress = this.#heap.allocate(layout.fourierGgsw);
    const scratchBytes = layout.scratch(1);
    const scratch = this.#heap.allocate(scratchBytes);
    const { buffer } = this.#heap.memory;
    const ggsw = new BigUint64Array(buffer, ggswAddress, layout.ggsw / 8);
    const fourier = new Float64Array(buffer, fourierAddress, layout.fourierGgsw / 8);
    const places = fourierPlaces(parameters);
    const out = new Float64Array(lweDimension * places.length);
    for (let i = 0; i < lweDimension; i++) {
      for (let row = 0; row < rows; row++) {
        const place = row * (k + 1) * N;
        const body = (i * rows + row) * N;
        ggsw.set(new BigUint64Array(buffer, masks.next(k * N), k * N), place);
        ggsw.set(bodies.subarray(body, body + N), place + k * N);
      }
      this.#kernel.toFourier(ggswAddress, fourierAddress, scratch);
      const target = out.subarray(i * places.length, (i + 1) * places.length);
      for (let j = 0; j < places.length; j++) target[j] = fourier[places[j]] * (N / 2);
      await this.#advance(places.length);
    }
    this.#heap.free(ggswAddress, layout.ggsw);
    this.#heap.free(fourierAddress, layout.fourierGgsw);
    this.#heap.free(scratch, scratchBytes);
    masks.free();
    return out;
  }

  #advance(elements: number): Promise<void> {
    this.#done += elements;
    return this.#pace.done(this.#done / this.#elements);
  }
}
