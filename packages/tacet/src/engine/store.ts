import { DisposedError } from "../errors.ts";
import { type Block, type BlockForm, formOf, type Source } from "../graph/block.ts";
import type { Heap } from "../kernel/heap.ts";

/** The ciphertexts of a graph's sources, each in a slot of the shared memory for as long as its block lives. */
export class CiphertextStore {
  readonly #heap: Heap;
  readonly #bytes: Readonly<Record<BlockForm, number>>;
  readonly #slots = new Map<Source, number>();

  /** @param bytes size of a ciphertext in each form. */
  constructor(heap: Heap, bytes: Readonly<Record<BlockForm, number>>) {
    this.#heap = heap;
    this.#bytes = bytes;
  }

  /** Number of ciphertexts held. */
  get size(): number {
    return this.#slots.size;
  }

  /** Size of the ciphertext of a result. */
  get slotBytes(): number {
    return this.#bytes.big;
  }

  /** Address of a slot without a block. @throws OutOfMemoryError */
  reserve(form: BlockForm = "big"): number {
    return this.#heap.allocate(this.#bytes[form]);
  }

  /** Gives back a slot that no block holds. */
  discard(slot: number, form: BlockForm = "big"): void {
    this.#heap.free(slot, this.#bytes[form]);
  }

  /** Says that a reserved slot holds the ciphertext of a block. */
  assign(block: Source, slot: number): void {
    this.#slots.set(block, slot);
  }

  /** Address of a source's ciphertext. */
  address(source: Source): number {
    const slot = this.#slots.get(source);
    if (slot === undefined) throw new DisposedError("a ciphertext was used after it had been released");
    return slot;
  }

  /** The big ciphertext in a slot, in place: valid until the memory grows. */
  viewSlot(slot: number): BigUint64Array {
    return new BigUint64Array(this.#heap.memory.buffer, slot, this.#bytes.big / 8);
  }

  /** Copies a ciphertext into a slot of its form. */
  write(slot: number, content: BigUint64Array | Uint32Array): void {
    const bytes = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
    new Uint8Array(this.#heap.memory.buffer, slot, bytes.length).set(bytes);
  }

  /** Forgets a block; its slot remains reserved. */
  forget(block: Source): void {
    this.#slots.delete(block);
  }

  /** Forgets a block and gives its slot back. */
  drop(block: Block): void {
    if (block.kind === "linear") return;
    const slot = this.#slots.get(block);
    if (slot === undefined) return;
    this.forget(block);
    this.discard(slot, formOf(block));
  }
}
