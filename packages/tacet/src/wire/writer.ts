const utf8 = new TextEncoder();

/**
 * Writes what `Reader` reads. Without a target it only counts, so that the output is allocated once, at its
 * exact size, and no copies of secrets are left behind.
 */
export class Writer {
  readonly #target: Uint8Array | undefined;
  readonly #view: DataView | undefined;
  #offset = 0;

  constructor(target?: Uint8Array<ArrayBuffer>) {
    this.#target = target;
    this.#view = target && new DataView(target.buffer, target.byteOffset, target.byteLength);
  }

  /** The number of bytes written or counted so far. */
  get offset(): number {
    return this.#offset;
  }

  u8(value: number): void {
    this.#view?.setUint8(this.#offset, value);
    this.#offset += 1;
  }

  u32(value: number): void {
    this.#view?.setUint32(this.#offset, value, true);
    this.#offset += 4;
  }

  u64(value: number): void {
    this.#view?.setUint32(this.#offset, value % 2 ** 32, true);
    this.#view?.setUint32(this.#offset + 4, value / 2 ** 32, true);
    this.#offset += 8;
  }

  f64(value: number): void {
    this.#view?.setFloat64(this.#offset, value, true);
    this.#offset += 8;
  }

  bytes(value: Uint8Array): void {
    this.#target?.set(value, this.#offset);
    this.#offset += value.length;
  }

  string(value: string): void {
    const bytes = utf8.encode(value);
    this.u64(bytes.length);
    this.bytes(bytes);
  }
}
