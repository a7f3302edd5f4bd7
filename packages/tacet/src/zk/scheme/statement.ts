import type { Pace } from "../../progress.ts";
import type { CurveMachine } from "../curve/machine.ts";
import { mod } from "../kernel/prime-field.ts";
import { r } from "./scalars.ts";

/** What a proof is about: a compact public key and ciphertexts under it (TFHE-rs: `PublicCommit`), words as signed integers. */
export interface Statement {
  /** The key's mask and body, d each. */
  readonly a: BigInt64Array;
  readonly b: BigInt64Array;
  /** The ciphertexts' mask, d, and their bodies, k. */
  readonly c1: BigInt64Array;
  readonly c2: BigInt64Array;
}

/** Words as they stand in transcripts. */
export function wordBytes(words: BigInt64Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setBigInt64(8 * i, word, true);
  return bytes;
}

/** What a prover knows of it. */
export interface Witness {
  /** The binary vector, d. */
  readonly r: ArrayLike<number>;
  /** The messages, k, without their padding. */
  readonly m: readonly bigint[];
  /** The noise of mask and bodies, d and k. */
  readonly e1: readonly bigint[];
  readonly e2: readonly bigint[];
}

/** Integer modulo r. */
export const residue = (value: bigint): bigint => mod(value, r);

/** Sums of words, kept as two doubles each: of as many words as there may be, they are exact. */
class WordSums {
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(count: number) {
    this.#low = new Float64Array(count);
    this.#high = new Float64Array(count);
  }

  add(at: number, sign: number, low: number, high: number): void {
    this.#low[at]! += sign * low;
    this.#high[at]! += sign * high;
  }

  at(index: number): bigint {
    return BigInt(this.#low[index]!) + (BigInt(this.#high[index]!) << 32n);
  }
}

/** The lower and the upper halves of words. */
function halvesOf(words: BigInt64Array): { low: Float64Array; high: Float64Array } {
  return {
    low: Float64Array.from(words, (word) => Number(BigInt.asUintN(32, word))),
    high: Float64Array.from(words, (word) => Number(word >> 32n)),
  };
}

/** By how many multiples of q mask and bodies exceed what the equations of encryption say (equation 11 of the scheme). */
export interface Quotients {
  readonly r1: readonly bigint[];
  readonly r2: readonly bigint[];
}

/**
 * The quotients of a statement: with r̄ the reversed binary vector, r1 = (a·r̄ + e1 − c1)/q in ℤ[X]/(X^d + 1), and
 * r2 = (b rotated, times r̄, + Δ·m + e2 − c2)/q.
 *
 * @throws RangeError if the witness is none of the statement: what is to be divided by q leaves a remainder.
 */
export function quotientsOf(statement: Statement, witness: Witness, q: bigint, delta: bigint): Quotients {
  const { a, b, c1, c2 } = statement;
  const d = a.length;
  const k = c2.length;
  const divided = (value: bigint): bigint => {
    if (value % q !== 0n)
      throw new RangeError("the witness is not that of the ciphertexts and the public key");
    return value / q;
  };
  const mask = halvesOf(a);
  const body = halvesOf(b);
  const products = new WordSums(d);
  const dots = new WordSums(k);
  for (let j = 0; j < d; j++) {
    const bit = witness.r[d - j - 1];
    if (bit === 0) continue;
    for (let i = 0; i < d - j; i++) products.add(i + j, 1, mask.low[i]!, mask.high[i]!);
    for (let i = d - j; i < d; i++) products.add(i + j - d, -1, mask.low[i]!, mask.high[i]!);
    for (let i = 0; i < k; i++) {
      const at = d - j - i - 1;
      if (at >= 0) dots.add(i, 1, body.low[at]!, body.high[at]!);
      else dots.add(i, -1, body.low[at + d]!, body.high[at + d]!);
    }
  }
  return {
    r1: witness.e1.map((e, i) => divided(products.at(i) + e - c1[i]!)),
    r2: witness.e2.map((e, i) => divided(dots.at(i) + delta * witness.m[i]! + e - c2[i]!)),
  };
}

/** The first factors of the products below: −X^i turned to X^(d − i). */
function reversed(words: BigInt64Array): bigint[] {
  const d = words.length;
  return Array.from(words, (_, i) => residue(i === 0 ? words[0]! : -words[d - i]!));
}

/** What of Ãᵀθ belongs to the binary vector: the public key's rows, each as often as θ says, in ℤ[X]/(X^d + 1). */
export async function keyRows(
  machine: CurveMachine,
  { a, b, c2 }: Statement,
  theta: readonly bigint[],
  pace: Pace,
): Promise<bigint[]> {
  const d = a.length;
  const turned = [...Array.from({ length: d - c2.length }, () => 0n), ...theta.slice(d).toReversed()];
  const product = await machine.sumOfProducts(
    [
      [reversed(a), theta.slice(0, d)],
      [reversed(b), turned],
    ],
    pace,
  );
  return Array.from({ length: d }, (_, i) => residue((product[i] ?? 0n) - (product[i + d] ?? 0n)));
}

/** scale·2^bit·θ for each θ and each of so many bits, the last of them negative if it is a sign. */
export function weightsOf(theta: readonly bigint[], scale: bigint, bits: number, signed = false): bigint[] {
  return theta.flatMap((challenge) =>
    Array.from({ length: bits }, (_, bit) => {
      const weight = (scale * challenge) << BigInt(bit);
      return residue(signed && bit === bits - 1 ? -weight : weight);
    }),
  );
}
