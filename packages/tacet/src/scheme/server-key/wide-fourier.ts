/*
 * The negacyclic Fourier transform on pairs of doubles (T. J. Dekker, "A floating-point technique for extending the
 * available precision", 1971): numbers of 106 bits, for keys on the torus of 128 bits. (TFHE-rs: `Fft128`.)
 */

/** The points of polynomials: real and imaginary parts, in each of them upper and lower parts. */
export interface WidePoints {
  readonly re0: Float64Array<ArrayBuffer>;
  readonly re1: Float64Array<ArrayBuffer>;
  readonly im0: Float64Array<ArrayBuffer>;
  readonly im1: Float64Array<ArrayBuffer>;
}

/** Points of the given number. */
export function widePoints(count: number): WidePoints {
  const part = (): Float64Array<ArrayBuffer> => new Float64Array(count);
  return { re0: part(), re1: part(), im0: part(), im1: part() };
}

/** Bits behind the point of the integers that twiddle factors are computed with. */
const PRECISION = 160n;
const ONE = 1n << PRECISION;

/** π in fixed point, by Machin's formula. */
function fixedPi(): bigint {
  const arctanOfInverse = (x: bigint): bigint => {
    let power = ONE / x;
    let sum = power;
    for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
      power /= x * x;
      sum += (sign * power) / n;
    }
    return sum;
  };
  return 4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));
}

/** cos and sin of an angle in fixed point, by their series. */
function fixedCosSin(angle: bigint): [cos: bigint, sin: bigint] {
  const sums: [bigint, bigint] = [0n, 0n];
  let term = ONE;
  for (let n = 0n; term !== 0n; n++) {
    sums[Number(n % 2n)] += n % 4n < 2n ? term : -term;
    term = ((term * angle) >> PRECISION) / (n + 1n);
  }
  return sums;
}

/** A number in fixed point as the sum of two doubles. */
function pairOf(fixed: bigint): [upper: number, lower: number] {
  const upper = Number(fixed);
  const scale = 2 ** -Number(PRECISION);
  return [upper * scale, Number(fixed - BigInt(upper)) * scale];
}

/** The lowest `bits` bits of an integer in reverse order. */
function reversed(value: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i++) result |= ((value >> i) & 1) << (bits - 1 - i);
  return result;
}

const TWIDDLES = new Map<number, WidePoints>();

/**
 * The factors of the transform of `size` points: number m + i is that of block i out of m, the root e^(πi·θ) modulo which
 * that block is halved.
 */
function twiddlesOf(size: number): WidePoints {
  let twiddles = TWIDDLES.get(size);
  if (twiddles === undefined) {
    twiddles = widePoints(size);
    const pi = fixedPi();
    const bits = Math.log2(2 * size);
    for (let m = 1; m < size; m *= 2) {
      for (let i = 0; i < m; i++) {
        const angle = (pi * BigInt(reversed(2 * m + i, bits))) / BigInt(2 * size);
        const [cos, sin] = fixedCosSin(angle).map(pairOf);
        [twiddles.re0[m + i], twiddles.re1[m + i]] = cos;
        [twiddles.im0[m + i], twiddles.im1[m + i]] = sin;
      }
    }
    TWIDDLES.set(size, twiddles);
  }
  return twiddles;
}

/** What splits a double into two of 26 bits. */
const SPLITTER = 2 ** 27 + 1;

/** The product of two pairs is left here: functions that return pairs would make an object each time. */
let upper = 0;
let lower = 0;

/** a·b, of pairs. */
function multiply(a0: number, a1: number, b0: number, b1: number): void {
  const p = a0 * b0;
  const ta = SPLITTER * a0;
  const ah = ta - (ta - a0);
  const al = a0 - ah;
  const tb = SPLITTER * b0;
  const bh = tb - (tb - b0);
  const bl = b0 - bh;
  const error = ah * bh - p + ah * bl + al * bh + al * bl;
  const rest = error + (a0 * b1 + a1 * b0);
  upper = p + rest;
  lower = rest - (upper - p);
}

/** a + b, of pairs. */
function add(a0: number, a1: number, b0: number, b1: number): void {
  const s = a0 + b0;
  const v = s - a0;
  const error = a0 - (s - v) + (b0 - v);
  const rest = error + (a1 + b1);
  upper = s + rest;
  lower = rest - (upper - s);
}

/**
 * Puts the coefficients of a polynomial of Z[X]/(X^N + 1), integers modulo 2^128 of four words each, over 2^128 into
 * N/2 points: coefficient j + i·coefficient (j + N/2).
 */
export function placeCoefficients(words: Uint32Array, points: WidePoints, at: number): void {
  const half = words.length >> 3;
  for (let j = 0; j < half; j++) {
    signedFraction(words, 4 * j);
    points.re0[at + j] = upper;
    points.re1[at + j] = lower;
    signedFraction(words, 4 * (j + half));
    points.im0[at + j] = upper;
    points.im1[at + j] = lower;
  }
}

/** An integer of four words, in two's complement, over 2^128. */
function signedFraction(words: Uint32Array, at: number): void {
  const top = (words[at + 3] | 0) * 2 ** -32;
  add(top, 0, words[at + 2] * 2 ** -64, 0);
  add(upper, lower, words[at + 1] * 2 ** -96, 0);
  add(upper, lower, words[at] * 2 ** -128, 0);
}

/**
 * Transforms `size` points from number `at` on in place: the remainders of Σ z_j·X^j modulo X^size − i by its roots, which
 * are found by halving: block i of those modulo a root w is followed by that modulo −w.
 */
export function transformWide({ re0, re1, im0, im1 }: WidePoints, at: number, size: number): void {
  const w = twiddlesOf(size);
  for (let m = 1, t = size / 2; m < size; m *= 2, t /= 2) {
    for (let block = 0; block < m; block++) {
      const [c0, c1, s0, s1] = [w.re0[m + block], w.re1[m + block], w.im0[m + block], w.im1[m + block]];
      const start = at + 2 * block * t;
      for (let x = start, y = start + t; x < start + t; x++, y++) {
        multiply(re0[y], re1[y], c0, c1);
        const [a0, a1] = [upper, lower];
        multiply(im0[y], im1[y], s0, s1);
        add(a0, a1, -upper, -lower);
        const [r0, r1] = [upper, lower];
        multiply(re0[y], re1[y], s0, s1);
        const [b0, b1] = [upper, lower];
        multiply(im0[y], im1[y], c0, c1);
        add(b0, b1, upper, lower);
        const [i0, i1] = [upper, lower];
        const [x0, x1, y0, y1] = [re0[x], re1[x], im0[x], im1[x]];
        add(x0, x1, -r0, -r1);
        re0[y] = upper;
        re1[y] = lower;
        add(y0, y1, -i0, -i1);
        im0[y] = upper;
        im1[y] = lower;
        add(x0, x1, r0, r1);
        re0[x] = upper;
        re1[x] = lower;
        add(y0, y1, i0, i1);
        im0[x] = upper;
        im1[x] = lower;
      }
    }
  }
}
