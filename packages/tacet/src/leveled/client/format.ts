import { DeserializationError, MismatchError } from "../../errors.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { INSIDE } from "../inside.ts";

/*
 * What levelled computations send: a header, which says what it is and under what kind of key, and what follows. All
 * numbers are of 32 bits unless said otherwise, lowest byte first.
 *
 *    0  "TLEV"
 *    4  version, kind, k, log2 N, b of the TUniform(b) noise, 0, 0, 0: a byte each
 *   12  number of values
 *   16  two numbers that depend on the kind
 *   24  what follows
 */

const MAGIC = 0x56454c54;
const VERSION = 1;
export const HEADER_BYTES = 24;
export const SEED_BYTES = 16;

/** What bytes hold. */
export const KINDS = { vector: 1, selectors: 2, flags: 3, sums: 4, row: 5 } as const;
export type Kind = keyof typeof KINDS;

const NAMES: Record<Kind, string> = {
  vector: "a packed vector",
  selectors: "a list of selectors",
  flags: "the flags of a levelled computation",
  sums: "the sums of a levelled computation",
  row: "a row that was fetched",
};

/** The ring that ciphertexts are in, and their noise when they are encrypted. */
export interface RingShape {
  readonly glweDimension: number;
  readonly polynomialSize: number;
  readonly glweNoise: number;
}

/** What a header says. */
export interface Header {
  readonly ring: RingShape;
  readonly count: number;
  readonly numbers: readonly [number, number];
}

/** Most values of any kind. */
export const MOST_VALUES: number = 2 ** 27;

export function ringOf({ glweDimension, polynomialSize, glweNoise }: RingShape): RingShape {
  return { glweDimension, polynomialSize, glweNoise };
}

/** Makes room for bytes of a kind, and writes their header. */
export function beginBytes(kind: Kind, header: Header, rest: number): Uint8Array<ArrayBuffer> {
  const { ring, count, numbers } = header;
  const bytes = new Uint8Array(HEADER_BYTES + rest);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  const { glweDimension, polynomialSize, glweNoise } = ring;
  bytes.set([VERSION, KINDS[kind], glweDimension, Math.log2(polynomialSize), glweNoise], 4);
  for (const [i, number] of [count, ...numbers].entries()) view.setUint32(12 + 4 * i, number, true);
  return bytes;
}

/** What reading may be told. */
export interface ReadOptions {
  /** Most bytes that are accepted; 2^30 unless given. */
  readonly sizeLimit?: number | undefined;
}

/**
 * A copy of bytes of a kind, and what their header says.
 *
 * @throws DeserializationError for bytes of another kind or version, or too many.
 */
export function openBytes(
  kind: Kind,
  given: Uint8Array,
  options: ReadOptions,
): { bytes: Uint8Array<ArrayBuffer>; header: Header } {
  INSIDE.checkBytes(given);
  const { sizeLimit = 2 ** 30 } = INSIDE.checkOptions(options, { sizeLimit: true });
  INSIDE.checkNumber("sizeLimit", sizeLimit);
  if (given.length > sizeLimit)
    throw new DeserializationError(`input has ${given.length} bytes; the limit is ${sizeLimit}`, 0);
  const bytes = new Uint8Array(given);
  const view = new DataView(bytes.buffer);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC || bytes[5] !== KINDS[kind])
    throw new DeserializationError(`these are not the bytes of ${NAMES[kind]}`, 0);
  if (bytes[4] !== VERSION)
    throw new DeserializationError(`version ${bytes[4]} of ${NAMES[kind]}; expected ${VERSION}`, 4);
  const ring = { glweDimension: bytes[6], polynomialSize: 2 ** bytes[7], glweNoise: bytes[8] };
  const fits = bytes[6] >= 1 && bytes[6] <= 16 && bytes[7] >= 8 && bytes[7] <= 16 && bytes[8] <= 62;
  if (!fits) throw new DeserializationError("parameters that no set has", 6);
  if (bytes[9] + bytes[10] + bytes[11] !== 0) throw new DeserializationError("expected zeros", 9);
  const count = view.getUint32(12, true);
  if (count < 1 || count > MOST_VALUES)
    throw new DeserializationError(`${count} values; expected from 1 to ${MOST_VALUES}`, 12);
  return { bytes, header: { ring, count, numbers: [view.getUint32(16, true), view.getUint32(20, true)] } };
}

/** @throws DeserializationError unless there are as many bytes as expected. */
export function checkLength(bytes: Uint8Array, expected: number): void {
  if (bytes.length === expected) return;
  const at = Math.min(bytes.length, expected);
  throw new DeserializationError(`input has ${bytes.length} bytes; its header asks for ${expected}`, at);
}

/** @throws MismatchError unless a ciphertext is of the ring of some parameters. */
export function checkRing(ring: RingShape, parameters: ParameterSet): void {
  const expected = ringOf(parameters);
  if (Object.entries(expected).every(([name, value]) => ring[name as keyof RingShape] === value)) return;
  throw new MismatchError(
    `a ciphertext of k = ${ring.glweDimension}, N = ${ring.polynomialSize} and noise ${ring.glweNoise}; ${parameters.name} has k = ${expected.glweDimension}, N = ${expected.polynomialSize} and noise ${expected.glweNoise}`,
  );
}
