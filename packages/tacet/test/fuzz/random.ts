/** Pseudo-random choices that a seed fixes, the same on every machine (SplitMix32). */
export class Random {
  #state = 0x9e3779b9;

  constructor(...seed: readonly number[]) {
    for (const part of seed) {
      for (const word of [part % 2 ** 32, Math.floor(part / 2 ** 32)]) {
        this.#state = (this.#state ^ word) | 0;
        this.#state = this.#next();
      }
    }
  }

  /** An integer from 0 to before `end`. */
  below(end: number): number {
    return Math.floor((this.#next() / 2 ** 32) * end);
  }

  /** An integer from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.#next() < probability * 2 ** 32;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** Each item by its weight. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let left = this.below(items.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of items) {
      if (left < weight) return item;
      left -= weight;
    }
    return items[items.length - 1][1];
  }

  /** An unsigned integer of some bits. */
  bits(count: number): bigint {
    let value = 0n;
    for (let done = 0; done < count; done += 32) value = (value << 32n) | BigInt(this.#next());
    return BigInt.asUintN(count, value);
  }

  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let word = this.#state;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  }
}

/** The same items in any order. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0]);
}
