/** More bytes are not compared with each other: places in them are 32-bit integers. */
const MOST_COMPARED = 2 ** 31 - 1;

/** More characters than the name of any type has, and few enough to be arguments of one call. */
const LONGEST_NAME = 256;

/** Versions of TFHE-rs whose layouts can be asked for: later ones read what earlier ones wrote. */
export type LayoutVersion = "1.7" | "1.8";

/** How values are written, and what is accepted. */
export interface Format {
  /** Whether layouts have version numbers. */
  readonly versioned: boolean;
  /** Whose layouts are written; the earlier ones unless given, where they have room for the value. */
  readonly layouts?: LayoutVersion | undefined;
  /** Whether keys may be of parameter sets that are not known to be secure. */
  readonly allowInsecureParameters?: boolean;
}

/** Input that was refused. What reads the fields around it adds their names to `path`, from the inside out. */
export class Refusal extends Error {
  readonly path: string[] = [];
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

/**
 * Reads bincode with fixed-size little-endian integers, which is what TFHE-rs writes, from bytes that nobody
 * vouches for: every length is checked against what is left before anything is allocated.
 */
export class Reader implements Format {
  readonly versioned: boolean;
  readonly allowInsecureParameters: boolean;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Whether the bytes are a copy of the input. */
  readonly #copied: boolean;
  #offset = 0;
  /** While something is watched: where the payloads that have been read start and end. */
  #payloads: number[] | undefined;
  /** Whether what is watched has a layout other than that which is written. */
  #otherLayout = false;

  constructor(bytes: Uint8Array, format: Format) {
    this.versioned = format.versioned;
    this.allowInsecureParameters = format.allowInsecureParameters === true;
    // Nobody else may change what has been checked. (What is another realm's is copied needlessly.)
    this.#copied = !(bytes.buffer instanceof ArrayBuffer);
    this.#bytes = this.#copied ? new Uint8Array(bytes) : bytes;
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Refuses the input, at `offset` or where reading stands. */
  fail(reason: string, offset: number = this.#offset): never {
    throw new Refusal(reason, offset);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A 64-bit integer that must be below 2^53. */
  u64(): number {
    const at = this.#take(8);
    const high = this.#view.getUint32(at + 4, true);
    if (high >= 2 ** 21) this.fail("integer of 2^53 or more", at);
    return high * 2 ** 32 + this.#view.getUint32(at, true);
  }

  word(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A count of things that take at least `size` bytes each. */
  length(size: number): number {
    const at = this.#offset;
    const count = this.u64();
    if (count * size > this.remaining) {
      this.fail(`length ${count} is more than the remaining ${this.remaining} bytes can hold`, at);
    }
    return count;
  }

  /** Whether the next bytes are the given ones; if so, they are read. */
  matches(expected: Uint8Array): boolean {
    const bytes = this.#bytes;
    const start = this.#offset;
    const { length } = expected;
    if (length > bytes.length - start) return false;
    for (let i = 0; i < length; i++) {
      if (bytes[start + i] !== expected[i]) return false;
    }
    this.#offset = start + length;
    return true;
  }

  /** A copy of the next bytes. */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    const at = this.#take(count);
    return new Uint8Array(this.#between(at, at + count));
  }

  /** Says that the next bytes are payload: any are accepted, and nothing depends on what they are. */
  payload(count: number): void {
    this.#payloads?.push(this.#offset, this.#offset + count);
  }

  /** Says that a layout is not the one that is written. */
  otherLayout(): void {
    this.#otherLayout = true;
  }

  /**
   * Reads something, and notes what is payload.
   *
   * @returns where its payloads start and end, counted from where it does; `null` if some of it is not in the layout
   *   that is written. What it watched on the way counts as no payload.
   */
  watched<T>(read: () => T): { value: T; payloads: readonly number[] | null } {
    const [start, outer, otherLayout] = [this.#offset, this.#payloads, this.#otherLayout];
    const payloads: number[] = [];
    this.#payloads = payloads;
    this.#otherLayout = !this.versioned;
    try {
      const value = read();
      return { value, payloads: this.#otherLayout ? null : payloads.map((at) => at - start) };
    } finally {
      this.#payloads = outer;
      this.#otherLayout ||= otherLayout;
    }
  }

  /**
   * Reads `count` − 1 more of what stands between `start` and here, if they follow with the same bytes but for the
   * payloads, which are as `watched` gives them.
   *
   * @returns all of them, in the input; `null` if they do not follow.
   */
  again(start: number, count: number, payloads: readonly number[]): Uint8Array | null {
    const size = this.#offset - start;
    const length = count * size;
    if (length > Math.min(this.#bytes.length - start, MOST_COMPARED)) return null;
    const bytes = this.#between(start, start + length);
    if (!repeats(bytes, size, payloads)) return null;
    this.#offset = start + length;
    return bytes;
  }

  /** Goes back to where reading stood before. */
  rewind(offset: number): void {
    this.#offset = offset;
  }

  /** Wipes what was copied of the input, which may be secret. The reader is of no use afterwards. */
  finish(): void {
    if (this.#copied) this.#bytes.fill(0);
  }

  /** Copies the next bytes, as many as the target takes. */
  fill(target: Uint8Array): void {
    const at = this.#take(target.length);
    target.set(this.#between(at, at + target.length));
  }

  /** A name, which is all that strings are in what is read; of one that is longer than any, how it begins. */
  string(): string {
    const at = this.#offset;
    const bytes = this.bytes(this.length(1)).subarray(0, LONGEST_NAME);
    for (const byte of bytes) if (byte > 127) this.fail("string is not ASCII", at);
    return String.fromCharCode(...bytes);
  }

  /** A view of the input. Not by `subarray`, which makes Node's buffers of Node's buffers. */
  #between(start: number, end: number): Uint8Array {
    const { buffer, byteOffset } = this.#bytes;
    return new Uint8Array(buffer, byteOffset + start, end - start);
  }

  #take(count: number): number {
    const at = this.#offset;
    if (count > this.remaining) {
      this.fail(`input ends: ${count} more bytes expected, ${this.remaining} left`);
    }
    this.#offset = at + count;
    return at;
  }
}

/** Whether bytes are the same every `size` bytes, but for those from payloads[0] to payloads[1], and so on. */
function repeats(bytes: Uint8Array, size: number, payloads: readonly number[]): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // All places are 32-bit integers, which makes V8 a little faster where it is told so.
  const fixed = Int32Array.of(0, ...payloads, size);
  const { length } = bytes;
  const bounds = fixed.length;
  for (let shift = size | 0; shift < length; shift += size) {
    for (let i = 0; i < bounds; i += 2) {
      let at = fixed[i];
      const end = fixed[i + 1];
      for (; at <= end - 4; at += 4) {
        if (view.getInt32(at, true) !== view.getInt32(at + shift, true)) return false;
      }
      for (; at < end; at++) {
        if (view.getInt8(at) !== view.getInt8(at + shift)) return false;
      }
    }
  }
  return true;
}
