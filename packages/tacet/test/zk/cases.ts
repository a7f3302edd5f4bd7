import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CrsRequest } from "../../src/zk/scheme/generate.ts";
import type { Statement, Witness } from "../../src/zk/scheme/statement.ts";

/* Statements and proofs that TFHE-rs wrote (bench/peers/tfhe-rs-proofs). */

export interface Case {
  readonly version: 1 | 2;
  readonly d: number;
  readonly kMax: number;
  readonly noiseBits: number;
  readonly crsSeed: number;
  /** Words of 64 bits. */
  readonly a: string;
  readonly b: string;
  readonly c1: string;
  readonly c2: string;
  readonly r: string;
  readonly e1: string;
  readonly e2: string;
  readonly m: string;
  readonly metadata: string;
  readonly seed: string;
  readonly crs: Digest;
  readonly compressedCrs: Digest;
  readonly proofs: Readonly<Record<"proof" | "verify", string>>;
}

export interface Digest {
  readonly bytes: number;
  readonly sha3: string;
}

export interface PointVector {
  readonly scalar: string;
  readonly g1: string;
  readonly g2: string;
  readonly pairing: string;
}

/** Proofs of older versions: for the third case, but with other parameters. */
export interface OlderProofs {
  readonly sid: string | null;
  readonly separators: readonly string[];
  readonly proofs: Readonly<Record<"proof" | "verify", string>>;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../vectors/zk", name), "utf8"));

const vectors = read("proofs.json") as { cases: Case[]; points: PointVector[] };

export const cases: readonly Case[] = vectors.cases;
export const points: readonly PointVector[] = vectors.points;
export const older: Readonly<Record<string, OlderProofs>> = read("older.json") as Record<string, OlderProofs>;

export const bytesOf = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(hex, "hex"));

const wordsOf = (hex: string): BigInt64Array => new BigInt64Array(bytesOf(hex).buffer);

export function statementOf({ a, b, c1, c2 }: Case): Statement {
  return { a: wordsOf(a), b: wordsOf(b), c1: wordsOf(c1), c2: wordsOf(c2) };
}

export function witnessOf({ r, m, e1, e2 }: Case): Witness {
  return {
    r: Array.from(wordsOf(r), Number),
    m: [...wordsOf(m)],
    e1: [...wordsOf(e1)],
    e2: [...wordsOf(e2)],
  };
}

export function requestOf({ version, d, kMax, noiseBits }: Case): CrsRequest {
  // In the first version noise stays below a power of two.
  const noiseBound = 1n << BigInt(version === 1 ? noiseBits + 1 : noiseBits);
  return { d, k: kMax, noiseBound, q: 0n, t: 32n, zeroBits: 1n };
}
