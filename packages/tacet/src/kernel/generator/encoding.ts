/**
 * The binary format of WebAssembly modules, as far as the kernel needs it
 * (https://webassembly.github.io/spec/core/binary/modules.html). Bytes are written as strings of characters up to 0xff:
 * engines join and compare strings faster than arrays, and a string is a value.
 */

export type ValueType = "i32" | "i64" | "f64" | "v128";

const typeBytes: Readonly<Record<ValueType, string>> = {
  i32: "\x7f",
  i64: "\x7e",
  f64: "\x7c",
  v128: "\x7b",
};

/** A string of one byte. */
export const byte = (value: number): string => String.fromCharCode(value);

/** A number from 0 to 2^32 − 1 in LEB128: seven bits a byte, the lowest first. */
export function unsigned(value: number): string {
  return value < 0x80 ? byte(value) : byte((value & 0x7f) | 0x80) + unsigned(value >>> 7);
}

/** A safe integer in signed LEB128: the same, until what is left is the sign of the last byte. */
export function signed(value: number): string {
  if (-0x40 <= value && value < 0x40) return byte(value & 0x7f);
  return byte((value & 0x7f) | 0x80) + signed(Math.floor(value / 0x80));
}

/** A double, the lowest byte first. */
export function double(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return String.fromCharCode(...new Uint8Array(view.buffer));
}

/** A function that takes parameters and returns nothing. */
export interface EncodedFunction {
  readonly name: string;
  readonly params: readonly ValueType[];
  /** Types of the locals that are not parameters, in the order of their numbers. */
  readonly locals: readonly ValueType[];
  /** Its instructions, with the `end` that closes it. */
  readonly code: Uint8Array;
}

/** What a module imports as `env.memory`, in pages of 64 KiB. */
export interface MemoryImport {
  readonly initial: number;
  readonly maximum: number;
  readonly shared: boolean;
}

/** Bytes after their length; text in ASCII as well. */
const sized = (content: string): string => unsigned(content.length) + content;

const list = (items: readonly string[]): string => unsigned(items.length) + items.join("");

const sectionIds = { type: 1, import: 2, function: 3, export: 7, code: 10 };

const section = (name: keyof typeof sectionIds, items: readonly string[]): string =>
  byte(sectionIds[name]) + sized(list(items));

/** How many locals there are of each type, for runs of locals of one type. */
function localsOf({ locals }: EncodedFunction): string {
  const starts = [...locals.keys()].filter((i) => locals[i] !== locals[i - 1]);
  return list(
    starts.map((start, i) => unsigned((starts[i + 1] ?? locals.length) - start) + typeBytes[locals[start]!]),
  );
}

function toArray(code: string): Uint8Array {
  const array = new Uint8Array(code.length);
  for (let i = 0; i < array.length; i++) array[i] = code.charCodeAt(i);
  return array;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

/** A module that imports `env.memory` and the constant `env.tables`, an i32, and exports all its functions. */
export function encodeModule(
  { initial, maximum, shared }: MemoryImport,
  functions: readonly EncodedFunction[],
): Uint8Array<ArrayBuffer> {
  const noResults = list([]);
  const signatures = functions.map(({ params }) => {
    return `\x60${list(params.map((type) => typeBytes[type]))}${noResults}`;
  });
  const types = [...new Set(signatures)];
  const typeIndices = signatures.map((signature) => unsigned(types.indexOf(signature)));
  const limits = byte(shared ? 3 : 1) + unsigned(initial) + unsigned(maximum);
  const memory = `${sized("env")}${sized("memory")}\x02${limits}`;
  const tables = `${sized("env")}${sized("tables")}\x03${typeBytes.i32}\0`;
  const exports = functions.map(({ name }, index) => `${sized(name)}\0${unsigned(index)}`);
  const header = [
    "\0asm\x01\0\0\0",
    section("type", types),
    section("import", [memory, tables]),
    section("function", typeIndices),
    section("export", exports),
  ].join("");
  // Each function begins with its length and its locals.
  const code = concatenate([
    toArray(unsigned(functions.length)),
    ...functions.flatMap((f) => {
      const locals = localsOf(f);
      return [toArray(unsigned(locals.length + f.code.length) + locals), f.code];
    }),
  ]);
  return concatenate([toArray(header + byte(sectionIds.code) + unsigned(code.length)), code]);
}
