import type { RootTable } from "./block.ts";
import { mix } from "./hash.ts";
import { nameOf } from "./kin.ts";

/** The most tables that are remembered; beyond, it starts again. */
const REMEMBERED = 4096;

/** Tables that many lookups share, so that memory holds each once. */
export class Tables {
  readonly #tables = new Map<number, readonly number[]>();
  readonly #rootTables = new Map<readonly number[], RootTable[]>();

  /** The same entries, as the array that came first. */
  shared(entries: readonly number[]): readonly number[] {
    let hash = entries.length;
    for (const entry of entries) hash = mix(hash, entry);
    const known = this.#tables.get(hash);
    if (known !== undefined && sameEntries(known, entries)) return known;
    if (this.#tables.size >= REMEMBERED) {
      this.#tables.clear();
      this.#rootTables.clear();
    }
    this.#tables.set(hash, entries);
    return entries;
  }

  /** Shared entries as a root table. */
  at(low: number, entries: readonly number[]): RootTable {
    let tables = this.#rootTables.get(entries);
    if (tables === undefined) this.#rootTables.set(entries, (tables = []));
    let table = tables.find((other) => other.low === low);
    if (table === undefined) tables.push((table = { low, entries, name: nameOf({ low, entries }) }));
    return table;
  }
}

export function sameEntries(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
