/*
 * The generator that the crate rand 0.8 calls `StdRng`: ChaCha with 12 rounds (Bernstein, "ChaCha, a variant of Salsa20",
 * 2008), a counter of 64 bits and stream 0. It draws nothing secret here: TFHE-rs has it search for four squares, from the
 * same seed each time, and the same squares are what make the same proof.
 */

const ROUNDS = 12;
const WORDS = 16;
const MASK = 2n ** 64n - 1n;

function rotate(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}

function quarterRound(s: Int32Array, a: number, b: number, c: number, d: number): void {
  s[a]! += s[b]!;
  s[d] = rotate(s[d]! ^ s[a]!, 16);
  s[c]! += s[d]!;
  s[b] = rotate(s[b]! ^ s[c]!, 12);
  s[a]! += s[b]!;
  s[d] = rotate(s[d]! ^ s[a]!, 8);
  s[c]! += s[d]!;
  s[b] = rotate(s[b]! ^ s[c]!, 7);
}

/** The key that `seed_from_u64` makes of a number, by PCG-32. */
function keyOf(seed: bigint): Int32Array {
  let state = seed;
  return Int32Array.from({ length: 8 }, () => {
    state = (state * 6364136223846793005n + 11634580027462260723n) & MASK;
    const word = Number(BigInt.asIntN(32, ((state >> 18n) ^ state) >> 27n));
    return rotate(word, (32 - Number(state >> 59n)) & 31);
  });
}

export class StandardGenerator {
  readonly #start = new Int32Array(WORDS);
  #block = new Uint32Array(0);
  #next = 0;

  constructor(seed: bigint) {
    this.#start.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]); // "expand 32-byte k"
    this.#start.set(keyOf(seed), 4);
  }

  /** `gen::<u32>()`. */
  word(): number {
    if (this.#next === this.#block.length) {
      const state = this.#start.slice();
      for (let round = 0; round < ROUNDS; round += 2) {
        for (let i = 0; i < 4; i++) quarterRound(state, i, 4 + i, 8 + i, 12 + i);
        for (let i = 0; i < 4; i++)
          quarterRound(state, i, 4 + ((i + 1) & 3), 8 + ((i + 2) & 3), 12 + ((i + 3) & 3));
      }
      this.#block = Uint32Array.from(state, (word, i) => word + this.#start[i]!);
      this.#next = 0;
      this.#start[12]!++;
      if (this.#start[12] === 0) this.#start[13]!++;
    }
    return this.#block[this.#next++]!;
  }

  /** `gen::<u64>()`. */
  long(): bigint {
    const low = this.word();
    return (BigInt(this.word()) << 32n) | BigInt(low);
  }

  /** `gen::<u128>()`. */
  veryLong(): bigint {
    const low = this.long();
    return (this.long() << 64n) | low;
  }

  /** `gen_range(0..=most)` of 64 bits. */
  upTo(most: bigint): bigint {
    const range = (most + 1n) & MASK;
    if (range === 0n) return this.long();
    const zone = (((range << BigInt(64 - range.toString(2).length)) & MASK) - 1n) & MASK;
    for (;;) {
      const product = this.long() * range;
      if ((product & MASK) <= zone) return product >> 64n;
    }
  }
}
