import type { Pace } from "../progress.ts";
import { type Geometry, geometryOf, tableOffsets } from "./geometry.ts";
import type { KernelParameters } from "./layout.ts";

/** 1 − x²/(n(n + 1))·(1 − x²/((n + 2)(n + 3))·(…)): the Taylor series of sine and cosine, innermost term first. */
function alternatingSeries(square: number, first: number): number {
  let sum = 1;
  for (let n = first + 16; n >= first; n -= 2) sum = 1 - (square / (n * (n + 1))) * sum;
  return sum;
}

/**
 * e^(2πi·turn) for a dyadic fraction of a turn with at most 20 bits; each part is within about half a unit in its
 * last place. It adds and multiplies doubles, which every engine does alike; `Math.cos` and `Math.sin` differ
 * between engines.
 */
export function unitRoot(turn: number): readonly [re: number, im: number] {
  // What is left after the nearest quarter of a turn is at most an eighth.
  const quarter = Math.round(4 * turn);
  const rest = turn - quarter / 4;
  // 2π in two parts, of which the first has so few bits that its product is exact.
  const high = 6.2831853069365025 * rest;
  const low = 2.430840202602477e-10 * rest;
  const x = high + low;
  const lost = high - x + low;
  const square = x * x;
  const cos = 1 + ((-square / 2) * alternatingSeries(square, 3) - x * lost);
  const sin = x + (x * ((-square / 6) * alternatingSeries(square, 4)) + lost);
  switch (quarter & 3) {
    case 0:
      return [cos, sin];
    case 1:
      return [-sin, cos];
    case 2:
      return [-cos, -sin];
    default:
      return [sin, -cos];
  }
}

/** ζ, ζ², ζ³ of a radix-4 block (or ζ of a radix-2 block), as complex numbers. */
function twiddlesOf(turn: number, radix: 2 | 4): number[] {
  const root = turn / radix;
  return Array.from({ length: radix - 1 }, (_, i) => unitRoot((i + 1) * root)).flat();
}

/** The roots ρ of the blocks that a pass makes of the blocks before it, as turns. */
export const split = (turns: readonly number[], radix: 2 | 4): number[] =>
  turns.flatMap((turn) => Array.from({ length: radix }, (_, q) => (turn + q) / radix));

/** Blocks whose twiddles are computed at a time. */
const blocksAtOnce = 64;

async function twiddleValues(g: Geometry, pace: Pace): Promise<number[]> {
  const values: number[] = twiddlesOf(1 / 4, 4);
  let turns = split([1 / 4], 4);
  for (const radix of g.middlePasses) {
    for (const [block, turn] of turns.entries()) {
      if (block % blocksAtOnce === 0) await pace.done(0);
      values.push(...twiddlesOf(turn, radix));
    }
    turns = split(turns, radix);
  }
  while (values.length % 4 !== 0) values.push(0);
  // The last pass takes its blocks by pairs, and finds each value twice for each block of the pair.
  for (let block = 0; block < turns.length; block += 2) {
    if (block % blocksAtOnce === 0) await pace.done(0);
    const first = twiddlesOf(turns[block]!, 4);
    const second = twiddlesOf(turns[block + 1]!, 4);
    for (const [i, value] of first.entries()) values.push(value, value, second[i]!, second[i]!);
  }
  return values;
}

/** Writes the tables that all instances of a kernel share, `layout.tables` bytes, before any of them computes. */
export async function writeTables(
  memory: WebAssembly.Memory,
  address: number,
  parameters: KernelParameters,
  pace: Pace,
): Promise<void> {
  const twiddles = await twiddleValues(geometryOf(parameters.polynomialSize), pace);
  const view = new DataView(memory.buffer, address >>> 0);
  const { pbsBaseLog, pbsLevel } = parameters;
  view.setFloat64(tableOffsets.roundingConstant, 1.5 * 2 ** 52, true);
  view.setFloat64(tableOffsets.torusScale, 2 ** 51, true);
  view.setFloat64(tableOffsets.exponentBits, 2 ** 52, true);
  // Half of the last digit's unit rounds to the closest representable element; half a base at each level makes
  // every digit balanced, for it is taken off again by `digitBias`.
  let offset = 1n << BigInt(63 - pbsBaseLog * pbsLevel);
  for (let level = 1; level <= pbsLevel; level++) offset += 1n << BigInt(63 - pbsBaseLog * (level - 1));
  view.setBigUint64(tableOffsets.decompositionOffset, BigInt.asUintN(64, offset), true);
  view.setFloat64(tableOffsets.digitBias, 2 ** 52 + 2 ** (pbsBaseLog - 1), true);
  view.setBigUint64(tableOffsets.digitMask, (1n << BigInt(pbsBaseLog)) - 1n, true);
  for (let i = 0; i < 24; i++)
    view.setBigInt64(tableOffsets.signMasks + 8 * i, i >> 3 === 1 ? -1n : 0n, true);
  for (const [i, mask] of [0x55555555, 0x33333333, 0x0f0f0f0f, 0x00ff00ff, 0x0000ffff].entries()) {
    for (const half of [0, 4]) view.setUint32(tableOffsets.transposition + 8 * i + half, mask, true);
  }
  for (const [i, value] of twiddles.entries()) {
    view.setFloat64(tableOffsets.twiddles + 8 * i, value, true);
  }
}
