import { type Geometry, tableOffsets } from "../geometry.ts";
import type { Complex, FunctionBuilder, Vector } from "./assembler.ts";
import { type I32, i32, i64, type Local, memory, select, type Value, v128 } from "./instructions.ts";
import {
  forwardButterfly,
  inverseButterfly,
  loadPoint,
  map4,
  splatTwiddles,
  storePoints,
} from "./transform.ts";

// Blind rotation: n times accumulator ← accumulator + C_i ⊡ ((X^a_i − 1)·accumulator), where C_i encrypts bit i of
// the key. An accumulator's lane pair holds the N coefficients of two polynomials as i64x2, in eight segments. After
// each segment stands a guard, a copy of the coefficient that follows (negated after the last), so that a pair of
// neighbours can be read across the end of a segment.

/**
 * A gadget digit of torus elements, as doubles: what is left of an element plus `decompositionOffset` after shifting right by
 * `shift` and, unless there is a single level, masking off what belongs to other levels.
 */
export function gadgetDigit(
  f: FunctionBuilder,
  elements: Vector,
  shift: I32,
  levels: "single" | "several",
): Vector {
  let digit = f.add64(elements, f.splat(f.tables, tableOffsets.decompositionOffset));
  digit = f.shift64("shr_u", digit, shift);
  if (levels === "several") digit = f.and(digit, f.splat(f.tables, tableOffsets.digitMask));
  digit = f.or(digit, f.splat(f.tables, tableOffsets.exponentBits));
  return f.sub(digit, f.splat(f.tables, tableOffsets.digitBias));
}

/**
 * rotateForward(accumulator, rotation, buffer, shift), rotateForwardLevel: the first forward pass on the gadget digits of
 * (X^rotation − 1)·accumulator.
 *
 * With rotation = A·N/8 + b, coefficient i of segment s comes from segment s − A, place i − b, or from one segment
 * further back and N/8 places further on where i < b. So the loop runs in two parts, in each of which the eight
 * segments have eight sources and eight signs.
 */
export const rotateForward =
  (levels: "single" | "several") =>
  (f: FunctionBuilder, g: Geometry): void => {
    const [accumulator, rotation, buffer, shift] = f.params("i32");
    const segmentPoints = g.polynomialSize / 8;
    const [segments, place, target, end] = f.locals("i32");
    const sources = Array.from({ length: 8 }, () => f.local("i32"));
    const [straight, signs] = f.locals("i32");
    f.set(segments, i32.shr_u(rotation, Math.log2(segmentPoints)));
    f.set(place, i32.and(rotation, segmentPoints - 1));
    f.set(straight, accumulator);
    f.set(target, buffer);

    const digits = (s: number): Vector => {
      const rotated = f.xor(f.loadPair(sources[s]!, 0), f.splat(signs, 8 * s));
      const difference = f.sub64(rotated, f.loadPair(straight, s * g.segmentStride));
      return gadgetDigit(f, difference, shift, levels);
    };

    const part = (shiftBack: I32, firstPlace: I32, last: I32): void => {
      f.set(end, i32.add(buffer, i32.shl(last, 4)));
      // Sixteen signed segments: 8..15 are the negatives of 0..7.
      const first = f.let("i32", i32.and(i32.sub(16, shiftBack), 15));
      f.set(signs, i32.add(i32.add(f.tables, tableOffsets.signMasks), i32.shl(first, 3)));
      for (const [s, source] of sources.entries()) {
        const segment = i32.and(i32.add(first, s), 7);
        const start = i32.add(accumulator, i32.mul(segment, g.segmentStride));
        f.set(source, i32.add(start, i32.shl(firstPlace, 4)));
      }
      const inRange = i32.lt_u(target, end);
      f.when(inRange, () =>
        f.doWhile(inRange, () => {
          const point = (q: number): Complex => ({ re: digits(q), im: digits(q + 4) });
          const z = map4(point);
          const y = forwardButterfly(f, z, splatTwiddles(f, f.tables, tableOffsets.twiddles));
          storePoints(f, g, target, (q) => q * g.quarterStride, y);
          for (const source of sources) f.increment(source, 32);
          f.increment(straight, 32);
          f.increment(target, 32);
        }),
      );
    };
    // The first part takes an odd b's last pair whole: its second half is read from the guards.
    const evenPlace = f.let("i32", i32.and(i32.add(place, 1), -2));
    part(i32.add(segments, 1), i32.sub(segmentPoints, place), evenPlace);
    part(segments, i32.sub(evenPlace, place), segmentPoints);
  };

/** x mod 1 as a 64-bit torus element: 51 bits of the fraction, in the upper bits. */
export function toTorus(f: FunctionBuilder, x: Vector): Vector {
  const constant = f.splat(f.tables, tableOffsets.roundingConstant);
  const integer = f.sub(f.add(x, constant), constant);
  const fraction = f.sub(x, integer);
  const scaled = f.multiplyAdd(fraction, f.splat(f.tables, tableOffsets.torusScale), constant);
  return f.shift64("shl", scaled, 13);
}

/** accumulate(buffer, accumulator): the last inverse pass, reduced modulo 1 and added to the accumulator. */
export function accumulate(f: FunctionBuilder, g: Geometry): void {
  const [buffer, accumulator] = f.params("i32");
  const [point, target, end] = f.locals("i32");
  f.set(point, buffer);
  f.set(target, accumulator);
  f.set(end, i32.add(buffer, 4 * g.points));
  f.doWhile(i32.lt_u(point, end), () => {
    const at = (q: number): Complex => loadPoint(f, g, point, q * g.quarterStride);
    const w = splatTwiddles(f, f.tables, tableOffsets.twiddles);
    const y = inverseButterfly(f, map4(at), w);
    const add = (value: Vector, segment: number): void => {
      const offset = segment * g.segmentStride;
      f.storePair(target, offset, f.add64(f.loadPair(target, offset), toTorus(f, value)));
    };
    for (const [q, value] of y.entries()) {
      add(value.re, q);
      add(value.im, q + 4);
    }
    f.increment(point, 32);
    f.increment(target, 32);
  });
  f.call("writeGuards", accumulator);
}

/** writeGuards(accumulator): copies the first coefficient of each segment behind the segment before it. */
export function writeGuards(f: FunctionBuilder, g: Geometry): void {
  const [accumulator] = f.params("i32");
  const segmentBytes = 2 * g.polynomialSize;
  for (let s = 0; s < 8; s++) {
    const next = v128.load(accumulator, ((s + 1) % 8) * g.segmentStride);
    // The complement is the negative less one unit of 2^-64, which no one will miss.
    const value = s === 7 ? v128.xor(next, v128.const(-1)) : next;
    f.emit(v128.store(accumulator, s * g.segmentStride + segmentBytes, value));
  }
}

/** The largest GGSW ciphertext that is prefetched: it stays in the second-level cache, beside the buffers of a step. */
const mostPrefetched = 2 ** 18;

/**
 * blindRotate(count, steps, switched, switchedStride, accumulators, key, keyStride, scratch, pairs, levels, baseLog).
 * The key's GGSW ciphertexts are taken one after another, and each is applied to the whole batch.
 */
export function blindRotate(f: FunctionBuilder, g: Geometry): void {
  const [count, steps, switched, switchedStride, accumulators, key, keyStride, scratch] = f.params("i32");
  const [pairs, levels, baseLog] = f.params("i32");
  const [step, member, rotation, accumulator, accumulatorStride] = f.locals("i32");
  f.set(accumulatorStride, i32.mul(pairs, g.lanePair));
  f.forRange(step, 0, steps, 1, () => {
    f.when(i32.le_u(keyStride, mostPrefetched), () => f.call("prefetch", key, keyStride));
    f.forRange(member, 0, count, 1, () => {
      const address = i32.add(switched, i32.mul(member, switchedStride));
      f.set(rotation, i32.load(i32.add(address, i32.shl(step, 2))));
      f.when(rotation, () => {
        f.set(accumulator, i32.add(accumulators, i32.mul(member, accumulatorStride)));
        f.either(
          i32.and(i32.eq(pairs, 1), i32.eq(levels, 1)),
          () => f.call("simpleStep", accumulator, rotation, key, scratch, baseLog),
          () => f.call("generalStep", accumulator, rotation, key, scratch, pairs, levels, baseLog),
        );
      });
    });
    f.set(key, i32.add(key, keyStride));
  });
}

/** simpleStep(accumulator, rotation, key, scratch, baseLog): one step of blind rotation for k = 1 and one level. */
export function simpleStep(f: FunctionBuilder): void {
  const [accumulator, rotation, key, scratch, baseLog] = f.params("i32");
  f.call("rotateForward", accumulator, rotation, scratch, i32.sub(64, baseLog));
  f.call("multiply", scratch, key);
  f.call("accumulate", scratch, accumulator);
}

/**
 * generalStep(accumulator, rotation, key, scratch, pairs, levels, baseLog): one step of blind rotation for any k and
 * level count. Scratch holds a transform buffer for each lane pair of digits of each level, then one for each lane pair
 * of the product.
 */
export function generalStep(f: FunctionBuilder, g: Geometry): void {
  const [accumulator, rotation, key, scratch, pairs, levels, baseLog] = f.params("i32");
  const [level, pair, buffer] = f.locals("i32");
  const pairOfAccumulator = i32.add(accumulator, i32.mul(pair, g.lanePair));
  f.set(buffer, scratch);
  // The key's levels begin with the least significant one.
  f.set(level, levels);
  f.doWhile(level, () => {
    const shift = i32.sub(64, i32.mul(level, baseLog));
    f.forRange(pair, 0, pairs, 1, () => {
      f.call("rotateForwardLevel", pairOfAccumulator, rotation, buffer, shift);
      f.increment(buffer, g.transform);
    });
    f.increment(level, -1);
  });
  f.call("multiplyMatrix", scratch, i32.mul(levels, pairs), key, buffer, pairs);
  f.forRange(pair, 0, pairs, 1, () => {
    f.call("accumulate", buffer, pairOfAccumulator);
    f.increment(buffer, g.transform);
  });
}

/** Address of the coefficient at `place`, below N, in a lane pair. */
export function coefficientAddress(g: Geometry, base: I32, place: I32): Value<"i32"> {
  const padding = g.segmentStride - 2 * g.polynomialSize;
  const segment = i32.shr_u(place, Math.log2(g.polynomialSize / 8));
  return i32.add(i32.add(base, i32.shl(place, 4)), i32.mul(segment, padding));
}

/** initializeAccumulator(table, rotation, accumulator, k): the trivial encryption of X^−rotation·table. */
export function initializeAccumulator(f: FunctionBuilder, g: Geometry): void {
  const [table, rotation, accumulator, k] = f.params("i32");
  const n = g.polynomialSize;
  const [place, source, pair, lane] = f.locals("i32");
  const [negated] = f.locals("i64");
  const pairs = i32.add(i32.shr_u(k, 1), 1);
  f.emit(memory.fill(accumulator, 0, i32.mul(pairs, g.lanePair)));
  f.set(pair, i32.add(accumulator, i32.mul(i32.shr_u(k, 1), g.lanePair)));
  f.set(lane, i32.shl(i32.and(k, 1), 3));
  f.forRange(place, 0, n, 1, () => {
    f.set(source, i32.add(place, rotation));
    const value = i64.load(i32.add(table, i32.shl(i32.and(source, n - 1), 3)));
    f.set(negated, i64.sub(0, i64.extend_i32_u(i32.and(i32.shr_u(source, Math.log2(n)), 1))));
    const address = i32.add(coefficientAddress(g, pair, place), lane);
    f.emit(i64.store(address, 0, i64.sub(i64.xor(value, negated), negated)));
  });
  f.call("writeGuards", pair);
}

/** sampleExtract(accumulator, index, out, k): the big LWE encryption of coefficient `index` of the message. */
export function sampleExtract(f: FunctionBuilder, g: Geometry): void {
  const [accumulator, index, out, k] = f.params("i32");
  const n = g.polynomialSize;
  const [polynomial, pair, place, source] = f.locals("i32");
  const [value] = f.locals("i64");
  const setPair = (number: Local<"i32">): void => {
    const start = i32.add(accumulator, i32.mul(i32.shr_u(number, 1), g.lanePair));
    f.set(pair, i32.add(start, i32.shl(i32.and(number, 1), 3)));
  };
  f.forRange(polynomial, 0, k, 1, () => {
    setPair(polynomial);
    f.forRange(place, 0, n, 1, () => {
      f.set(source, i32.sub(index, place));
      f.set(value, i64.load(coefficientAddress(g, pair, i32.and(source, n - 1))));
      f.emit(i64.store(out, 0, select(i64.sub(0, value), value, i32.lt_s(source, 0))));
      f.increment(out, 8);
    });
  });
  setPair(k);
  f.emit(i64.store(out, 0, i64.load(coefficientAddress(g, pair, index))));
}
