import { ROOT_BYTES } from "../kernel/generator/fourier.ts";
import type { CurveKernel } from "../kernel/kernel.ts";
import { quadBytes } from "../kernel/layout.ts";
import {
  centred,
  inverseOf,
  LANES,
  LIMB,
  limbsOf,
  mod,
  powerOf,
  SCALAR_FIELD,
} from "../kernel/prime-field.ts";
import type { Region } from "./region.ts";

const { modulus: r, limbs: LIMBS, radix } = SCALAR_FIELD;
const SIZE = quadBytes("scalar");

/** r − 1 has so many factors 2, and 7 generates the multiplicative group. */
const TWO_ADICITY = 18;
const GENERATOR = 7n;

/** The coefficients of a polynomial, from 0 to r − 1, the constant one first. */
export type Polynomial = readonly bigint[];

/** A product of two polynomials. */
export type Product = readonly [Polynomial, Polynomial];

/** What writes residues to lanes without arithmetic on them as whole numbers, which would take most of the time. */
class Words {
  readonly #long = new BigUint64Array(5);
  readonly #words = new Uint32Array(this.#long.buffer);

  /** Limbs from 0 to 2^51 − 1, `stride` doubles apart. */
  write(doubles: Float64Array, at: number, stride: number, value: bigint): void {
    const w = this.#words;
    let rest = value;
    for (let i = 0; i < 5; i++, rest >>= 64n) this.#long[i] = BigInt.asUintN(64, rest);
    doubles[at] = w[0]! + (w[1]! & 0x7ffff) * 2 ** 32;
    doubles[at + stride] = (w[1]! >>> 19) + w[2]! * 2 ** 13 + (w[3]! & 0x3f) * 2 ** 45;
    doubles[at + 2 * stride] = (w[3]! >>> 6) + (w[4]! & 0x1ffffff) * 2 ** 26;
    doubles[at + 3 * stride] = (w[4]! >>> 25) + w[5]! * 2 ** 7 + (w[6]! & 0xfff) * 2 ** 39;
    doubles[at + 4 * stride] = (w[6]! >>> 12) + (w[7]! & 0x7fffffff) * 2 ** 20;
    doubles[at + 5 * stride] = (w[7]! >>> 31) + w[8]! * 2 + w[9]! * 2 ** 33;
  }
}

const words = new Words();

/** The powers of roots of unity that were asked for, as they lie in memory: proofs need the same ones again and again. */
const knownPowers = new Map<string, Float64Array>();

function powersOf(root: bigint, count: number): Float64Array {
  const key = `${root} ${count}`;
  let powers = knownPowers.get(key);
  if (powers === undefined) {
    powers = new Float64Array(count * LIMBS);
    let power = radix;
    for (let i = 0; i < count; i++) {
      powers.set(limbsOf(centred(power, r), LIMBS), i * LIMBS);
      power = (power * root) % r;
    }
    knownPowers.set(key, powers);
  }
  return powers;
}

/** The smallest power of two from a number on. */
const powerFrom = (least: number): number => 2 ** Math.ceil(Math.log2(least));

/** Bytes that sums of products with so many coefficients need. */
export function polynomialBytes(coefficients: number): number {
  const size = powerFrom(coefficients);
  return 3 * size * SIZE + size * ROOT_BYTES + 4096;
}

/**
 * Sums of products of polynomials, by transforms of four of them at a time: `perform` is to be called for one piece of work
 * after the other, which take some 20 ms each for products of 2^15 coefficients.
 */
export class ProductSum {
  readonly #kernel: CurveKernel;
  readonly #products: readonly Product[];
  readonly #length: number;
  readonly #size: number;
  readonly #roots: number;
  readonly #left: number;
  readonly #right: number;
  readonly #sum: number;

  /** @throws RangeError if the products have more than 2^18 coefficients. */
  constructor(kernel: CurveKernel, region: Region, products: readonly Product[]) {
    this.#kernel = kernel;
    this.#products = products;
    this.#length = Math.max(...products.map(([a, b]) => a.length + b.length - 1));
    this.#size = powerFrom(Math.max(2, this.#length));
    if (this.#size > 2 ** TWO_ADICITY)
      throw new RangeError(`a product of ${this.#length} coefficients is too large`);
    this.#roots = region.take((this.#size / 2) * ROOT_BYTES);
    [this.#left, this.#right, this.#sum] = [0, 1, 2].map(() => region.take(this.#size * SIZE)) as [
      number,
      number,
      number,
    ];
  }

  /** The pieces of work, in order. */
  *work(): Generator<void, bigint[]> {
    const { doubles, functions } = this.#kernel;
    doubles.fill(0, this.#sum / 8, (this.#sum + this.#size * SIZE) / 8);
    const root = powerOf(GENERATOR, (r - 1n) / BigInt(this.#size), r);
    this.#writeRoots(root);
    for (let first = 0; first < this.#products.length; first += LANES) {
      const some = this.#products.slice(first, first + LANES);
      for (const [side, target] of [this.#left, this.#right].entries()) {
        this.#load(
          target,
          some.map((product) => product[side]!),
        );
        yield;
        this.#transform(target);
        yield;
      }
      for (let at = 0; at < this.#size * SIZE; at += SIZE) {
        functions.scalarMultiply(this.#left + at, this.#left + at, this.#right + at);
        functions.scalarAdd(this.#sum + at, this.#sum + at, this.#left + at);
      }
      yield;
    }
    this.#writeRoots(inverseOf(root, r));
    yield;
    this.#transformBack();
    yield;
    return this.#read();
  }

  #writeRoots(root: bigint): void {
    this.#kernel.doubles.set(powersOf(root, this.#size / 2), this.#roots / 8);
  }

  #load(target: number, polynomials: readonly Polynomial[]): void {
    const { doubles } = this.#kernel;
    doubles.fill(0, target / 8, (target + this.#size * SIZE) / 8);
    for (const [lane, coefficients] of polynomials.entries()) {
      for (const [i, value] of coefficients.entries())
        if (value !== 0n) words.write(doubles, (target + i * SIZE) / 8 + lane, LANES, value);
    }
  }

  #transform(data: number): void {
    const { scalarForward } = this.#kernel.functions;
    const end = data + this.#size * SIZE;
    let step = ROOT_BYTES;
    for (let length = this.#size * SIZE; length > SIZE; length /= 2, step *= 2) {
      for (let block = data; block < end; block += length)
        scalarForward(block, length / 2, this.#roots, step);
    }
  }

  #transformBack(): void {
    const { scalarBackward } = this.#kernel.functions;
    const end = this.#sum + this.#size * SIZE;
    let step = (this.#size / 2) * ROOT_BYTES;
    for (let length = 2 * SIZE; length <= this.#size * SIZE; length *= 2, step /= 2) {
      for (let block = this.#sum; block < end; block += length)
        scalarBackward(block, length / 2, this.#roots, step);
    }
  }

  /** The sums of the lanes, times what a product has lost, and over the size, by which the transforms have multiplied. */
  #read(): bigint[] {
    const { doubles } = this.#kernel;
    const factor = (radix * inverseOf(BigInt(this.#size), r)) % r;
    const result: bigint[] = [];
    for (let i = 0; i < this.#length; i++) {
      let value = 0n;
      for (let limb = LIMBS - 1; limb >= 0; limb--) {
        const at = (this.#sum + i * SIZE) / 8 + limb * LANES;
        const sum = doubles[at]! + doubles[at + 1]! + doubles[at + 2]! + doubles[at + 3]!;
        value = value * LIMB + BigInt(sum);
      }
      result.push(mod(value * factor, r));
    }
    return result;
  }
}
