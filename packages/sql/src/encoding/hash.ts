import { sha256 } from "@noble/hashes/sha2.js";

const encoder = new TextEncoder();
const DIGIT_BITS = 11;

/** Bytes of the salt that a client draws for each query, so that nobody can choose texts whose hashes are the same. */
export const SALT_BYTES = 16;

/** So many digits of 11 bits of the hash of a text, or of NULL. */
export function hashDigits(text: string | null, salt: Uint8Array, count: number): number[] {
  const bytes = text === null ? Uint8Array.of(0) : encoder.encode(`\x01${text}`);
  const input = new Uint8Array(salt.length + bytes.length);
  input.set(salt);
  input.set(bytes, salt.length);
  const hash = sha256(input);
  return Array.from({ length: count }, (_, index) => bitsAt(hash, index * DIGIT_BITS));
}

function bitsAt(bytes: Uint8Array, bit: number): number {
  const byte = bit >> 3;
  const window = (bytes[byte]! << 16) | ((bytes[byte + 1] ?? 0) << 8) | (bytes[byte + 2] ?? 0);
  return (window >> (24 - DIGIT_BITS - (bit & 7))) & ((1 << DIGIT_BITS) - 1);
}
