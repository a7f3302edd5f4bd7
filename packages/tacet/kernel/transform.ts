import { type Geometry, spectrumPlace, tableOffsets } from "../src/kernel/geometry.ts";
import { add32, type Complex, type Expression, type FunctionBuilder, get, i32, mul32 } from "./assembler.ts";

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
  (f: FunctionBuilder, address: Expression, offset: number): Twiddles =>
  (power) => ({
    re: f.splat(address, offset + 16 * (power - 1)),
    im: f.splat(address, offset + 16 * (power - 1) + 8),
  });

/** The twiddle triples of a pair of blocks of the last pass, each value spread over its half. */
export const pairTwiddles =
  (f: FunctionBuilder, address: Expression): Twiddles =>
  (power) => ({
    re: f.loadPair(address, 64 * (power - 1)),
    im: f.loadPair(address, 64 * (power - 1) + 32),
  });

export function loadPoint(f: FunctionBuilder, g: Geometry, address: Expression, offset: number): Complex {
  return { re: f.loadPair(address, offset), im: f.loadPair(address, g.imaginary + offset) };
}

export function storePoint(
  f: FunctionBuilder,
  g: Geometry,
  address: Expression,
  offset: number,
  z: Complex,
): void {
  f.storePair(address, offset, z.re);
  f.storePair(address, g.imaginary + offset, z.im);
}

/** Stores points at the offsets that `place` gives to their numbers. */
export function storePoints(
  f: FunctionBuilder,
  g: Geometry,
  address: Expression,
  place: (i: number) => number,
  points: readonly Complex[],
): void {
  for (const [i, z] of points.entries()) storePoint(f, g, address, place(i), z);
}

/** Offsets of points in the order of spectra. */
const placesOf = (f: FunctionBuilder, ...points: number[]): number[] =>
  points.map((point) => 16 * spectrumPlace(point, f.paired));

/** Offsets of point i of both blocks of a pair in the order of spectra. */
export const spectrumOffsets = (f: FunctionBuilder, i: number): readonly number[] => placesOf(f, i, i + 4);

const imaginaryOf = (g: Geometry, offsets: readonly number[]): number[] =>
  offsets.map((offset) => offset + g.imaginary);

/** Loads a complex vector whose halves are at the given offsets. */
const loadHalves = (
  f: FunctionBuilder,
  g: Geometry,
  address: Expression,
  offsets: readonly number[],
): Complex => ({ re: f.load(address, offsets), im: f.load(address, imaginaryOf(g, offsets)) });

/** Loads point i of the pair of blocks at an address in the order of spectra. */
export const loadSpectrumPoint = (f: FunctionBuilder, g: Geometry, address: Expression, i: number): Complex =>
  loadHalves(f, g, address, spectrumOffsets(f, i));

/** Stores the points of a pair of blocks in the order of spectra. */
export function storeSpectrum(f: FunctionBuilder, g: Geometry, address: Expression, points: Complex4): void {
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

/** Loops over the quarters of the buffer at `buffer`, with the address of each in `quarter` and its number in `index`. */
export function overQuarters(f: FunctionBuilder, g: Geometry, body: () => void): void {
  for (const name of ["quarter", "index"]) f.local("i32", name);
  f.set("quarter", get("buffer"));
  f.forRange("index", i32(0), i32(4), 1, () => {
    body();
    f.increment("quarter", g.quarterStride);
  });
}

/** Splits or joins the block at `point` of which each part takes `part` bytes: the two points at an offset of each part. */
function radix4(f: FunctionBuilder, g: Geometry, direction: Direction, part: number, offset: number): void {
  const at = get("point");
  // What is joined first are blocks of 16 points, in the order of spectra.
  const fromSpectrum = direction === "inverse" && part === 64;
  const z = map4((q) => {
    const first = offset + q * part;
    return fromSpectrum
      ? loadHalves(f, g, at, placesOf(f, first / 16, first / 16 + 1))
      : loadPoint(f, g, at, first);
  });
  const w = splatTwiddles(f, get("twiddle"), 0);
  const y = direction === "forward" ? forwardButterfly(f, z, w) : inverseButterfly(f, z, w);
  storePoints(f, g, at, (q) => offset + q * part, y);
}

/** The same in two parts: their first two points. */
function radix2(f: FunctionBuilder, g: Geometry, direction: Direction, part: number): void {
  const at = get("point");
  const w: Complex = { re: f.splat(get("twiddle"), 0), im: f.splat(get("twiddle"), 8) };
  const [a, b] = [loadPoint(f, g, at, 0), loadPoint(f, g, at, part)];
  if (direction === "forward") {
    const t = f.complexMul(b, w);
    storePoints(f, g, at, (q) => q * part, [f.complexAdd(a, t), f.complexSub(a, t)]);
  } else {
    const sum = f.complexAdd(a, b);
    const difference = f.complexMulConjugate(f.complexSub(a, b), w);
    storePoints(f, g, at, (q) => q * part, [sum, difference]);
  }
}

/** One middle pass over the blocks of `size` points of a quarter, in place. */
function middlePass(
  f: FunctionBuilder,
  g: Geometry,
  radix: 2 | 4,
  size: number,
  direction: Direction,
  twiddles: number,
): void {
  const blockBytes = 16 * size;
  const part = blockBytes / radix;
  const at = get("point");
  const quarterTwiddles = (g.points / 4 / size) * 16 * (radix - 1);
  f.set("twiddle", add32(get("tables"), add32(mul32(get("index"), quarterTwiddles), twiddles)));
  f.set("point", get("quarter"));
  f.set("end", add32(get("quarter"), 4 * g.points));
  f.doWhile(`(i32.lt_u ${at} ${get("end")})`, () => {
    if (part === 64) {
      radix4(f, g, direction, part, 0);
      radix4(f, g, direction, part, 32);
      f.increment("point", blockBytes);
    } else {
      f.set("blockEnd", add32(at, part));
      f.doWhile(`(i32.lt_u ${at} ${get("blockEnd")})`, () => {
        if (radix === 4) radix4(f, g, direction, part, 0);
        else radix2(f, g, direction, part);
        f.increment("point", 32);
      });
      f.increment("point", blockBytes - part);
    }
    f.increment("twiddle", 16 * (radix - 1));
  });
}

const declareMiddle = (f: FunctionBuilder): void => {
  for (const name of ["twiddle", "point", "end", "blockEnd"]) f.local("i32", name);
};

/** forwardMiddle(quarter, index): the passes between the first and the last. */
export function forwardMiddle(f: FunctionBuilder, g: Geometry): void {
  declareMiddle(f);
  const { middle } = twiddleOffsets(g);
  let size = g.points / 4;
  g.middlePasses.forEach((radix, i) => {
    middlePass(f, g, radix, size, "forward", middle[i]!);
    size /= radix;
  });
}

/** inverseMiddle(quarter, index): the same, undone. */
export function inverseMiddle(f: FunctionBuilder, g: Geometry): void {
  declareMiddle(f);
  const { middle } = twiddleOffsets(g);
  let size = 4;
  for (let i = middle.length - 1; i >= 0; i--) {
    size *= g.middlePasses[i]!;
    middlePass(f, g, g.middlePasses[i]!, size, "inverse", middle[i]!);
  }
}

/** Loops over the pairs of blocks of the last pass in a quarter, with `point` at each and `twiddle` at its twiddles. */
export function overLastPass(f: FunctionBuilder, g: Geometry, body: () => void): void {
  for (const name of ["twiddle", "point", "end"]) f.local("i32", name);
  const quarterTwiddles = (g.points / 32) * 192;
  f.set("twiddle", add32(get("tables"), add32(mul32(get("index"), quarterTwiddles), twiddleOffsets(g).last)));
  f.set("point", get("quarter"));
  f.set("end", add32(get("quarter"), 4 * g.points));
  f.doWhile(`(i32.lt_u ${get("point")} ${get("end")})`, () => {
    body();
    f.increment("point", 128);
    f.increment("twiddle", 192);
  });
}

/** Reads and splits a pair of blocks. */
export function lastPassForward(f: FunctionBuilder, g: Geometry, w: Twiddles): Complex4 {
  const z = map4((i) => loadHalves(f, g, get("point"), [16 * i, 16 * i + 64]));
  return forwardButterfly(f, z, w);
}

/** forwardLast(quarter, index): the last pass alone. */
export function forwardLast(f: FunctionBuilder, g: Geometry): void {
  overLastPass(f, g, () => {
    storeSpectrum(f, g, get("point"), lastPassForward(f, g, pairTwiddles(f, get("twiddle"))));
  });
}

/** inverseFirst(quarter, index): the inverse of the last pass alone. */
export function inverseFirst(f: FunctionBuilder, g: Geometry): void {
  overLastPass(f, g, () => {
    const z = map4((i) => loadSpectrumPoint(f, g, get("point"), i));
    storeSpectrum(f, g, get("point"), inverseButterfly(f, z, pairTwiddles(f, get("twiddle"))));
  });
}

/** forwardRest(buffer): all passes but the first. */
export function forwardRest(f: FunctionBuilder, g: Geometry): void {
  overQuarters(f, g, () => {
    for (const passes of ["forwardMiddle", "forwardLast"]) f.call(passes, get("quarter"), get("index"));
  });
}

/** inverseRest(buffer): the same, undone. */
export function inverseRest(f: FunctionBuilder, g: Geometry): void {
  overQuarters(f, g, () => {
    for (const passes of ["inverseFirst", "inverseMiddle"]) f.call(passes, get("quarter"), get("index"));
  });
}

/** forwardFirst(buffer): the first pass on a buffer that holds the folded coefficients as doubles. */
export function forwardFirst(f: FunctionBuilder, g: Geometry): void {
  overFirstPass(f, g, () => {
    const z = map4((q) => loadPoint(f, g, get("point"), q * g.quarterStride));
    const y = forwardButterfly(f, z, splatTwiddles(f, get("tables"), tableOffsets.twiddles));
    storePoints(f, g, get("point"), (q) => q * g.quarterStride, y);
  });
}

/** inverseLast(buffer): the inverse of the first pass, back to folded coefficients as doubles. */
export function inverseLast(f: FunctionBuilder, g: Geometry): void {
  overFirstPass(f, g, () => {
    const z = map4((q) => loadPoint(f, g, get("point"), q * g.quarterStride));
    const y = inverseButterfly(f, z, splatTwiddles(f, get("tables"), tableOffsets.twiddles));
    storePoints(f, g, get("point"), (q) => q * g.quarterStride, y);
  });
}

function overFirstPass(f: FunctionBuilder, g: Geometry, body: () => void): void {
  for (const name of ["point", "end"]) f.local("i32", name);
  f.set("point", get("buffer"));
  f.set("end", add32(get("buffer"), 4 * g.points));
  f.doWhile(`(i32.lt_u ${get("point")} ${get("end")})`, () => {
    body();
    f.increment("point", 32);
  });
}
