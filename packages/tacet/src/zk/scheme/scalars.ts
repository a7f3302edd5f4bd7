import { shake256 } from "@noble/hashes/sha3.js";
import { inverseOf, mod, SCALAR_FIELD } from "../kernel/prime-field.ts";

export const r: bigint = SCALAR_FIELD.modulus;

/** Bytes of a scalar in transcripts: it is written as TFHE-rs has it in memory, times 2^320. */
const SCALAR_BYTES = 40;
const MONTGOMERY = 2n ** 320n % r;

/** What is hashed or drawn for a scalar: 56 bytes, of which 426 bits count. */
export const HASHED_BYTES = 56;
const HASHED_BITS = 426;
/** TFHE-rs takes those over 2^128 for a scalar times 2^320. */
const HASHED_FACTOR = inverseOf(2n ** 448n, r);

/** A little-endian integer. */
export function integerOf(bytes: Uint8Array): bigint {
  let hex = "";
  for (let i = bytes.length - 1; i >= 0; i--) hex += bytes[i]!.toString(16).padStart(2, "0");
  return BigInt(`0x${hex || "0"}`);
}

/** An integer, in as many bytes as are given, little-endian. */
export function integerBytes(value: bigint, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let i = 0; i < length; i++, rest >>= 8n) bytes[i] = Number(rest & 255n);
  return bytes;
}

/** The scalar that TFHE-rs makes of 56 random bytes. */
export function scalarOf(bytes: Uint8Array): bigint {
  return (BigInt.asUintN(HASHED_BITS, integerOf(bytes)) * HASHED_FACTOR) % r;
}

/** A scalar as it stands in transcripts. */
export function scalarBytes(scalar: bigint): Uint8Array<ArrayBuffer> {
  return integerBytes(mod(scalar * MONTGOMERY, r), SCALAR_BYTES);
}

/** SHAKE-256 of several pieces, as long as it is needed. */
export function extendable(pieces: readonly Uint8Array[]): (bytes: number) => Uint8Array {
  const hash = shake256.create();
  for (const piece of pieces) hash.update(piece);
  return (bytes) => hash.xof(bytes);
}

/** Scalars by hashing. */
export function hashScalars(count: number, pieces: readonly Uint8Array[]): bigint[] {
  const read = extendable(pieces);
  return Array.from({ length: count }, () => scalarOf(read(HASHED_BYTES)));
}

/** Scalars of 128 bits by hashing. */
export function hashShortScalars(count: number, pieces: readonly Uint8Array[]): bigint[] {
  const read = extendable(pieces);
  return Array.from({ length: count }, () => integerOf(read(16)));
}

/** 1, x, x², … */
export function powersOf(x: bigint, count: number): bigint[] {
  const powers: bigint[] = [];
  for (let power = 1n; powers.length < count; power = (power * x) % r) powers.push(power);
  return powers;
}
