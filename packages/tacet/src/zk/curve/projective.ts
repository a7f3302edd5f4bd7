import { PROJECTIVE_SCRATCH } from "../kernel/generator/projective.ts";
import type { CurveKernel } from "../kernel/kernel.ts";
import { type Coordinates, quadBytes } from "../kernel/layout.ts";
import { LANES, SCALAR_FIELD } from "../kernel/prime-field.ts";
import type { Group, Point } from "./group.ts";
import { invert, zeroLanes } from "./powers.ts";
import type { Region } from "./region.ts";

const SCALAR_BITS = SCALAR_FIELD.modulus.toString(2).length;

/** Four projective points in a row of quads, X, Y, Z: infinity is what has Z = 0. Coordinates all 0 stand for no point. */
export class ProjectivePoints {
  readonly #kernel: CurveKernel;
  readonly #coordinates: Coordinates;
  readonly #region: Region;
  readonly #scratch: number;
  /** Bytes of a quad of coordinates, and of four points. */
  readonly #size: number;
  readonly bytes: number;

  constructor(kernel: CurveKernel, { coordinates }: Group, region: Region) {
    this.#kernel = kernel;
    this.#coordinates = coordinates;
    this.#region = region;
    this.#size = quadBytes(coordinates);
    this.bytes = 3 * this.#size;
    this.#scratch = region.take(PROJECTIVE_SCRATCH * this.#size);
  }

  take(): number {
    return this.#region.take(this.bytes);
  }

  setInfinity(out: number): void {
    this.#kernel.doubles.fill(0, out / 8, (out + this.bytes) / 8);
    this.#kernel.fillOne(this.#coordinates, out + this.#size);
  }

  /** Writes a point to one lane. */
  write(out: number, lane: number, point: Point): void {
    const parts = (quad: number, values: readonly bigint[]): void => {
      for (const [i, value] of values.entries())
        this.#kernel.write("base", quad + i * quadBytes("base"), lane, value);
    };
    const [zero, one] =
      this.#coordinates === "base"
        ? [[0n], [1n]]
        : [
            [0n, 0n],
            [1n, 0n],
          ];
    parts(out, point?.x ?? zero);
    parts(out + this.#size, point?.y ?? one);
    parts(out + 2 * this.#size, point === undefined ? zero : one);
  }

  add(out: number, a: number, b: number): void {
    this.#kernel.functions[`${this.#coordinates}AddProjective`](out, a, b, this.#scratch);
  }

  double(out: number, a: number): void {
    this.#kernel.functions[`${this.#coordinates}DoubleProjective`](out, a, this.#scratch);
  }

  negate(out: number, a: number): void {
    const [zero, y] = [this.#scratch, this.#size];
    if (out !== a) this.#kernel.copy(out, a, this.bytes);
    this.#kernel.doubles.fill(0, zero / 8, (zero + y) / 8);
    this.#kernel.functions[`${this.#coordinates}Subtract`](out + y, zero, a + y);
  }

  /** out ← scalar·a, of a public scalar that is not negative. */
  multiply(out: number, a: number, scalar: bigint): void {
    this.#region.scope(() => {
      const sum = this.take();
      this.setInfinity(sum);
      for (const bit of scalar.toString(2)) {
        this.double(sum, sum);
        if (bit === "1") this.add(sum, sum, a);
      }
      this.#kernel.copy(out, sum, this.bytes);
    });
  }

  /**
   * out ← in each lane its own multiple, of scalars from 0 to r − 1, by digits to base 16. What is computed does not depend
   * on the scalars; what is read from memory does.
   */
  multiplyEach(out: number, a: number, scalars: readonly bigint[]): void {
    const { doubles } = this.#kernel;
    this.#region.scope(() => {
      const multiples = Array.from({ length: 16 }, () => this.take());
      this.setInfinity(multiples[0]!);
      for (let i = 1; i < 16; i++) this.add(multiples[i]!, multiples[i - 1]!, a);
      const [sum, chosen] = [this.take(), this.take()];
      this.setInfinity(sum);
      for (let digit = Math.ceil(SCALAR_BITS / 4) - 1; digit >= 0; digit--) {
        for (let i = 0; i < 4; i++) this.double(sum, sum);
        for (let lane = 0; lane < LANES; lane++) {
          const source = multiples[Number(((scalars[lane] ?? 0n) >> BigInt(4 * digit)) & 15n)]!;
          for (let at = lane; at < this.bytes / 8; at += LANES)
            doubles[chosen / 8 + at] = doubles[source / 8 + at]!;
        }
        this.add(sum, sum, chosen);
      }
      this.#kernel.copy(out, sum, this.bytes);
    });
  }

  /** The sum of the first lanes' points. */
  sumOfLanes(a: number, lanes: number): Point {
    const { doubles } = this.#kernel;
    return this.#region.scope(() => {
      const [sum, single] = [this.take(), this.take()];
      this.setInfinity(sum);
      for (let lane = 0; lane < lanes; lane++) {
        for (let at = 0; at < this.bytes / 8; at += LANES)
          doubles.fill(doubles[a / 8 + at + lane]!, single / 8 + at, single / 8 + at + LANES);
        this.add(sum, sum, single);
      }
      return this.read(sum)[0];
    });
  }

  /** The lanes that hold infinity; lanes that hold no point are not among them. */
  infinities(a: number): number {
    const zeros = [0, 1, 2].map((i) =>
      zeroLanes(this.#kernel, this.#coordinates, a + i * this.#size, this.#region),
    );
    return zeros[2]! & ~(zeros[0]! & zeros[1]!);
  }

  /**
   * The lanes in which two points are the same: X₁Z₂ = X₂Z₁ and Y₁Z₂ = Y₂Z₁, and none has all its coordinates 0, as what
   * the formulas for addition fail for.
   */
  equal(a: number, b: number): number {
    const name = this.#coordinates;
    const size = this.#size;
    const multiply = this.#kernel.functions[`${name}Multiply`];
    return this.#region.scope(() => {
      const [left, right] = [this.#region.take(size), this.#region.take(size)];
      let lanes = 2 ** LANES - 1;
      for (const i of [0, 1]) {
        multiply(left, a + i * size, b + 2 * size);
        multiply(right, b + i * size, a + 2 * size);
        this.#kernel.functions[`${name}Subtract`](left, left, right);
        lanes &= zeroLanes(this.#kernel, name, left, this.#region);
      }
      const infinity = [a, b].map((point) => {
        const zeros = [0, 1, 2].map((i) => zeroLanes(this.#kernel, name, point + i * size, this.#region));
        lanes &= ~(zeros[0]! & zeros[1]! & zeros[2]!);
        return zeros[2]!;
      });
      return lanes & ~(infinity[0]! ^ infinity[1]!);
    });
  }

  /** The points of all lanes. */
  read(a: number): Point[] {
    const name = this.#coordinates;
    const size = this.#size;
    return this.#region.scope(() => {
      const [inverse, x, y] = [0, 1, 2].map(() => this.#region.take(size));
      invert(this.#kernel, name, inverse!, a + 2 * size, this.#region);
      this.#kernel.functions[`${name}Multiply`](x!, a, inverse!);
      this.#kernel.functions[`${name}Multiply`](y!, a + size, inverse!);
      const none = zeroLanes(this.#kernel, name, a + 2 * size, this.#region);
      const parts = (quad: number, lane: number): bigint[] =>
        (name === "base" ? [0] : [0, 1]).map((i) =>
          this.#kernel.read("base", quad + i * quadBytes("base"), lane),
        );
      return Array.from({ length: LANES }, (_, lane) =>
        (none >> lane) & 1 ? undefined : { x: parts(x!, lane), y: parts(y!, lane) },
      );
    });
  }
}
