import type { Geometry } from "../geometry.ts";
import type { FunctionBuilder } from "./assembler.ts";
import { f64, f64x2, type I32, i32, i64, type Local, select, type Value, v128 } from "./instructions.ts";
import { loadPoint, storePoint } from "./transform.ts";

// Exact products by a binary polynomial. A 64-bit coefficient splits into balanced limbs, two of which go to the two
// lanes; each limb is multiplied through the transform, rounded, and weighted again.
//
// Why rounding is exact: by Brent, Percival and Zimmermann ("Error bounds on complex floating-point multiplication",
// Math. Comp. 76, 2007, Theorem 5.1 after Percival), a product z of x and y computed with transforms of 2^n points,
// unit roundoff ε = 2^-53 and twiddles within ε is off by at most |x|·|y|·((1+ε)^3n (1+ε√5)^(3n+1) (1+ε)^3n − 1),
// less than |x|·|y|·(12.8·n + 2.3)·ε. A limb of b bits is at most 2^(b−1), so |x| ≤ 2^(b−1)·√N, and |y| ≤ √N: with
// n = log2(N) − 1 that is 0.31 for b = 32 at N = 8192, and below 2^-10 for b = 16 at N = 65536. Both are below 1/2.
// For sums of products by gadget digits, `productsPerRounding` says how many may be rounded together.

/** Address of point `j` of a buffer. */
function pointAddress(g: Geometry, buffer: I32, j: I32): Value<"i32"> {
  const padding = i32.mul(i32.shr_u(j, Math.log2(g.points / 4)), g.quarterStride - 4 * g.points);
  return i32.add(i32.add(buffer, i32.shl(j, 4)), padding);
}

/** Runs `body` for each coefficient, of so many bytes, and its place in a buffer: real parts first. */
function overCoefficients(
  f: FunctionBuilder,
  g: Geometry,
  source: Local<"i32">,
  bytes: I32,
  buffer: Local<"i32">,
  body: (coefficient: Local<"i32">, point: Local<"i32">, imaginary: number) => void,
): void {
  const [coefficient, place, point] = f.locals("i32");
  f.set(coefficient, source);
  for (const imaginary of [0, g.imaginary]) {
    f.forRange(place, 0, g.points, 1, () => {
      f.set(point, pointAddress(g, buffer, place));
      body(coefficient, point, imaginary);
      f.increment(coefficient, bytes);
    });
  }
}

/** loadLimbs(polynomial, buffer, word): the balanced limbs of word `word` of each coefficient, as doubles. */
export function loadLimbs(f: FunctionBuilder, g: Geometry): void {
  const [polynomial, buffer, word] = f.params("i32");
  const [value] = f.locals("i64");
  const extend = g.limbBits === 16 ? i64.extend16_s : i64.extend32_s;
  overCoefficients(f, g, polynomial, 8, buffer, (coefficient, point, imaginary) => {
    f.set(value, i64.load(coefficient));
    if (g.limbBits === 16) {
      const upperWord = i64.shr_s(i64.add(value, 2 ** 31), 32);
      f.set(value, select(upperWord, i64.extend32_s(value), word));
    }
    const high = i64.shr_s(i64.add(value, 2 ** (g.limbBits - 1)), g.limbBits);
    f.emit(f64.store(point, imaginary, f64.convert_i64_s(extend(value))));
    f.emit(f64.store(point, imaginary + 8, f64.convert_i64_s(high)));
  });
}

/** addLimbs(buffer, polynomial, word): rounds the limbs of a product and adds them at their weight. */
export function addLimbs(f: FunctionBuilder, g: Geometry): void {
  const [buffer, polynomial, word] = f.params("i32");
  overCoefficients(f, g, polynomial, 8, buffer, (coefficient, point, imaginary) => {
    const limb = (offset: number): Value<"i64"> => i64.trunc_sat_f64_s(f64.nearest(f64.load(point, offset)));
    const value = i64.add(limb(imaginary), i64.shl(limb(imaginary + 8), g.limbBits));
    const shift = i64.extend_i32_u(i32.shl(word, 5));
    f.emit(i64.store(coefficient, 0, i64.add(i64.load(coefficient), i64.shl(value, shift))));
  });
}

/** loadBits(bits, buffer): a binary polynomial in both lanes, divided by h to make up for the inverse transform. */
export function loadBits(f: FunctionBuilder, g: Geometry): void {
  const [bits, buffer] = f.params("i32");
  overCoefficients(f, g, bits, 1, buffer, (coefficient, point, imaginary) => {
    const bit = f64.convert_i32_u(i32.load8_u(coefficient));
    f.emit(v128.store(point, imaginary, f64x2.splat(f64.mul(bit, 1 / g.points))));
  });
}

/** loadTorus(lower, upper, buffer): two polynomials of torus elements as doubles in [−1/2, 1/2), divided by h. */
export function loadTorus(f: FunctionBuilder, g: Geometry): void {
  const [lower, upper, buffer] = f.params("i32");
  const [other] = f.locals("i32");
  const scaled = (address: Local<"i32">): Value<"f64"> =>
    f64.mul(f64.convert_i64_s(i64.load(address)), 2 ** -64 / g.points);
  f.set(other, upper);
  overCoefficients(f, g, lower, 8, buffer, (coefficient, point, imaginary) => {
    f.emit(f64.store(point, imaginary, scaled(coefficient)));
    f.emit(f64.store(point, imaginary + 8, scaled(other)));
    f.increment(other, 8);
  });
}

/** Loops over the pairs of points of the spectrum at `buffer`, with `point` at each, and runs `next` after each quarter. */
function overSpectrum(
  f: FunctionBuilder,
  g: Geometry,
  buffer: Local<"i32">,
  body: (point: Local<"i32">) => void,
  next: () => void,
): void {
  const [quarter, point, end] = f.locals("i32");
  f.forRange(quarter, buffer, i32.add(buffer, 4 * g.quarterStride), g.quarterStride, () => {
    f.set(point, quarter);
    f.set(end, i32.add(quarter, 4 * g.points));
    f.doWhile(i32.lt_u(point, end), () => {
      body(point);
      f.increment(point, 32);
    });
    next();
  });
}

/** multiplySpectra(buffer, factor): multiplies a spectrum by another, in place. */
export function multiplySpectra(f: FunctionBuilder, g: Geometry): void {
  const [buffer, factor] = f.params("i32");
  const multiply = (point: Local<"i32">): void => {
    const product = f.complexMul(loadPoint(f, g, point, 0), loadPoint(f, g, factor, 0));
    storePoint(f, g, point, 0, product);
    f.increment(factor, 32);
  };
  overSpectrum(f, g, buffer, multiply, () => f.increment(factor, g.quarterStride - 4 * g.points));
}

/**
 * storeKeyHalf(buffer, key, stride): writes a spectrum as one of the two factors of a block of a GGSW ciphertext, whose
 * quarters are `stride` apart.
 */
export function storeKeyHalf(f: FunctionBuilder, g: Geometry): void {
  const [buffer, key, stride] = f.params("i32");
  const store = (point: Local<"i32">): void => {
    const z = loadPoint(f, g, point, 0);
    f.storePair(key, 0, z.re);
    f.storePair(key, 32, z.im);
    f.increment(key, 128);
  };
  overSpectrum(f, g, buffer, store, () => f.increment(key, i32.sub(stride, g.quarterOfBlock)));
}

const forward = (f: FunctionBuilder, buffer: Local<"i32">): void => {
  for (const passes of ["forwardFirst", "forwardRest"]) f.call(passes, buffer);
};

const inverse = (f: FunctionBuilder, buffer: Local<"i32">): void => {
  for (const passes of ["inverseRest", "inverseLast"]) f.call(passes, buffer);
};

/** prepareBinaryKey(bits, buffer): the spectrum of one binary polynomial. */
export function prepareBinaryKey(f: FunctionBuilder): void {
  const [bits, buffer] = f.params("i32");
  f.call("loadBits", bits, buffer);
  forward(f, buffer);
}

/** binaryProduct(polynomial, prepared, out, buffer): out += polynomial·prepared. */
export function binaryProduct(f: FunctionBuilder, g: Geometry): void {
  const [polynomial, prepared, out, buffer] = f.params("i32");
  const [word] = f.locals("i32");
  f.forRange(word, 0, 32 / g.limbBits, 1, () => {
    f.call("loadLimbs", polynomial, buffer, word);
    forward(f, buffer);
    f.call("multiplySpectra", buffer, prepared);
    inverse(f, buffer);
    f.call("addLimbs", buffer, out, word);
  });
}

/** prepareDigits(digits, stride, buffer): the spectrum of the negative of a polynomial of i32 coefficients. */
export function prepareDigits(f: FunctionBuilder, g: Geometry): void {
  const [digits, stride, buffer] = f.params("i32");
  overCoefficients(f, g, digits, stride, buffer, (coefficient, point, imaginary) => {
    const digit = f64.convert_i32_s(i32.load(coefficient));
    f.emit(v128.store(point, imaginary, f64x2.splat(f64.mul(digit, -1 / g.points))));
  });
  forward(f, buffer);
}

/** prepareLimbs(polynomial, buffer): the spectra of the limbs of a polynomial, of which there are two. */
export function prepareLimbs(f: FunctionBuilder): void {
  const [polynomial, buffer] = f.params("i32");
  f.call("loadLimbs", polynomial, buffer, 0);
  forward(f, buffer);
}

/** addProduct(sum, x, y): sum += x·y, of spectra. */
export function addProduct(f: FunctionBuilder, g: Geometry): void {
  const [sum, x, y] = f.params("i32");
  const add = (point: Local<"i32">): void => {
    const product = f.complexMul(loadPoint(f, g, x, 0), loadPoint(f, g, y, 0));
    storePoint(f, g, point, 0, f.complexAdd(loadPoint(f, g, point, 0), product));
    for (const factor of [x, y]) f.increment(factor, 32);
  };
  overSpectrum(f, g, sum, add, () => {
    for (const factor of [x, y]) f.increment(factor, g.quarterStride - 4 * g.points);
  });
}

/** addRounded(buffer, polynomial): adds the polynomial whose limbs have the spectra at `buffer`. */
export function addRounded(f: FunctionBuilder): void {
  const [buffer, polynomial] = f.params("i32");
  inverse(f, buffer);
  f.call("addLimbs", buffer, polynomial, 0);
}

/** transformKeyHalf(lower, upper, key, stride, buffer): a pair of GGSW polynomials to one factor of a block. */
export function transformKeyHalf(f: FunctionBuilder): void {
  const [lower, upper, key, stride, buffer] = f.params("i32");
  f.call("loadTorus", lower, upper, buffer);
  forward(f, buffer);
  f.call("storeKeyHalf", buffer, key, stride);
}
