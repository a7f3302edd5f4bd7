import type { ClientKey } from "tacet";
import { LeveledEngine, type LeveledEngineOptions, RowResult, SelectorList, tableShape } from "tacet/leveled";
import { RequestError } from "../errors.ts";
import { partsIn, readFrame, writeFrame } from "../frame.ts";

/** Asks for records: for each, the selectors of its place. */
export async function selectRecords(
  clientKey: ClientKey,
  places: readonly number[],
  count: number,
  size: number,
): Promise<Uint8Array> {
  const { bitsOf } = tableShape({ rows: count, rowBytes: size, parameters: clientKey.parameters });
  const parts: Uint8Array[] = [];
  for (const place of places) parts.push((await SelectorList.encrypt(bitsOf(place), clientKey)).serialize());
  return writeFrame({ header: null, parts });
}

/** Decrypts records. @throws RequestError if they are not as many, or of another size. */
export function openRecords(
  clientKey: ClientKey,
  bytes: Uint8Array,
  count: number,
  size: number,
): Uint8Array[] {
  return readFrame(bytes, count).parts.map((part) => {
    const record = RowResult.deserialize(part).decrypt(clientKey);
    if (record.length !== size) throw new RequestError("a record is of another size");
    return record;
  });
}

/** How many records are asked for. */
export function recordsAsked(request: Uint8Array): number {
  return partsIn(request);
}

/**
 * Fetches the records that are asked for: all of the shelf are read for each of them. The engine is one of its own, as what
 * engines take in of a client stays in them.
 */
export async function fetchRecords(
  options: LeveledEngineOptions,
  shelf: readonly Uint8Array[],
  request: Uint8Array,
): Promise<Uint8Array> {
  const rowBytes = shelf[0]?.length ?? 0;
  const data = new Uint8Array(shelf.length * rowBytes);
  for (const [place, record] of shelf.entries()) data.set(record, place * rowBytes);
  const lists = readFrame(request, partsIn(request)).parts.map((part) => SelectorList.deserialize(part));
  const engine = await LeveledEngine.create(options);
  try {
    const table = await engine.table({ rows: shelf.length, rowBytes }, data);
    const parts: Uint8Array[] = [];
    for (const list of lists) parts.push((await engine.fetch(table, await engine.load(list))).serialize());
    return writeFrame({ header: null, parts });
  } finally {
    engine.dispose();
  }
}
