import type { CurveKernel } from "../kernel/kernel.ts";
import { quadBytes } from "../kernel/layout.ts";
import { LANES } from "../kernel/prime-field.ts";
import { type Extension, FROBENIUS, powerOf } from "./extension.ts";
import { invert, zeroLanes } from "./powers.ts";
import type { Region } from "./region.ts";

const DEGREE = 6;
/**
 * 𝔽p¹² = 𝔽p²[w]/(w⁶ − ξ), four elements at a time: a row of six coefficients, each a quad of the extension. In the tower
 * with v = w², those with even powers of w are one element of 𝔽p⁶, those with odd powers the other.
 */
export class Field12 {
  readonly #kernel: CurveKernel;
  readonly #region: Region;
  /** Bytes of a coefficient, and of an element. */
  readonly #size = quadBytes("extension");
  readonly bytes: number = DEGREE * quadBytes("extension");
  /** γ^i. */
  readonly #frobenius: number;

  constructor(kernel: CurveKernel, region: Region) {
    this.#kernel = kernel;
    this.#region = region;
    this.#frobenius = region.take(this.bytes);
    for (let i = 0; i < DEGREE; i++) {
      for (const [part, value] of powerOf(FROBENIUS, BigInt(i)).entries())
        kernel.fill("base", this.#frobenius + i * this.#size + part * quadBytes("base"), value);
    }
  }

  take(): number {
    return this.#region.take(this.bytes);
  }

  copy(out: number, a: number): void {
    this.#kernel.copy(out, a, this.bytes);
  }

  setOne(out: number): void {
    this.#kernel.doubles.fill(0, out / 8, (out + this.bytes) / 8);
    this.#kernel.fillOne("extension", out);
  }

  /** out ← a·b. Where b has no other coefficients than those given, only these are taken. */
  multiply(out: number, a: number, b: number, coefficients: readonly number[] = [0, 1, 2, 3, 4, 5]): void {
    const { extensionMultiply, extensionMultiplyTwo, extensionAdd, extensionTimesXi } =
      this.#kernel.functions;
    const size = this.#size;
    this.#region.scope(() => {
      const product = this.take();
      const partial = this.#region.take(size);
      for (let k = 0; k < DEGREE; k++) {
        const target = product + k * size;
        let empty = true;
        // What comes from w⁶ on first, as ξ times it is what counts.
        for (const above of [true, false]) {
          const terms = coefficients.filter((j) => k - j < 0 === above);
          if (above === false && !empty) extensionTimesXi(target, target);
          for (let i = 0; i < terms.length; i += 2) {
            const [first, second] = [terms[i]!, terms[i + 1]];
            const place = empty ? target : partial;
            const from = (j: number): number => a + ((k - j + DEGREE) % DEGREE) * size;
            if (second === undefined) extensionMultiply(place, from(first), b + first * size);
            else extensionMultiplyTwo(place, from(first), b + first * size, from(second), b + second * size);
            if (!empty) extensionAdd(target, target, partial);
            empty = false;
          }
        }
      }
      this.copy(out, product);
    });
  }

  /** out ← a², with each mixed product once. */
  square(out: number, a: number): void {
    const { extensionMultiply, extensionSquare, extensionAdd, extensionTimesXi } = this.#kernel.functions;
    const size = this.#size;
    this.#region.scope(() => {
      const result = this.take();
      const [partial, sum] = [this.#region.take(size), this.#region.take(size)];
      for (let k = 0; k < DEGREE; k++) {
        const target = result + k * size;
        this.#kernel.doubles.fill(0, target / 8, (target + size) / 8);
        for (const degree of [k + DEGREE, k]) {
          this.#kernel.doubles.fill(0, sum / 8, (sum + size) / 8);
          for (let i = Math.max(0, degree - DEGREE + 1); 2 * i < degree; i++) {
            extensionMultiply(partial, a + i * size, a + (degree - i) * size);
            extensionAdd(sum, sum, partial);
          }
          extensionAdd(sum, sum, sum);
          if (degree % 2 === 0 && degree / 2 < DEGREE) {
            extensionSquare(partial, a + (degree / 2) * size);
            extensionAdd(sum, sum, partial);
          }
          extensionAdd(target, target, sum);
          if (degree >= DEGREE) extensionTimesXi(target, target);
        }
      }
      this.copy(out, result);
    });
  }

  /** a^(p⁶): w becomes −w. It inverts what has order p⁶ + 1 or a divisor of it. */
  conjugate(out: number, a: number): void {
    const { extensionSubtract } = this.#kernel.functions;
    const size = this.#size;
    this.#region.scope(() => {
      const zero = this.#region.take(size);
      this.#kernel.doubles.fill(0, zero / 8, (zero + size) / 8);
      if (out !== a) this.copy(out, a);
      for (let i = 1; i < DEGREE; i += 2) extensionSubtract(out + i * size, zero, out + i * size);
    });
  }

  /** out ← a^p. */
  frobenius(out: number, a: number): void {
    const { baseSubtract, extensionMultiply } = this.#kernel.functions;
    const size = this.#size;
    const half = quadBytes("base");
    this.#region.scope(() => {
      const [conjugate, zero] = [this.#region.take(size), this.#region.take(half)];
      this.#kernel.doubles.fill(0, zero / 8, (zero + half) / 8);
      for (let i = 0; i < DEGREE; i++) {
        this.#kernel.copy(conjugate, a + i * size, half);
        baseSubtract(conjugate + half, zero, a + i * size + half);
        extensionMultiply(out + i * size, conjugate, this.#frobenius + i * size);
      }
    });
  }

  /** out ← 1/a; 0 of 0. The product of a and its conjugate lies in 𝔽p⁶, where it is inverted by its own norm. */
  invert(out: number, a: number): void {
    const size = this.#size;
    const { extensionMultiply, extensionMultiplyTwo, extensionSquare, extensionSubtract, extensionTimesXi } =
      this.#kernel.functions;
    this.#region.scope(() => {
      const [conjugate, norm, inverse] = [this.take(), this.take(), this.take()];
      this.conjugate(conjugate, a);
      this.multiply(norm, a, conjugate);
      const [n0, n1, n2] = [norm, norm + 2 * size, norm + 4 * size];
      const [i0, i1, i2] = [inverse, inverse + 2 * size, inverse + 4 * size];
      const [t, u] = [this.#region.take(size), this.#region.take(size)];
      this.#kernel.doubles.fill(0, inverse / 8, (inverse + this.bytes) / 8);
      // i0 = n0² − ξn1n2, i1 = ξn2² − n0n1, i2 = n1² − n0n2.
      extensionMultiply(t, n1, n2);
      extensionTimesXi(t, t);
      extensionSquare(i0, n0);
      extensionSubtract(i0, i0, t);
      extensionSquare(i1, n2);
      extensionTimesXi(i1, i1);
      extensionMultiply(t, n0, n1);
      extensionSubtract(i1, i1, t);
      extensionSquare(i2, n1);
      extensionMultiply(t, n0, n2);
      extensionSubtract(i2, i2, t);
      // Their norm: n0i0 + ξ(n2i1 + n1i2).
      extensionMultiplyTwo(t, n2, i1, n1, i2);
      extensionTimesXi(t, t);
      extensionMultiply(u, n0, i0);
      this.#kernel.functions.extensionAdd(t, t, u);
      invert(this.#kernel, "extension", t, t, this.#region);
      for (const part of [i0, i1, i2]) extensionMultiply(part, part, t);
      this.multiply(out, conjugate, inverse, [0, 2, 4]);
    });
  }

  /** out ← in all lanes the product of the first `count` lanes. */
  multiplyLanes(out: number, a: number, count: number): void {
    const { doubles } = this.#kernel;
    this.#region.scope(() => {
      const [product, single] = [this.take(), this.take()];
      this.setOne(product);
      for (let lane = 0; lane < count; lane++) {
        for (let row = 0; row < this.bytes / 8; row += LANES)
          doubles.fill(doubles[a / 8 + row + lane]!, single / 8 + row, single / 8 + row + LANES);
        this.multiply(product, product, single);
      }
      this.copy(out, product);
    });
  }

  /** The lanes that hold 1. */
  ones(a: number): number {
    return this.#region.scope(() => {
      const [one, difference] = [this.take(), this.#region.take(this.#size)];
      this.setOne(one);
      let lanes = 2 ** LANES - 1;
      for (let i = 0; i < DEGREE; i++) {
        const offset = i * this.#size;
        this.#kernel.functions.extensionSubtract(difference, a + offset, one + offset);
        lanes &= zeroLanes(this.#kernel, "extension", difference, this.#region);
      }
      return lanes;
    });
  }

  /** The coefficients of a lane, by powers of w. */
  read(a: number, lane: number): Extension[] {
    const part = (quad: number): bigint => this.#kernel.read("base", quad, lane);
    return Array.from({ length: DEGREE }, (_, i) => {
      const quad = a + i * this.#size;
      return [part(quad), part(quad + quadBytes("base"))];
    });
  }

  write(out: number, lane: number, coefficients: readonly Extension[]): void {
    for (const [i, parts] of coefficients.entries()) {
      for (const [part, value] of parts.entries())
        this.#kernel.write("base", out + i * this.#size + part * quadBytes("base"), lane, value);
    }
  }
}
