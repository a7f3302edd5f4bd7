import { type Geometry, spectrumPlace, tableOffsets } from "../geometry.ts";
import type { Complex, FunctionBuilder, Halves } from "./assembler.ts";
import { type I32, i32, type Local } from "./instructions.ts";

// The negacyclic transform. N real coefficients p fold into N/2 points p[j] + i·p[j + N/2] of a polynomial modulo
// X^(N/2) − i. A radix-4 pass splits a polynomial f modulo X^s − ρ, with ζ = ρ^(1/4), into its remainders modulo
// X^(s/4) − ζ·i^q for q = 0..3: one constant twiddle triple ζ, ζ², ζ³ for each block, no bit reversal. The inverse
// undoes the passes in the opposite order, and leaves everything multiplied by N/2.
//
// Points lie as real and imaginary parts apart, 16 bytes each, which hold the same point of two polynomials.
// Every pass but the last works on pairs of neighbouring points. In the last pass neighbours meet in one butterfly,
// so the pairs are made of neighbouring blocks instead. Where halves are joined, what it writes stays paired: point i
// of blocks 2g and 2g + 1 at places 8g + 2σ(i) and 8g + 2σ(i) + 1, where σ exchanges 1 and 2, so that the pass before
// the last can be undone in place. Elsewhere every point stays in its place. That is the order of spectra.
//
// After the first pass, the quarters of a buffer have nothing to do with each other. All that happens to a spectrum
// happens to one quarter after the other, which the first-level cache holds beside what it is multiplied by.

type Direction = "forward" | "inverse";
export type Complex4 = readonly [Complex, Complex, Complex, Complex];
/** Loads ζ, ζ² or ζ³ of a butterfly. It is asked for each where it is used, so that no register holds it for longer. */
export type Twiddles = (power: 1 | 2 | 3) => Complex;

/** Addresses of a point, or of a block of them, and of its twiddles. */
interface Cursor {
  readonly point: Local<"i32">;
  readonly twiddle: Local<"i32">;
}

/** Splits a block: the four remainders from the four quarters of its coefficients. */
export function forwardButterfly(f: FunctionBuilder, z: Complex4, w: Twiddles): Complex4 {
  const t2 = f.complexMul(z[2], w(2));
  const even = f.complexAdd(z[0], t2);
  const odd = f.complexSub(z[0], t2);
  const t1 = f.complexMul(z[1], w(1));
  const t3 = f.complexMul(z[3], w(3));
  const sum = f.complexAdd(t1, t3);
  const difference = f.complexSub(t1, t3);
  return [
    f.complexAdd(even, sum),
    f.complexAddTimesI(odd, difference),
    f.complexSub(even, sum),
    f.complexSubTimesI(odd, difference),
  ];
}

/** Joins four remainders into a block, times four. */
export function inverseButterfly(f: FunctionBuilder, z: Complex4, w: Twiddles): Complex4 {
  const sum02 = f.complexAdd(z[0], z[2]);
  const difference02 = f.complexSub(z[0], z[2]);
  const sum13 = f.complexAdd(z[1], z[3]);
  const difference13 = f.complexSub(z[1], z[3]);
  const y0 = f.complexAdd(sum02, sum13);
  const y2 = f.complexMulConjugate(f.complexSub(sum02, sum13), w(2));
  const y1 = f.complexMulConjugate(f.complexSubTimesI(difference02, difference13), w(1));
  const y3 = f.complexMulConjugate(f.complexAddTimesI(difference02, difference13), w(3));
  return [y0, y1, y2, y3];
}

/** A twiddle triple that all lanes share. */
export const splatTwiddles =
  (f: FunctionBuilder, address: I32, offset: number): Twiddles =>
  (power) => ({
    re: f.splat(address, offset + 16 * (power - 1)),
    im: f.splat(address, offset + 16 * (power - 1) + 8),
  });

/** The twiddle triples of a pair of blocks of the last pass, each value spread over its half. */
export const pairTwiddles =
  (f: FunctionBuilder, address: I32): Twiddles =>
  (power) => ({
    re: f.loadPair(address, 64 * (power - 1)),
    im: f.loadPair(address, 64 * (power - 1) + 32),
  });

export function loadPoint(f: FunctionBuilder, g: Geometry, address: I32, offset: number): Complex {
  return { re: f.loadPair(address, offset), im: f.loadPair(address, g.imaginary + offset) };
}

export function storePoint(f: FunctionBuilder, g: Geometry, address: I32, offset: number, z: Complex): void {
  f.storePair(address, offset, z.re);
  f.storePair(address, g.imaginary + offset, z.im);
}

/** Stores points at the offsets that `place` gives to their numbers. */
export function storePoints(
  f: FunctionBuilder,
  g: Geometry,
  address: I32,
  place: (i: number) => number,
  points: readonly Complex[],
): void {
  for (const [i, z] of points.entries()) storePoint(f, g, address, place(i), z);
}

/** Offsets of two points in the order of spectra. */
const placesOf = (f: FunctionBuilder, first: number, second: number): Halves<number> => [
  16 * spectrumPlace(first, f.paired),
  16 * spectrumPlace(second, f.paired),
];

/** Offsets of point i of both blocks of a pair in the order of spectra. */
export const spectrumOffsets = (f: FunctionBuilder, i: number): Halves<number> => placesOf(f, i, i + 4);

const imaginaryOf = (g: Geometry, [lower, upper]: Halves<number>): Halves<number> => [
  lower + g.imaginary,
  upper + g.imaginary,
];

/** Loads a complex vector whose halves are at the given offsets. */
const loadHalves = (f: FunctionBuilder, g: Geometry, address: I32, offsets: Halves<number>): Complex => ({
  re: f.load(address, offsets),
  im: f.load(address, imaginaryOf(g, offsets)),
});

/** Loads point i of the pair of blocks at an address in the order of spectra. */
export const loadSpectrumPoint = (f: FunctionBuilder, g: Geometry, address: I32, i: number): Complex =>
  loadHalves(f, g, address, spectrumOffsets(f, i));

/** Stores the points of a pair of blocks in the order of spectra. */
export function storeSpectrum(f: FunctionBuilder, g: Geometry, address: I32, points: Complex4): void {
  for (const [i, z] of points.entries()) {
    const offsets = spectrumOffsets(f, i);
    f.storeHalves(address, offsets, z.re);
    f.storeHalves(address, imaginaryOf(g, offsets), z.im);
  }
}

export const map4 = <T>(make: (i: number) => T): [T, T, T, T] => [make(0), make(1), make(2), make(3)];

/** Where each middle pass finds its twiddles, and the last pass its pairs of triples. */
export function twiddleOffsets(g: Geometry): { middle: number[]; last: number } {
  let offset = tableOffsets.twiddles + 48;
  let blocks = 4;
  const middle = g.middlePasses.map((radix) => {
    const start = offset;
    offset += blocks * 16 * (radix - 1);
    blocks *= radix;
    return start;
  });
  return { middle, last: Math.ceil(offset / 32) * 32 };
}

/** Loops over the quarters of a buffer. */
export function overQuarters(
  f: FunctionBuilder,
  g: Geometry,
  buffer: Local<"i32">,
  body: (quarter: Local<"i32">, index: Local<"i32">) => void,
): void {
  const [quarter, index] = f.locals("i32");
  f.set(quarter, buffer);
  f.forRange(index, 0, 4, 1, () => {
    body(quarter, index);
    f.increment(quarter, g.quarterStride);
  });
}

/** Splits or joins the block at `point` of which each part takes `part` bytes: the two points at an offset of each part. */
function radix4(
  f: FunctionBuilder,
  g: Geometry,
  { point, twiddle }: Cursor,
  direction: Direction,
  part: number,
  offset: number,
): void {
  // What is joined first are blocks of 16 points, in the order of spectra.
  const fromSpectrum = direction === "inverse" && part === 64;
  const z = map4((q) => {
    const first = offset + q * part;
    return fromSpectrum
      ? loadHalves(f, g, point, placesOf(f, first / 16, first / 16 + 1))
      : loadPoint(f, g, point, first);
  });
  const w = splatTwiddles(f, twiddle, 0);
  const y = direction === "forward" ? forwardButterfly(f, z, w) : inverseButterfly(f, z, w);
  storePoints(f, g, point, (q) => offset + q * part, y);
}

/** The same in two parts: their first two points. */
function radix2(
  f: FunctionBuilder,
  g: Geometry,
  { point, twiddle }: Cursor,
  direction: Direction,
  part: number,
): void {
  const w: Complex = { re: f.splat(twiddle, 0), im: f.splat(twiddle, 8) };
  const [a, b] = [loadPoint(f, g, point, 0), loadPoint(f, g, point, part)];
  if (direction === "forward") {
    const t = f.complexMul(b, w);
    storePoints(f, g, point, (q) => q * part, [f.complexAdd(a, t), f.complexSub(a, t)]);
  } else {
    const sum = f.complexAdd(a, b);
    const difference = f.complexMulConjugate(f.complexSub(a, b), w);
    storePoints(f, g, point, (q) => q * part, [sum, difference]);
  }
}

/** A middle pass: its radix, the number of points of the blocks that it splits, and where its twiddles begin. */
interface MiddlePass {
  readonly radix: 2 | 4;
  readonly size: number;
  readonly twiddles: number;
}

function middlePassesOf(g: Geometry): MiddlePass[] {
  const { middle } = twiddleOffsets(g);
  let size = g.points / 4;
  return g.middlePasses.map((radix, i) => {
    const pass = { radix, size, twiddles: middle[i]! };
    size /= radix;
    return pass;
  });
}

/** Middle passes over a quarter, in place. */
function middlePasses(
  f: FunctionBuilder,
  g: Geometry,
  direction: Direction,
  passes: readonly MiddlePass[],
): void {
  const [quarter, index] = f.params("i32");
  const [twiddle, point, end, blockEnd] = f.locals("i32");
  const cursor = { point, twiddle };
  for (const { radix, size, twiddles } of passes) {
    const blockBytes = 16 * size;
    const part = blockBytes / radix;
    const quarterTwiddles = (g.points / 4 / size) * 16 * (radix - 1);
    f.set(twiddle, i32.add(f.tables, i32.add(i32.mul(index, quarterTwiddles), twiddles)));
    f.set(point, quarter);
    f.set(end, i32.add(quarter, 4 * g.points));
    f.doWhile(i32.lt_u(point, end), () => {
      if (part === 64) {
        radix4(f, g, cursor, direction, part, 0);
        radix4(f, g, cursor, direction, part, 32);
        f.increment(point, blockBytes);
      } else {
        f.set(blockEnd, i32.add(point, part));
        f.doWhile(i32.lt_u(point, blockEnd), () => {
          if (radix === 4) radix4(f, g, cursor, direction, part, 0);
          else radix2(f, g, cursor, direction, part);
          f.increment(point, 32);
        });
        f.increment(point, blockBytes - part);
      }
      f.increment(twiddle, 16 * (radix - 1));
    });
  }
}

/** forwardMiddle(quarter, index): the passes between the first and the last. */
export function forwardMiddle(f: FunctionBuilder, g: Geometry): void {
  middlePasses(f, g, "forward", middlePassesOf(g));
}

/** inverseMiddle(quarter, index): the same, undone. */
export function inverseMiddle(f: FunctionBuilder, g: Geometry): void {
  middlePasses(f, g, "inverse", middlePassesOf(g).reverse());
}

/** Loops over the pairs of blocks of the last pass in a quarter, with `point` at each and `twiddle` at its twiddles. */
export function overLastPass(
  f: FunctionBuilder,
  g: Geometry,
  quarter: Local<"i32">,
  index: Local<"i32">,
  body: (point: Local<"i32">, twiddle: Local<"i32">) => void,
): void {
  const [twiddle, point, end] = f.locals("i32");
  const quarterTwiddles = (g.points / 32) * 192;
  f.set(twiddle, i32.add(f.tables, i32.add(i32.mul(index, quarterTwiddles), twiddleOffsets(g).last)));
  f.set(point, quarter);
  f.set(end, i32.add(quarter, 4 * g.points));
  f.doWhile(i32.lt_u(point, end), () => {
    body(point, twiddle);
    f.increment(point, 128);
    f.increment(twiddle, 192);
  });
}

/** Reads and splits a pair of blocks. */
export function lastPassForward(f: FunctionBuilder, g: Geometry, point: I32, w: Twiddles): Complex4 {
  const z = map4((i) => loadHalves(f, g, point, [16 * i, 16 * i + 64]));
  return forwardButterfly(f, z, w);
}

/** forwardLast(quarter, index): the last pass alone. */
export function forwardLast(f: FunctionBuilder, g: Geometry): void {
  const [quarter, index] = f.params("i32");
  overLastPass(f, g, quarter, index, (point, twiddle) => {
    storeSpectrum(f, g, point, lastPassForward(f, g, point, pairTwiddles(f, twiddle)));
  });
}

/** inverseFirst(quarter, index): the inverse of the last pass alone. */
export function inverseFirst(f: FunctionBuilder, g: Geometry): void {
  const [quarter, index] = f.params("i32");
  overLastPass(f, g, quarter, index, (point, twiddle) => {
    const z = map4((i) => loadSpectrumPoint(f, g, point, i));
    storeSpectrum(f, g, point, inverseButterfly(f, z, pairTwiddles(f, twiddle)));
  });
}

/** forwardRest(buffer): all passes but the first. */
export function forwardRest(f: FunctionBuilder, g: Geometry): void {
  const [buffer] = f.params("i32");
  overQuarters(f, g, buffer, (quarter, index) => {
    for (const passes of ["forwardMiddle", "forwardLast"]) f.call(passes, quarter, index);
  });
}

/** inverseRest(buffer): the same, undone. */
export function inverseRest(f: FunctionBuilder, g: Geometry): void {
  const [buffer] = f.params("i32");
  overQuarters(f, g, buffer, (quarter, index) => {
    for (const passes of ["inverseFirst", "inverseMiddle"]) f.call(passes, quarter, index);
  });
}

/** forwardFirst(buffer): the first pass on a buffer that holds the folded coefficients as doubles. */
export function forwardFirst(f: FunctionBuilder, g: Geometry): void {
  firstPass(f, g, forwardButterfly);
}

/** inverseLast(buffer): the inverse of the first pass, back to folded coefficients as doubles. */
export function inverseLast(f: FunctionBuilder, g: Geometry): void {
  firstPass(f, g, inverseButterfly);
}

function firstPass(f: FunctionBuilder, g: Geometry, butterfly: typeof forwardButterfly): void {
  const [buffer] = f.params("i32");
  const [point, end] = f.locals("i32");
  f.set(point, buffer);
  f.set(end, i32.add(buffer, 4 * g.points));
  f.doWhile(i32.lt_u(point, end), () => {
    const z = map4((q) => loadPoint(f, g, point, q * g.quarterStride));
    const y = butterfly(f, z, splatTwiddles(f, f.tables, tableOffsets.twiddles));
    storePoints(f, g, point, (q) => q * g.quarterStride, y);
    f.increment(point, 32);
  });
}
