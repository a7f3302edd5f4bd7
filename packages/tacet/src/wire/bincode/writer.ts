import { asciiBytes } from "../../realm.ts";
import type { Format, LayoutVersion } from "./reader.ts";

const WORD = 2 ** 32;
const CHUNK_BYTES = 65_536;
/** Longer values are not copied before all is put together. */
const SHORT_BYTES = 64;

/** A chunk that no writer uses now: all zeros. */
let spare: Uint8Array<ArrayBuffer> | undefined;

/** Below this, clearing is cheaper than asking Node for memory that is not cleared. */
const WORTH_NOT_CLEARING = 65_536;

/** Bytes of which every one is about to be written. */
function toBeWritten(length: number): Uint8Array<ArrayBuffer> {
  const { Buffer } = globalThis;
  return length < WORTH_NOT_CLEARING || Buffer === undefined
    ? new Uint8Array(length)
    : new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

/** Writes what `Reader` reads. */
export class Writer implements Format {
  readonly versioned: boolean;
  readonly layouts: LayoutVersion | undefined;
  /** What has been written, in order: filled parts of chunks, and long values as they were given. */
  readonly #pieces: Uint8Array[] = [];
  /** Chunks before the present one. */
  readonly #full: Uint8Array[] = [];
  #chunk: Uint8Array<ArrayBuffer>;
  #view: DataView;
  /** Bytes of the chunk that are in pieces already, and that have been written. */
  #taken = 0;
  #used = 0;
  /** Bytes in all pieces. */
  #done = 0;

  constructor({ versioned, layouts }: Format) {
    this.versioned = versioned;
    this.layouts = layouts;
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
    const at = this.#reserve(size * value.length);
    writeEvery(value, this.#chunk, at, size); // the chunk is all zeros from there on
  }

  /** ASCII text. */
  string(value: string): void {
    const bytes = asciiBytes(value);
    this.u64(bytes.length);
    this.bytes(bytes);
  }

  /** All that has been written. The writer is of no use afterwards: it wipes its copies, which may be secret. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#flush();
    const output = toBeWritten(this.#done);
    let at = 0;
    for (const piece of this.#pieces) {
      output.set(piece, at);
      at += piece.length;
    }
    for (const chunk of this.#full) chunk.fill(0);
    this.#chunk.fill(0, 0, this.#used);
    if (this.#chunk.length === CHUNK_BYTES) spare = this.#chunk;
    return output;
  }

  /** Where in the chunk the next `size` bytes go. */
  #reserve(size: number): number {
    if (this.#used + size > this.#chunk.length) this.#grow(size);
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

  #grow(size: number): void {
    this.#flush();
    this.#full.push(this.#chunk);
    this.#chunk = new Uint8Array(Math.max(size, CHUNK_BYTES));
    this.#view = new DataView(this.#chunk.buffer);
    this.#taken = 0;
    this.#used = 0;
  }
}

/** Puts values into every `size`th byte from `first` on. */
function writeEvery(values: Uint8Array, out: Uint8Array, first: number, size: number): void {
  const { length } = values;
  for (let i = 0, at = first; i < length; i++, at += size) out[at] = values[i];
}
