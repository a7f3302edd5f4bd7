import { DeserializationError } from "../../src/errors.ts";
import { Writer } from "../../src/wire/writer.ts";

/*
 * Fuzzing by grammar. The codecs are the grammar: while one writes a value, it tells which bytes are structure (versions,
 * variants, lengths, options, numbers) and which are mere data, and the structure is what gets damaged.
 */

/** A number in some bytes that is part of their structure. */
interface Mark {
  readonly offset: number;
  readonly size: 1 | 4 | 8;
}

/** The structure of what a function writes. */
export function structureOf(write: () => Uint8Array): { bytes: Uint8Array; marks: Mark[] } {
  const marks = new Map<number, Mark>();
  const sizes = { u8: 1, u32: 4, u64: 8, f64: 8 } as const;
  const names = Object.keys(sizes) as (keyof typeof sizes)[];
  const originals = names.map((name) => Writer.prototype[name]);
  names.forEach((name, i) => {
    Writer.prototype[name] = function (this: Writer, value: number): void {
      marks.set(this.offset, { offset: this.offset, size: sizes[name] });
      originals[i].call(this, value);
    };
  });
  try {
    return { bytes: write(), marks: [...marks.values()] };
  } finally {
    names.forEach((name, i) => {
      Writer.prototype[name] = originals[i];
    });
  }
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

const NUMBERS = [0n, 1n, 2n, 3n, 7n, 255n, 256n, 65_535n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 40n];
const LARGE = [2n ** 52n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 61n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];

/** A damaged copy of some bytes. */
export function damage(bytes: Uint8Array, marks: readonly Mark[], random: Random): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const write = ({ offset, size }: Mark, value: bigint): void => {
    for (let i = 0; i < size; i++) copy[offset + i] = Number((value >> BigInt(8 * i)) & 255n);
  };
  const read = ({ offset, size }: Mark): bigint => {
    if (size === 1) return BigInt(copy[offset]);
    return size === 4 ? BigInt(view.getUint32(offset, true)) : view.getBigUint64(offset, true);
  };
  const mark = random.pick(marks);
  switch (random.below(9)) {
    case 0:
      return copy.subarray(0, random.below(copy.length));
    case 1: {
      const longer = new Uint8Array(copy.length + 1 + random.below(16));
      longer.set(copy);
      return longer;
    }
    case 2: // a piece missing at a boundary
      return Uint8Array.of(...copy.subarray(0, mark.offset), ...copy.subarray(mark.offset + mark.size));
    case 3: {
      // a piece that belongs elsewhere
      const other = random.pick(marks);
      const piece = copy.slice(other.offset, other.offset + other.size);
      copy.set(piece.subarray(0, Math.min(piece.length, copy.length - mark.offset)), mark.offset);
      return copy;
    }
    case 4:
      write(mark, random.pick(NUMBERS));
      return copy;
    case 5:
      write(mark, random.pick(LARGE));
      return copy;
    case 6:
      write(mark, read(mark) + BigInt(random.below(2) * 2 - 1));
      return copy;
    case 7:
      copy[random.below(copy.length)] ^= 1 << random.below(8);
      return copy;
    default: // two damages at once
      return damage(flipOnce(copy, marks, random), marks, random);
  }
}

/** Flips a bit of the structure, in place. */
function flipOnce(bytes: Uint8Array, marks: readonly Mark[], random: Random): Uint8Array {
  const { offset, size } = random.pick(marks);
  bytes[offset + random.below(size)] ^= 1 << random.below(8);
  return bytes;
}

/** What became of some damaged inputs. */
export interface Outcome {
  refused: number;
  accepted: number;
}

/**
 * Reads damaged copies of some bytes. Each is refused with a DeserializationError that says where and why, or is another
 * value that is written and read again as it is.
 */
export function fuzz<T>(
  write: (value: T) => Uint8Array,
  read: (bytes: Uint8Array) => T,
  value: T,
  cases: number,
  random: Random,
): Outcome {
  const { bytes, marks } = structureOf(() => write(value));
  const outcome = { refused: 0, accepted: 0 };
  for (let i = 0; i < cases; i++) {
    const input = damage(bytes, marks, random);
    let found: T;
    try {
      found = read(input);
    } catch (error) {
      if (!(error instanceof DeserializationError)) throw error;
      const { offset, message } = error;
      if (!(Number.isInteger(offset) && offset >= 0 && offset <= input.length && message.length > 10))
        throw error;
      outcome.refused++;
      continue;
    }
    outcome.accepted++;
    const again = write(found);
    if (Buffer.compare(again, input) !== 0 && Buffer.compare(write(read(again)), again) !== 0) {
      throw new Error(
        `accepted, but not what it was written as: ${Buffer.from(input).toString("hex").slice(0, 400)}`,
      );
    }
  }
  return outcome;
}
