export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Number of bits of an integer from 1 on. */
export function bitLength(value: bigint): number {
  return value.toString(2).length;
}
