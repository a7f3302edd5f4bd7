import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";

const BLOCK_BYTES = 16;
const ELEMENT_BYTES = 8;

/**
 * The masks of seeded ciphertexts, expanded piece by piece into the kernel's memory: one contiguous stream of
 * AES-128 in counter mode, read as little-endian elements of 64 bits (TFHE-rs: tfhe-csprng).
 */
export class MaskStream {
  readonly #kernel: Kernel;
  readonly #heap: Heap;
  readonly #roundKeys: number;
  readonly #buffer: number;
  readonly #bytes: number;
  #position = 0; // in elements

  /** @param largest the most elements that will be asked for at once. */
  constructor(kernel: Kernel, heap: Heap, seed: Uint8Array, largest: number) {
    this.#kernel = kernel;
    this.#heap = heap;
    this.#roundKeys = heap.allocate(kernel.layout.roundKeys);
    this.#bytes = Math.ceil((largest * ELEMENT_BYTES) / BLOCK_BYTES + 1) * BLOCK_BYTES;
    this.#buffer = heap.allocate(this.#bytes);
    new Uint8Array(heap.memory.buffer, this.#buffer, seed.length).set(seed);
    kernel.aesExpandKey(this.#buffer, this.#roundKeys);
  }

  /** Address of the next `count` elements, valid until the next call. */
  next(count: number): number {
    const first = Math.floor((this.#position * ELEMENT_BYTES) / BLOCK_BYTES);
    const offset = (this.#position * ELEMENT_BYTES) % BLOCK_BYTES;
    const blocks = Math.ceil((offset + count * ELEMENT_BYTES) / BLOCK_BYTES);
    this.#kernel.aesCtr(this.#roundKeys, BigInt(first), this.#buffer, blocks);
    this.#position += count;
    return this.#buffer + offset;
  }

  /** Gives the buffers back. */
  free(): void {
    this.#heap.free(this.#roundKeys, this.#kernel.layout.roundKeys);
    this.#heap.free(this.#buffer, this.#bytes);
  }
}
