import type { CurveKernel } from "../kernel/kernel.ts";
import { pointBytes } from "../kernel/layout.ts";
import { LANES, SCALAR_FIELD } from "../kernel/prime-field.ts";
import { writePoint } from "./affine.ts";
import type { AffinePoint, Group } from "./group.ts";
import { readDigits, type Windows } from "./multi-multiply.ts";
import { PointAdder } from "./point-adder.ts";
import { ProjectivePoints } from "./projective.ts";
import type { Region } from "./region.ts";

/** How scalars are cut into digits: tables with fewer and larger digits would not stay in caches. */
const BITS = 10;
export const FIXED_WINDOWS: Windows = {
  bits: BITS,
  count: Math.ceil((SCALAR_FIELD.modulus.toString(2).length + 1) / BITS),
};

/** Multiples of a window: 1 to 2^9 times 2^(10·window). */
const PER_WINDOW = 2 ** (BITS - 1);

/** Bytes of a table of multiples. */
export function tableBytes({ coordinates }: Group): number {
  return FIXED_WINDOWS.count * PER_WINDOW * pointBytes(coordinates);
}

/** Bytes of the region with which a table is written, or a task with so many scalars done. */
export function fixedBaseBytes(group: Group, scalars: number): number {
  const points = Math.max(FIXED_WINDOWS.count * PER_WINDOW, scalars * FIXED_WINDOWS.count);
  return PointAdder.bytes(group) + points * (pointBytes(group.coordinates) + 64) + 2 ** 16;
}

/**
 * Writes the multiples of the generator that scalars are put together from (Brickell, Gordon, McCurley, Wilson, "Fast
 * exponentiation with precomputation", Eurocrypt 1992), in pieces of some milliseconds.
 */
export function* writeTable(
  kernel: CurveKernel,
  group: Group,
  table: number,
  region: Region,
): Generator<void> {
  const bytes = pointBytes(group.coordinates);
  const place = (window: number, multiple: number): number =>
    table + (window * PER_WINDOW + multiple - 1) * bytes;
  const projective = new ProjectivePoints(kernel, group, region);
  const point = projective.take();
  for (let lane = 0; lane < LANES; lane++) projective.write(point, lane, group.generator);
  for (let window = 0; window < FIXED_WINDOWS.count; window++) {
    for (let power = 1; power < 2 ** BITS; power *= 2) {
      if (power <= PER_WINDOW)
        writePoint(kernel, place(window, power), projective.read(point)[0] as AffinePoint);
      projective.double(point, point);
    }
    yield;
  }
  const adder = new PointAdder(kernel, group, region);
  for (let power = 2; power < PER_WINDOW; power *= 2) {
    const targets: number[] = [];
    const pairs: number[] = [];
    for (let window = 0; window < FIXED_WINDOWS.count; window++) {
      for (let rest = 1; rest < power; rest++) {
        pairs.push(place(window, power), place(window, rest));
        targets.push(place(window, power + rest));
      }
    }
    region.scope(() => {
      const ends = Uint32Array.from(targets, (_, i) => 2 * i + 2);
      const sums = adder.sums(Uint32Array.from(pairs), ends, region);
      for (const [i, target] of targets.entries()) kernel.copy(target, sums[i]!, bytes);
    });
    yield;
  }
}

/** Multiples of the generator, one behind the other. */
export interface FixedBaseTask {
  readonly table: number;
  /** Address of the scalars, which must not be 0. */
  readonly scalars: number;
  readonly count: number;
  /** Where the points go. */
  readonly out: number;
}

/** Computes the multiples of a task in a region of this thread's own. */
export function multiplyFixedBase(
  kernel: CurveKernel,
  group: Group,
  task: FixedBaseTask,
  region: Region,
): void {
  const { table, scalars, count, out } = task;
  const bytes = pointBytes(group.coordinates);
  const entries = new Uint32Array(count * FIXED_WINDOWS.count);
  const digits = Array.from({ length: FIXED_WINDOWS.count }, (_, window) => {
    const own = new Int32Array(count);
    readDigits(kernel.words, scalars, FIXED_WINDOWS, window, own);
    return own;
  });
  let used = 0;
  const ends = Uint32Array.from({ length: count }, (_, i) => {
    for (const [window, own] of digits.entries()) {
      const digit = own[i]!;
      if (digit === 0) continue;
      const place = table + (window * PER_WINDOW + Math.abs(digit) - 1) * bytes;
      entries[used++] = place + (digit < 0 ? 1 : 0);
    }
    return used;
  });
  region.scope(() => {
    const adder = new PointAdder(kernel, group, region);
    const sums = adder.sums(entries.subarray(0, used), ends, region);
    for (const [i, sum] of sums.entries()) {
      kernel.copy(out + i * bytes, sum - (sum & 1), bytes);
      if (sum & 1) negateStored(kernel, group, out + i * bytes);
    }
  });
}

/** Turns a stored point into its negative. */
function negateStored(kernel: CurveKernel, { coordinates }: Group, address: number): void {
  const { doubles } = kernel;
  const half = pointBytes(coordinates) / 16;
  for (let i = address / 8 + half; i < address / 8 + 2 * half; i++) doubles[i] = -doubles[i]!;
}
