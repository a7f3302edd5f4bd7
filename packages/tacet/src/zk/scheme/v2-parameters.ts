import type { PointTable } from "../curve/machine.ts";

/** How the bound of the noise's projections follows from that of the noise. */
export type Bound = "GHL" | "CS";

/** What tells the hashes of a CRS apart, by what they are for. */
export type Separators = Readonly<
  Record<"hash" | "R" | "t" | "w" | "agg" | "lmap" | "phi" | "xi" | "z" | "chi" | "gamma", Uint8Array>
>;

/** The numbers of a CRS of version 2 (TFHE-rs: `proofs::pke_v2::PublicParams`). */
export interface ParametersV2 {
  /** D, n: how many bits and points there are at most. */
  readonly bits: number;
  readonly n: number;
  /** Dimension of the public key. */
  readonly d: number;
  /** How many messages there are at most. */
  readonly k: number;
  readonly squaredBound: bigint;
  /** The largest noise. */
  readonly noiseBound: bigint;
  /** The ciphertexts' modulus; 0 for 2^64. */
  readonly q: bigint;
  /** The messages' modulus, with their padding. */
  readonly t: bigint;
  /** How many of the uppermost bits of messages are 0. */
  readonly zeroBits: bigint;
  readonly bound: Bound;
  readonly sid: bigint | undefined;
  readonly separators: Separators;
}

/** A CRS in the memory of a machine. */
export interface LoadedV2 extends ParametersV2 {
  /** α^i·G for i from 1 to 2n, but for i = n + 1, where there is infinity. */
  readonly g1: PointTable;
  /** α^i·Ĝ for i from 1 to n. */
  readonly g2: PointTable;
}

const lengthOf = (value: bigint): number => value.toString(2).length;

const floorLog2 = (value: bigint): number => lengthOf(value) - 1;

const ceilLog2 = (value: bigint): number => lengthOf(value - 1n);

const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

/** q as a number. */
export const modulusOf = (q: bigint): bigint => (q === 0n ? 2n ** 64n : q);

/** Bits of a message that may be 1. */
export const messageBits = ({ t, zeroBits }: Pick<ParametersV2, "t" | "zeroBits">): number =>
  floorLog2(t >> zeroBits);

/** What follows for a number of messages. */
export interface Sizes {
  /** D. */
  readonly bits: number;
  readonly n: number;
  /** B², the bound of the noise's squared norm. */
  readonly squaredNorm: bigint;
  /** The same of a projection. */
  readonly squaredBound: bigint;
  /** m: bits of a projection. */
  readonly width: number;
}

/** The sizes of a proof for k messages (TFHE-rs: `compute_crs_params`). */
export function sizesFor(
  { d, noiseBound, t, zeroBits, bound }: Pick<ParametersV2, "d" | "noiseBound" | "t" | "zeroBits" | "bound">,
  k: number,
): Sizes {
  const dimension = BigInt(d + k);
  const squaredNorm = noiseBound * noiseBound * dimension;
  const inner = squaredNorm + (BigInt(d + 2) ** 2n * dimension) / 4n;
  // 9.75² in ten-thousandths, or 2(d + k) + 4 by the inequality of Cauchy and Schwarz.
  const squaredBound = bound === "GHL" ? ceilDiv(950625n * inner, 10000n) : (2n * dimension + 4n) * inner;
  const width = 1 + Math.ceil(ceilLog2(squaredBound) / 2);
  const bits = d + k * messageBits({ t, zeroBits });
  return { bits, n: bits + 128 * width, squaredNorm, squaredBound, width };
}

/** Whether a CRS is such that proofs can be made and verified with it: its numbers fit together (TFHE-rs: `has_valid_params`). */
export function areValid(parameters: ParametersV2): boolean {
  const { d, k, t, zeroBits, q, noiseBound, squaredBound, n } = parameters;
  if (k > d || d + k === 0 || t === 0n || t >= modulusOf(q) || zeroBits >= 64n || t >> zeroBits < 2n)
    return false;
  if (noiseBound < 0n || noiseBound >= 2n ** 64n) return false;
  const sizes = sizesFor(parameters, k);
  const fits = sizes.squaredBound > 0n && sizes.squaredBound < 2n ** 128n && sizes.width <= 64;
  return fits && sizes.squaredBound === squaredBound && sizes.n === n;
}
