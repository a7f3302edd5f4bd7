import { DeserializationError } from "../../src/errors.ts";
import type { SerializeOptions } from "../../src/index.ts";
import { Reader } from "../../src/wire/bincode/reader.ts";

/*
 * Fuzzing by grammar. The codecs are the grammar: while one reads good bytes, it tells which of them are structure
 * (versions, variants, lengths, options, numbers) and which are mere data, and the structure is what gets damaged.
 */

/** A number in some bytes that is part of their structure. */
export interface Mark {
  readonly offset: number;
  readonly size: 1 | 4 | 8;
}

/** The structure that a function finds in some bytes, in the order in which it stands there. */
export function structureOf(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown): Mark[] {
  const sizes = { u8: 1, u32: 4, u64: 8, f64: 8 } as const;
  const names = Object.keys(sizes) as (keyof typeof sizes)[];
  const { prototype } = Reader;
  const originals = names.map((name) => prototype[name]);
  const { matches } = prototype;
  const marks: Mark[] = [];
  names.forEach((name, i) => {
    prototype[name] = function (this: Reader): number {
      marks.push({ offset: this.offset, size: sizes[name] });
      return originals[i].call(this);
    };
  });
  // What is frequent is read part by part, too.
  prototype.matches = () => false;
  try {
    read(bytes);
  } finally {
    names.forEach((name, i) => {
      prototype[name] = originals[i];
    });
    prototype.matches = matches;
  }
  return marks;
}

/** A small generator of numbers that gives the same ones for the same seed (xorshift, 32 bits). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** An integer from 0 to `bound` - 1. */
  below(bound: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % bound;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }
}

/** Numbers that are more than any length can be. */
export const HUGE: readonly bigint[] = [
  2n ** 26n,
  2n ** 29n,
  2n ** 32n - 1n,
  2n ** 40n,
  2n ** 50n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 61n,
  2n ** 63n,
  2n ** 64n - 1n,
];
/** Small numbers, with dimensions and the sizes that go with them, one more. */
const SMALL = [
  0,
  1,
  2,
  3,
  4,
  5,
  7,
  9,
  16,
  17,
  33,
  64,
  65,
  129,
  255,
  256,
  257,
  513,
  65_535,
  65_536,
  2 ** 31,
].map(BigInt);

/** A copy of some bytes with another number at a mark. */
export function withNumber(
  bytes: Uint8Array,
  { offset, size }: Mark,
  value: bigint,
): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  for (let i = 0; i < size; i++) copy[offset + i] = Number((value >> BigInt(8 * i)) & 255n);
  return copy;
}

/** The number at a mark. */
export function numberAt(bytes: Uint8Array, { offset, size }: Mark): bigint {
  return bytes.subarray(offset, offset + size).reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A damaged copy of some bytes. */
export function damage(bytes: Uint8Array, marks: readonly Mark[], random: Random): Uint8Array {
  const mark = random.pick(marks);
  const other = random.pick(marks);
  const { offset, size } = mark;
  const end = offset + size;
  switch (random.below(11)) {
    case 0: // cut off
      return bytes.slice(0, random.below(bytes.length));
    case 1: // too long
      return joined(bytes, new Uint8Array(1 + random.below(16)).fill(random.below(256)));
    case 2: // a number is missing
      return joined(bytes.subarray(0, offset), bytes.subarray(end));
    case 3: // a piece is missing, or there twice
      return joined(bytes.subarray(0, end), bytes.subarray(other.offset));
    case 4: // a number that belongs elsewhere
      return withNumber(bytes, mark, numberAt(bytes, other));
    case 5:
      return withNumber(bytes, mark, random.pick(SMALL));
    case 6:
      return withNumber(bytes, mark, random.pick(HUGE));
    case 7:
      return withNumber(bytes, mark, numberAt(bytes, mark) + BigInt(random.below(2) * 2 - 1));
    case 8: {
      // an element of 8 bytes more or less
      if (random.below(2) === 0) {
        const more = withNumber(bytes, mark, numberAt(bytes, mark) + 1n);
        return joined(more.subarray(0, end), new Uint8Array(8), more.subarray(end));
      }
      const less = withNumber(bytes, mark, numberAt(bytes, mark) - 1n);
      return joined(less.subarray(0, end), less.subarray(end + 8));
    }
    case 9: {
      // a bit of anything
      const copy = new Uint8Array(bytes);
      copy[random.below(copy.length)] ^= 1 << random.below(8);
      return copy;
    }
    default: // a bit of the structure, and something else
      return damage(
        withNumber(bytes, mark, numberAt(bytes, mark) ^ (1n << BigInt(random.below(8 * size)))),
        marks,
        random,
      );
  }
}

/** What can be read, in either of TFHE-rs's formats. */
export interface Readable {
  serialize(options?: SerializeOptions): Uint8Array;
}

function outcomeOf(read: () => Readable): Readable | DeserializationError {
  try {
    return read();
  } catch (error) {
    if (error instanceof DeserializationError) return error;
    throw error;
  }
}

/** Reading takes microseconds for each kilobyte: a case that takes this long hangs. */
const MOST_MILLISECONDS = 5000;

/**
 * Reads bytes that may be damaged. They are refused with a DeserializationError that says where and why, or are a value
 * that is written and read again as it is: to the same bytes, but for layouts of older versions, which are not written
 * any more.
 *
 * @returns the error; `null` if the bytes are accepted.
 */
export function check(input: Uint8Array, read: (bytes: Uint8Array) => Readable): DeserializationError | null {
  const start = performance.now();
  const result = outcomeOf(() => read(input));
  const milliseconds = performance.now() - start;
  if (milliseconds > MOST_MILLISECONDS) throw new Error(`took ${milliseconds.toFixed()} ms`);
  if (result instanceof DeserializationError) {
    const { offset, message } = result;
    if (!(Number.isInteger(offset) && offset >= 0 && offset <= input.length)) {
      throw new Error(`refused outside the input of ${input.length} bytes: ${message}`);
    }
    if (!/\w.{10,} \(at byte \d+\)$/.test(message)) throw new Error(`refused without a reason: ${message}`);
    return result;
  }
  const usual = changeIn(input, result, read, {});
  if (usual !== null && changeIn(input, result, read, { version: "1.8" }) !== null) throw new Error(usual);
  return null;
}

/**
 * Where a text ended before 1.4, which added a version and a length of metadata without another version in front; of
 * what is no text, or has metadata, nowhere.
 */
export function formerEnd(bytes: Uint8Array): number {
  const end = bytes.length - (4 + 8);
  const isText = Buffer.from(bytes.subarray(0, 100)).includes("high_level_api::FheAsciiString");
  return isText && bytes.subarray(end).every((byte) => byte === 0) ? end : Number.NaN;
}

/** How what was accepted is not written again as it was, and not because an older layout was; `null` if it is. */
function changeIn(
  input: Uint8Array,
  value: Readable,
  read: (bytes: Uint8Array) => Readable,
  options: SerializeOptions,
): string | null {
  const written = value.serialize(options);
  if (Buffer.compare(written, input) === 0) return null;
  if (Buffer.compare(read(written).serialize(options), written) !== 0) {
    return "accepted, but not read again as it is written";
  }
  const at = written.findIndex((byte, i) => byte !== input[i]);
  if (at === formerEnd(written) && at === input.length) return null;
  const version = structureOf(input, read).find(({ offset, size }) => offset === at && size === 4);
  const isOlder = version !== undefined && numberAt(input, version) < numberAt(written, version);
  return isOlder ? null : `accepted, but byte ${at} is written as another`;
}

/** What became of some damaged inputs. */
export interface Outcome {
  readonly refused: number;
  readonly accepted: number;
}

/**
 * Checks damaged copies of good bytes.
 *
 * @throws Error with the seed and the bytes of the case that shows a fault.
 */
export function fuzz(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => Readable,
  cases: number,
  seed: number,
): Outcome {
  const marks = structureOf(bytes, read);
  const random = new Random(seed);
  let refused = 0;
  for (let i = 0; i < cases; i++) {
    const input = damage(bytes, marks, random);
    try {
      if (check(input, read) !== null) refused++;
    } catch (error) {
      const hex = Buffer.from(input.subarray(0, 1000)).toString("hex");
      throw new Error(`case ${i} of seed ${seed}, ${input.length} bytes: ${hex}`, { cause: error });
    }
  }
  return { refused, accepted: cases - refused };
}
