import { DeserializationError } from "../../errors.ts";
import { memoryError, needingMemory } from "../../memory.ts";
import { type Format, type LayoutVersion, Reader, Refusal } from "./reader.ts";
import { Writer } from "./writer.ts";

/** How values of a type stand in bytes: one description that both reads and writes. */
export interface Codec<T> {
  /** The fewest bytes that a value takes; bounds the length of a vector before it is read. */
  readonly minimumSize: number;
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}

/** What a codec reads and writes. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never;

/** Refuses the value being read, at its first byte. */
export type Fail = (reason: string) => never;

/** A vector of at most `most` values of one type. */
export function vector<T>(element: Codec<T>, most: number): Codec<T[]> {
  return {
    minimumSize: 8,
    read: (reader) => {
      const at = reader.offset;
      const length = reader.length(element.minimumSize);
      if (length > most) reader.fail(`${length} elements; the most is ${most}`, at);
      const values: T[] = [];
      try {
        while (values.length < length) values.push(element.read(reader));
      } catch (error) {
        throw within(String(values.length), error);
      }
      return values;
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

/** What older writers left out at the end of the input, and its value then. */
export function unlessAtEnd<T>(inner: Codec<T>, missing: T): Codec<T> {
  return {
    minimumSize: 0,
    read: (reader) => (reader.remaining === 0 ? missing : inner.read(reader)),
    write: inner.write,
  };
}

/**
 * Fields one after the other, in the order in which they are given. Those in `missing` are not on the wire: older
 * layouts lack them, and reading gives them the value that they then have.
 */
export function struct<T extends object>(
  fields: { readonly [K in keyof T]: Codec<T[K]> },
  missing: Partial<NoInfer<T>> = {},
): Codec<T> {
  const names = (Object.keys(fields) as (keyof T & string)[]).filter((name) => !(name in missing));
  const codecs = names.map((name) => fields[name]);
  // Has all fields from the start: objects that get them one by one are slower.
  const blank = Object.fromEntries(Object.keys(fields).map((name) => [name, missing[name as keyof T]])) as T;
  return {
    minimumSize: codecs.reduce((size, codec) => size + codec.minimumSize, 0),
    read: (reader) => {
      const value = { ...blank };
      let i = 0;
      try {
        for (; i < names.length; i++) value[names[i]] = codecs[i].read(reader);
      } catch (error) {
        throw within(names[i], error);
      }
      return value;
    },
    write: (writer, value) => {
      for (let i = 0; i < names.length; i++) codecs[i].write(writer, value[names[i]]);
    },
  };
}

/** A variant of a union: its name, and what it carries. */
export type Variant<T> = { readonly [K in keyof T]: { readonly kind: K; readonly value: T[K] } }[keyof T];

/** An enum, its variants in order. One that is `null` is known by name only and refused. */
export function union<T extends object>(
  variants: {
    readonly [K in keyof T]: Codec<T[K]> | null;
  },
): Codec<Variant<T>> {
  const names = Object.keys(variants) as (keyof T & string)[];
  const codecs = names.map((name) => variants[name]);
  const sizes = codecs.flatMap((codec) => codec?.minimumSize ?? []);
  return {
    minimumSize: 4 + Math.min(...sizes),
    read: (reader) => {
      const at = reader.offset;
      const index = reader.u32();
      const kind = names[index];
      const codec = codecs[index] ?? null;
      if (codec === null) {
        const supported = names.filter((name) => variants[name] !== null).join(" or ");
        return reader.fail(
          `${kind ?? `unknown variant ${index}`} is not supported; expected ${supported}`,
          at,
        );
      }
      return { kind, value: codec.read(reader) };
    },
    write: (writer, { kind, value }) => {
      const index = names.indexOf(kind as keyof T & string);
      const codec = codecs[index] ?? null;
      if (codec === null) throw new TypeError(`cannot write ${String(kind)}`);
      writer.u32(index);
      codec.write(writer, value as T[keyof T & string]);
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

/** A layout that is younger than the one that is written where it suffices. */
export interface YoungerLayout<T> {
  readonly version: number;
  readonly codec: Codec<T>;
  /** The first version of TFHE-rs that has it. */
  readonly since: LayoutVersion;
  /** What a value has that there is no room for in the current layout; `null` if there is nothing. */
  readonly surplus: (value: T) => string | null;
}

/**
 * A value behind the version number of its type's layout (TFHE-rs: `tfhe-versionable`), which input without versions
 * lacks. Older layouts that can be read are given by their numbers; what is written has the current one, or the younger
 * one if that is asked for or needed.
 */
export function versioned<T>(
  version: number,
  current: Codec<T>,
  older: { readonly [version: number]: Codec<T> } = {},
  younger: YoungerLayout<T> | null = null,
): Codec<T> {
  const others: { readonly [version: number]: Codec<T> } =
    younger === null ? older : { ...older, [younger.version]: younger.codec };
  const layouts = [current, ...Object.values(others)];
  return {
    // Without its number: input without versions lacks it.
    minimumSize: Math.min(...layouts.map((codec) => codec.minimumSize)),
    read: (reader) => {
      if (!reader.versioned) return current.read(reader);
      const at = reader.offset;
      const found = reader.u32();
      if (found === version) return current.read(reader);
      const codec = others[found];
      if (codec === undefined) {
        const known = [...Object.keys(others), version].map(Number).sort((a, b) => a - b);
        return reader.fail(
          `layout version ${found} is not supported; expected version ${known.join(" or ")}`,
          at,
        );
      }
      reader.otherLayout();
      return codec.read(reader);
    },
    write: (writer, value) => {
      const chosen =
        younger !== null && writes(younger, value, writer) ? younger : { version, codec: current };
      if (writer.versioned) writer.u32(chosen.version);
      chosen.codec.write(writer, value);
    },
  };
}

/** Whether a value is written in the younger layout. @throws RangeError if it has to be, but may not be. */
function writes<T>({ surplus, since }: YoungerLayout<T>, value: T, { layouts }: Format): boolean {
  const needed = surplus(value);
  if (needed !== null && layouts !== undefined && layouts !== since) {
    throw new RangeError(`TFHE-rs ${layouts} knows no ${needed}, which the value has; ${since} does`);
  }
  return needed !== null || layouts === since;
}

/** A type whose form in memory is not the one on the wire. `decode` may refuse. */
export function mapped<Wire, T>(
  inner: Codec<Wire>,
  decode: (wire: Wire, fail: Fail, format: Format) => T,
  encode: (value: T) => Wire,
): Codec<T> {
  return {
    minimumSize: inner.minimumSize,
    read: (reader) => {
      const at = reader.offset;
      return decode(inner.read(reader), (reason) => reader.fail(reason, at), reader);
    },
    write: (writer, value) => inner.write(writer, encode(value)),
  };
}

/** A value that is the same in all input that Tacet accepts. */
export function constant<T extends number | string>(inner: Codec<T>, expected: T): Codec<null> {
  return mapped(
    inner,
    (found, fail) => (found === expected ? null : fail(`found ${shown(found)}; expected ${expected}`)),
    () => expected,
  );
}

/** What was found, if it may be shown: a name or number, but not what may be a secret that was taken for one. */
function shown(found: number | string): string {
  return /^[\w:.<>-]{1,80}(, [\w:.<>-]{1,80})?$/.test(String(found))
    ? JSON.stringify(found)
    : "something else";
}

/** A type of which one value is frequent: its bytes are read and written as a whole. */
export function frequent<T>(codec: Codec<T>, value: T): Codec<T> {
  let versioned: Uint8Array | undefined;
  let plain: Uint8Array | undefined;
  const bytesIn = (format: Format): Uint8Array => {
    if (format.versioned) {
      versioned ??= encode(codec, value, format);
      return versioned;
    }
    plain ??= encode(codec, value, format);
    return plain;
  };
  return {
    minimumSize: codec.minimumSize,
    read: (reader) => (reader.matches(bytesIn(reader)) ? value : codec.read(reader)),
    write: (writer, written) => {
      if (written === value) writer.bytes(bytesIn(writer));
      else codec.write(writer, written);
    },
  };
}

/** Nothing: what an enum variant without content carries. */
export const nothing: Codec<null> = {
  minimumSize: 0,
  read: () => null,
  write: () => {},
};

const VERSIONED: Format = { versioned: true };

/**
 * Reads all of the input as one value, which may hold no view of it.
 *
 * @throws DeserializationError if anything is wrong or left over.
 */
export function decode<T>(codec: Codec<T>, input: Uint8Array, format: Format = VERSIONED): T {
  const reader = new Reader(input, format);
  try {
    const value = codec.read(reader);
    if (reader.remaining > 0) reader.fail(`${reader.remaining} bytes too many`);
    return value;
  } catch (error) {
    if (!(error instanceof Refusal)) throw memoryError(error);
    const { path, message, offset } = error;
    throw new DeserializationError([path.reverse().join("."), message].filter(Boolean).join(": "), offset);
  } finally {
    reader.finish();
  }
}

/** The bytes of a value. */
export function encode<T>(codec: Codec<T>, value: T, format: Format = VERSIONED): Uint8Array<ArrayBuffer> {
  return needingMemory(() => {
    const writer = new Writer(format);
    codec.write(writer, value);
    return writer.finish();
  });
}

/** What was thrown while a field or an element of a vector was read. */
function within(name: string, error: unknown): unknown {
  if (error instanceof Refusal) error.path.push(name);
  return error;
}
