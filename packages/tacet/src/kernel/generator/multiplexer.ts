import { type Geometry, tableOffsets } from "../geometry.ts";
import type { Complex, FunctionBuilder, Vector } from "./assembler.ts";
import { coefficientAddress, gadgetDigit, toTorus } from "./bootstrap.ts";
import { type I32, i32, i64, i64x2, type Local, memory, select, v128 } from "./instructions.ts";
import {
  forwardButterfly,
  inverseButterfly,
  loadPoint,
  map4,
  splatTwiddles,
  storePoints,
} from "./transform.ts";

// The external product by itself, of which levelled circuits are made: target ← base + C ⊡ (plus − minus). With base =
// minus that is the CMux of a selector C, and with zeros for both a product. All but C are GLWE ciphertexts in the
// layout of accumulators (bootstrap.ts).

/** Loops over the pairs of points of the first pass, with addresses that move along with them. */
function overPairs(
  f: FunctionBuilder,
  g: Geometry,
  buffer: Local<"i32">,
  along: readonly Local<"i32">[],
  body: (point: Local<"i32">) => void,
): void {
  const [point, end] = f.locals("i32");
  f.set(point, buffer);
  f.set(end, i32.add(buffer, 4 * g.points));
  f.doWhile(i32.lt_u(point, end), () => {
    body(point);
    for (const address of [point, ...along]) f.increment(address, 32);
  });
}

/** decomposeDifference(plus, minus, buffer, shift): the first forward pass on the gadget digits of plus − minus. */
export function decomposeDifference(f: FunctionBuilder, g: Geometry): void {
  const [plus, minus, buffer, shift] = f.params("i32");
  const digits = (segment: number): Vector => {
    const offset = segment * g.segmentStride;
    return gadgetDigit(f, f.sub64(f.loadPair(plus, offset), f.loadPair(minus, offset)), shift, "several");
  };
  overPairs(f, g, buffer, [plus, minus], (point) => {
    const z = map4((q): Complex => ({ re: digits(q), im: digits(q + 4) }));
    const y = forwardButterfly(f, z, splatTwiddles(f, f.tables, tableOffsets.twiddles));
    storePoints(f, g, point, (q) => q * g.quarterStride, y);
  });
}

/** placeSum(buffer, base, target): the last inverse pass, reduced modulo 1 and added to `base`. */
export function placeSum(f: FunctionBuilder, g: Geometry): void {
  const [buffer, base, target] = f.params("i32");
  const [place] = f.locals("i32");
  f.set(place, target);
  overPairs(f, g, buffer, [base, place], (point) => {
    const at = (q: number): Complex => loadPoint(f, g, point, q * g.quarterStride);
    const y = inverseButterfly(f, map4(at), splatTwiddles(f, f.tables, tableOffsets.twiddles));
    const put = (value: Vector, segment: number): void => {
      const offset = segment * g.segmentStride;
      f.storePair(place, offset, f.add64(f.loadPair(base, offset), toTorus(f, value)));
    };
    for (const [q, value] of y.entries()) {
      put(value.re, q);
      put(value.im, q + 4);
    }
  });
  f.call("writeGuards", target);
}

/**
 * multiplex(base, plus, minus, ggsw, target, scratch, pairs, levels, baseLog): target ← base + ggsw ⊡ (plus − minus). The
 * target may be any of the others. Scratch is as for a step of blind rotation.
 */
export function multiplex(f: FunctionBuilder, g: Geometry): void {
  const [base, plus, minus, ggsw, target, scratch, pairs, levels, baseLog] = f.params("i32");
  const [level, offset, buffer, inputs] = f.locals("i32");
  const overLanes = (body: () => void): void => {
    f.forRange(offset, 0, i32.mul(pairs, g.lanePair), g.lanePair, () => {
      body();
      f.increment(buffer, g.transform);
    });
  };
  f.set(buffer, scratch);
  f.set(inputs, i32.mul(levels, pairs));
  // The key's levels begin with the least significant one.
  f.set(level, levels);
  f.doWhile(level, () => {
    const shift = i32.sub(64, i32.mul(level, baseLog));
    const digitsOf = (a: I32, b: I32): void => f.call("decomposeDifference", a, b, buffer, shift);
    overLanes(() => digitsOf(i32.add(plus, offset), i32.add(minus, offset)));
    f.increment(level, -1);
  });
  f.either(
    i32.eq(inputs, 1),
    () => {
      f.call("multiply", scratch, ggsw);
      f.set(buffer, scratch);
    },
    () => f.call("multiplyMatrix", scratch, inputs, ggsw, buffer, pairs),
  );
  overLanes(() => f.call("placeSum", buffer, i32.add(base, offset), i32.add(target, offset)));
}

/** Goes through the coefficients of polynomials 0 to k, N u64 elements each at `glwe`, and their places in an accumulator. */
function overCoefficients(
  f: FunctionBuilder,
  g: Geometry,
  [glwe, accumulator, k]: readonly [Local<"i32">, Local<"i32">, Local<"i32">],
  body: (element: Local<"i32">, place: I32) => void,
): void {
  const [polynomial, lanes, place] = f.locals("i32");
  f.forRange(polynomial, 0, i32.add(k, 1), 1, () => {
    const pair = i32.mul(i32.shr_u(polynomial, 1), g.lanePair);
    f.set(lanes, i32.add(i32.add(accumulator, pair), i32.shl(i32.and(polynomial, 1), 3)));
    f.forRange(place, 0, g.polynomialSize, 1, () => {
      body(glwe, coefficientAddress(g, lanes, place));
      f.increment(glwe, 8);
    });
  });
}

/** loadAccumulator(glwe, accumulator, k): an accumulator from k + 1 polynomials. */
export function loadAccumulator(f: FunctionBuilder, g: Geometry): void {
  const [glwe, accumulator, k] = f.params("i32");
  const [offset, size] = f.locals("i32");
  f.set(size, i32.mul(i32.add(i32.shr_u(k, 1), 1), g.lanePair));
  f.emit(memory.fill(accumulator, 0, size));
  overCoefficients(f, g, [glwe, accumulator, k], (element, place) =>
    f.emit(i64.store(place, 0, i64.load(element))),
  );
  f.forRange(offset, 0, size, g.lanePair, () => f.call("writeGuards", i32.add(accumulator, offset)));
}

/** storeAccumulator(glwe, accumulator, k): the k + 1 polynomials of an accumulator. */
export function storeAccumulator(f: FunctionBuilder, g: Geometry): void {
  const [glwe, accumulator, k] = f.params("i32");
  overCoefficients(f, g, [glwe, accumulator, k], (element, place) =>
    f.emit(i64.store(element, 0, i64.load(place))),
  );
}

/** addMonomial(source, rotation, factor, target, pairs): target += factor·X^rotation·source, for 0 ≤ rotation < 2N. */
export function addMonomial(f: FunctionBuilder, g: Geometry): void {
  const [source, rotation, factor, target, pairs] = f.params("i32");
  const n = g.polynomialSize;
  const [offset, place, to, address] = f.locals("i32");
  const [positive] = f.locals("i64");
  f.set(positive, i64.extend_i32_s(factor));
  f.forRange(offset, 0, i32.mul(pairs, g.lanePair), g.lanePair, () => {
    f.forRange(place, 0, n, 1, () => {
      f.set(to, i32.add(place, rotation));
      const turned = i32.and(i32.shr_u(to, Math.log2(n)), 1);
      const signed = i64x2.splat(select(i64.sub(0, positive), positive, turned));
      const value = v128.load(coefficientAddress(g, i32.add(source, offset), place));
      f.set(address, coefficientAddress(g, i32.add(target, offset), i32.and(to, n - 1)));
      f.emit(v128.store(address, 0, i64x2.add(v128.load(address), i64x2.mul(value, signed))));
    });
    f.call("writeGuards", i32.add(target, offset));
  });
}
