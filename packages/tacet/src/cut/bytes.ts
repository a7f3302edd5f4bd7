import { MismatchError } from "../errors.ts";
import type { Team } from "../graph/cut/part.ts";
import type { ComputationPart } from "./data.ts";

/*
 * The bytes of a part: a header, and then the ciphertexts that it gives, mask and body as numbers of 64 bits, lowest byte
 * first. What parts of a team give each other looks the same, with the number of its source after each ciphertext.
 */

/** What bytes are. */
const [GIVEN, SHARED] = [0x54554354, 0x4d414554]; // "TCUT", "TEAM"
const HEADER = 24;

/** The bytes of what a part gives. */
export function writeBytes(
  { cut, index }: ComputationPart,
  ciphertexts: readonly BigUint64Array[],
): Uint8Array<ArrayBuffer> {
  return write(GIVEN, cut, index, ciphertexts);
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
  const read = open(bytes, GIVEN, cut, index, length);
  return places.map((place) => {
    if (place >= read.count)
      throw new MismatchError(`part ${index} gives ${read.count} ciphertexts, and none at place ${place}`);
    return read.at(place);
  });
}

/** A source that parts of a team share. */
export interface SharedCiphertext {
  readonly source: number;
  readonly lwe: BigUint64Array;
}

/** The bytes of what a part of a team gives the others. */
export function writeShared(
  { cut }: ComputationPart,
  { first }: Team,
  some: readonly SharedCiphertext[],
): Uint8Array<ArrayBuffer> {
  const records = some.map(({ source, lwe }) => BigUint64Array.of(...lwe, BigInt(source)));
  return write(SHARED, cut, first, records);
}

/**
 * What another part of a team has given.
 *
 * @param length number of elements of each ciphertext.
 * @throws MismatchError for other bytes than those of the same team.
 */
export function readShared(
  bytes: Uint8Array,
  { cut }: ComputationPart,
  { first }: Team,
  length: number,
): { source: number; lwe: BigUint64Array<ArrayBuffer> }[] {
  const read = open(bytes, SHARED, cut, first, length + 1);
  return Array.from({ length: read.count }, (_, place) => {
    const record = read.at(place);
    return { source: Number(record[length]), lwe: record.subarray(0, length) };
  });
}

function write(
  magic: number,
  cut: string,
  index: number,
  records: readonly BigUint64Array[],
): Uint8Array<ArrayBuffer> {
  const length = records[0]?.byteLength ?? 0;
  const bytes = new Uint8Array(HEADER + records.length * length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  view.setUint32(4, index, true);
  view.setUint32(8, records.length, true);
  view.setUint32(12, length, true);
  view.setBigUint64(16, BigInt(`0x${cut}`), true);
  for (const [i, record] of records.entries()) {
    const start = HEADER + i * length;
    for (const [at, element] of record.entries()) view.setBigUint64(start + 8 * at, element, true);
  }
  return bytes;
}

function open(
  bytes: Uint8Array,
  magic: number,
  cut: string,
  index: number,
  length: number,
): { count: number; at(place: number): BigUint64Array<ArrayBuffer> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = 8 * length;
  const count = (bytes.length - HEADER) / size;
  const fits =
    bytes.length >= HEADER &&
    view.getUint32(0) === magic &&
    view.getUint32(4, true) === index &&
    view.getUint32(8, true) === count &&
    view.getUint32(12, true) === size &&
    view.getBigUint64(16, true) === BigInt(`0x${cut}`);
  if (!fits)
    throw new MismatchError(
      `expected the bytes of part ${index} of the same computation, under the same parameters`,
    );
  return {
    count,
    at(place) {
      const start = HEADER + place * size;
      return BigUint64Array.from({ length }, (_, at) => view.getBigUint64(start + 8 * at, true));
    },
  };
}
