import { SCRATCH_COORDINATES } from "../kernel/generator/points.ts";
import type { CurveKernel } from "../kernel/kernel.ts";
import { type Coordinates, PAIR_BYTES, PAIR_FIELDS, pointBytes, quadBytes } from "../kernel/layout.ts";
import { LANES } from "../kernel/prime-field.ts";
import { writePoint } from "./affine.ts";
import type { AffinePoint, Group } from "./group.ts";
import { invert, zeroLanes } from "./powers.ts";
import { ProjectivePoints } from "./projective.ts";
import type { Region } from "./region.ts";

/** Pairs that share an inversion, at most: what is kept of them should stay in the processor's cache. */
const MOST_PAIRS: Readonly<Record<Coordinates, number>> = { base: 4096, extension: 2048 };

/** A group of points of which there is none: its sum is infinity. */
export const NOTHING = 0;

/**
 * Adds up many groups of points, in rounds that halve them: all sums of a round are independent of each other, so that they
 * share inversions. Points are given by their addresses, the lowest bit of which negates them.
 */
export class PointAdder {
  readonly #kernel: CurveKernel;
  readonly #group: Group;
  readonly #region: Region;
  readonly #projective: ProjectivePoints;
  readonly #list: number;
  readonly #capacity: number;
  readonly #products: number;
  readonly #scratch: number;
  readonly #inverse: number;
  /** Two different points and where their sum goes: what makes up for pairs that lack. */
  readonly #filling: readonly [number, number, number];
  /** Addresses of sums that turned out to be infinity. */
  #infinite = new Set<number>();

  constructor(
    kernel: CurveKernel,
    group: Group,
    region: Region,
    mostPairs: number = MOST_PAIRS[group.coordinates],
  ) {
    const { coordinates } = group;
    const size = quadBytes(coordinates);
    this.#kernel = kernel;
    this.#group = group;
    this.#region = region;
    this.#projective = new ProjectivePoints(kernel, group, region);
    this.#capacity = mostPairs;
    this.#list = region.take(mostPairs * PAIR_BYTES);
    this.#products = region.take((mostPairs / LANES + 1) * size);
    this.#scratch = region.take(SCRATCH_COORDINATES * size);
    this.#inverse = region.take(size);
    const [first, second, sum] = [0, 1, 2].map(() => region.take(pointBytes(coordinates)));
    this.#filling = [first!, second!, sum!];
    kernel.fillOne(coordinates, this.#products);
    const double = this.#region.scope(() => {
      const point = this.#projective.take();
      for (let lane = 0; lane < LANES; lane++) this.#projective.write(point, lane, group.generator);
      this.#projective.double(point, point);
      return this.#projective.read(point)[0] as AffinePoint;
    });
    writePoint(kernel, first!, group.generator);
    writePoint(kernel, second!, double);
  }

  /** What a region needs for an adder, beside the sums. */
  static bytes({ coordinates }: Group, mostPairs: number = MOST_PAIRS[coordinates]): number {
    const quads = mostPairs / LANES + SCRATCH_COORDINATES + 64;
    return mostPairs * PAIR_BYTES + quads * quadBytes(coordinates) + 4096;
  }

  /**
   * The sum of each group: the address of a point, or NOTHING.
   *
   * @param entries the points, group by group.
   * @param ends where each group ends in them.
   * @param slots a region with room for a point less than each group has, of all groups.
   */
  sums(entries: Uint32Array, ends: Uint32Array, slots: Region): Uint32Array {
    const groups = ends.length;
    let points = entries;
    let bounds = ends;
    for (;;) {
      const left = new Uint32Array(points.length);
      const leftEnds = new Uint32Array(groups);
      const largest = this.#pairUp(points, bounds, left, leftEnds, slots);
      const found = left.subarray(0, leftEnds.at(-1));
      points = this.#infinite.size === 0 ? found : this.#withoutInfinity(found, leftEnds);
      bounds = leftEnds;
      if (largest <= 1) break;
    }
    return bounds.map((end, group) =>
      end === (group === 0 ? 0 : bounds[group - 1]!) ? NOTHING : points[end - 1]!,
    );
  }

  /** A round: what is left of the groups, and the size of the largest of them. */
  #pairUp(
    points: Uint32Array,
    ends: Uint32Array,
    left: Uint32Array,
    leftEnds: Uint32Array,
    slots: Region,
  ): number {
    const bytes = pointBytes(this.#group.coordinates);
    const { words } = this.#kernel;
    const list = this.#list / 4;
    const limit = list + (this.#capacity * PAIR_BYTES) / 4;
    let [next, count, begin, largest] = [list, 0, 0, 0];
    for (let group = 0; group < ends.length; group++) {
      const first = count;
      const end = ends[group]!;
      let at = begin;
      for (; at + 1 < end; at += 2) {
        const sum = slots.take(bytes);
        words[next] = points[at]!;
        words[next + 1] = points[at + 1]!;
        words[next + 2] = sum;
        left[count++] = sum;
        next += 3;
        if (next === limit) {
          this.#flush(this.#capacity);
          next = list;
        }
      }
      if (at < end) left[count++] = points[at]!;
      begin = end;
      leftEnds[group] = count;
      largest = Math.max(largest, count - first);
    }
    this.#flush((next - list) / 3);
    return largest;
  }

  /** Computes the sums of the first pairs of the list. */
  #flush(pairs: number): void {
    if (pairs === 0) return;
    const { words, functions } = this.#kernel;
    const { coordinates } = this.#group;
    const size = quadBytes(coordinates);
    let count = pairs;
    for (; count % LANES !== 0; count++) words.set(this.#filling, (this.#list + count * PAIR_BYTES) / 4);
    const end = this.#list + count * PAIR_BYTES;
    const last = this.#products + (count / LANES) * size;
    functions[`${coordinates}PairDifferences`](this.#list, end, this.#products, this.#scratch);
    if (this.#kernel.zeroLanes(coordinates, last) !== 0) {
      this.#takeSpecialOut(count);
      functions[`${coordinates}PairDifferences`](this.#list, end, this.#products, this.#scratch);
    }
    invert(this.#kernel, coordinates, this.#inverse, last, this.#region);
    functions[`${coordinates}PairSums`](this.#list, end, last - size, this.#inverse, this.#scratch);
  }

  /** Adds the pairs whose points have the same abscissa by themselves, and puts others in their place. */
  #takeSpecialOut(count: number): void {
    const { words, functions } = this.#kernel;
    const { coordinates } = this.#group;
    const size = quadBytes(coordinates);
    this.#region.scope(() => {
      const [x1, x2] = [this.#region.take(size), this.#region.take(size)];
      for (let pair = 0; pair < count; pair += LANES) {
        const list = this.#list + pair * PAIR_BYTES;
        functions[`${coordinates}GatherX`](list + PAIR_FIELDS.first, x1);
        functions[`${coordinates}GatherX`](list + PAIR_FIELDS.second, x2);
        functions[`${coordinates}Subtract`](x1, x2, x1);
        const equal = zeroLanes(this.#kernel, coordinates, x1, this.#region);
        if (equal === 0) continue;
        const sums = this.#addProjective(list);
        for (let lane = 0; lane < LANES; lane++) {
          if (((equal >> lane) & 1) === 0) continue;
          const at = (list + lane * PAIR_BYTES) / 4;
          const address = words[at + 2]!;
          const sum = sums[lane];
          if (sum === undefined) this.#infinite.add(address);
          else writePoint(this.#kernel, address, sum);
          words.set(this.#filling, at);
        }
      }
    });
  }

  /** The sums of four pairs, which may be special. */
  #addProjective(list: number): (AffinePoint | undefined)[] {
    const { functions } = this.#kernel;
    const { coordinates } = this.#group;
    return this.#region.scope(() => {
      const [a, b] = [PAIR_FIELDS.first, PAIR_FIELDS.second].map((field) => {
        const point = this.#projective.take();
        functions[`${coordinates}Gather`](list + field, point);
        this.#kernel.fillOne(coordinates, point + 2 * quadBytes(coordinates));
        return point;
      });
      this.#projective.add(a!, a!, b!);
      return this.#projective.read(a!);
    });
  }

  /** Leaves sums out that are infinity; corrects where groups end. */
  #withoutInfinity(points: Uint32Array, ends: Uint32Array): Uint32Array {
    let count = 0;
    let at = 0;
    for (const [group, end] of ends.entries()) {
      for (; at < end; at++) if (!this.#infinite.has((points[at]! & ~1) >>> 0)) points[count++] = points[at]!;
      ends[group] = count;
    }
    this.#infinite = new Set();
    return points.subarray(0, count);
  }
}
