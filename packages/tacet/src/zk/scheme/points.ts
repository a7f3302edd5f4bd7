import type { Point } from "../curve/group.ts";
import { BASE_FIELD } from "../kernel/prime-field.ts";
import { integerBytes } from "./scalars.ts";

const { modulus: p } = BASE_FIELD;

/** Bytes of a coordinate: it is written as TFHE-rs has it in memory, times 2^448. */
const COORDINATE_BYTES = 56;
const MONTGOMERY = 2n ** 448n % p;

/** A point as it stands in transcripts: its coordinates, 0 of infinity, and whether it is infinity. */
export function pointBytes(point: Point, parts: 1 | 2): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * parts * COORDINATE_BYTES + 1);
  if (point === undefined) bytes[bytes.length - 1] = 1;
  else {
    for (const [i, value] of [...point.x, ...point.y].entries())
      bytes.set(integerBytes((value * MONTGOMERY) % p, COORDINATE_BYTES), i * COORDINATE_BYTES);
  }
  return bytes;
}

export const g1Bytes = (point: Point): Uint8Array<ArrayBuffer> => pointBytes(point, 1);
export const g2Bytes = (point: Point): Uint8Array<ArrayBuffer> => pointBytes(point, 2);
