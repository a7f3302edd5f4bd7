import { type Geometry, tableOffsets } from "../src/kernel/geometry.ts";
import { add32, type Complex, type Expression, type FunctionBuilder, get, type Vector } from "./assembler.ts";

// The negacyclic transform. N real coefficients p fold into N/2 points p[j] + i·p[j + N/2] of a polynomial modulo
// X^(N/2) − i. A radix-4 pass splits a polynomial f modulo X^s − ρ, with ζ = ρ^(1/4), into its remainders modulo
// X^(s/4) − ζ·i^q for q = 0..3: one constant twiddle triple ζ, ζ², ζ³ for each block, no bit reversal. The inverse
// undoes the passes in the opposite order, and leaves everything multiplied by N/2.
//
// Points lie as real and imaginary parts apart, 16 bytes each, which hold the same point of two polynomials.
// Every pass but the last works on pairs of neighbouring points. In the last pass neighbours meet in one butterfly,
// so the pairs are made of neighbouring blocks instead, and what it writes stays paired: point i of blocks 2g and
// 2g + 1 at places 8g + 2σ(i) and 8g + 2σ(i) + 1, where σ exchanges 1 and 2, so that the pass before the last can be
// undone in place. That is the order of spectra.

export type Complex4 = readonly [Complex, Complex, Complex, Complex];
export type Twiddles = readonly [Complex, Complex, Complex];

/** Splits a block: the four remainders from the four quarters of its coefficients. */
export function forwardButterfly(f: FunctionBuilder, z: Complex4, w: Twiddles): Complex4 {
  const t2 = f.complexMul(z[2], w[1]);
  const even = f.complexAdd(z[0], t2);
  const odd = f.complexSub(z[0], t2);
  const t1 = f.complexMul(z[1], w[0]);
  const t3 = f.complexMul(z[3], w[2]);
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
  const sum13 = f.complexAdd(z[1], z[3]);
  const y0 = f.complexAdd(sum02, sum13);
  const y2 = f.complexMulConjugate(f.complexSub(sum02, sum13), w[1]);
  const difference02 = f.complexSub(z[0], z[2]);
  const difference13 = f.complexSub(z[1], z[3]);
  const y1 = f.complexMulConjugate(f.complexSubTimesI(difference02, difference13), w[0]);
  const y3 = f.complexMulConjugate(f.complexAddTimesI(difference02, difference13), w[2]);
  return [y0, y1, y2, y3];
}

/** A twiddle triple that all lanes share. */
export function splatTwiddles(f: FunctionBuilder, address: Expression, offset: number): Twiddles {
  const one = (i: number): Complex => ({
    re: f.splat(address, offset + 16 * i),
    im: f.splat(address, offset + 16 * i + 8),
  });
  return [one(0), one(1), one(2)];
}

/** The twiddle triples of a pair of blocks of the last pass, each value spread over its half. */
export function pairTwiddles(f: FunctionBuilder, address: Expression): Twiddles {
  const one = (i: number): Complex => ({
    re: f.loadPair(address, 64 * i),
    im: f.loadPair(address, 64 * i + 32),
  });
  return [one(0), one(1), one(2)];
}

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

/** Offset of point i of a pair of blocks in the order of spectra. */
export const spectrumPlace = (i: number): number => 32 * [0, 2, 1, 3][i]!;

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

/** Loops over the four quarters of the buffer at local `buffer`, with the local `quarter` at each. */
function overQuarters(f: FunctionBuilder, g: Geometry, body: () => void): void {
  f.forRange("quarter", get("buffer"), add32(get("buffer"), 4 * g.quarterStride), g.quarterStride, body);
}

/** Reads points i and i + 1 of the four parts of a block of 16 points that lies in the order of spectra. */
function loadFromSpectrum(f: FunctionBuilder, g: Geometry, address: Expression, offset: number): Complex4 {
  return map4((q) => {
    const start = offset + 128 * (q >> 1) + 16 * (q & 1);
    const at = (part: number): Vector => f.load(address, [part + start, part + start + 64]);
    return { re: at(0), im: at(g.imaginary) };
  });
}

/**
 * One middle pass over blocks of `size` points, in place. The inverse of the one before the last finds its points in
 * the order of spectra.
 */
function middlePass(
  f: FunctionBuilder,
  g: Geometry,
  radix: 2 | 4,
  size: number,
  direction: "forward" | "inverse",
  twiddles: number,
): void {
  const blockBytes = 16 * size;
  const part = blockBytes / radix;
  const at = get("point");
  const radix4 = (offset: number): void => {
    const z =
      direction === "inverse" && size === 16
        ? loadFromSpectrum(f, g, at, offset)
        : map4((q) => loadPoint(f, g, at, offset + q * part));
    const w = splatTwiddles(f, get("twiddle"), 0);
    const y = direction === "forward" ? forwardButterfly(f, z, w) : inverseButterfly(f, z, w);
    storePoints(f, g, at, (q) => offset + q * part, y);
  };
  const radix2 = (): void => {
    const w: Complex = { re: f.splat(get("twiddle"), 0), im: f.splat(get("twiddle"), 8) };
    const a = loadPoint(f, g, at, 0);
    const b = loadPoint(f, g, at, part);
    if (direction === "forward") {
      const t = f.complexMul(b, w);
      storePoints(f, g, at, (q) => q * part, [f.complexAdd(a, t), f.complexSub(a, t)]);
    } else {
      const sum = f.complexAdd(a, b);
      const difference = f.complexMulConjugate(f.complexSub(a, b), w);
      storePoints(f, g, at, (q) => q * part, [sum, difference]);
    }
  };
  f.set("twiddle", add32(get("tables"), twiddles));
  overQuarters(f, g, () => {
    f.set("point", get("quarter"));
    f.set("end", add32(get("quarter"), 4 * g.points));
    f.doWhile(`(i32.lt_u ${at} ${get("end")})`, () => {
      if (part === 64) {
        radix4(0);
        radix4(32);
        f.increment("point", blockBytes);
      } else {
        f.set("blockEnd", add32(at, part));
        f.doWhile(`(i32.lt_u ${at} ${get("blockEnd")})`, () => {
          if (radix === 4) radix4(0);
          else radix2();
          f.increment("point", 32);
        });
        f.increment("point", blockBytes - part);
      }
      f.increment("twiddle", 16 * (radix - 1));
    });
  });
}

function declareLoopLocals(f: FunctionBuilder): void {
  for (const name of ["twiddle", "quarter", "point", "end", "blockEnd"]) f.local("i32", name);
}

/** forwardPasses(buffer): the passes between the first and the last. */
export function forwardPasses(f: FunctionBuilder, g: Geometry): void {
  declareLoopLocals(f);
  const { middle } = twiddleOffsets(g);
  let size = g.points / 4;
  g.middlePasses.forEach((radix, i) => {
    middlePass(f, g, radix, size, "forward", middle[i]!);
    size /= radix;
  });
}

/** inversePasses(buffer): the same, undone. */
export function inversePasses(f: FunctionBuilder, g: Geometry): void {
  declareLoopLocals(f);
  const { middle } = twiddleOffsets(g);
  let size = 4;
  for (let i = middle.length - 1; i >= 0; i--) {
    size *= g.middlePasses[i]!;
    middlePass(f, g, g.middlePasses[i]!, size, "inverse", middle[i]!);
  }
}

/** Loops over the pairs of blocks of the last pass, with `point` at each and `twiddle` at its twiddles. */
export function overLastPass(f: FunctionBuilder, g: Geometry, body: () => void): void {
  f.set("twiddle", add32(get("tables"), twiddleOffsets(g).last));
  overQuarters(f, g, () => {
    f.set("point", get("quarter"));
    f.set("end", add32(get("quarter"), 4 * g.points));
    f.doWhile(`(i32.lt_u ${get("point")} ${get("end")})`, () => {
      body();
      f.increment("point", 128);
      f.increment("twiddle", 192);
    });
  });
}

/** Reads and splits a pair of blocks. */
export function lastPassForward(f: FunctionBuilder, g: Geometry, w: Twiddles): Complex4 {
  const at = get("point");
  const z = map4((i) => ({
    re: f.load(at, [16 * i, 16 * i + 64]),
    im: f.load(at, [16 * i + g.imaginary, 16 * i + 64 + g.imaginary]),
  }));
  return forwardButterfly(f, z, w);
}

/** forwardLast(buffer): the last pass alone. */
export function forwardLast(f: FunctionBuilder, g: Geometry): void {
  declareLoopLocals(f);
  overLastPass(f, g, () => {
    const y = lastPassForward(f, g, pairTwiddles(f, get("twiddle")));
    storePoints(f, g, get("point"), spectrumPlace, y);
  });
}

/** inverseFirst(buffer): the inverse of the last pass alone. */
export function inverseFirst(f: FunctionBuilder, g: Geometry): void {
  declareLoopLocals(f);
  overLastPass(f, g, () => {
    const z = map4((i) => loadPoint(f, g, get("point"), spectrumPlace(i)));
    const y = inverseButterfly(f, z, pairTwiddles(f, get("twiddle")));
    storePoints(f, g, get("point"), spectrumPlace, y);
  });
}

/** forwardFirst(buffer): the first pass on a buffer that holds the folded coefficients as doubles. */
export function forwardFirst(f: FunctionBuilder, g: Geometry): void {
  declareLoopLocals(f);
  overFirstPass(f, g, () => {
    const z = map4((q) => loadPoint(f, g, get("point"), q * g.quarterStride));
    const y = forwardButterfly(f, z, splatTwiddles(f, get("tables"), tableOffsets.twiddles));
    storePoints(f, g, get("point"), (q) => q * g.quarterStride, y);
  });
}

/** inverseLast(buffer): the inverse of the first pass, back to folded coefficients as doubles. */
export function inverseLast(f: FunctionBuilder, g: Geometry): void {
  declareLoopLocals(f);
  overFirstPass(f, g, () => {
    const z = map4((q) => loadPoint(f, g, get("point"), q * g.quarterStride));
    const y = inverseButterfly(f, z, splatTwiddles(f, get("tables"), tableOffsets.twiddles));
    storePoints(f, g, get("point"), (q) => q * g.quarterStride, y);
  });
}

function overFirstPass(f: FunctionBuilder, g: Geometry, body: () => void): void {
  f.set("point", get("buffer"));
  f.set("end", add32(get("buffer"), 4 * g.points));
  f.doWhile(`(i32.lt_u ${get("point")} ${get("end")})`, () => {
    body();
    f.increment("point", 32);
  });
}
