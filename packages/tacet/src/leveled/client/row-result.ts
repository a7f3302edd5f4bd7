import type { ClientKey } from "../../api/keys/client-key.ts";
import { DeserializationError } from "../../errors.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../inside.ts";
import { packBits } from "./bits.ts";
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

/** A row in the first coefficients of ciphertexts. */
interface Content {
  readonly ring: RingShape;
  readonly bits: number;
  /** Number of bytes of the row. */
  readonly length: number;
  /** Bits of the row in a coefficient. */
  readonly payload: number;
  readonly glwes: readonly Rounded[];
}

/** Most bits of a row in a coefficient. */
export const MOST_PAYLOAD = 20;

/** For the rest of the module: a result of some content. */
export let rowResultOf: (content: Content) => RowResult;

/** The coefficients of a ciphertext that bytes of a row lie in, for each ciphertext: as many as are needed. */
export function rowCoefficients(length: number, payload: number, N: number): Uint32Array[] {
  const count = Math.ceil((8 * length) / payload);
  return Array.from({ length: Math.ceil(count / N) }, (_, i) =>
    Uint32Array.from({ length: Math.min(N, count - i * N) }, (_, coefficient) => coefficient),
  );
}

/** A row that was fetched without the server knowing which, still encrypted: `LeveledEngine.fetch` makes it. */
export class RowResult extends Opaque {
  readonly #content: Content;

  static {
    introduce(RowResult, {
      name: "RowResult",
      noun: "an encrypted result",
      source: "await engine.fetch(table, selectors) gives one, RowResult.deserialize(bytes) reads one",
      instead: "decrypt(clientKey) gives its bytes",
      written: "serialize() gives its bytes",
    });
    rowResultOf = (content) => new RowResult(PERMIT, content);
  }

  private constructor(permit: Permit, content: Content) {
    super(permit);
    this.#content = content;
  }

  /** @throws TypeError for what is not bytes, DeserializationError for bytes that are no such result. */
  static deserialize(bytes: Uint8Array, options: ReadOptions = {}): RowResult {
    const read = openBytes("row", bytes, options);
    const { ring, count: length, numbers } = read.header;
    const [bits, payload] = numbers;
    if (payload < 1 || payload > MOST_PAYLOAD)
      throw new DeserializationError(`${payload} bits a coefficient`, 20);
    checkBits(bits, 2 ** payload, 16);
    const { polynomialSize: N } = ring;
    const count = Math.ceil((8 * length) / payload);
    const whole = Math.ceil(count / N) - 1;
    const size = roundedBytes(ring, bits, N);
    checkLength(read.bytes, HEADER_BYTES + whole * size + roundedBytes(ring, bits, count - whole * N));
    const glwes = rowCoefficients(length, payload, N).map((coefficients, i) =>
      readRounded(ring, bits, coefficients, read.bytes, HEADER_BYTES + i * size),
    );
    return new RowResult(PERMIT, { ring, bits, length, payload, glwes });
  }

  /** Number of bytes of the row. */
  get length(): number {
    return this.#content.length;
  }

  /** The bytes that `deserialize` reads. */
  serialize(): Uint8Array<ArrayBuffer> {
    const { ring, bits, length, payload, glwes } = this.#content;
    const rest = glwes.reduce((sum, { bodies }) => sum + roundedBytes(ring, bits, bodies.length), 0);
    const bytes = beginBytes("row", { ring, count: length, numbers: [bits, payload] }, rest);
    let at = HEADER_BYTES;
    for (const glwe of glwes) at = writeRounded(glwe, bits, bytes, at);
    return bytes;
  }

  /** The row. @throws MismatchError for a key of other parameters, DisposedError. */
  decrypt(clientKey: ClientKey): Uint8Array<ArrayBuffer> {
    const { ring, bits, length, payload, glwes } = this.#content;
    const { glwe: key } = keyFor(ring, clientKey);
    const values = glwes.map((glwe) => decryptRounded(glwe, key, ring, bits, 2 ** payload));
    const count = values.reduce((sum, some) => sum + some.length, 0);
    const all = new Uint32Array(count);
    for (const [i, some] of values.entries()) all.set(some, i * ring.polynomialSize);
    const bytes = new Uint8Array(Math.ceil((count * payload) / 8));
    packBits(all, payload, bytes, 0);
    return bytes.slice(0, length);
  }
}
