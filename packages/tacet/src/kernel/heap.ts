import { OutOfMemoryError } from "../errors.ts";

const PAGE_BYTES = 65536;
const MAX_PAGES = 65536;
const GROWTH_BYTES = 16 * 2 ** 20;
const ALIGNMENT = 64;

/**
 * The one WebAssembly memory of an engine, and the allocator for everything in it: keys, tables, ciphertexts,
 * jobs and the workers' scratch. Only the thread that created the heap allocates; any thread may read and write
 * what it was given an address of. Freed pieces are kept by size for reuse, which suits the few sizes there are.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly #limit: number;
  readonly #free = new Map<number, number[]>();
  #top = ALIGNMENT; // address 0 stays unused: it stands for "none"
  #used = 0;

  /**
   * @param options.shared whether several threads will attach to the memory.
   * @param options.limitBytes upper bound of the memory's size; 4 GiB unless given.
   * @throws OutOfMemoryError if the platform cannot reserve even a small memory.
   */
  constructor(options: { shared: boolean; limitBytes?: number | undefined }) {
    const limit = Math.min(options.limitBytes ?? MAX_PAGES * PAGE_BYTES, MAX_PAGES * PAGE_BYTES);
    this.shared = options.shared;
    this.memory = reserve(options.shared, Math.max(1, Math.floor(limit / PAGE_BYTES)));
    this.#limit = limit;
  }

  /** Bytes handed out and not freed. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Bytes of the memory as it stands; it never shrinks. */
  get sizeBytes(): number {
    return this.memory.buffer.byteLength;
  }

  /**
   * Address of `bytes` bytes, aligned to 64, with undefined content.
   *
   * @throws OutOfMemoryError if the limit is reached or the platform has no more memory.
   */
  allocate(bytes: number): number {
    const size = sizeClass(bytes);
    let address = this.#free.get(size)?.pop();
    if (address === undefined) {
      address = this.#top;
      if (address + size > this.memory.buffer.byteLength) this.#grow(address + size);
      this.#top = address + size;
    }
    this.#used += size;
    return address;
  }

  /** Takes back what `allocate(bytes)` gave. */
  free(address: number, bytes: number): void {
    const size = sizeClass(bytes);
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [address]);
    else list.push(address);
    this.#used -= size;
  }

  #grow(end: number): void {
    const current = this.memory.buffer.byteLength;
    const refuse = (): never => {
      throw new OutOfMemoryError(
        `the engine's memory holds ${current} bytes, needs ${end} and may have ${this.#limit}`,
      );
    };
    if (end > this.#limit) refuse();
    const generous = Math.min(Math.max(end, current + GROWTH_BYTES), this.#limit);
    const wanted = Math.max(end, generous);
    try {
      this.memory.grow(Math.ceil((wanted - current) / PAGE_BYTES));
    } catch {
      refuse();
    }
  }
}

/** Small sizes round up to the alignment, large ones to an eighth of their power of two, so that lists are shared. */
function sizeClass(bytes: number): number {
  const step = Math.max(ALIGNMENT, 2 ** Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1))) - 3));
  return bytes < 2 ** 16 ? roundUp(bytes, ALIGNMENT) : roundUp(bytes, step);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(Math.max(value, 1) / step) * step;
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
