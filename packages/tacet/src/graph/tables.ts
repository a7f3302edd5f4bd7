import { mix } from "./hash.ts";

/** The most tables that are remembered; beyond, it starts again. */
const REMEMBERED = 4096;

/** Tables that many lookups share, so that memory holds each once. */
export class Tables {
  readonly #tables = new Map<number, readonly number[]>();

  /** The same entries, as the array that came first. */
  shared(entries: readonly number[]): readonly number[] {
    let hash = entries.length;
    for (const entry of entries) hash = mix(hash, entry);
    const known = this.#tables.get(hash);
    if (known !== undefined && sameEntries(known, entries)) return known;
    if (this.#tables.size >= REMEMBERED) this.#tables.clear();
    this.#tables.set(hash, entries);
    return entries;
  }
}

export function sameEntries(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
