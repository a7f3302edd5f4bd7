import type { CurveKernel } from "../kernel/kernel.ts";
import { type Coordinates, pointBytes, quadBytes } from "../kernel/layout.ts";
import { LANES } from "../kernel/prime-field.ts";
import { writePoint } from "./affine.ts";
import type { Group } from "./group.ts";
import { NOTHING, PointAdder } from "./point-adder.ts";
import { ProjectivePoints } from "./projective.ts";
import type { Region } from "./region.ts";

/*
 * Sums of multiples of points (Pippenger, "On the evaluation of powers and monomials", 1980, as in section 4 of Bernstein,
 * Doumen, Lange, Oosterwijk, "Faster batch forgery identification", Indocrypt 2012): the scalars' digits to base 2^c put
 * the points into buckets, window by window. Digits are from −2^(c−1) to 2^(c−1) − 1, as the negative of a point is free.
 */

/** Words of a scalar: what it is, plus half of the base at each digit, which leaves digits that are not negative. */
export const SCALAR_WORDS = 10;

/** How scalars of at most some bits, and their sign, are cut into digits. */
export interface Windows {
  /** c. */
  readonly bits: number;
  readonly count: number;
}

/** What sums cost, in the time of a sum of two affine points: two sums of projective points for each bucket. */
const BUCKET_COST = 8;

/** The windows with which fewest sums are done. */
export function windowsFor(points: number, scalarBits: number): Windows {
  const candidates = Array.from({ length: 15 }, (_, i) => i + 1).map((bits) => {
    const count = Math.ceil((scalarBits + 2) / bits);
    return { bits, count, cost: count * (points + BUCKET_COST * 2 ** (bits - 1)) };
  });
  const fitting = candidates.filter(({ bits, count }) => bits * count <= 32 * SCALAR_WORDS);
  const { bits, count } = fitting.reduce((best, next) => (next.cost < best.cost ? next : best));
  return { bits, count };
}

/** What is added to scalars. */
export function digitOffset({ bits, count }: Windows): bigint {
  let offset = 0n;
  for (let i = 0; i < count; i++) offset += 1n << BigInt(bits * i + bits - 1);
  return offset;
}

/** Points that lie one behind the other. */
export interface PointRange {
  readonly address: number;
  readonly count: number;
}

/** Writes scalars from −2^(bits·count − 1) to below that, as what reads their digits takes them. */
export function writeScalars(
  kernel: CurveKernel,
  address: number,
  scalars: readonly bigint[],
  windows: Windows,
): void {
  const offset = digitOffset(windows);
  const long = new BigUint64Array(SCALAR_WORDS / 2);
  const words = new Uint32Array(long.buffer);
  for (const [i, scalar] of scalars.entries()) {
    let rest = scalar + offset;
    for (let j = 0; j < long.length; j++, rest >>= 64n) long[j] = BigInt.asUintN(64, rest);
    kernel.words.set(words, address / 4 + i * SCALAR_WORDS);
  }
  long.fill(0n);
}

/** Up to four windows of a sum of multiples. */
export interface MultiMultiplyTask {
  readonly points: readonly PointRange[];
  /** Address of the scalars, SCALAR_WORDS each. */
  readonly scalars: number;
  readonly windows: Windows;
  readonly first: number;
  /** Where the projective sum of each window goes, as lanes. */
  readonly out: number;
}

/** Bytes of the region that a task needs. */
export function taskBytes(group: Group, count: number, windows: Windows): number {
  const { coordinates } = group;
  const sums = LANES * count * (pointBytes(coordinates) + 64);
  return PointAdder.bytes(group) + sums + 64 * quadBytes(coordinates) + 2 ** windows.bits;
}

/** Puts points into the buckets of four windows: those of the first digit's absolute value, the next, and so on. */
class Buckets {
  readonly entries: Uint32Array;
  readonly ends: Uint32Array;

  constructor(kernel: CurveKernel, coordinates: Coordinates, task: MultiMultiplyTask) {
    const { windows, first, points } = task;
    const count = countOf(points);
    const perWindow = 2 ** (windows.bits - 1);
    const used = Math.min(LANES, windows.count - first);
    const digits = new Int32Array(used * count);
    const starts = new Uint32Array(LANES * perWindow + 1);
    for (let window = 0; window < used; window++) {
      const own = digits.subarray(window * count, (window + 1) * count);
      readDigits(kernel.words, task.scalars, windows, first + window, own);
      for (let i = 0; i < count; i++) if (own[i] !== 0) starts[window * perWindow + Math.abs(own[i]!)]!++;
    }
    for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
    this.ends = starts.slice(1);
    this.entries = new Uint32Array(starts.at(-1)!);
    const bytes = pointBytes(coordinates);
    for (let window = 0; window < used; window++) {
      let i = window * count;
      for (const range of points) {
        for (let point = range.address; point < range.address + range.count * bytes; point += bytes) {
          const digit = digits[i++]!;
          if (digit === 0) continue;
          const place = starts[window * perWindow + Math.abs(digit) - 1]!++;
          this.entries[place] = point + (digit < 0 ? 1 : 0);
        }
      }
    }
  }
}

export function countOf(points: readonly PointRange[]): number {
  return points.reduce((sum, { count }) => sum + count, 0);
}

/** The digits of all scalars in a window. */
export function readDigits(
  words: Uint32Array,
  scalars: number,
  { bits }: Windows,
  window: number,
  digits: Int32Array,
): void {
  const [word, shift] = [(window * bits) >>> 5, (window * bits) & 31];
  const mask = 2 ** bits - 1;
  for (let i = 0; i < digits.length; i++) {
    const at = scalars / 4 + i * SCALAR_WORDS + word;
    const above = shift + bits > 32 ? words[at + 1]! << (32 - shift) : 0;
    digits[i] = (((words[at]! >>> shift) | above) & mask) - 2 ** (bits - 1);
  }
}

/** Computes the windows of a task in a region of this thread's own. */
export function multiMultiply(
  kernel: CurveKernel,
  group: Group,
  task: MultiMultiplyTask,
  region: Region,
): void {
  const { coordinates } = group;
  const { entries, ends } = new Buckets(kernel, coordinates, task);
  region.scope(() => {
    const adder = new PointAdder(kernel, group, region);
    const projective = new ProjectivePoints(kernel, group, region);
    const weigher = new BucketWeigher(kernel, group, region, projective);
    weigher.weigh(adder.sums(entries, ends, region), task.out);
  });
}

/** The addresses of a list in the form in which pairs have them. */
const LIST_WORDS = 3;

/** Sums of buckets, each as often as its number says, in four windows side by side. */
class BucketWeigher {
  readonly #kernel: CurveKernel;
  readonly #group: Group;
  readonly #projective: ProjectivePoints;
  readonly #list: number;
  readonly #bucket: number;
  readonly #running: number;
  /** The affine part of infinity, and for each set of lanes the ordinates Z that are 1 in those, 0 in the others. */
  readonly #infinity: number;
  readonly #ordinates: number;

  constructor(kernel: CurveKernel, group: Group, region: Region, projective: ProjectivePoints) {
    const size = quadBytes(group.coordinates);
    this.#kernel = kernel;
    this.#group = group;
    this.#projective = projective;
    this.#list = region.take(LANES * LIST_WORDS * 4);
    this.#bucket = projective.take();
    this.#running = projective.take();
    this.#infinity = region.take(pointBytes(group.coordinates));
    const [zero, one] =
      group.coordinates === "base"
        ? [[0n], [1n]]
        : [
            [0n, 0n],
            [1n, 0n],
          ];
    writePoint(kernel, this.#infinity, { x: zero, y: one });
    this.#ordinates = region.take(2 ** LANES * size);
    const { doubles } = kernel;
    for (let lanes = 0; lanes < 2 ** LANES; lanes++) {
      const quad = this.#ordinates + lanes * size;
      kernel.fillOne(group.coordinates, quad);
      for (let i = 0; i < size / 8; i++) if (((lanes >> (i % LANES)) & 1) === 0) doubles[quad / 8 + i] = 0;
    }
  }

  /** out ← Σ i·bucket[i], by sums of sums from the last bucket to the first. */
  weigh(buckets: Uint32Array, out: number): void {
    const { functions, words } = this.#kernel;
    const { coordinates } = this.#group;
    const size = quadBytes(coordinates);
    const perWindow = buckets.length / LANES;
    this.#projective.setInfinity(out);
    this.#projective.setInfinity(this.#running);
    for (let i = perWindow - 1; i >= 0; i--) {
      let lanes = 0;
      for (let lane = 0; lane < LANES; lane++) {
        const address = buckets[lane * perWindow + i]!;
        if (address !== NOTHING) lanes |= 1 << lane;
        words[this.#list / 4 + lane * LIST_WORDS] = address === NOTHING ? this.#infinity : address;
      }
      if (lanes !== 0) {
        functions[`${coordinates}Gather`](this.#list, this.#bucket);
        this.#kernel.copy(this.#bucket + 2 * size, this.#ordinates + lanes * size, size);
        this.#projective.add(this.#running, this.#running, this.#bucket);
      }
      this.#projective.add(out, out, this.#running);
    }
  }
}

/** The sum of all windows, in all lanes: each 2^c times as much as the one before. `sums` are the tasks' results in order. */
export function joinWindows(
  projective: ProjectivePoints,
  kernel: CurveKernel,
  { coordinates }: Group,
  windows: Windows,
  sums: readonly number[],
  out: number,
): void {
  const size = quadBytes(coordinates);
  const { doubles } = kernel;
  const single = projective.take();
  projective.setInfinity(out);
  for (let window = windows.count - 1; window >= 0; window--) {
    if (window < windows.count - 1) for (let i = 0; i < windows.bits; i++) projective.double(out, out);
    const source = sums[Math.floor(window / LANES)]! / 8 + (window % LANES);
    for (let row = 0; row < (3 * size) / 8 / LANES; row++) {
      const at = single / 8 + row * LANES;
      doubles.fill(doubles[source + row * LANES]!, at, at + LANES);
    }
    projective.add(out, out, single);
  }
}
