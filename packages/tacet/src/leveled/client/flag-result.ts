import type { ClientKey } from "../../api/keys/client-key.ts";
import { DeserializationError } from "../../errors.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../inside.ts";
import {
  beginBytes,
  checkLength,
  HEADER_BYTES,
  openBytes,
  type ReadOptions,
  type RingShape,
} from "./format.ts";
import {
  checkBits,
  decryptRounded,
  keyFor,
  type Rounded,
  readRounded,
  roundedBytes,
  writeRounded,
} from "./results.ts";

/** Truth values in the coefficients of ciphertexts. */
interface Content {
  readonly ring: RingShape;
  readonly bits: number;
  readonly glwes: readonly Rounded[];
  /** For each flag number of its ciphertext times N, plus its coefficient; `undefined` if they are one after the other. */
  readonly places: Uint32Array | undefined;
  readonly length: number;
}

/** For the rest of the module: a result of some content. */
export let flagResultOf: (content: Content) => FlagResult;

/** Set in the number of bits if places are listed. */
const LISTED = 0x100;

/** Which coefficients of each ciphertext are wanted, in order. */
export function wantedOf(
  places: Uint32Array | undefined,
  length: number,
  glwes: number,
  N: number,
): Uint32Array[] {
  if (places === undefined)
    return Array.from({ length: glwes }, (_, i) =>
      Uint32Array.from({ length: Math.min(N, length - i * N) }, (_, coefficient) => coefficient),
    );
  const sorted = places.slice().sort();
  const wanted: number[][] = Array.from({ length: glwes }, () => []);
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue;
    wanted[Math.floor(sorted[i] / N)].push(sorted[i] % N);
  }
  return wanted.map((list) => Uint32Array.from(list));
}

/** What a program gives for each of its items, still encrypted: `LeveledEngine.evaluate` makes it. */
export class FlagResult extends Opaque {
  readonly #content: Content;

  static {
    introduce(FlagResult, {
      name: "FlagResult",
      noun: "an encrypted result",
      source: "await engine.evaluate(program) gives one, FlagResult.deserialize(bytes) reads one",
      instead: "decrypt(clientKey) gives its values",
      written: "serialize() gives its bytes",
    });
    flagResultOf = (content) => new FlagResult(PERMIT, content);
  }

  private constructor(permit: Permit, content: Content) {
    super(permit);
    this.#content = content;
  }

  /** @throws TypeError for what is not bytes, DeserializationError for bytes that are no such result. */
  static deserialize(bytes: Uint8Array, options: ReadOptions = {}): FlagResult {
    const read = openBytes("flags", bytes, options);
    const { ring, count: length, numbers } = read.header;
    const N = ring.polynomialSize;
    const [form, glwes] = numbers;
    const bits = form & (LISTED - 1);
    const listed = form !== bits;
    if (listed && form !== (bits | LISTED)) throw new DeserializationError("a form that no result has", 16);
    checkBits(bits, 2, 16);
    const listBytes = listed ? 4 * length : 0;
    const least = HEADER_BYTES + listBytes + glwes * roundedBytes(ring, bits, 1);
    const fits =
      glwes >= 1 &&
      least <= read.bytes.length &&
      (listed ? glwes <= length : glwes === Math.ceil(length / N));
    if (!fits) throw new DeserializationError(`${length} flags in ${glwes} ciphertexts`, 20);
    let places: Uint32Array | undefined;
    if (listed) {
      const view = new DataView(read.bytes.buffer);
      places = Uint32Array.from({ length }, (_, i) => view.getUint32(HEADER_BYTES + 4 * i, true));
      const wrong = places.findIndex((place) => place >= glwes * N);
      if (wrong >= 0) throw new DeserializationError("a flag in no ciphertext", HEADER_BYTES + 4 * wrong);
    }
    const wanted = wantedOf(places, length, glwes, N);
    const empty = wanted.findIndex((coefficients) => coefficients.length === 0);
    if (empty >= 0) throw new DeserializationError("a ciphertext without flags", HEADER_BYTES);
    const sizes = wanted.map((coefficients) => roundedBytes(ring, bits, coefficients.length));
    checkLength(read.bytes, HEADER_BYTES + listBytes + sizes.reduce((sum, size) => sum + size, 0));
    let at = HEADER_BYTES + listBytes;
    const parts = wanted.map((coefficients, i) => {
      const start = at;
      at += sizes[i];
      return readRounded(ring, bits, coefficients, read.bytes, start);
    });
    return new FlagResult(PERMIT, { ring, bits, length, places, glwes: parts });
  }

  /** Number of flags. */
  get length(): number {
    return this.#content.length;
  }

  /** The bytes that `deserialize` reads. */
  serialize(): Uint8Array<ArrayBuffer> {
    const { ring, bits, length, places, glwes } = this.#content;
    const listBytes = 4 * (places?.length ?? 0);
    const sizes = glwes.map(({ bodies }) => roundedBytes(ring, bits, bodies.length));
    const numbers = [places === undefined ? bits : bits | LISTED, glwes.length] as const;
    const rest = listBytes + sizes.reduce((sum, size) => sum + size, 0);
    const bytes = beginBytes("flags", { ring, count: length, numbers }, rest);
    const view = new DataView(bytes.buffer);
    for (const [i, place] of places?.entries() ?? []) view.setUint32(HEADER_BYTES + 4 * i, place, true);
    let at = HEADER_BYTES + listBytes;
    for (const glwe of glwes) at = writeRounded(glwe, bits, bytes, at);
    return bytes;
  }

  /** The flags in the order of the items. @throws MismatchError for a key of other parameters, DisposedError. */
  decrypt(clientKey: ClientKey): boolean[] {
    const { ring, bits, length, places, glwes } = this.#content;
    const N = ring.polynomialSize;
    const { glwe: key } = keyFor(ring, clientKey);
    const flags = new Map<number, boolean>();
    for (const [i, glwe] of glwes.entries()) {
      const values = decryptRounded(glwe, key, ring, bits, 2);
      for (const [at, value] of values.entries()) flags.set(i * N + glwe.coefficients[at], value === 1);
    }
    return Array.from({ length }, (_, i) => flags.get(places?.[i] ?? i) as boolean);
  }
}
