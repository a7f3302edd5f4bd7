import type { Heap } from "../../kernel/heap.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { AES_BLOCK_BYTES } from "../../random/aes.ts";
import { type MaskSeed, streamOf } from "../../random/mask-seed.ts";

const ELEMENT_BYTES = 8;

/**
 * The masks of seeded ciphertexts, expanded piece by piece into the kernel's memory: what `MaskGenerator` gives, at the
 * kernel's speed.
 */
export class MaskStream {
  readonly #kernel: Kernel;
  readonly #heap: Heap;
  readonly #roundKeys: number;
  readonly #buffer: number;
  readonly #bytes: number;
  readonly #counter: bigint;
  #position: number; // in bytes

  /** @param largest the most elements that will be asked for at once. */
  constructor(kernel: Kernel, heap: Heap, seed: MaskSeed, largest: number) {
    const { key, counter } = streamOf(seed);
    this.#kernel = kernel;
    this.#heap = heap;
    this.#counter = counter;
    this.#position = seed.start;
    this.#roundKeys = heap.allocate(kernel.layout.roundKeys);
    // Up to 15 bytes before the elements and behind them.
    this.#bytes = ELEMENT_BYTES * largest + 2 * AES_BLOCK_BYTES;
    this.#buffer = heap.allocate(this.#bytes);
    new Uint8Array(heap.memory.buffer, this.#buffer, key.length).set(key);
    kernel.aesExpandKey(this.#buffer, this.#roundKeys);
  }

  /** Address of the next `count` elements, a multiple of 8, valid until the next call. */
  next(count: number): number {
    const skipped = this.#position % AES_BLOCK_BYTES;
    const first = this.#counter + BigInt((this.#position - skipped) / AES_BLOCK_BYTES);
    const blocks = Math.ceil((skipped + count * ELEMENT_BYTES) / AES_BLOCK_BYTES);
    // The blocks are put where their elements come to lie on multiples of 8.
    const elements = this.#buffer + Math.ceil(skipped / ELEMENT_BYTES) * ELEMENT_BYTES;
    this.#kernel.aesCtr(this.#roundKeys, first, elements - skipped, blocks);
    this.#position += count * ELEMENT_BYTES;
    return elements;
  }

  /** Gives the buffers back. */
  free(): void {
    this.#heap.free(this.#roundKeys, this.#kernel.layout.roundKeys);
    this.#heap.free(this.#buffer, this.#bytes);
  }
}
