import type { CurveKernel } from "../kernel/kernel.ts";
import { quadBytes } from "../kernel/layout.ts";
import { BASE_FIELD, inverseOf, LANES, mod } from "../kernel/prime-field.ts";
import type { AffinePoint, Group } from "./group.ts";
import { equalLanes, invert, squareRoot } from "./powers.ts";
import type { Region } from "./region.ts";

const { modulus: p } = BASE_FIELD;

/** A point of which only the abscissa is known, and which of the two ordinates is meant. */
export interface CompressedPoint {
  readonly compressed: readonly bigint[];
  readonly largest: boolean;
}

/** Whether an ordinate is larger than its negative: by its imaginary part first, of 𝔽p². */
export function isLargest(y: readonly bigint[]): boolean {
  const part = y.findLast((value) => value !== 0n) ?? 0n;
  return 2n * part > p;
}

/** Finds the ordinates of points, four at a time. */
export class Decompressor {
  readonly #kernel: CurveKernel;
  readonly #group: Group;
  readonly #region: Region;
  readonly #b: number;
  readonly #half: number;

  constructor(kernel: CurveKernel, group: Group, region: Region) {
    const size = quadBytes("base");
    this.#kernel = kernel;
    this.#group = group;
    this.#region = region;
    this.#b = region.take(quadBytes(group.coordinates));
    for (const [part, value] of group.b.entries()) kernel.fill("base", this.#b + part * size, value);
    this.#half = region.take(size);
    kernel.fill("base", this.#half, inverseOf(2n, p));
  }

  /** Up to four points of the curve; `undefined` where there is none with an abscissa. */
  decompress(points: readonly CompressedPoint[]): (AffinePoint | undefined)[] {
    const { coordinates } = this.#group;
    const size = quadBytes(coordinates);
    const base = quadBytes("base");
    const { functions } = this.#kernel;
    return this.#region.scope(() => {
      const [x, square, y, check] = [0, 1, 2, 3].map(() => this.#region.take(size)) as [
        number,
        number,
        number,
        number,
      ];
      for (let lane = 0; lane < LANES; lane++) {
        const parts = (points[lane] ?? points[0]!).compressed;
        for (const [part, value] of parts.entries()) this.#kernel.write("base", x + part * base, lane, value);
      }
      functions[`${coordinates}Square`](square, x);
      functions[`${coordinates}Multiply`](square, square, x);
      functions[`${coordinates}Add`](square, square, this.#b);
      if (coordinates === "base") squareRoot(this.#kernel, y, square, this.#region);
      else this.#extensionRoot(y, square);
      functions[`${coordinates}Square`](check, y);
      const found = equalLanes(this.#kernel, coordinates, check, square, this.#region);
      return points.map(({ compressed, largest }, lane) => {
        if (((found >> lane) & 1) === 0) return undefined;
        const ordinate = compressed.map((_, part) => this.#kernel.read("base", y + part * base, lane));
        const turned = isLargest(ordinate) === largest ? ordinate : ordinate.map((value) => mod(-value, p));
        return { x: compressed, y: turned };
      });
    });
  }

  /**
   * A root of a₀ + a₁u where there is one: with s² = a₀² + a₁², its real part is a root of (a₀ + s)/2 or of (a₀ − s)/2, and
   * its imaginary part a₁ over twice the real one; if that is 0, a root of −a₀.
   */
  #extensionRoot(out: number, a: number): void {
    const base = quadBytes("base");
    const { baseAdd, baseMultiply, baseSquare, baseSubtract } = this.#kernel.functions;
    this.#region.scope(() => {
      const [norm, half, real, check, other, imaginary] = [0, 1, 2, 3, 4, 5].map(() =>
        this.#region.take(base),
      ) as [number, number, number, number, number, number];
      baseSquare(norm, a);
      baseSquare(half, a + base);
      baseAdd(norm, norm, half);
      squareRoot(this.#kernel, norm, norm, this.#region);
      baseAdd(half, a, norm);
      baseMultiply(half, half, this.#half);
      squareRoot(this.#kernel, real, half, this.#region);
      baseSquare(check, real);
      const first = equalLanes(this.#kernel, "base", check, half, this.#region);
      baseSubtract(half, a, norm);
      baseMultiply(half, half, this.#half);
      squareRoot(this.#kernel, other, half, this.#region);
      this.#choose(real, other, 15 & ~first);
      baseAdd(half, real, real);
      invert(this.#kernel, "base", half, half, this.#region);
      baseMultiply(imaginary, a + base, half);
      // Of a square of an imaginary number, both halves have been 0 or no square.
      this.#kernel.doubles.fill(0, check / 8, (check + base) / 8);
      baseSubtract(half, check, a);
      squareRoot(this.#kernel, other, half, this.#region);
      const realIsZero = equalLanes(this.#kernel, "base", real, check, this.#region);
      this.#choose(imaginary, other, realIsZero);
      this.#kernel.copy(out, real, base);
      this.#kernel.copy(out + base, imaginary, base);
    });
  }

  /** Puts lanes of one quad in the place of those of another. */
  #choose(out: number, other: number, lanes: number): void {
    const { doubles } = this.#kernel;
    for (let i = 0; i < quadBytes("base") / 8; i++)
      if ((lanes >> (i % LANES)) & 1) doubles[out / 8 + i] = doubles[other / 8 + i]!;
  }
}
