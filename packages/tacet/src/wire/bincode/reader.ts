import type { Format } from "./codec.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

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
  #offset = 0;

  constructor(bytes: Uint8Array, format: Format) {
    this.versioned = format.versioned;
    this.allowInsecureParameters = format.allowInsecureParameters === true;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    return new Uint8Array(this.#bytes.subarray(at, at + count));
  }

  /** Copies the next bytes, as many as the target takes. */
  fill(target: Uint8Array): void {
    const at = this.#take(target.length);
    target.set(this.#bytes.subarray(at, at + target.length));
  }

  string(): string {
    const at = this.#offset;
    const bytes = this.bytes(this.length(1));
    try {
      return utf8.decode(bytes);
    } catch {
      return this.fail("string is not UTF-8", at);
    }
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
