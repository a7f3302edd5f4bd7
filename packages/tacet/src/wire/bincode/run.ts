import { type Codec, vector } from "./codec.ts";
import { Reader } from "./reader.ts";

/*
 * The blocks of a value are alike: they differ in what is encrypted and in nothing else. So the first is read with care;
 * of the others it is enough to know that they have the same bytes but for their payload, of which any is accepted.
 */

/** Elements of a vector, in the layouts that are written, whose bytes are the same but for their payload. */
export class Run<T> {
  readonly first: T;
  readonly length: number;
  /** The bytes of all. */
  readonly bytes: Uint8Array;
  /** Where in the first its payloads start and end. */
  readonly #payloads: readonly number[];

  constructor(first: T, length: number, bytes: Uint8Array, payloads: readonly number[]) {
    this.first = first;
    this.length = length;
    this.bytes = bytes;
    this.#payloads = payloads;
  }

  /** Elements of one payload each: the first, and what `like` makes of it with a copy of another's payload. */
  map(like: (first: T, payload: Uint8Array<ArrayBuffer>) => T): T[] {
    const [start, end] = this.#payloads;
    const { buffer, byteOffset } = this.bytes;
    const size = this.bytes.length / this.length;
    const elements = [this.first];
    for (let at = byteOffset + start + size; elements.length < this.length; at += size) {
      elements.push(like(this.first, new Uint8Array(new Uint8Array(buffer, at, end - start))));
    }
    return elements;
  }

  /** The elements, read one by one. */
  elements(element: Codec<T>): T[] {
    const reader = new Reader(this.bytes, { versioned: true });
    return Array.from({ length: this.length }, () => element.read(reader));
  }

  /** The same run with bytes of its own. */
  copy(): Run<T> {
    return new Run(this.first, this.length, new Uint8Array(this.bytes), this.#payloads);
  }
}

/** A vector of at most `most` elements: a run, if there is more than one and they are alike. Runs are views of the input. */
export function run<T>(element: Codec<T>, most: number): Codec<Run<T> | readonly T[]> {
  const elements = vector(element, most);
  return {
    minimumSize: elements.minimumSize,
    read: (reader) => {
      const start = reader.offset;
      const length = reader.length(element.minimumSize);
      const found = length > 1 && length <= most ? readRun(reader, element, length) : null;
      if (found !== null) return found;
      reader.rewind(start);
      return elements.read(reader);
    },
    write: (writer, value) => {
      if (!(value instanceof Run)) return elements.write(writer, value as T[]);
      writer.u64(value.length);
      writer.bytes(value.bytes);
    },
  };
}

function readRun<T>(reader: Reader, element: Codec<T>, length: number): Run<T> | null {
  const start = reader.offset;
  reader.watch();
  let first: T;
  try {
    first = element.read(reader);
  } catch {
    return null; // reading the elements one by one will say why
  }
  const all = reader.again(start, length);
  return all && new Run(first, length, all.bytes, all.payloads);
}
