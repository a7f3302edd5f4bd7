import { sha3_256 } from "@noble/hashes/sha3.js";
import { blockCapacity, messageBits, type ParameterSet } from "../parameters/parameter-set.ts";
import { MaskGenerator } from "../random/mask-generator.ts";
import { asciiBytes } from "../realm.ts";

/*
 * Oblivious pseudo-random blocks (ePrint 2024/665). Masks that a public seed gives, with bodies of 0, are ciphertexts
 * under the small key of phases that nobody knows, uniform on the integers modulo 2N. A blind rotation turns such a
 * phase into a message. Seeds and messages are those of TFHE-rs.
 */

/** What a seed gives for one block: an LWE ciphertext under the small key, modulo 2N, still to be looked up. */
export interface PseudoRandomInput {
  /** Mask and body. */
  readonly elements: Uint32Array<ArrayBuffer>;
  /** Largest value: 2^(number of its bits) − 1. */
  readonly degree: number;
}

const BLOCK_SEPARATOR = "TFHE_PRF";
const STREAM_SEPARATOR = "PRF_INIT";

/**
 * The blocks of some values of given numbers of bits, which one seed gives together: of each value, least significant
 * first, as many blocks as its bits need, all full but perhaps the last. (TFHE-rs:
 * `generate_oblivious_pseudo_random_bits_chunks`.)
 *
 * Other numbers of bits give other blocks throughout: they are hashed into the stream from which masks are taken.
 */
export function pseudoRandomInputs(
  seed: Uint8Array,
  bitCounts: readonly number[],
  parameters: ParameterSet,
): PseudoRandomInput[][] {
  const { lweDimension, polynomialSize } = parameters;
  const perBlock = messageBits(parameters);
  const layouts = bitCounts.map((bits) => blockLayout(bits, perBlock));
  const total = layouts.reduce((sum, layout) => sum + layout.length, 0);
  const digest = sha3_256(concatenate([asciiBytes(BLOCK_SEPARATOR), seed, layoutBytes(layouts, parameters)]));

  // Of each element as many whole bytes are taken as a power of two modulo 2N asks for.
  const elementBytes = Math.ceil(Math.log2(2 * polynomialSize) / 8);
  const stream = new BigUint64Array(Math.ceil((total * lweDimension * elementBytes) / 8));
  const bytes = concatenate([asciiBytes(STREAM_SEPARATOR), digest]);
  new MaskGenerator({ kind: "xof", bytes, start: 0 }).fill(stream);
  const random = new Uint8Array(stream.buffer);
  let at = 0;
  const element = (): number => {
    let value = 0;
    for (let i = 0; i < elementBytes; i++) value |= random[at++] << (8 * i);
    return value & (2 * polynomialSize - 1);
  };
  return layouts.map((layout) =>
    layout.map((bits) => {
      const elements = new Uint32Array(lweDimension + 1);
      for (let i = 0; i < lweDimension; i++) elements[i] = element();
      return { elements, degree: 2 ** bits - 1 };
    }),
  );
}

/** What is hashed of the layout of one value of some bits. (TFHE-rs: `RandomBitsRleLeBytes`.) */
export function randomLayout(bits: number, parameters: ParameterSet): { blocks: number; bytes: Uint8Array } {
  const layout = blockLayout(bits, messageBits(parameters));
  return { blocks: layout.length, bytes: layoutBytes([layout], parameters) };
}

/** The number of bits in each block of a value. */
function blockLayout(bits: number, perBlock: number): number[] {
  const full = new Array<number>(Math.floor(bits / perBlock)).fill(perBlock);
  return bits % perBlock === 0 ? full : [...full, bits % perBlock];
}

/**
 * What is hashed of the layout, as integers of 64 bits: the bits of a block with its padding, the random ones among
 * them, then for each value the number of its blocks and its runs of equal blocks as length and bits.
 */
function layoutBytes(layouts: readonly (readonly number[])[], parameters: ParameterSet): Uint8Array {
  const perBlock = messageBits(parameters);
  const numbers = [1 + Math.log2(blockCapacity(parameters)), perBlock];
  for (const layout of layouts) {
    const full = layout.filter((bits) => bits === perBlock).length;
    numbers.push(layout.length);
    if (full > 0) numbers.push(full, perBlock);
    if (full < layout.length) numbers.push(1, layout.at(-1)!);
  }
  return new Uint8Array(BigUint64Array.from(numbers, BigInt).buffer);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
