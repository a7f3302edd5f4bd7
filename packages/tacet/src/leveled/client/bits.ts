/*
 * Integers of up to 31 bits one after the other, lowest bits first, in whole bytes together.
 */

/** Bytes that `count` integers of some bits take. */
export function packedBytes(count: number, bits: number): number {
  return Math.ceil((count * bits) / 8);
}

/** Writes integers below 2^`bits` from byte `at` on. */
export function packBits(integers: Uint32Array, bits: number, out: Uint8Array, at: number): void {
  let [held, filled, next] = [0, 0, at];
  const put = (value: number, width: number): void => {
    held |= value << filled;
    filled += width;
    for (; filled >= 8; filled -= 8) {
      out[next++] = held;
      held >>>= 8;
    }
  };
  const low = Math.min(bits, 16);
  for (const integer of integers) {
    put(integer & (2 ** low - 1), low);
    if (bits > 16) put(integer >>> 16, bits - 16);
  }
  if (filled > 0) out[next] = held;
}

/** Reads `count` integers. */
export function unpackBits(bytes: Uint8Array, at: number, count: number, bits: number): Uint32Array {
  const integers = new Uint32Array(count);
  let [held, filled, next] = [0, 0, at];
  const take = (width: number): number => {
    for (; filled < width; filled += 8) held |= bytes[next++] << filled;
    const value = held & (2 ** width - 1);
    held >>>= width;
    filled -= width;
    return value;
  };
  const low = Math.min(bits, 16);
  for (let i = 0; i < count; i++) {
    integers[i] = take(low);
    if (bits > 16) integers[i] += take(bits - 16) * 2 ** 16;
  }
  return integers;
}
