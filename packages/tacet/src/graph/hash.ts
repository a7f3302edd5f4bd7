/** Mixes an integer into a hash: 30 bits, which V8 keeps without a box. (FNV-1a's prime, by whole integers.) */
export function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x01000193);
  return (mixed ^ (mixed >>> 15)) & 0x3fffffff;
}

const HALF = 2 ** 26;

/** A name of 52 bits for a name and an integer of at most 53: chance makes no two of them equal. */
export function named(name: number, part: number): number {
  const [low, high] = [part | 0, Math.floor(part / 2 ** 32) | 0];
  let first = Math.imul((name % HALF) ^ low, 0x01000193) ^ Math.imul(high + 0x7f4a7c15, 0x85ebca6b);
  first = Math.imul(first ^ (first >>> 15), 0x2c1b3c6d);
  let second = Math.imul(Math.floor(name / HALF) + low, 0x9e3779b1) ^ Math.imul(high ^ first, 0x297a2d39);
  second = Math.imul(second ^ (second >>> 13), 0xc2b2ae35);
  return ((second ^ (second >>> 16)) >>> 6) * HALF + ((first ^ (first >>> 12)) >>> 6);
}

/** An entry of a hash table, which holds the next one of its place itself. */
export interface Hashed<T> {
  readonly hash: number;
  next: T | undefined;
}

const SMALLEST = 64;

/** Entries by hash: who asks compares. It takes a fraction of the time and memory of a map from strings. */
export class HashTable<T extends Hashed<T>> {
  #places: (T | undefined)[] = new Array(SMALLEST).fill(undefined);
  #size = 0;

  /** The first of the entries that may have a hash; `next` leads to the others. */
  first(hash: number): T | undefined {
    return this.#places[hash & (this.#places.length - 1)];
  }

  add(entry: T): void {
    if (++this.#size > this.#places.length) this.#resize(2 * this.#places.length);
    this.#link(entry);
  }

  delete(entry: T): void {
    const at = entry.hash & (this.#places.length - 1);
    let before = this.#places[at];
    if (before === entry) this.#places[at] = entry.next;
    else {
      while (before !== undefined && before.next !== entry) before = before.next;
      if (before === undefined) return;
      before.next = entry.next;
    }
    entry.next = undefined;
    if (--this.#size < this.#places.length / 8 && this.#places.length > SMALLEST) {
      this.#resize(this.#places.length / 2);
    }
  }

  #link(entry: T): void {
    const at = entry.hash & (this.#places.length - 1);
    entry.next = this.#places[at];
    this.#places[at] = entry;
  }

  #resize(length: number): void {
    const before = this.#places;
    this.#places = new Array(length).fill(undefined);
    for (const first of before) {
      for (let entry = first; entry !== undefined; ) {
        const { next } = entry;
        this.#link(entry);
        entry = next;
      }
    }
  }
}
