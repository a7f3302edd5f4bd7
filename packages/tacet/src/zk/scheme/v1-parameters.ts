import type { PointTable } from "../curve/machine.ts";
import { messageBits } from "./v2-parameters.ts";

/** What tells the hashes of a CRS apart, by what they are for. */
export type SeparatorsV1 = Readonly<Record<"hash" | "t" | "agg" | "lmap" | "w" | "z" | "gamma", Uint8Array>>;

/** The numbers of a CRS of version 1 (TFHE-rs: `proofs::pke::PublicParams`). */
export interface ParametersV1 {
  /** D, n: how many bits and points there are at most. */
  readonly bits: number;
  readonly n: number;
  /** Dimension of the public key. */
  readonly d: number;
  /** How many messages there are at most. */
  readonly k: number;
  /** Noise is from −noiseBound to noiseBound − 1, what is divided by q the same of the other bound. */
  readonly noiseBound: bigint;
  readonly quotientBound: bigint;
  /** The ciphertexts' modulus; 0 for 2^64. */
  readonly q: bigint;
  /** The messages' modulus, with their padding. */
  readonly t: bigint;
  /** How many of the uppermost bits of messages are 0. */
  readonly zeroBits: bigint;
  readonly sid: bigint | undefined;
  readonly separators: SeparatorsV1;
}

/** A CRS in the memory of a machine. */
export interface LoadedV1 extends ParametersV1 {
  /** α^i·G for i from 1 to 2n, but for i = n + 1, where there is infinity. */
  readonly g1: PointTable;
  /** α^i·Ĝ for i from 1 to n. */
  readonly g2: PointTable;
}

const floorLog2 = (value: bigint): number => value.toString(2).length - 1;

/** Bits of noise and of quotients, with their signs. */
export const noiseBits = ({ noiseBound }: Pick<ParametersV1, "noiseBound">): number =>
  1 + floorLog2(noiseBound);
export const quotientBits = ({ quotientBound }: Pick<ParametersV1, "quotientBound">): number =>
  1 + floorLog2(quotientBound);

/** D for a number of messages (TFHE-rs: `compute_crs_params`). */
export function bitsFor(
  parameters: Pick<ParametersV1, "d" | "noiseBound" | "quotientBound" | "t" | "zeroBits">,
  k: number,
): number {
  const { d } = parameters;
  return d + k * messageBits(parameters) + (d + k) * (noiseBits(parameters) + quotientBits(parameters));
}

/** Whether a CRS is such that proofs can be made and verified with it: its numbers fit together. */
export function areValidV1(parameters: ParametersV1): boolean {
  const { d, k, t, zeroBits, noiseBound, quotientBound, n, bits } = parameters;
  if (
    k > d ||
    d + k === 0 ||
    zeroBits >= 64n ||
    t >> zeroBits < 2n ||
    noiseBound === 0n ||
    quotientBound === 0n
  )
    return false;
  return bits === bitsFor(parameters, k) && n === bits + 1;
}
