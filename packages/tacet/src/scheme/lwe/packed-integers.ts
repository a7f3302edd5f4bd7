/*
 * Small integers one after the other in words of 64 bits, lowest bits first, across the borders of words: how
 * ciphertexts of a small modulus travel. (TFHE-rs: `PackedIntegers`.)
 */

const WORD_BITS = 64;

/** The first `count` integers of `bits` bits, at most 32, in some words. */
export function unpackIntegers(words: BigUint64Array, bits: number, count: number): Uint32Array {
  const mask = (1n << BigInt(bits)) - 1n;
  return Uint32Array.from({ length: count }, (_, i) => {
    const word = Math.floor((i * bits) / WORD_BITS);
    const shift = (i * bits) % WORD_BITS;
    let value = words[word] >> BigInt(shift);
    if (shift + bits > WORD_BITS) value |= words[word + 1] << BigInt(WORD_BITS - shift);
    return Number(value & mask);
  });
}

/** The words of some integers below 2^`bits`. */
export function packIntegers(integers: Uint32Array, bits: number): BigUint64Array<ArrayBuffer> {
  const words = new BigUint64Array(Math.ceil((integers.length * bits) / WORD_BITS));
  for (const [i, integer] of integers.entries()) {
    const word = Math.floor((i * bits) / WORD_BITS);
    const shift = (i * bits) % WORD_BITS;
    words[word] |= BigInt(integer) << BigInt(shift); // stores modulo 2^64
    if (shift + bits > WORD_BITS) words[word + 1] = BigInt(integer) >> BigInt(WORD_BITS - shift);
  }
  return words;
}
