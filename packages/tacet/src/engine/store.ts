import { DisposedError } from "../errors.ts";
import type { Block, Source } from "../graph/block.ts";
import type { Heap } from "../kernel/heap.ts";

/** The ciphertexts of a graph's sources, each in a slot of the shared memory for as long as its block lives. */
export class CiphertextStore {
  readonly #heap: Heap;
  readonly #slotBytes: number;
  readonly #slots = new Map<Block, number>();

  /** @param slotBytes size of a big LWE ciphertext. */
  constructor(heap: Heap, slotBytes: number) {
    this.#heap = heap;
    this.#slotBytes = slotBytes;
  }

  /** Number of ciphertexts held. */
  get size(): number {
    return this.#slots.size;
  }

  /** Address of a slot without a block. @throws OutOfMemoryError */
  reserve(): number {
    return this.#heap.allocate(this.#slotBytes);
  }

  /** Gives back a slot that no block holds. */
  discard(slot: number): void {
    this.#heap.free(slot, this.#slotBytes);
  }

  /** Says that a reserved slot holds the ciphertext of a block. */
  assign(block: Block, slot: number): void {
    this.#slots.set(block, slot);
  }

  /** Address of a source's ciphertext. */
  address(source: Source): number {
    const slot = this.#slots.get(source);
    if (slot === undefined) throw new DisposedError("a ciphertext was used after it had been released");
    return slot;
  }

  /** The ciphertext in a slot, in place: valid until the memory grows. */
  viewSlot(slot: number): BigUint64Array {
    return new BigUint64Array(this.#heap.memory.buffer, slot, this.#slotBytes / 8);
  }

  /** Forgets a block; its slot remains reserved. */
  forget(block: Block): void {
    this.#slots.delete(block);
  }

  /** Forgets a block and gives its slot back. */
  drop(block: Block): void {
    const slot = this.#slots.get(block);
    if (slot === undefined) return;
    this.forget(block);
    this.discard(slot);
  }
}
