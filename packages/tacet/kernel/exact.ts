import type { Geometry } from "../src/kernel/geometry.ts";
import {
  add32,
  type Expression,
  type FunctionBuilder,
  get,
  i32,
  load64,
  mul32,
  shl32,
  shr32,
  sub32,
} from "./assembler.ts";
import { loadPoint, storePoint } from "./transform.ts";

// Exact products by a binary polynomial. A 64-bit coefficient splits into balanced limbs, two of which go to the two
// lanes; each limb is multiplied through the transform, rounded, and weighted again.
//
// Why rounding is exact: by Brent, Percival and Zimmermann ("Error bounds on complex floating-point multiplication",
// Math. Comp. 76, 2007, Theorem 5.1 after Percival), a product z of x and y computed with transforms of 2^n points,
// unit roundoff ε = 2^-53 and twiddles within ε is off by at most |x|·|y|·((1+ε)^3n (1+ε√5)^(3n+1) (1+ε)^3n − 1),
// less than |x|·|y|·(12.8·n + 2.3)·ε. A limb of b bits is at most 2^(b−1), so |x| ≤ 2^(b−1)·√N, and |y| ≤ √N: with
// n = log2(N) − 1 that is 0.31 for b = 32 at N = 8192, and below 2^-10 for b = 16 at N = 65536. Both are below 1/2.

/** Address of point `j` of a buffer. */
function pointAddress(g: Geometry, buffer: Expression, j: Expression): Expression {
  const padding = mul32(shr32(j, Math.log2(g.points / 4)), g.quarterStride - 4 * g.points);
  return add32(add32(buffer, shl32(j, 4)), padding);
}

/** Runs `body` for each coefficient, real parts first, with its address in `coefficient` and its point in `place`. */
function overCoefficients(
  f: FunctionBuilder,
  g: Geometry,
  source: string,
  bytes: number,
  body: (imaginary: number) => void,
): void {
  for (const name of ["coefficient", "place", "point"]) f.local("i32", name);
  f.set("coefficient", get(source));
  for (const imaginary of [0, g.imaginary]) {
    f.forRange("place", i32(0), i32(g.points), 1, () => {
      f.set("point", pointAddress(g, get("buffer"), get("place")));
      body(imaginary);
      f.increment("coefficient", bytes);
    });
  }
}

/** loadLimbs(polynomial, buffer, word): the balanced limbs of word `word` of each coefficient, as doubles. */
export function loadLimbs(f: FunctionBuilder, g: Geometry): void {
  f.local("i64", "value");
  const upperWord = `(i64.shr_s (i64.add ${get("value")} (i64.const 0x80000000)) (i64.const 32))`;
  overCoefficients(f, g, "polynomial", 8, (imaginary) => {
    f.set("value", load64(get("coefficient")));
    if (g.limbBits === 16) {
      f.set("value", `(select ${upperWord} (i64.extend32_s ${get("value")}) ${get("word")})`);
    }
    const half = 2 ** (g.limbBits - 1);
    const low = `(i64.extend${g.limbBits}_s ${get("value")})`;
    const high = `(i64.shr_s (i64.add ${get("value")} (i64.const ${half})) (i64.const ${g.limbBits}))`;
    f.store("f64", get("point"), imaginary, `(f64.convert_i64_s ${low})`);
    f.store("f64", get("point"), imaginary + 8, `(f64.convert_i64_s ${high})`);
  });
}

/** addLimbs(buffer, polynomial, word): rounds the limbs of a product and adds them at their weight. */
export function addLimbs(f: FunctionBuilder, g: Geometry): void {
  const limb = (offset: number): string =>
    `(i64.trunc_sat_f64_s (f64.nearest (f64.load offset=${offset} ${get("point")})))`;
  overCoefficients(f, g, "polynomial", 8, (imaginary) => {
    const value = `(i64.add ${limb(imaginary)} (i64.shl ${limb(imaginary + 8)} (i64.const ${g.limbBits})))`;
    const shift = `(i64.extend_i32_u ${shl32(get("word"), 5)})`;
    const sum = `(i64.add ${load64(get("coefficient"))} (i64.shl ${value} ${shift}))`;
    f.store("i64", get("coefficient"), 0, sum);
  });
}

/** loadBits(bits, buffer): a binary polynomial in both lanes, divided by h to make up for the inverse transform. */
export function loadBits(f: FunctionBuilder, g: Geometry): void {
  overCoefficients(f, g, "bits", 1, (imaginary) => {
    const bit = `(f64.convert_i32_u (i32.load8_u ${get("coefficient")}))`;
    const scaled = `(f64.mul ${bit} (f64.const ${1 / g.points}))`;
    f.store("v128", get("point"), imaginary, `(f64x2.splat ${scaled})`);
  });
}

/** loadTorus(lower, upper, buffer): two polynomials of torus elements as doubles in [−1/2, 1/2), divided by h. */
export function loadTorus(f: FunctionBuilder, g: Geometry): void {
  f.local("i32", "other");
  const scaled = (address: string): string =>
    `(f64.mul (f64.convert_i64_s ${load64(get(address))}) (f64.const ${2 ** -64 / g.points}))`;
  f.set("other", get("upper"));
  overCoefficients(f, g, "lower", 8, (imaginary) => {
    f.store("f64", get("point"), imaginary, scaled("coefficient"));
    f.store("f64", get("point"), imaginary + 8, scaled("other"));
    f.increment("other", 8);
  });
}

/** Loops over the pairs of points of the spectrum at `buffer`, with `point` at each, and runs `next` after each quarter. */
function overSpectrum(f: FunctionBuilder, g: Geometry, body: () => void, next: () => void): void {
  for (const name of ["quarter", "point", "end"]) f.local("i32", name);
  f.forRange("quarter", get("buffer"), add32(get("buffer"), 4 * g.quarterStride), g.quarterStride, () => {
    f.set("point", get("quarter"));
    f.set("end", add32(get("quarter"), 4 * g.points));
    f.doWhile(`(i32.lt_u ${get("point")} ${get("end")})`, () => {
      body();
      f.increment("point", 32);
    });
    next();
  });
}

/** multiplySpectra(buffer, factor): multiplies a spectrum by another, in place. */
export function multiplySpectra(f: FunctionBuilder, g: Geometry): void {
  const multiply = (): void => {
    const product = f.complexMul(loadPoint(f, g, get("point"), 0), loadPoint(f, g, get("factor"), 0));
    storePoint(f, g, get("point"), 0, product);
    f.increment("factor", 32);
  };
  overSpectrum(f, g, multiply, () => f.increment("factor", g.quarterStride - 4 * g.points));
}

/**
 * storeKeyHalf(buffer, key, stride): writes a spectrum as one of the two factors of a block of a GGSW ciphertext, whose
 * quarters are `stride` apart.
 */
export function storeKeyHalf(f: FunctionBuilder, g: Geometry): void {
  const store = (): void => {
    const z = loadPoint(f, g, get("point"), 0);
    f.storePair(get("key"), 0, z.re);
    f.storePair(get("key"), 32, z.im);
    f.increment("key", 128);
  };
  overSpectrum(f, g, store, () =>
    f.set("key", add32(get("key"), sub32(get("stride"), i32(g.quarterOfBlock)))),
  );
}

const forward = (f: FunctionBuilder, buffer: Expression): void => {
  for (const passes of ["forwardFirst", "forwardRest"]) f.call(passes, buffer);
};

/** prepareBinaryKey(bits, buffer): the spectrum of one binary polynomial. */
export function prepareBinaryKey(f: FunctionBuilder): void {
  f.call("loadBits", get("bits"), get("buffer"));
  forward(f, get("buffer"));
}

/** binaryProduct(polynomial, prepared, out, buffer): out += polynomial·prepared. */
export function binaryProduct(f: FunctionBuilder, g: Geometry): void {
  f.local("i32", "word");
  f.forRange("word", i32(0), i32(32 / g.limbBits), 1, () => {
    f.call("loadLimbs", get("polynomial"), get("buffer"), get("word"));
    forward(f, get("buffer"));
    f.call("multiplySpectra", get("buffer"), get("prepared"));
    for (const passes of ["inverseRest", "inverseLast"]) f.call(passes, get("buffer"));
    f.call("addLimbs", get("buffer"), get("out"), get("word"));
  });
}

/** transformKeyHalf(lower, upper, key, stride, buffer): a pair of GGSW polynomials to one factor of a block. */
export function transformKeyHalf(f: FunctionBuilder): void {
  f.call("loadTorus", get("lower"), get("upper"), get("buffer"));
  forward(f, get("buffer"));
  f.call("storeKeyHalf", get("buffer"), get("key"), get("stride"));
}
