import type { CurveKernel } from "../kernel/kernel.ts";
import { quadBytes } from "../kernel/layout.ts";
import { BLS_X, LANES } from "../kernel/prime-field.ts";
import { Field12 } from "./field12.ts";
import { type AffinePoint, G1, G2, type Point } from "./group.ts";
import { ProjectivePoints } from "./projective.ts";
import type { Region } from "./region.ts";

/** The bits of −x, the highest first. */
const LOOP_BITS = (-BLS_X).toString(2);

/** What is paired. */
export interface PairingTerm {
  readonly a: Point;
  readonly b: Point;
}

/**
 * The optimal ate pairing (Vercauteren, "Optimal pairings", 2010) of G1 and G2, of four pairs at a time, with lines as in
 * Costello, Lange, Naehrig, "Faster pairing computations on curves with high-degree twists" (PKC 2010), for a twist that is
 * multiplied by ξ. Points must lie in their groups of order r.
 */
export class Pairing {
  readonly #kernel: CurveKernel;
  readonly #region: Region;
  readonly #field: Field12;
  readonly #points: ProjectivePoints;

  constructor(kernel: CurveKernel, region: Region) {
    this.#kernel = kernel;
    this.#region = region;
    this.#field = new Field12(kernel, region);
    this.#points = new ProjectivePoints(kernel, G2, region);
  }

  get field(): Field12 {
    return this.#field;
  }

  /** Whether the product of the pairings of all terms is 1. */
  productIsOne(terms: readonly PairingTerm[]): boolean {
    return this.#region.scope(() => {
      const value = this.#field.take();
      this.product(value, terms);
      return this.#field.ones(value) === 2 ** LANES - 1;
    });
  }

  /** out ← the product of the pairings of all terms, in all lanes; those with infinity are 1. */
  product(out: number, terms: readonly PairingTerm[]): void {
    const finite = terms.flatMap(({ a, b }) => (a === undefined || b === undefined ? [] : [{ a, b }]));
    const field = this.#field;
    this.#region.scope(() => {
      const [product, lanes] = [field.take(), field.take()];
      field.setOne(product);
      for (let first = 0; first < finite.length; first += LANES) {
        const some = finite.slice(first, first + LANES);
        this.#millerLoop(lanes, some);
        field.multiplyLanes(lanes, lanes, some.length);
        field.multiply(product, product, lanes);
      }
      this.#finalExponentiation(out, product);
    });
  }

  /** out ← f(x, b)(a) for up to four pairs, but for factors that the final exponentiation takes away. */
  #millerLoop(out: number, pairs: readonly { readonly a: AffinePoint; readonly b: AffinePoint }[]): void {
    const { functions } = this.#kernel;
    const size = quadBytes("extension");
    const half = quadBytes("base");
    const field = this.#field;
    this.#region.scope(() => {
      const [xP, yP] = [this.#region.take(half), this.#region.take(half)];
      const [q, t] = [this.#points.take(), this.#points.take()];
      for (let lane = 0; lane < LANES; lane++) {
        const { a, b } = pairs[lane] ?? { a: G1.generator, b: G2.generator };
        this.#kernel.write("base", xP, lane, -a.x[0]!);
        this.#kernel.write("base", yP, lane, a.y[0]!);
        this.#points.write(q, lane, b);
      }
      this.#kernel.copy(t, q, this.#points.bytes);
      const line = field.take();
      const [c0, c2, c3] = [line, line + 2 * size, line + 3 * size];
      const [u, v] = [this.#region.take(size), this.#region.take(size)];
      const [x, y, z] = [t, t + size, t + 2 * size];
      /** c2·w² and c3·w³ have the coordinates of P as factors. */
      const evaluate = (): void => {
        for (const part of [0, half]) {
          functions.baseMultiply(c2 + part, c2 + part, xP);
          functions.baseMultiply(c3 + part, c3 + part, yP);
        }
        field.multiply(out, out, line, [0, 2, 3]);
      };
      /** The tangent at T: (Y² − 3bZ²) − 3X²·xP·w² + 2YZ·yP·w³. */
      const tangent = (): void => {
        functions.extensionSquare(c0, y);
        functions.extensionSquare(u, z);
        functions.extensionTimesB3(u, u);
        functions.extensionSubtract(c0, c0, u);
        functions.extensionSquare(u, x);
        functions.extensionAdd(c2, u, u);
        functions.extensionAdd(c2, c2, u);
        functions.extensionMultiply(c3, y, z);
        functions.extensionAdd(c3, c3, c3);
        evaluate();
      };
      /** The line through T and Q: with θ = Y − yQ·Z and μ = X − xQ·Z, (θ·xQ − μ·yQ) − θ·xP·w² + μ·yP·w³. */
      const chord = (): void => {
        functions.extensionMultiply(u, q + size, z);
        functions.extensionSubtract(c2, y, u);
        functions.extensionMultiply(u, q, z);
        functions.extensionSubtract(c3, x, u);
        functions.extensionMultiply(u, c2, q);
        functions.extensionMultiply(v, c3, q + size);
        functions.extensionSubtract(c0, u, v);
        evaluate();
      };
      field.setOne(out);
      for (const [i, bit] of [...LOOP_BITS].entries()) {
        if (i === 0) continue;
        field.square(out, out);
        tangent();
        this.#points.double(t, t);
        if (bit === "1") {
          chord();
          this.#points.add(t, t, q);
        }
      }
      field.conjugate(out, out); // x is negative
    });
  }

  /**
   * out ← a^(3·(p¹² − 1)/r), with the hard part as in Hayashida, Hayasaka, Teruya, "Efficient final exponentiation via
   * cyclotomic structure for pairings over families of elliptic curves" (ePrint 2020/875):
   * 3·(p⁴ − p² + 1)/r = (x − 1)²·(x + p)·(x² + p² − 1) + 3.
   */
  #finalExponentiation(out: number, a: number): void {
    const field = this.#field;
    this.#region.scope(() => {
      const [m, t, u, v] = [0, 1, 2, 3].map(() => field.take()) as [number, number, number, number];
      field.invert(t, a);
      field.conjugate(m, a);
      field.multiply(m, m, t);
      field.frobenius(t, m);
      field.frobenius(t, t);
      field.multiply(m, m, t);
      field.copy(t, m);
      for (let i = 0; i < 2; i++) {
        this.#powerOfX(u, t);
        field.conjugate(t, t);
        field.multiply(t, u, t);
      }
      this.#powerOfX(u, t);
      field.frobenius(t, t);
      field.multiply(t, t, u);
      this.#powerOfX(u, t);
      this.#powerOfX(u, u);
      field.frobenius(v, t);
      field.frobenius(v, v);
      field.multiply(u, u, v);
      field.conjugate(t, t);
      field.multiply(t, t, u);
      field.square(u, m);
      field.multiply(u, u, m);
      field.multiply(out, t, u);
    });
  }

  /** out ← a^x, where the inverse of a is its conjugate. */
  #powerOfX(out: number, a: number): void {
    const field = this.#field;
    this.#region.scope(() => {
      const power = field.take();
      field.copy(power, a);
      for (const bit of LOOP_BITS.slice(1)) {
        field.square(power, power);
        if (bit === "1") field.multiply(power, power, a);
      }
      field.conjugate(out, power);
    });
  }
}
