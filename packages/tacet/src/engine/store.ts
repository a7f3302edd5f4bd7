import { DisposedError, OutOfMemoryError } from "../errors.ts";
import { type Block, type BlockForm, formOf, type InputBlock, type Source } from "../graph/block.ts";
import type { InputFacts } from "../graph/builder.ts";
import { type Heap, rounded } from "../kernel/heap.ts";

/** Number of ciphertexts that are filled in in one go. */
const PIECE = 16;

/** What to do about too little memory: garbage is only collected while the program waits for something. */
const ADVICE =
  "dispose of handles that are no longer needed (garbage gives memory back only between turns of the event loop: " +
  "await something now and then), or raise memoryLimitBytes";

/** Blocks whose ciphertexts are still to be written. */
interface Late {
  readonly blocks: readonly InputBlock[];
  readonly contents: Iterator<BigUint64Array>;
  /** Number of those that have been written. */
  written: number;
}

/** The ciphertexts of a graph's sources, each in a slot of the shared memory for as long as its block lives. */
export class CiphertextStore {
  readonly #heap: Heap;
  readonly #bytes: Readonly<Record<BlockForm, number>>;
  readonly #slots = new Map<Source, number>();
  /** Inputs by the names of their ciphertexts: of those with the same, the last. */
  readonly #inputs = new Map<number, InputBlock>();
  /** What is to be written before anything is read. */
  readonly #late: Late[] = [];

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
    try {
      return this.#heap.allocate(this.#bytes[form]);
    } catch (cause) {
      if (!(cause instanceof OutOfMemoryError)) throw cause;
      throw new OutOfMemoryError(`${cause.message}; ${ADVICE}`, { cause });
    }
  }

  /** @throws OutOfMemoryError if there cannot be so many slots more. */
  checkRoom(count: number, form: BlockForm): void {
    const needed = count * rounded(this.#bytes[form]);
    const { availableBytes } = this.#heap;
    if (needed <= availableBytes) return;
    throw new OutOfMemoryError(
      `${count} ciphertexts take ${needed} bytes of the engine's memory, which has ${availableBytes} left; ${ADVICE}`,
    );
  }

  /** Gives back a slot that no block holds. */
  discard(slot: number, form: BlockForm = "big"): void {
    this.#heap.free(slot, this.#bytes[form]);
  }

  /** Says that a reserved slot holds the ciphertext of a block. */
  assign(block: Source, slot: number): void {
    this.#slots.set(block, slot);
    if (block.kind === "input") this.#inputs.set(block.twin, block);
  }

  /** The input that is the same ciphertext with the same facts, if there is one. */
  find(
    { twin, max, noise, form = "big" }: InputFacts,
    content: BigUint64Array | Uint32Array,
  ): InputBlock | undefined {
    const input = twin === undefined ? undefined : this.#inputs.get(twin);
    if (input === undefined || input.max !== max || input.form !== form) return undefined;
    if (form === "big" && input.noise !== noise) return undefined;
    const slot = this.address(input);
    const known =
      content instanceof Uint32Array
        ? new Uint32Array(this.#heap.memory.buffer, slot, content.length)
        : this.viewSlot(slot);
    return content.every((element, at) => element === known[at]) ? input : undefined;
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

  /** Has the ciphertexts of blocks written later: `fill` does, each being read from the iterator when it is due. */
  writeLater(blocks: readonly InputBlock[], contents: Iterator<BigUint64Array>): void {
    this.#late.push({ blocks, contents, written: 0 });
  }

  /** Writes what is left to be written, in small pieces of work; to be run to its end before anything is computed. */
  *fill(): Generator<void, void> {
    for (let late = this.#late.at(0); late !== undefined; late = this.#late.at(0)) {
      while (late.written < late.blocks.length) {
        const block = late.blocks[late.written++];
        const content = late.contents.next();
        const slot = this.#slots.get(block);
        // Blocks that are gone have no slot any more.
        if (slot !== undefined && !content.done) this.write(slot, content.value);
        if (late.written % PIECE === 0) yield;
      }
      this.#late.shift();
    }
  }

  /** Forgets a block; its slot remains reserved. */
  forget(block: Source): void {
    this.#slots.delete(block);
    if (block.kind === "input" && this.#inputs.get(block.twin) === block) this.#inputs.delete(block.twin);
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
