import { fourierPlaces } from "../../kernel/fourier-places.ts";
import type { Heap } from "../../kernel/heap.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { Pace, type ProgressOptions } from "../../progress.ts";
import { MaskStream } from "../lwe/mask-stream.ts";
import { type ExpandedPackingKey, type FourierBootstrapKey, ggswElements } from "./expanded-key.ts";
import type { SeededBodies, SeededGlweKey } from "./seeded-key.ts";

/** What the parts of a key are worked on with. */
export interface KeyTool {
  readonly heap: Heap;
  readonly kernel: Kernel;
  /** To be awaited between small pieces of work, with the number of elements of the piece. */
  readonly advance: (elements: number) => Promise<void>;
}

/** Counts the elements that have been worked on, and reports them as a fraction of `total`. */
export function elementCounter(total: number, options: ProgressOptions): KeyTool["advance"] {
  const pace = new Pace(options);
  let done = 0;
  return (elements) => {
    done += elements;
    return pace.done(done / total);
  };
}

/** LWE ciphertexts that are worked on at once: few enough to stay in the cache. */
export const ROWS_AT_ONCE = 16;

/** Where LWE ciphertexts of a key are found, from the first to the last. */
export interface RowSource {
  /** Fills an array with the next ones, at most `ROWS_AT_ONCE`: each its mask, then its body. */
  next(out: BigUint64Array): void;
  free(): void;
}

/** Where polynomial ciphertexts of a key are found, from the first to the last. */
export interface CiphertextSource {
  /** Writes the next one at an address: a GGSW ciphertext in the kernel's Fourier layout, a GLWE ciphertext as it is. */
  next(address: number): void;
  free(): void;
}

/** The LWE ciphertexts of a key in either form, each of `size` elements. */
export function rowsOf(key: SeededBodies | BigUint64Array, size: number, tool: KeyTool): RowSource {
  return key instanceof BigUint64Array ? storedRows(key) : seededRows(key, size, tool);
}

/** The GGSW ciphertexts of a bootstrap key in either form. */
export function ggswsOf(key: SeededBodies | FourierBootstrapKey, tool: KeyTool): CiphertextSource {
  return key instanceof Float64Array ? storedGgsws(key, tool) : seededGgsws(key, tool);
}

/** Puts the GGSW ciphertexts of the kernel's bootstrap key into its memory, one at a time. */
export async function loadGgsws(
  key: SeededBodies | FourierBootstrapKey,
  target: number,
  tool: KeyTool,
): Promise<void> {
  const { parameters, layout } = tool.kernel;
  const source = ggswsOf(key, tool);
  for (let i = 0; i < parameters.lweDimension; i++) {
    source.next(target + i * layout.fourierGgsw);
    await tool.advance(ggswElements(parameters));
  }
  source.free();
}

/** The GLWE ciphertexts of a packing key in either form, whose ring is the kernel's. */
export function glwesOf(
  key: SeededGlweKey<BigUint64Array> | ExpandedPackingKey,
  { heap, kernel }: KeyTool,
): CiphertextSource {
  const { glweSize, polynomialSize: N } = key;
  const size = glweSize * N;
  const maskSize = size - N;
  const { memory } = heap;
  let row = 0;
  if ("rows" in key) {
    const next = (address: number): void => {
      new BigUint64Array(memory.buffer, address, size).set(key.rows.subarray(row * size, (row + 1) * size));
      row++;
    };
    return { next, free: () => {} };
  }
  const masks = new MaskStream(kernel, heap, key.seed, maskSize);
  return {
    next: (address) => {
      const mask = masks.next(maskSize);
      const out = new BigUint64Array(memory.buffer, address, size);
      out.set(new BigUint64Array(memory.buffer, mask, maskSize));
      out.set(key.bodies.subarray(row * N, (row + 1) * N), maskSize);
      row++;
    },
    free: () => masks.free(),
  };
}

function storedRows(elements: BigUint64Array): RowSource {
  let at = 0;
  return {
    next: (out) => {
      out.set(elements.subarray(at, at + out.length));
      at += out.length;
    },
    free: () => {},
  };
}

function seededRows({ seed, bodies }: SeededBodies, size: number, { heap, kernel }: KeyTool): RowSource {
  const dimension = size - 1;
  const masks = new MaskStream(kernel, heap, seed, ROWS_AT_ONCE * dimension);
  let row = 0;
  return {
    next: (out) => {
      const count = (out.length / size) * dimension;
      const mask = new BigUint64Array(heap.memory.buffer, masks.next(count), count);
      for (let from = 0, to = 0; from < count; from += dimension, to += size) {
        out.set(mask.subarray(from, from + dimension), to);
        out[to + dimension] = bodies[row++];
      }
    },
    free: () => masks.free(),
  };
}

/** Moves each value to its place in the kernel's layout. */
function storedGgsws(values: FourierBootstrapKey, { kernel }: KeyTool): CiphertextSource {
  const { memory, parameters, layout } = kernel;
  const places = fourierPlaces(kernel);
  const scale = 2 / parameters.polynomialSize;
  let at = 0;
  return {
    next: (address) => {
      const source = values.subarray(at, at + places.length);
      const ggsw = new Float64Array(memory.buffer, address, layout.fourierGgsw / 8).fill(0);
      for (let i = 0; i < places.length; i++) ggsw[places[i]] = scale * source[i];
      at += places.length;
    },
    free: () => {},
  };
}

function seededGgsws({ seed, bodies }: SeededBodies, { heap, kernel }: KeyTool): CiphertextSource {
  const { glweDimension: k, polynomialSize: N, pbsLevel } = kernel.parameters;
  const bytes = kernel.layout.ggsw;
  const scratchBytes = kernel.layout.scratch(1);
  const masks = new MaskStream(kernel, heap, seed, k * N);
  const ggswAddress = heap.allocate(bytes);
  const scratch = heap.allocate(scratchBytes);
  let at = 0;
  return {
    next: (address) => {
      const ggsw = new BigUint64Array(heap.memory.buffer, ggswAddress, bytes / 8);
      for (let row = 0; row < pbsLevel * (k + 1); row++, at += N) {
        const place = row * (k + 1) * N;
        ggsw.set(new BigUint64Array(heap.memory.buffer, masks.next(k * N), k * N), place);
        ggsw.set(bodies.subarray(at, at + N), place + k * N);
      }
      kernel.toFourier(ggswAddress, address, scratch);
    },
    free: () => {
      heap.free(ggswAddress, bytes);
      heap.free(scratch, scratchBytes);
      masks.free();
    },
  };
}
