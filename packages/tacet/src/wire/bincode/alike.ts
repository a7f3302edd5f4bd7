import { type Codec, vector } from "./codec.ts";
import { Reader } from "./reader.ts";

/*
 * The blocks of a value are alike: they differ in what is encrypted and in nothing else. So the first is read with care;
 * of the others it is enough to know that they have the same bytes but for their payload, of which any is accepted.
 */

/** Elements of a vector, in the layouts that are written, whose bytes are the same but for their payload. */
export class Alike<T> {
  readonly first: T;
  readonly length: number;
  /** The bytes of all. */
  readonly bytes: Uint8Array;
  /** Where in each its payloads start and end. */
  readonly #payloads: readonly number[];

  constructor(first: T, length: number, bytes: Uint8Array, payloads: readonly number[]) {
    this.first = first;
    this.length = length;
    this.bytes = bytes;
    this.#payloads = payloads;
  }

  /**
   * Elements of one payload each: the first, and what `like` makes of it with a copy of another's payload.
   *
   * @throws TypeError if they have more payloads than one, or none.
   */
  map(like: (first: T, payload: Uint8Array<ArrayBuffer>) => T): T[] {
    if (this.#payloads.length !== 2) throw new TypeError("elements do not have one payload each");
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

  /** The same elements with bytes of their own. */
  copy(): Alike<T> {
    return new Alike(this.first, this.length, new Uint8Array(this.bytes), this.#payloads);
  }
}

/**
 * A vector of at most `most` elements, as `Alike` if there is more than one and they are. That is a view of the input,
 * which has to be copied before `decode` returns.
 */
export function alike<T>(element: Codec<T>, most: number): Codec<Alike<T> | readonly T[]> {
  const elements = vector(element, most);
  return {
    minimumSize: elements.minimumSize,
    read: (reader) => {
      const start = reader.offset;
      const length = reader.length(element.minimumSize);
      const found = length > 1 && length <= most ? readAlike(reader, element, length) : null;
      if (found !== null) return found;
      reader.rewind(start);
      return elements.read(reader);
    },
    write: (writer, value) => {
      if (!(value instanceof Alike)) return elements.write(writer, value as T[]);
      writer.u64(value.length);
      writer.bytes(value.bytes);
    },
  };
}

function readAlike<T>(reader: Reader, element: Codec<T>, length: number): Alike<T> | null {
  const start = reader.offset;
  try {
    const { value: first, payloads } = reader.watched(() => element.read(reader));
    const bytes = payloads && reader.again(start, length, payloads);
    return bytes && new Alike(first, length, bytes, payloads);
  } catch {
    return null; // reading the elements one by one will say why
  }
}
