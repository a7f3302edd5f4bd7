const ALIGNMENT = 64;

/** A part of the kernel's memory, given out piece by piece, that belongs to one thread. */
export class Region {
  readonly #end: number;
  #next: number;

  constructor(address: number, bytes: number) {
    this.#next = address;
    this.#end = address + bytes;
  }

  get next(): number {
    return this.#next;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#end - this.#next;
  }

  /** Address of `bytes` bytes with undefined content. */
  take(bytes: number): number {
    const address = this.#next;
    this.#next += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    if (this.#next > this.#end)
      throw new Error(`a region of the curve's memory lacks ${this.#next - this.#end} bytes`);
    return address;
  }

  /** Runs something, and takes back what it has taken. */
  scope<T>(run: () => T): T {
    const before = this.#next;
    try {
      return run();
    } finally {
      this.#next = before;
    }
  }
}
