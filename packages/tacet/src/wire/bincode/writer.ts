const utf8 = new TextEncoder();

const WORD = 2 ** 32;
const CHUNK_BYTES = 16_384;
/** Longer values are not copied before all is put together. */
const SHORT_BYTES = 64;

/** A chunk that no writer uses now. */
let spare: Uint8Array<ArrayBuffer> | undefined;

/** Writes what `Reader` reads. */
export class Writer {
  /** Whether layouts get version numbers. */
  readonly versioned: boolean;
  /** What has been written, in order: filled parts of chunks, and long values as they were given. */
  readonly #pieces: Uint8Array[] = [];
  /** Copies, which may be secret, beside those in the chunk. */
  readonly #copies: Uint8Array[] = [];
  #chunk: Uint8Array<ArrayBuffer>;
  #view: DataView;
  /** Bytes of the chunk that are in pieces already, and that have been written. */
  #taken = 0;
  #used = 0;
  /** Bytes in all pieces. */
  #done = 0;

  constructor(versioned: boolean) {
    this.versioned = versioned;
    this.#chunk = spare ?? new Uint8Array(CHUNK_BYTES);
    this.#view = new DataView(this.#chunk.buffer);
    spare = undefined;
  }

  /** The number of bytes written so far. */
  get offset(): number {
    return this.#done + this.#used - this.#taken;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setUint32(at, value >>> 0, true);
    this.#view.setUint32(at + 4, value < WORD ? 0 : Math.floor(value / WORD), true);
  }

  word(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value, true);
  }

  f64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  /** Bytes, which must stay as they are until all is written. */
  bytes(value: Uint8Array): void {
    if (value.length <= SHORT_BYTES) {
      const at = this.#reserve(value.length);
      this.#chunk.set(value, at);
      return;
    }
    this.#flush();
    this.#pieces.push(value);
    this.#done += value.length;
  }

  /** Bytes as little-endian integers of `size` bytes each. */
  spread(value: Uint8Array, size: number): void {
    const spread = new Uint8Array(size * value.length);
    for (let i = 0; i < value.length; i++) spread[size * i] = value[i];
    this.#copies.push(spread);
    this.#flush();
    this.#pieces.push(spread);
    this.#done += spread.length;
  }

  string(value: string): void {
    const bytes = utf8.encode(value);
    this.u64(bytes.length);
    this.bytes(bytes);
  }

  /** All that has been written. The writer is of no use afterwards: it wipes its copies, which may be secret. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#flush();
    const output = new Uint8Array(this.#done);
    let at = 0;
    for (const piece of this.#pieces) {
      output.set(piece, at);
      at += piece.length;
    }
    for (const copy of this.#copies) copy.fill(0);
    spare = this.#chunk.fill(0, 0, this.#used);
    return output;
  }

  /** Where in the chunk the next `size` bytes go. */
  #reserve(size: number): number {
    if (this.#used + size > this.#chunk.length) this.#grow();
    const at = this.#used;
    this.#used = at + size;
    return at;
  }

  #flush(): void {
    if (this.#used === this.#taken) return;
    this.#pieces.push(this.#chunk.subarray(this.#taken, this.#used));
    this.#done += this.#used - this.#taken;
    this.#taken = this.#used;
  }

  #grow(): void {
    this.#flush();
    this.#copies.push(this.#chunk);
    this.#chunk = new Uint8Array(CHUNK_BYTES);
    this.#view = new DataView(this.#chunk.buffer);
    this.#taken = 0;
    this.#used = 0;
  }
}
