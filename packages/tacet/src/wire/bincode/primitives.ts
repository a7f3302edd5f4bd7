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

/** A 64-bit integer of any size. */
export const word: Codec<bigint> = {
  minimumSize: 8,
  read: (reader) => reader.word(),
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
 * A vector of numbers of `size` bytes each, copied in bulk: memory has the byte order of the wire, little-endian, on
 * every platform that runs WebAssembly at speed.
 */
function numberVector<T extends ArrayBufferView<ArrayBuffer>>(
  size: number,
  view: (buffer: ArrayBuffer) => T,
): Codec<T> {
  return {
    minimumSize: 8,
    read: (reader) => view(reader.bytes(size * reader.length(size)).buffer),
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
function bits(size: number): Codec<Uint8Array> {
  const words = size / 4;
  return {
    minimumSize: 8,
    read: (reader) => {
      const bits = new Uint8Array(reader.length(size));
      const at = reader.offset;
      const copy = reader.bytes(size * bits.length);
      const integers = new Uint32Array(copy.buffer);
      let wrong = -1;
      for (let i = 0; i < bits.length; i++) {
        bits[i] = integers[words * i];
        let excess = integers[words * i] >>> 1;
        for (let j = 1; j < words; j++) excess |= integers[words * i + j];
        if (excess !== 0) wrong = i;
      }
      copy.fill(0);
      if (wrong >= 0) reader.fail("coefficient of a binary key is neither 0 nor 1", at + size * wrong);
      return bits;
    },
    write: (writer, value) => {
      writer.u64(value.length);
      writer.spread(value, size);
    },
  };
}

/** A binary secret key in integers of 64 bits. */
export const bitVector: Codec<Uint8Array> = bits(8);

/** A binary secret key in integers of 128 bits. */
export const wideBitVector: Codec<Uint8Array> = bits(16);

/** A binary secret key in integers of 32 bits. */
export const halfWordBitVector: Codec<Uint8Array> = bits(4);
