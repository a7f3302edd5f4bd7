import type { RootTable } from "./block.ts";
import { mix } from "./hash.ts";
import { nameOf } from "./kin.ts";

/** The most tables that are remembered; beyond, it starts again. */
const REMEMBERED = 4096;

interface Part {
  readonly low: number;
  readonly min: number;
  readonly max: number;
  readonly part: RootTable;
}

/** Tables that many lookups share, so that memory holds each once. */
export class Tables {
  readonly #tables = new Map<number, readonly number[]>();
  readonly #rootTables = new Map<readonly number[], RootTable[]>();
  /** Of each table, the part that was asked for last. */
  readonly #parts = new Map<readonly number[], Part>();

  /** The same entries, in an array that is shared. */
  shared(entries: readonly number[]): readonly number[] {
    let hash = entries.length;
    for (let at = 0; at < entries.length; at++) hash = mix(hash, entries[at]);
    const known = this.#tables.get(hash);
    if (known !== undefined && sameEntries(known, entries)) return known;
    if (this.#tables.size >= REMEMBERED) {
      this.#tables.clear();
      this.#rootTables.clear();
      this.#parts.clear();
    }
    if (known !== undefined) {
      this.#rootTables.delete(known);
      this.#parts.delete(known);
    }
    const kept = entries.slice();
    this.#tables.set(hash, kept);
    return kept;
  }

  /** Some of the entries of a shared table as a root table. */
  part(low: number, table: readonly number[], min: number, max: number): RootTable {
    const known = this.#parts.get(table);
    if (known?.low === low && known.min === min && known.max === max) return known.part;
    const part = this.at(low, this.shared(table.slice(min, max + 1)));
    this.#parts.set(table, { low, min, max, part });
    return part;
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
