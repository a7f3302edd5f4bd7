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

const SMALLEST = 64;
const EMPTY = -1;

/**
 * Entries by hash: who asks compares, and says the hash again to take one out. It takes a fraction of the time and memory
 * of a map from strings. (Linear probing: Knuth, "The Art of Computer Programming", volume 3, section 6.4, algorithms L
 * and R. Hashes lie apart, so that entries with others are not looked at.)
 */
export class HashTable<T> {
  #hashes = new Int32Array(SMALLEST).fill(EMPTY);
  #entries: (T | undefined)[] = new Array(SMALLEST).fill(undefined);
  #size = 0;

  /** The entry with a hash that is the one sought. */
  find(hash: number, isSought: (entry: T) => boolean): T | undefined {
    const hashes = this.#hashes;
    const mask = hashes.length - 1;
    for (let at = hash & mask; hashes[at] !== EMPTY; at = (at + 1) & mask) {
      if (hashes[at] === hash && isSought(this.#entries[at]!)) return this.#entries[at];
    }
    return undefined;
  }

  add(hash: number, entry: T): void {
    if (++this.#size > 0.6 * this.#hashes.length) this.#resize(2 * this.#hashes.length);
    this.#put(hash, entry);
  }

  /** Takes out an entry, which need not be there. */
  delete(hash: number, entry: T): void {
    const hashes = this.#hashes;
    const entries = this.#entries;
    const mask = hashes.length - 1;
    let hole = hash & mask;
    while (entries[hole] !== entry) {
      if (hashes[hole] === EMPTY) return;
      hole = (hole + 1) & mask;
    }
    // Whatever stands further from its place than the hole is moves there, so that nothing is looked for in vain.
    for (let at = (hole + 1) & mask; hashes[at] !== EMPTY; at = (at + 1) & mask) {
      if (((at - hashes[at]) & mask) < ((at - hole) & mask)) continue;
      hashes[hole] = hashes[at];
      entries[hole] = entries[at];
      hole = at;
    }
    hashes[hole] = EMPTY;
    entries[hole] = undefined;
    if (--this.#size < hashes.length / 8 && hashes.length > SMALLEST) this.#resize(hashes.length / 2);
  }

  #put(hash: number, entry: T): void {
    const hashes = this.#hashes;
    const mask = hashes.length - 1;
    let at = hash & mask;
    while (hashes[at] !== EMPTY) at = (at + 1) & mask;
    hashes[at] = hash;
    this.#entries[at] = entry;
  }

  #resize(length: number): void {
    const [hashes, entries] = [this.#hashes, this.#entries];
    this.#hashes = new Int32Array(length).fill(EMPTY);
    this.#entries = new Array(length).fill(undefined);
    for (let at = 0; at < hashes.length; at++) if (hashes[at] !== EMPTY) this.#put(hashes[at], entries[at]!);
  }
}
