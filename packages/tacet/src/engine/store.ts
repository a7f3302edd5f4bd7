import { DisposedError, GraphError, OutOfMemoryError } from "../errors.ts";
import {
  type Block,
  type BlockForm,
  familyOf,
  formOf,
  type InputBlock,
  kinOf,
  type Source,
  type Term,
  twinOf as twinOfSource,
} from "../graph/block.ts";
import type { InputFacts } from "../graph/builder.ts";
import { kinOfSum } from "../graph/kin.ts";
import { correlationOf, SIBLINGS, variance } from "../graph/terms.ts";
import { type Heap, rounded } from "../kernel/heap.ts";
import { twinOf } from "./twin.ts";

/** Number of ciphertexts that are filled in in one go. */
const PIECE = 16;

/** Rounding of square roots, and nothing else, may exceed a noise bound by this factor. */
const ROUNDING = 1 + 2 ** -40;

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

/** What a ciphertext is, whatever the graph knows of it. */
interface Identity {
  /** The name that its mask has: see `twinOf`. */
  readonly mask: number;
  /** Names the mask of what was rotated for it, once that is known. */
  rotation: number | undefined;
}

const NO_FAMILY = { opaque: false, wide: false } as const;

/** What is known of a ciphertext that is about to be loaded. */
export interface Known extends Identity {
  /** The source that it is. */
  readonly same: Source | undefined;
  /** The name that the graph knows it by, which is that of a source with the same mask. */
  readonly twin: number;
  /** Of what kin that source is. */
  readonly kin: number | undefined;
  /** What its family is. */
  readonly opaque: boolean;
  readonly wide: boolean;
}

/** A ciphertext that is held. */
interface Held extends Identity {
  readonly slot: number;
}

/** The ciphertexts of a graph's sources, each in a slot of the shared memory for as long as its block lives. */
export class CiphertextStore {
  readonly #heap: Heap;
  readonly #bytes: Readonly<Record<BlockForm, number>>;
  readonly #maxNoise: number;
  readonly #held = new Map<Source, Held>();
  /** The last source with each name that a mask has, or its negative. */
  readonly #named = new Map<number, Source>();
  /** What is to be written before anything is read. */
  readonly #late: Late[] = [];

  /**
   * @param bytes size of a ciphertext in each form.
   * @param maxNoise the largest variance that a lookup tolerates.
   */
  constructor(heap: Heap, bytes: Readonly<Record<BlockForm, number>>, maxNoise: number) {
    this.#heap = heap;
    this.#bytes = bytes;
    this.#maxNoise = maxNoise;
  }

  /** Number of ciphertexts held. */
  get size(): number {
    return this.#held.size;
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

  /** Says that a reserved slot holds a ciphertext that has been loaded as a block. */
  assign(block: InputBlock, slot: number, { mask, rotation }: Identity): void {
    this.#hold(block, { slot, mask, rotation });
  }

  /** Says that a reserved slot holds the ciphertext of a block, which comes from a rotation by a combination. */
  assignResult(block: Source, slot: number, terms: readonly Term[]): void {
    const rotation = kinOfSum(terms, (source) => this.#find(source).mask);
    this.#hold(block, { slot, mask: twinOf(this.viewSlot(slot)), rotation });
  }

  #hold(block: Source, held: Held): void {
    const name = Math.abs(held.mask);
    const other = this.#named.get(name);
    if (other !== undefined) this.#find(other).rotation ??= held.rotation;
    this.#held.set(block, held);
    this.#named.set(name, block);
  }

  /** What is known of a ciphertext that is about to be loaded. */
  find({ max, noise = 1, form = "big" }: InputFacts, content: BigUint64Array | Uint32Array): Known {
    const mask = twinOf(content);
    const other = this.#named.get(Math.abs(mask));
    if (other === undefined)
      return { same: undefined, mask, rotation: undefined, twin: mask, kin: undefined, ...NO_FAMILY };
    const held = this.#find(other);
    const twin = held.mask === mask ? twinOfSource(other) : -twinOfSource(other);
    const { opaque, wide } = familyOf(other);
    const known = { same: undefined, mask, rotation: held.rotation, twin, kin: kinOf(other), opaque, wide };
    const facts = other.kind === "lookup" ? other.max <= max : other.max === max && other.form === form;
    const noisy = form === "big" && other.noise !== noise;
    if (!facts || noisy || formOf(other) !== form) return known;
    const { buffer } = this.#heap.memory;
    const elements =
      content instanceof Uint32Array
        ? new Uint32Array(buffer, held.slot, content.length)
        : new BigUint64Array(buffer, held.slot, content.length);
    return content.every((element, at) => element === elements[at]) ? { ...known, same: other } : known;
  }

  /**
   * The variance of a combination, as the graph states it (`variance`), but with ciphertexts that turn out to have one
   * mask as one, and those from rotations by one mask as correlated, where the graph knows nothing of it: what was loaded
   * may have been computed from what is computed now, and what is computed again may be written in another way.
   */
  variance(terms: readonly Term[]): number {
    return variance(terms, (a, b) => {
      const [one, other] = [this.#find(a), this.#find(b)];
      if (Math.abs(one.mask) === Math.abs(other.mask)) return 1;
      const related = one.rotation !== undefined && one.rotation === other.rotation;
      return Math.max(correlationOf(a, b), related ? SIBLINGS : 0);
    });
  }

  /** What is wrong with a lookup of a combination whose ciphertexts are there: that it is too noisy. */
  faultOf(terms: readonly Term[]): GraphError | undefined {
    // What the graph itself would not let pass does not get here.
    if (terms.length < 2) return undefined;
    const noise = this.variance(terms);
    if (noise <= this.#maxNoise * ROUNDING) return undefined;
    return new GraphError(
      "what has been computed turns out to be, in part, what was loaded, or computed before, as something else: its noise " +
        `has a variance of ${noise} fresh bootstraps, above ${this.#maxNoise}, so that the result could be wrong; ` +
        "use the one for the other",
    );
  }

  /** Address of a source's ciphertext. */
  address(source: Source): number {
    return this.#find(source).slot;
  }

  #find(source: Source): Held {
    const held = this.#held.get(source);
    if (held === undefined) throw new DisposedError("a ciphertext was used after it had been released");
    return held;
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
        const held = this.#held.get(block);
        // Blocks that are gone have no slot any more.
        if (held !== undefined && !content.done) this.write(held.slot, content.value);
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
    const name = Math.abs(this.#held.get(block)?.mask ?? 0);
    if (this.#named.get(name) === block) this.#named.delete(name);
    this.#held.delete(block);
    this.#forgetLate(block);
  }

  /** Forgets a block and gives its slot back. */
  drop(block: Block): void {
    if (block.kind === "linear") return;
    const held = this.#held.get(block);
    if (held === undefined) return;
    this.forget(block);
    this.discard(held.slot, formOf(block));
  }
}
