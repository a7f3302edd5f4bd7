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
import { MOST_MODULUS } from "./packed-vector.ts";
import {
  checkBits,
  decryptRounded,
  keyFor,
  type Rounded,
  readRounded,
  roundedBytes,
  writeRounded,
} from "./results.ts";

/** For each sum a ciphertext for each modulus, with the residue in its first coefficient. */
interface Content {
  readonly ring: RingShape;
  readonly bits: number;
  readonly moduli: readonly number[];
  /** First all of the first sum. */
  readonly glwes: readonly Rounded[];
}

/** Most moduli of one sum. */
export const MOST_MODULI = 16;
const FIRST: Uint32Array<ArrayBuffer> = Uint32Array.of(0);

/** For the rest of the module: a result of some content. */
export let sumResultOf: (content: Content) => SumResult;

/** Sums over the items of a program, one for each group, still encrypted: `LeveledEngine.sum` makes it. */
export class SumResult extends Opaque {
  readonly #content: Content;

  static {
    introduce(SumResult, {
      name: "SumResult",
      noun: "an encrypted result",
      source: "await engine.sum(program) gives one, SumResult.deserialize(bytes) reads one",
      instead: "decrypt(clientKey) gives its values",
      written: "serialize() gives its bytes",
    });
    sumResultOf = (content) => new SumResult(PERMIT, content);
  }

  private constructor(permit: Permit, content: Content) {
    super(permit);
    this.#content = content;
  }

  /** @throws TypeError for what is not bytes, DeserializationError for bytes that are no such result. */
  static deserialize(bytes: Uint8Array, options: ReadOptions = {}): SumResult {
    const read = openBytes("sums", bytes, options);
    const { ring, count, numbers } = read.header;
    const [bits, of] = numbers;
    if (of < 1 || of > MOST_MODULI) throw new DeserializationError(`${of} moduli`, 20);
    checkBits(bits, 2, 16);
    const size = roundedBytes(ring, bits, 1);
    const start = HEADER_BYTES + 4 * of;
    checkLength(read.bytes, start + count * of * size);
    const view = new DataView(read.bytes.buffer);
    const moduli = Array.from({ length: of }, (_, i) => view.getUint32(HEADER_BYTES + 4 * i, true));
    const wrong = moduli.findIndex((modulus) => modulus < 2 || modulus > MOST_MODULUS);
    if (wrong >= 0 || !areCoprime(moduli))
      throw new DeserializationError("moduli that no sum has", HEADER_BYTES + 4 * Math.max(0, wrong));
    for (const modulus of moduli) checkBits(bits, modulus, 16);
    const glwes = Array.from({ length: count * of }, (_, i) =>
      readRounded(ring, bits, FIRST, read.bytes, start + i * size),
    );
    return new SumResult(PERMIT, { ring, bits, moduli, glwes });
  }

  /** Number of sums. */
  get length(): number {
    return this.#content.glwes.length / this.#content.moduli.length;
  }

  /** What the sums are counted modulo: the product of the moduli. */
  get modulus(): bigint {
    return this.#content.moduli.reduce((product, modulus) => product * BigInt(modulus), 1n);
  }

  /** The bytes that `deserialize` reads. */
  serialize(): Uint8Array<ArrayBuffer> {
    const { ring, bits, moduli, glwes } = this.#content;
    const rest = 4 * moduli.length + glwes.length * roundedBytes(ring, bits, 1);
    const header = { ring, count: this.length, numbers: [bits, moduli.length] } as const;
    const bytes = beginBytes("sums", header, rest);
    const view = new DataView(bytes.buffer);
    for (const [i, modulus] of moduli.entries()) view.setUint32(HEADER_BYTES + 4 * i, modulus, true);
    let at = HEADER_BYTES + 4 * moduli.length;
    for (const glwe of glwes) at = writeRounded(glwe, bits, bytes, at);
    return bytes;
  }

  /**
   * The sums, from 0 to the modulus − 1: a negative one is as much below the modulus.
   *
   * @throws MismatchError for a key of other parameters, DisposedError.
   */
  decrypt(clientKey: ClientKey): bigint[] {
    const { ring, bits, moduli, glwes } = this.#content;
    const { glwe: key } = keyFor(ring, clientKey);
    return Array.from({ length: this.length }, (_, i) => {
      const residues = moduli.map(
        (modulus, m) => decryptRounded(glwes[i * moduli.length + m], key, ring, bits, modulus)[0],
      );
      return joinResidues(residues, moduli);
    });
  }
}

/** Whether no two integers have a factor in common. */
export function areCoprime(moduli: readonly number[]): boolean {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return moduli.every((a, i) => moduli.slice(0, i).every((b) => divisor(a, b) === 1));
}

/** The integer below the product of coprime moduli that has some residues (Chinese remainder theorem). */
function joinResidues(residues: readonly number[], moduli: readonly number[]): bigint {
  let [value, product] = [0n, 1n];
  for (const [i, modulus] of moduli.entries()) {
    const m = BigInt(modulus);
    const missing = (((BigInt(residues[i]) - value) % m) + m) % m;
    value += product * ((missing * inverse(product % m, m)) % m);
    product *= m;
  }
  return value;
}

/** What an integer is to be multiplied by for 1 modulo another that it has no factor in common with. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [modulus, value, 0n, 1n];
  while (b > 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}
