import { OutOfMemoryError } from "../errors.ts";

const PAGE_BYTES = 65536;
const MAX_PAGES = 65536;
const GROWTH_BYTES = 16 * 2 ** 20;
const ALIGNMENT = 64;

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
  readonly #limit: number;
  /** Addresses of free pieces, by their size. */
  #free = new Map<number, number[]>();
  #top = ALIGNMENT; // address 0 stays unused: it stands for "none"
  #used = 0;

  /**
   * @param options.shared whether several threads will attach to the memory.
   * @param options.limitBytes upper bound of the memory's size; 4 GiB unless given.
   * @throws OutOfMemoryError if the platform cannot reserve even a small memory.
   */
  constructor(options: { shared: boolean; limitBytes?: number | undefined }) {
    const pages = Math.floor((options.limitBytes ?? Number.POSITIVE_INFINITY) / PAGE_BYTES);
    const maximum = Math.min(Math.max(1, pages), MAX_PAGES);
    this.memory = reserve(options.shared, maximum);
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

/** Shared memories reserve their maximum in address space; platforms short of that get a smaller maximum. */
function reserve(shared: boolean, maximum: number): WebAssembly.Memory {
  for (let pages = maximum; ; pages = Math.floor(pages / 2)) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum: pages, shared });
    } catch (cause) {
      if (pages <= 1024) throw new OutOfMemoryError("no WebAssembly memory could be reserved", { cause });
    }
  }
}
