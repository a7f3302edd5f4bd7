import { RequestError } from "./errors.ts";

/** JSON with bytes after it: what goes over the network. */
export interface Frame {
  readonly header: unknown;
  readonly parts: readonly Uint8Array[];
}

/** The most parts of a frame, and the longest JSON of one. */
const MOST_PARTS = 2 ** 20;
const LONGEST_HEADER = 2 ** 26;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** As bytes: the number of parts, the length of the JSON and of each part (32 bits each, the lowest first), then all of them. */
export function writeFrame({ header, parts }: Frame): Uint8Array {
  const all = [encoder.encode(JSON.stringify(header)), ...parts];
  const start = 4 * (all.length + 1);
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, start));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, parts.length, true);
  let at = start;
  for (const [index, part] of all.entries()) {
    view.setUint32(4 * (index + 1), part.length, true);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** How many parts bytes say that they have, if they are a frame. @throws RequestError for too few bytes. */
export function partsIn(bytes: Uint8Array): number {
  if (bytes.length < 4) throw new RequestError("what was sent is too short");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

/** @throws RequestError for bytes that are no frame of so many parts. */
export function readFrame(bytes: Uint8Array, count: number): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 4 * (count + 2);
  if (count > MOST_PARTS || bytes.length < start || view.getUint32(0, true) !== count) {
    throw new RequestError(`what was sent does not have ${count} parts`);
  }
  const lengths = Array.from({ length: count + 1 }, (_, index) => view.getUint32(4 * (index + 1), true));
  const total = lengths.reduce((sum, length) => sum + length, start);
  if (total !== bytes.length || lengths[0]! > LONGEST_HEADER)
    throw new RequestError("what was sent has another length");
  let at = start;
  const all = lengths.map((length) => {
    at += length;
    return bytes.subarray(at - length, at);
  });
  try {
    return { header: JSON.parse(decoder.decode(all[0])), parts: all.slice(1) };
  } catch (error) {
    throw new RequestError("what was sent is no JSON", { cause: error });
  }
}
