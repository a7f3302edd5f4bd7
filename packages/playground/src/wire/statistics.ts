/** How often each byte occurs: 256 counts. */
export function histogram(bytes: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]!++;
  return counts;
}

/** Shannon's entropy of some counts, in bits; at most 8 for bytes, which is that of noise. */
export function entropy(counts: ArrayLike<number>): number {
  const all = Array.from(counts);
  const total = all.reduce((sum, count) => sum + count, 0);
  return all.reduce((sum, count) => {
    const share = count / total;
    return count === 0 ? sum : sum - share * Math.log2(share);
  }, 0);
}

/** At which places two byte strings agree: 1 there, 0 elsewhere. As long as the shorter one. */
export function agreement(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: Math.min(a.length, b.length) }, (_, i) => Number(a[i] === b[i]));
}
