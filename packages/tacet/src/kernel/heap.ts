import { OutOfMemoryError } from "../errors.ts";
import { Pace } from "../progress.ts";
import { obtainMemory, type Reserved, returnMemory } from "./memories.ts";

const PAGE_BYTES = 65536;
const MAX_PAGES = 65536;
const GROWTH_BYTES = 16 * 2 ** 20;
const ALIGNMENT = 64;
/** What is wiped in one go. */
const WIPED_BYTES = 8 * 2 ** 20;

/**
 * The one WebAssembly memory of an engine, and the allocator for everything in it: keys, tables, ciphertexts,
 * jobs and the workers' scratch. Only the thread that created the heap allocates; any thread may read and write
 * what it was given an address of.
 *
 * Freed pieces are kept by size for reuse, since there are few sizes; when none fits, a larger one is split, and
 * before the memory grows, neighbouring pieces are joined.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly #reserved: Reserved;
  readonly #limit: number;
  /** Addresses of free pieces, by their size. */
  #free = new Map<number, number[]>();
  #top = ALIGNMENT; // address 0 stays unused: it stands for "none"
  #used = 0;
  /** The end of what has ever been handed out: beyond, the memory is zeros. */
  #reached = 0;
  #released = false;

  /**
   * @param options.shared whether several threads will attach to the memory.
   * @param options.limitBytes upper bound of the memory's size; 4 GiB unless given.
   * @throws OutOfMemoryError if the platform cannot reserve even a small memory.
   */
  constructor(options: { shared: boolean; limitBytes?: number | undefined }) {
    const pages = Math.floor((options.limitBytes ?? Number.POSITIVE_INFINITY) / PAGE_BYTES);
    const maximum = Math.min(Math.max(1, pages), MAX_PAGES);
    this.#reserved = obtainMemory(options.shared, maximum);
    this.memory = this.#reserved.memory;
    this.#limit = maximum * PAGE_BYTES;
  }

  /** Bytes handed out and not freed. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Bytes that can still be handed out, if they are in no larger pieces than what is free. */
  get availableBytes(): number {
    return this.#limit - this.#used;
  }

  /**
   * Address of `bytes` bytes, aligned to 64, with undefined content.
   *
   * @throws OutOfMemoryError if the limit is reached or the platform has no more memory.
   */
  allocate(bytes: number): number {
    const size = rounded(bytes);
    const address = this.#reuse(size) ?? this.#extend(size);
    this.#used += size;
    return address;
  }

  /** Takes back what `allocate(bytes)` gave. */
  free(address: number, bytes: number): void {
    const size = rounded(bytes);
    this.#keep(address, size);
    this.#used -= size;
  }

  /**
   * Ends the heap: wipes the memory, in turns of the event loop, and leaves it to whoever needs one next. From the call
   * on, no thread may touch it.
   */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    const pace = new Pace({});
    const bytes = new Uint8Array(this.memory.buffer, 0, this.#reached);
    for (let at = 0; at < bytes.length; at += WIPED_BYTES) {
      bytes.fill(0, at, at + WIPED_BYTES);
      await pace.done(0);
    }
    returnMemory(this.#reserved);
  }

  #keep(address: number, size: number): void {
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [address]);
    else list.push(address);
  }

  /** A free piece of a size, cut from the smallest that is large enough. */
  #reuse(size: number): number | undefined {
    let best = Number.POSITIVE_INFINITY;
    for (const [available, list] of this.#free) {
      if (list.length > 0 && available >= size && available < best) best = available;
      if (best === size) break;
    }
    const address = this.#free.get(best)?.pop();
    if (address !== undefined && best > size) this.#keep(address + size, best - size);
    return address;
  }

  #extend(size: number): number {
    if (this.#top + size > this.memory.buffer.byteLength) {
      this.#join();
      const joined = this.#reuse(size);
      if (joined !== undefined) return joined;
      if (this.#top + size > this.memory.buffer.byteLength) this.#grow(this.#top + size);
    }
    const address = this.#top;
    this.#top += size;
    this.#reached = Math.max(this.#reached, this.#top);
    return address;
  }

  /** Joins free pieces that are neighbours, and takes back what is free at the end. */
  #join(): void {
    const pieces = [...this.#free].flatMap(([size, list]) => list.map((address) => ({ address, size })));
    pieces.sort((a, b) => a.address - b.address);
    this.#free = new Map();
    let last: { address: number; size: number } | undefined;
    for (const piece of pieces) {
      if (last !== undefined && last.address + last.size === piece.address) last.size += piece.size;
      else {
        if (last !== undefined) this.#keep(last.address, last.size);
        last = piece;
      }
    }
    if (last === undefined) return;
    if (last.address + last.size === this.#top) this.#top = last.address;
    else this.#keep(last.address, last.size);
  }

  #grow(end: number): void {
    const current = this.memory.buffer.byteLength;
    const wanted = Math.min(Math.max(end, current + GROWTH_BYTES), this.#limit);
    try {
      if (end > this.#limit) throw new RangeError("beyond the limit");
      this.memory.grow(Math.ceil((wanted - current) / PAGE_BYTES));
    } catch (cause) {
      const message = `the engine's memory holds ${current} bytes, needs ${end} and may have ${this.#limit}`;
      throw new OutOfMemoryError(message, { cause });
    }
  }
}

/** What `allocate` takes for a number of bytes. */
export function rounded(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
}
