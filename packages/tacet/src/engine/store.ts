import { DisposedError, OutOfMemoryError } from "../errors.ts";
import {
  type Block,
  type BlockForm,
  formOf,
  type InputBlock,
  kinOf,
  type Source,
  twinOf as twinOfSource,
} from "../graph/block.ts";
import type { InputFacts } from "../graph/builder.ts";
import { type Heap, rounded } from "../kernel/heap.ts";
import { twinOf } from "./twin.ts";

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
  /** Number of those that somebody needs. */
  needed: number;
}

/** What is known of a ciphertext. */
export interface Known {
  /** The source that it is. */
  readonly same: Source | undefined;
  /** The name that it has, or that of a source with the same mask. */
  readonly twin: number;
  /** Of what kin that source is. */
  readonly kin: number | undefined;
}

/** The ciphertexts of a graph's sources, each in a slot of the shared memory for as long as its block lives. */
export class CiphertextStore {
  readonly #heap: Heap;
  readonly #bytes: Readonly<Record<BlockForm, number>>;
  readonly #slots = new Map<Source, number>();
  /** The last source with each name that a mask has, or its negative. */
  readonly #named = new Map<number, Source>();
  /** The names of the sources' masks: what another ciphertext is compared by. */
  readonly #names = new Map<Source, number>();
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
    const name = block.kind === "input" ? block.twin : twinOf(this.viewSlot(slot));
    this.#names.set(block, name);
    this.#named.set(Math.abs(name), block);
  }

  /**
   * What is known of a ciphertext that is about to be loaded: the source that it is, or one whose mask it has, or the
   * negative of it.
   */
  find({ max, noise = 1, form = "big" }: InputFacts, content: BigUint64Array | Uint32Array): Known {
    const name = twinOf(content);
    const other = this.#named.get(Math.abs(name));
    if (other === undefined) return { same: undefined, twin: name, kin: undefined };
    const twin = this.#names.get(other) === name ? twinOfSource(other) : -twinOfSource(other);
    const kin = kinOf(other);
    const facts = other.kind === "lookup" ? other.max <= max : other.max === max && other.form === form;
    const noisy = form === "big" && other.noise !== noise;
    if (!facts || noisy || formOf(other) !== form) return { same: undefined, twin, kin };
    const slot = this.address(other);
    const known =
      content instanceof Uint32Array
        ? new Uint32Array(this.#heap.memory.buffer, slot, content.length)
        : new BigUint64Array(this.#heap.memory.buffer, slot, content.length);
    const same = content.every((element, at) => element === known[at]) ? other : undefined;
    return { same, twin, kin };
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
    if (blocks.length > 0) this.#late.push({ blocks, contents, written: 0, needed: blocks.length });
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

  /** Forgets what is to be written for blocks, once nobody needs any of them. They were made one after the other. */
  #forgetLate({ id }: Source): void {
    if (this.#late.length === 0) return;
    const at = this.#late.findIndex(({ blocks }) => id >= blocks[0].id && id <= blocks.at(-1)!.id);
    if (at >= 0 && --this.#late[at].needed === 0) this.#late.splice(at, 1);
  }

  /** Forgets a block; its slot remains reserved. */
  forget(block: Source): void {
    this.#slots.delete(block);
    const name = Math.abs(this.#names.get(block) ?? 0);
    if (this.#named.get(name) === block) this.#named.delete(name);
    this.#names.delete(block);
    this.#forgetLate(block);
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
