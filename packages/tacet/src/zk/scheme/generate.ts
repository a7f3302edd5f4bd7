import type { Pace } from "../../progress.ts";
import { G1, G2 } from "../curve/group.ts";
import type { CurveMachine, PointTable } from "../curve/machine.ts";
import { HASHED_BYTES, integerBytes, powersOf, r, scalarOf } from "./scalars.ts";
import { bitsFor, type LoadedV1, type ParametersV1 } from "./v1-parameters.ts";
import { type Bound, type LoadedV2, type ParametersV2, sizesFor } from "./v2-parameters.ts";

/** Where a CRS's secret and its identity come from, as TFHE-rs draws them (the trait `RngCore`). */
export interface RandomWords {
  /** 64 bits. */
  long(): bigint;
  /** 32 bits. */
  word(): number;
}

/** What a CRS is made for. */
export interface CrsRequest {
  /** Dimension of public keys. */
  readonly d: number;
  /** Most messages of a list. */
  readonly k: number;
  /** The bound of the noise: in version 1 a power of two that it stays below, in version 2 the largest. */
  readonly noiseBound: bigint;
  readonly q: bigint;
  readonly t: bigint;
  readonly zeroBits: bigint;
}

/** Bytes of a separator. */
const SEPARATOR_BYTES = 8;

/** A scalar from 56 random bytes. */
function drawScalar(random: RandomWords): bigint {
  const bytes = new Uint8Array(HASHED_BYTES);
  for (let i = 0; i < HASHED_BYTES; i += 8) bytes.set(integerBytes(random.long(), 8), i);
  return scalarOf(bytes);
}

/** A random number that names a CRS, and what tells its hashes apart. */
function drawIdentity<Name extends string>(
  random: RandomWords,
  names: readonly Name[],
): { sid: bigint; separators: Record<Name, Uint8Array> } {
  const low = random.long();
  const sid = (random.long() << 64n) | low;
  const separators = {} as Record<Name, Uint8Array>;
  for (const name of names)
    separators[name] = Uint8Array.from({ length: SEPARATOR_BYTES }, () => random.word() & 255);
  return { sid, separators };
}

/** α^i·G for i from 1 to 2n, but for i = n + 1, and α^i·Ĝ for i from 1 to n. α is not kept. */
async function powersInGroups(
  machine: CurveMachine,
  n: number,
  alpha: bigint,
  pace: Pace,
): Promise<{ g1: PointTable; g2: PointTable }> {
  const powers = powersOf(alpha, 2 * n + 1).slice(1);
  await pace.done(0);
  const g2 = await machine.multiplesOfGenerator(G2, powers.slice(0, n), pace);
  powers[n] = 0n;
  const g1 = await machine.multiplesOfGenerator(G1, powers, pace);
  powers.fill(0n);
  return { g1, g2 };
}

/**
 * A CRS of version 2 (TFHE-rs: `crs_gen`). Whoever knows what `random` gave can prove what is false.
 *
 * @throws RangeError for what no proof can be made for.
 */
export async function generateV2(
  machine: CurveMachine,
  request: CrsRequest,
  random: RandomWords,
  pace: Pace,
  bound: Bound = "CS",
): Promise<LoadedV2> {
  const sizes = sizesFor({ ...request, bound }, request.k);
  if (request.k > request.d || sizes.width > 64)
    throw new RangeError(
      `no proof is possible for ${request.k} messages under keys of dimension ${request.d}`,
    );
  const alpha = drawScalar(random);
  const names = ["hash", "R", "t", "w", "agg", "lmap", "phi", "xi", "z", "chi", "gamma"] as const;
  const identity = drawIdentity(random, names);
  const { bits, n, squaredBound } = sizes;
  const parameters: ParametersV2 = { ...request, bits, n, squaredBound, bound, ...identity };
  return { ...parameters, ...(await powersInGroups(machine, n, alpha % r, pace)) };
}

/** A CRS of version 1. Whoever knows what `random` gave can prove what is false. @throws RangeError as `generateV2`. */
export async function generateV1(
  machine: CurveMachine,
  request: CrsRequest,
  random: RandomWords,
  pace: Pace,
): Promise<LoadedV1> {
  if (request.k > request.d)
    throw new RangeError(
      `no proof is possible for ${request.k} messages under keys of dimension ${request.d}`,
    );
  const alpha = drawScalar(random);
  const identity = drawIdentity(random, ["hash", "t", "agg", "lmap", "z", "w", "gamma"] as const);
  const quotientBound = BigInt(Math.floor(request.d / 2) + 1);
  const bits = bitsFor({ ...request, quotientBound }, request.k);
  const parameters: ParametersV1 = { ...request, quotientBound, bits, n: bits + 1, ...identity };
  return { ...parameters, ...(await powersInGroups(machine, bits + 1, alpha, pace)) };
}
