import { MismatchError } from "../errors.ts";
import type { ComputationPart } from "./data.ts";

/* The bytes of a part: a header, and then the ciphertexts that it gives, mask and body as numbers of 64 bits, lowest byte first. */

const MAGIC = 0x54554354; // "TCUT"
const HEADER = 24;

/** The bytes of what a part gives. */
export function writeBytes(
  { cut, index }: ComputationPart,
  ciphertexts: readonly BigUint64Array[],
): Uint8Array<ArrayBuffer> {
  const length = ciphertexts[0]?.byteLength ?? 0;
  const bytes = new Uint8Array(HEADER + ciphertexts.length * length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, index, true);
  view.setUint32(8, ciphertexts.length, true);
  view.setUint32(12, length, true);
  view.setBigUint64(16, BigInt(`0x${cut}`), true);
  for (const [i, lwe] of ciphertexts.entries()) {
    const start = HEADER + i * length;
    for (const [at, element] of lwe.entries()) view.setBigUint64(start + 8 * at, element, true);
  }
  return bytes;
}

/**
 * Some of the ciphertexts that another part has given.
 *
 * @param length number of elements of each.
 * @throws MismatchError for other bytes than those of that part of the same computation.
 */
export function readBytes(
  bytes: Uint8Array,
  { cut }: ComputationPart,
  index: number,
  length: number,
  places: readonly number[],
): BigUint64Array<ArrayBuffer>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = 8 * length;
  const count = (bytes.length - HEADER) / size;
  const fits =
    bytes.length >= HEADER &&
    view.getUint32(0) === MAGIC &&
    view.getUint32(4, true) === index &&
    view.getUint32(8, true) === count &&
    view.getUint32(12, true) === size &&
    view.getBigUint64(16, true) === BigInt(`0x${cut}`);
  if (!fits)
    throw new MismatchError(
      `expected the bytes of part ${index} of the same computation, under the same parameters`,
    );
  return places.map((place) => {
    if (place >= count)
      throw new MismatchError(`part ${index} gives ${count} ciphertexts, and none at place ${place}`);
    const start = HEADER + place * size;
    return BigUint64Array.from({ length }, (_, at) => view.getBigUint64(start + 8 * at, true));
  });
}
