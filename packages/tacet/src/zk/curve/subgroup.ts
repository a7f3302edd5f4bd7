import type { CurveKernel } from "../kernel/kernel.ts";
import { type Coordinates, pointBytes, quadBytes } from "../kernel/layout.ts";
import { BASE_FIELD, BLS_X, powerOf as basePowerOf, LANES } from "../kernel/prime-field.ts";
import { FROBENIUS, inverse, powerOf } from "./extension.ts";
import type { Group, Point } from "./group.ts";
import { zeroLanes } from "./powers.ts";
import { ProjectivePoints } from "./projective.ts";
import type { Region } from "./region.ts";

const { modulus: p } = BASE_FIELD;

/** A cube root of 1 with which (x, y) ↦ (βx, y) is multiplication by −x² on G1. */
const BETA = basePowerOf(2n, (p - 1n) / 3n, p);

/**
 * What coordinates are multiplied by for the endomorphism that is −x² times a point of G1, or, after Frobenius, x times one
 * of G2 (Scott, "A note on group membership tests", ePrint 2021/1130).
 */
const FACTORS: Readonly<Record<Coordinates, readonly [readonly bigint[], readonly bigint[]]>> = {
  base: [[BETA], [1n]],
  extension: [inverse(powerOf(FROBENIUS, 2n)), inverse(powerOf(FROBENIUS, 3n))],
};

/** What is read from a list of addresses: three words for each lane, of which the first counts. */
const LIST_WORDS = 3;

/** Checks whether points lie on a curve and in its group of order r, four at a time. */
export class SubgroupCheck {
  readonly #kernel: CurveKernel;
  readonly #group: Group;
  readonly #region: Region;
  readonly #points: ProjectivePoints;
  readonly #factors: readonly [number, number];
  readonly #b: number;
  readonly #list: number;

  constructor(kernel: CurveKernel, group: Group, region: Region) {
    const { coordinates } = group;
    this.#kernel = kernel;
    this.#group = group;
    this.#region = region;
    this.#points = new ProjectivePoints(kernel, group, region);
    const constant = (value: readonly bigint[]): number => {
      const quad = region.take(quadBytes(coordinates));
      for (const [part, residue] of value.entries())
        kernel.fill("base", quad + part * quadBytes("base"), residue);
      return quad;
    };
    const [x, y] = FACTORS[coordinates];
    this.#factors = [constant(x), constant(y)];
    this.#b = constant(group.b);
    this.#list = region.take(4 * LANES * LIST_WORDS);
  }

  /** Which points are in the group. Infinity is. */
  check(points: readonly Point[]): boolean[] {
    const valid: boolean[] = [];
    for (let first = 0; first < points.length; first += LANES) {
      this.#region.scope(() => {
        const point = this.#points.take();
        const some = points.slice(first, first + LANES);
        for (let lane = 0; lane < LANES; lane++)
          this.#points.write(point, lane, some[lane] ?? this.#group.generator);
        const lanes = this.#valid(point);
        for (const [lane, given] of some.entries())
          valid.push(given === undefined || ((lanes >> lane) & 1) === 1);
      });
    }
    return valid;
  }

  /** Whether all points that lie one behind the other are in the group. */
  checkStored(address: number, count: number): boolean {
    const { coordinates } = this.#group;
    const bytes = pointBytes(coordinates);
    return this.#region.scope(() => {
      const point = this.#points.take();
      for (let first = 0; first < count; first += LANES) {
        for (let lane = 0; lane < LANES; lane++)
          this.#kernel.words[this.#list / 4 + lane * LIST_WORDS] =
            address + Math.min(first + lane, count - 1) * bytes;
        this.#kernel.functions[`${coordinates}Gather`](this.#list, point);
        this.#kernel.fillOne(coordinates, point + 2 * quadBytes(coordinates));
        if (this.#valid(point) !== 2 ** LANES - 1) return false;
      }
      return true;
    });
  }

  /** The lanes of points, with Z = 1, that are on the curve and in the group. */
  #valid(point: number): number {
    const { coordinates } = this.#group;
    return this.#region.scope(() => {
      const onCurve = this.#onCurve(point);
      if (onCurve === 0) return 0;
      const [multiple, image] = [this.#points.take(), this.#points.take()];
      this.#mapped(image, point);
      this.#points.multiply(multiple, point, -BLS_X);
      // On G1, [−x²]P; on G2, [x]P.
      if (coordinates === "base") this.#points.multiply(multiple, multiple, -BLS_X);
      this.#points.negate(multiple, multiple);
      return onCurve & this.#points.equal(multiple, image);
    });
  }

  /** The lanes in which y² = x³ + b. */
  #onCurve(point: number): number {
    const { coordinates } = this.#group;
    const size = quadBytes(coordinates);
    const { functions } = this.#kernel;
    return this.#region.scope(() => {
      const [left, right] = [this.#region.take(size), this.#region.take(size)];
      functions[`${coordinates}Square`](left, point + size);
      functions[`${coordinates}Square`](right, point);
      functions[`${coordinates}Multiply`](right, right, point);
      functions[`${coordinates}Subtract`](left, left, right);
      functions[`${coordinates}Subtract`](left, left, this.#b);
      return zeroLanes(this.#kernel, coordinates, left, this.#region);
    });
  }

  #mapped(out: number, point: number): void {
    const { coordinates } = this.#group;
    const size = quadBytes(coordinates);
    const half = quadBytes("base");
    const { functions, doubles } = this.#kernel;
    this.#kernel.copy(out, point, this.#points.bytes);
    if (coordinates === "extension") {
      // Frobenius is conjugation.
      for (const part of [out + half, out + size + half])
        for (let i = part / 8; i < (part + half) / 8; i++) doubles[i] = -doubles[i]!;
    }
    for (const [i, factor] of this.#factors.entries())
      functions[`${coordinates}Multiply`](out + i * size, out + i * size, factor);
  }
}

/** Bytes of the region that checks need. */
export function checkBytes({ coordinates }: Group): number {
  return 64 * quadBytes(coordinates);
}
