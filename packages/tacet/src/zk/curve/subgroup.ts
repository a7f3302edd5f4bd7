import type { CurveKernel } from "../kernel/kernel.ts";
import { BASE_FIELD, BLS_X, powerOf as basePowerOf, LANES, mod } from "../kernel/prime-field.ts";
import { conjugate, type Extension, FROBENIUS, inverse, powerOf, times } from "./extension.ts";
import type { AffinePoint, Group, Point } from "./group.ts";
import { ProjectivePoints } from "./projective.ts";
import type { Region } from "./region.ts";

const { modulus: p } = BASE_FIELD;

/** A cube root of 1 with which (x, y) ↦ (βx, y) is multiplication by −x² on G1. */
const BETA = basePowerOf(2n, (p - 1n) / 3n, p);

/** With these, Frobenius on the curve is an endomorphism of its twist. */
const PSI_X = inverse(powerOf(FROBENIUS, 2n));
const PSI_Y = inverse(powerOf(FROBENIUS, 3n));

/** Whether coordinates satisfy the curve's equation. */
export function isOnCurve({ coordinates, b }: Group, point: Point): boolean {
  if (point === undefined) return true;
  if (coordinates === "base") {
    const [x, y] = [point.x[0]!, point.y[0]!];
    return mod(y * y - x * x * x - b[0]!, p) === 0n;
  }
  const [x, y] = [point.x as Extension, point.y as Extension];
  const cube = times(times(x, x), x);
  return times(y, y).every((part, i) => part === mod(cube[i]! + b[i]!, p));
}

/** Checks whether points of a curve lie in the group of order r, four at a time. */
export class SubgroupCheck {
  readonly #group: Group;
  readonly #region: Region;
  readonly #points: ProjectivePoints;

  constructor(kernel: CurveKernel, group: Group, region: Region) {
    this.#group = group;
    this.#region = region;
    this.#points = new ProjectivePoints(kernel, group, region);
  }

  /** The lanes whose points, which lie on the curve, are in the group. Infinity is. */
  check(points: readonly Point[]): boolean[] {
    return this.#region.scope(() => {
      const [point, multiple, image] = [0, 1, 2].map(() => this.#points.take()) as [number, number, number];
      for (let lane = 0; lane < LANES; lane++) {
        const given = points[lane];
        this.#points.write(point, lane, given);
        this.#points.write(image, lane, given === undefined ? undefined : this.#endomorphism(given));
      }
      this.#points.multiply(multiple, point, -BLS_X);
      // On G1, [−x²]P; on G2, [x]P.
      if (this.#group.coordinates === "base") this.#points.multiply(multiple, multiple, -BLS_X);
      this.#points.negate(multiple, multiple);
      const equal = this.#points.equal(multiple, image);
      return points.map((given, lane) => given === undefined || ((equal >> lane) & 1) === 1);
    });
  }

  /** What is −x² times a point of G1, or x times one of G2 (Scott, "A note on group membership tests", ePrint 2021/1130). */
  #endomorphism({ x, y }: AffinePoint): AffinePoint {
    if (this.#group.coordinates === "base") return { x: [mod(BETA * x[0]!, p)], y };
    return { x: times(conjugate(x as Extension), PSI_X), y: times(conjugate(y as Extension), PSI_Y) };
  }
}
