import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** How values of a type stand in bytes: one description that both reads and writes. */
export interface Codec<T> {
  /** The fewest bytes that a value takes; bounds the length of a vector before it is read. */
  readonly minimumSize: number;
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}

/** Refuses the value being read, at its first byte. */
export type Fail = (reason: string) => never;

export const u64: Codec<number> = {
  minimumSize: 8,
  read: (reader) => reader.u64(),
  write: (writer, value) => writer.u64(value),
};

export const u32: Codec<number> = {
  minimumSize: 4,
  read: (reader) => reader.u32(),
  write: (writer, value) => writer.u32(value),
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
 * A vector of 64-bit integers, copied in bulk: memory has the byte order of the wire, little-endian, on every
 * platform that runs WebAssembly at speed.
 */
export const wordVector: Codec<BigUint64Array<ArrayBuffer>> = {
  minimumSize: 8,
  read: (reader) => {
    const length = reader.length(8);
    return new BigUint64Array(reader.bytes(8 * length).buffer);
  },
  write: (writer, value) => {
    writer.u64(value.length);
    writer.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  },
};

/** A vector of 64-bit integers that are 0 or 1, kept as one byte each: a binary secret key. */
export const bitVector: Codec<Uint8Array> = {
  minimumSize: 8,
  read: (reader) => {
    const bits = new Uint8Array(reader.length(8));
    for (let i = 0; i < bits.length; i++) {
      const at = reader.offset;
      const bit = reader.u64();
      if (bit > 1) reader.fail("coefficient of a binary key is neither 0 nor 1", at);
      bits[i] = bit;
    }
    return bits;
  },
  write: (writer, value) => {
    writer.u64(value.length);
    for (const bit of value) writer.u64(bit);
  },
};

/** A vector of at most `most` values of one type. */
export function vector<T>(element: Codec<T>, most: number): Codec<T[]> {
  return {
    minimumSize: 8,
    read: (reader) => {
      const at = reader.offset;
      const length = reader.length(element.minimumSize);
      if (length > most) reader.fail(`${length} elements; the most is ${most}`, at);
      return Array.from({ length }, (_, i) => within(reader, String(i), element));
    },
    write: (writer, value) => {
      writer.u64(value.length);
      for (const item of value) element.write(writer, item);
    },
  };
}

/** An optional value: `null` where there is none. */
export function optional<T>(inner: Codec<T>): Codec<T | null> {
  return {
    minimumSize: 1,
    read: (reader) => (readPresence(reader) ? inner.read(reader) : null),
    write: (writer, value) => {
      writer.u8(value === null ? 0 : 1);
      if (value !== null) inner.write(writer, value);
    },
  };
}

/** An optional value that Tacet does not know: accepted only where there is none. */
export const absent: Codec<null> = {
  minimumSize: 1,
  read: (reader) => {
    const at = reader.offset;
    return readPresence(reader) ? reader.fail("present, but not supported", at) : null;
  },
  write: (writer) => writer.u8(0),
};

function readPresence(reader: Reader): boolean {
  const at = reader.offset;
  const presence = reader.u8();
  if (presence > 1) reader.fail(`option marked ${presence}; expected 0 or 1`, at);
  return presence === 1;
}

/** Fields one after the other, in the order in which they are given. */
export function struct<T extends object>(fields: { readonly [K in keyof T]: Codec<T[K]> }): Codec<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return {
    minimumSize: names.reduce((size, name) => size + fields[name].minimumSize, 0),
    read: (reader) => {
      const value: Partial<T> = {};
      for (const name of names) value[name] = within(reader, name, fields[name]);
      return value as T;
    },
    write: (writer, value) => {
      for (const name of names) fields[name].write(writer, value[name]);
    },
  };
}

/** An enum of which one variant is supported: `names[index]`, with what it carries. */
export function variant<T>(names: readonly string[], index: number, inner: Codec<T>): Codec<T> {
  return {
    minimumSize: 4 + inner.minimumSize,
    read: (reader) => {
      const at = reader.offset;
      const found = reader.u32();
      if (found !== index) {
        const name = names[found] ?? `unknown variant ${found}`;
        reader.fail(`${name} is not supported; expected ${names[index]}`, at);
      }
      return inner.read(reader);
    },
    write: (writer, value) => {
      writer.u32(index);
      inner.write(writer, value);
    },
  };
}

/** A value behind the version number of its type's layout (TFHE-rs: `tfhe-versionable`). */
export function versioned<T>(version: number, inner: Codec<T>): Codec<T> {
  return {
    minimumSize: 4 + inner.minimumSize,
    read: (reader) => {
      const at = reader.offset;
      const found = reader.u32();
      if (found !== version) {
        reader.fail(`layout version ${found} is not supported; TFHE-rs 1.7 has version ${version}`, at);
      }
      return inner.read(reader);
    },
    write: (writer, value) => {
      writer.u32(version);
      inner.write(writer, value);
    },
  };
}

/** A type whose form in memory is not the one on the wire. `decode` may refuse. */
export function mapped<Wire, T>(
  inner: Codec<Wire>,
  decode: (wire: Wire, fail: Fail) => T,
  encode: (value: T) => Wire,
): Codec<T> {
  return {
    minimumSize: inner.minimumSize,
    read: (reader) => {
      const at = reader.offset;
      return decode(inner.read(reader), (reason) => reader.fail(reason, at));
    },
    write: (writer, value) => inner.write(writer, encode(value)),
  };
}

/** A value that is the same in all input that Tacet accepts. */
export function constant<T extends number | string>(inner: Codec<T>, expected: T): Codec<null> {
  return mapped(
    inner,
    (found, fail) =>
      found === expected ? null : fail(`found ${JSON.stringify(found).slice(0, 80)}; expected ${expected}`),
    () => expected,
  );
}

/** Nothing: what an enum variant without content carries. */
export const nothing: Codec<null> = {
  minimumSize: 0,
  read: () => null,
  write: () => {},
};

/** Reads all of the input as one value. @throws DeserializationError if anything is wrong or left over. */
export function decode<T>(codec: Codec<T>, input: Uint8Array): T {
  const reader = new Reader(input);
  const value = codec.read(reader);
  if (reader.remaining > 0) reader.fail(`${reader.remaining} bytes too many`);
  return value;
}

/** Writes a value into an array of exactly its size. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array<ArrayBuffer> {
  const counter = new Writer();
  codec.write(counter, value);
  const output = new Uint8Array(counter.offset);
  codec.write(new Writer(output), value);
  return output;
}

function within<T>(reader: Reader, name: string, codec: Codec<T>): T {
  reader.path.push(name);
  const value = codec.read(reader);
  reader.path.pop();
  return value;
}
