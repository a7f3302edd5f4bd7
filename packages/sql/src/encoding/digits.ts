/** The digits of a code, highest first, where the lower ones have 11 bits. */
export function digitsOf(code: bigint, count: number): number[] {
  const digits = new Array<number>(count);
  let left = code;
  for (let index = count - 1; index >= 0; index--) {
    digits[index] = Number(index === 0 ? left : left & 0x7ffn);
    left >>= 11n;
  }
  return digits;
}

const encoder = new TextEncoder();

/** The bytes of a text as digits, which are 0 where it has ended, so that their order is that of the collation `C`. */
export function bytesOf(
  text: string,
  count: number,
): { readonly digits: number[]; readonly longer: boolean } {
  const bytes = encoder.encode(text);
  const digits = Array.from({ length: count }, (_, index) => (index < bytes.length ? bytes[index]! + 1 : 0));
  return { digits, longer: bytes.length > count };
}
