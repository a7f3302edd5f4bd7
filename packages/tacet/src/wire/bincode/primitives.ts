import type { Codec } from "./codec.ts";

/* Integers, texts and vectors of numbers as bincode writes them: little-endian, in fixed sizes, lengths of 64 bits. */

export const u64: Codec<number> = {
  minimumSize: 8,
  read: (reader) => reader.u64(),
  write: (writer, value) => writer.u64(value),
};

export const u8: Codec<number> = {
  minimumSize: 1,
  read: (reader) => reader.u8(),
  write: (writer, value) => writer.u8(value),
};

export const i8: Codec<number> = {
  minimumSize: 1,
  read: (reader) => (reader.u8() << 24) >> 24,
  write: (writer, value) => writer.u8(value),
};

export const bool: Codec<boolean> = {
  minimumSize: 1,
  read: (reader) => {
    const at = reader.offset;
    const value = reader.u8();
    if (value > 1) reader.fail(`boolean written as ${value}; expected 0 or 1`, at);
    return value === 1;
  },
  write: (writer, value) => writer.u8(Number(value)),
};

export const u32: Codec<number> = {
  minimumSize: 4,
  read: (reader) => reader.u32(),
  write: (writer, value) => writer.u32(value),
};

/** A 64-bit integer of any size: payload. */
export const word: Codec<bigint> = {
  minimumSize: 8,
  read: (reader) => {
    reader.payload(8);
    return reader.word();
  },
  write: (writer, value) => writer.word(value),
};

export const f64: Codec<number> = {
  minimumSize: 8,
  read: (reader) => reader.f64(),
  write: (writer, value) => writer.f64(value),
};

export const string: Codec<string> = {
  minimumSize: 8,
  read: (reader) => reader.string(),
  write: (writer, value) => writer.string(value),
};

/** Exactly `count` bytes, such as a 128-bit integer. */
export function bytes(count: number): Codec<Uint8Array<ArrayBuffer>> {
  return {
    minimumSize: count,
    read: (reader) => reader.bytes(count),
    write: (writer, value) => writer.bytes(value),
  };
}

/** Exactly `count` bytes that are payload. */
export function payloadBytes(count: number): Codec<Uint8Array<ArrayBuffer>> {
  return {
    ...bytes(count),
    read: (reader) => {
      reader.payload(count);
      return reader.bytes(count);
    },
  };
}

/** A vector of bytes. */
export const byteVector: Codec<Uint8Array> = {
  minimumSize: 8,
  read: (reader) => reader.bytes(reader.length(1)),
  write: (writer, value) => {
    writer.u64(value.length);
    writer.bytes(value);
  },
};

/**
 * A vector of numbers of `size` bytes each, which are payload, copied in bulk: memory has the byte order of the wire,
 * little-endian, on every platform that runs WebAssembly at speed.
 */
function numberVector<T extends ArrayBufferView<ArrayBuffer>>(
  size: number,
  view: (buffer: ArrayBuffer) => T,
): Codec<T> {
  return {
    minimumSize: 8,
    read: (reader) => {
      const length = size * reader.length(size);
      reader.payload(length);
      return view(reader.bytes(length).buffer);
    },
    write: (writer, value) => {
      writer.u64(value.byteLength / size);
      writer.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    },
  };
}

/** A vector of 64-bit integers: torus elements. */
export const wordVector: Codec<BigUint64Array<ArrayBuffer>> = numberVector(
  8,
  (buffer) => new BigUint64Array(buffer),
);

/** A vector of doubles. */
export const doubleVector: Codec<Float64Array<ArrayBuffer>> = numberVector(
  8,
  (buffer) => new Float64Array(buffer),
);

/** A vector of 128-bit integers, as their bytes. */
export const wideWordVector: Codec<Uint8Array<ArrayBuffer>> = numberVector(
  16,
  (buffer) => new Uint8Array(buffer),
);

/** A vector of 32-bit integers. */
export const halfWordVector: Codec<Uint32Array<ArrayBuffer>> = numberVector(
  4,
  (buffer) => new Uint32Array(buffer),
);

/** A vector of integers of `size` bytes that are 0 or 1, kept as one byte each: a binary secret key. */
function bits(size: 4 | 8 | 16): Codec<Uint8Array> {
  const step = size >> 2;
  return {
    minimumSize: 8,
    read: (reader) => {
      const length = reader.length(size);
      const at = reader.offset;
      const copy = reader.bytes(size * length);
      const words = new Int32Array(copy.buffer);
      const bits = new Uint8Array(length);
      let excess = takeLowBits(words, step, bits);
      for (let upper = 1; upper < step; upper++) excess |= orOfEvery(words, step, upper);
      const wrong =
        excess === 0 ? -1 : words.findIndex((word, i) => (i % step === 0 ? word >>> 1 : word) !== 0);
      copy.fill(0);
      if (wrong >= 0) {
        reader.fail("coefficient of a binary key is neither 0 nor 1", at + size * Math.floor(wrong / step));
      }
      return bits;
    },
    write: (writer, value) => {
      writer.u64(value.length);
      writer.spread(value, size);
    },
  };
}

/** Takes the lowest bit of every `step`th word. @returns what else is in those words. */
function takeLowBits(words: Int32Array, step: number, bits: Uint8Array): number {
  const { length } = bits; // asked for once: V8 asks again in every round
  let all = 0;
  for (let i = 0, at = 0; i < length; i++, at += step) {
    const word = words[at];
    bits[i] = word & 1;
    all |= word;
  }
  return all & ~1;
}

/** The OR of every `step`th word from `first` on. */
function orOfEvery(words: Int32Array, step: number, first: number): number {
  const { length } = words;
  let all = 0;
  for (let at = first; at < length; at += step) all |= words[at];
  return all;
}

/** A binary secret key in integers of 64 bits. */
export const bitVector: Codec<Uint8Array> = bits(8);

/** A binary secret key in integers of 128 bits. */
export const wideBitVector: Codec<Uint8Array> = bits(16);

/** A binary secret key in integers of 32 bits. */
export const halfWordBitVector: Codec<Uint8Array> = bits(4);
