import type { Geometry } from "../geometry.ts";
import type { FunctionBuilder } from "./assembler.ts";
import { f64, f64x2, i32, i32x4, i64, i64x2, type Local, select, type Value, v128 } from "./instructions.ts";
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

/** Where a coefficient lies and its place in a buffer: addresses, and what is added to them. */
interface Place {
  readonly coefficient: Local<"i32">;
  readonly source: number;
  readonly point: Local<"i32">;
  readonly target: number;
}

/**
 * Runs `body` for each coefficient, real parts first.
 *
 * @param bytes of a coefficient: if known, several are done at a time.
 */
function overCoefficients(
  f: FunctionBuilder,
  g: Geometry,
  source: Local<"i32">,
  bytes: number | Local<"i32">,
  buffer: Local<"i32">,
  body: (place: Place) => void,
): void {
  const [coefficient, quarter, point, end] = f.locals("i32");
  const atOnce = typeof bytes === "number" ? 4 : 1;
  f.set(coefficient, source);
  for (const imaginary of [0, g.imaginary]) {
    f.forRange(quarter, buffer, i32.add(buffer, 4 * g.quarterStride), g.quarterStride, () => {
      f.set(point, quarter);
      f.set(end, i32.add(quarter, 4 * g.points));
      f.doWhile(i32.lt_u(point, end), () => {
        for (let i = 0; i < atOnce; i++) {
          const offset = typeof bytes === "number" ? i * bytes : 0;
          body({ coefficient, source: offset, point, target: imaginary + 16 * i });
        }
        f.increment(coefficient, typeof bytes === "number" ? atOnce * bytes : bytes);
        f.increment(point, 16 * atOnce);
      });
    });
  }
}

/** loadLimbs(polynomial, buffer, word): the balanced limbs of word `word` of each coefficient, as doubles. */
export function loadLimbs(f: FunctionBuilder, g: Geometry): void {
  const [polynomial, buffer, word] = f.params("i32");
  const [value] = f.locals("i64");
  overCoefficients(f, g, polynomial, 8, buffer, ({ coefficient, source, point, target }) => {
    if (g.limbBits === 32) {
      const words = f.let("v128", v128.load64_splat(coefficient, source));
      // −1 in the upper word if the lower one is negative.
      const carry = i64x2.shl(i32x4.shr_s(words, i32.const(31)), i32.const(32));
      f.emit(v128.store(point, target, f64x2.convert_low_i32x4_s(i32x4.sub(words, carry))));
      return;
    }
    f.set(value, i64.load(coefficient, source));
    const upperWord = i64.shr_s(i64.add(value, 2 ** 31), 32);
    f.set(value, select(upperWord, i64.extend32_s(value), word));
    const high = i64.shr_s(i64.add(value, 2 ** 15), 16);
    f.emit(f64.store(point, target, f64.convert_i64_s(i64.extend16_s(value))));
    f.emit(f64.store(point, target + 8, f64.convert_i64_s(high)));
  });
}

/** 1.5·2^52: added to a double of less than 2^51, it rounds it to the integer that the lower bits then are. */
const ROUNDING = 1.5 * 2 ** 52;

/** addLimbs(buffer, polynomial, word): rounds the limbs of a product, below 2^51, and adds them at their weight. */
export function addLimbs(f: FunctionBuilder, g: Geometry): void {
  const [buffer, polynomial, word] = f.params("i32");
  const [shift] = f.locals("i64");
  f.set(shift, i64.extend_i32_u(i32.shl(word, 5)));
  overCoefficients(f, g, polynomial, 8, buffer, ({ coefficient, source, point, target }) => {
    const rounding = f64x2.splat(f64.const(ROUNDING));
    const limbs = f.let("v128", i64x2.sub(f64x2.add(v128.load(point, target), rounding), rounding));
    const value = i64.add(i64x2.extract_lane(0, limbs), i64.shl(i64x2.extract_lane(1, limbs), g.limbBits));
    const sum = i64.add(i64.load(coefficient, source), i64.shl(value, shift));
    f.emit(i64.store(coefficient, source, sum));
  });
}

/** loadBits(bits, buffer): a binary polynomial in both lanes, divided by h to make up for the inverse transform. */
export function loadBits(f: FunctionBuilder, g: Geometry): void {
  const [bits, buffer] = f.params("i32");
  overCoefficients(f, g, bits, 1, buffer, ({ coefficient, source, point, target }) => {
    const bit = f64.convert_i32_u(i32.load8_u(coefficient, source));
    f.emit(v128.store(point, target, f64x2.splat(f64.mul(bit, 1 / g.points))));
  });
}

/** loadTorus(lower, upper, buffer): two polynomials of torus elements as doubles in [−1/2, 1/2), divided by h. */
export function loadTorus(f: FunctionBuilder, g: Geometry): void {
  const [lower, upper, buffer] = f.params("i32");
  const [distance, other] = f.locals("i32");
  f.set(distance, i32.sub(upper, lower));
  overCoefficients(f, g, lower, 8, buffer, ({ coefficient, source, point, target }) => {
    const scaled = (address: Local<"i32">): Value<"f64"> =>
      f64.mul(f64.convert_i64_s(i64.load(address, source)), 2 ** -64 / g.points);
    f.set(other, i32.add(coefficient, distance));
    f.emit(f64.store(point, target, scaled(coefficient)));
    f.emit(f64.store(point, target + 8, scaled(other)));
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
  overCoefficients(f, g, digits, stride, buffer, ({ coefficient, point, target }) => {
    const digit = f64x2.convert_low_i32x4_s(v128.load32_splat(coefficient));
    f.emit(v128.store(point, target, f64x2.mul(digit, f64x2.splat(f64.const(-1 / g.points)))));
  });
  forward(f, buffer);
}

/** prepareLimbs(polynomials, count, buffers): the spectra of the limbs of polynomials, two of each. */
export function prepareLimbs(f: FunctionBuilder, g: Geometry): void {
  const [polynomials, count, buffers] = f.params("i32");
  overSpectra(f, g, buffers, count, () => {
    f.call("loadLimbs", polynomials, buffers, 0);
    forward(f, buffers);
    f.increment(polynomials, 8 * g.polynomialSize);
  });
}

/** addProducts(sums, x, limbs, count): adds the products of a spectrum and others to spectra. */
export function addProducts(f: FunctionBuilder, g: Geometry): void {
  const [sums, x, limbs, count] = f.params("i32");
  overSpectra(f, g, sums, count, () => {
    f.call("addProduct", sums, x, limbs);
    f.increment(limbs, g.transform);
  });
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

/** addRounded(buffers, count, polynomials): adds the polynomials whose limbs have the spectra at `buffers`. */
export function addRounded(f: FunctionBuilder, g: Geometry): void {
  const [buffers, count, polynomials] = f.params("i32");
  overSpectra(f, g, buffers, count, () => {
    inverse(f, buffers);
    f.call("addLimbs", buffers, polynomials, 0);
    f.increment(polynomials, 8 * g.polynomialSize);
  });
}

/** Moves an address over spectra, one behind the other, of which there is at least one. */
function overSpectra(
  f: FunctionBuilder,
  g: Geometry,
  spectrum: Local<"i32">,
  count: Local<"i32">,
  body: () => void,
): void {
  f.doWhile(count, () => {
    body();
    f.increment(spectrum, g.transform);
    f.increment(count, -1);
  });
}

/** transformKeyHalf(lower, upper, key, stride, buffer): a pair of GGSW polynomials to one factor of a block. */
export function transformKeyHalf(f: FunctionBuilder): void {
  const [lower, upper, key, stride, buffer] = f.params("i32");
  f.call("loadTorus", lower, upper, buffer);
  forward(f, buffer);
  f.call("storeKeyHalf", buffer, key, stride);
}
