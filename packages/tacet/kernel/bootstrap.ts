import { type Geometry, tableOffsets } from "../src/kernel/geometry.ts";
import {
  add32,
  and32,
  type Complex,
  type Expression,
  type FunctionBuilder,
  get,
  i32,
  load32,
  mul32,
  shl32,
  shr32,
  sub32,
  type Vector,
} from "./assembler.ts";
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

/** −1 in every lane, to complement with: x ^ −1 is −x less one unit of 2^-64, which no one will miss. */
const allOnes = "(v128.const i64x2 -1 -1)";

/**
 * rotateForward(accumulator, rotation, buffer, shift): the first forward pass on the gadget digits of
 * (X^rotation − 1)·accumulator. A digit is what is left of a torus element plus `decompositionOffset` after shifting
 * right by `shift` and, unless there is a `single` level, masking off what belongs to other levels.
 *
 * With rotation = A·N/8 + b, coefficient i of segment s comes from segment s − A, place i − b, or from one segment
 * further back and N/8 places further on where i < b. So the loop runs in two parts, in each of which the eight
 * segments have eight sources and eight signs.
 */
export function rotateForward(f: FunctionBuilder, g: Geometry, options: { single: boolean }): void {
  const segmentPoints = g.polynomialSize / 8;
  const [segments, place, target, end] = ["segments", "place", "target", "end"].map((n) => f.local("i32", n));
  const sources = Array.from({ length: 8 }, (_, s) => f.local("i32", `source${s}`));
  const straight = f.local("i32", "straight");
  const signs = f.local("i32", "signs");
  f.set(segments!, shr32(get("rotation"), Math.log2(segmentPoints)));
  f.set(place!, and32(get("rotation"), segmentPoints - 1));
  f.set(straight, get("accumulator"));
  f.set(target!, get("buffer"));

  const digits = (s: number): Vector => {
    const tables = get("tables");
    const rotated = f.xor(f.loadPair(get(sources[s]!), 0), f.splat(get(signs), 8 * s));
    const difference = f.sub64(rotated, f.loadPair(get(straight), s * g.segmentStride));
    let digit = f.add64(difference, f.splat(tables, tableOffsets.decompositionOffset));
    digit = f.shift64("shr_u", digit, get("shift"));
    if (!options.single) digit = f.and(digit, f.splat(tables, tableOffsets.digitMask));
    digit = f.or(digit, f.splat(tables, tableOffsets.exponentBits));
    return f.sub(digit, f.splat(tables, tableOffsets.digitBias));
  };

  const part = (shiftBack: Expression, firstPlace: Expression, last: Expression): void => {
    f.set(end!, add32(get("buffer"), shl32(last, 4)));
    // Sixteen signed segments: 8..15 are the negatives of 0..7.
    const first = f.let("i32", `(i32.and (i32.sub ${i32(16)} ${shiftBack}) ${i32(15)})`);
    f.set(signs, add32(add32(get("tables"), tableOffsets.signMasks), shl32(first, 3)));
    sources.forEach((source, s) => {
      const segment = and32(add32(first, s), 7);
      const start = add32(get("accumulator"), mul32(segment, g.segmentStride));
      f.set(source, add32(start, shl32(firstPlace, 4)));
    });
    const loop = (): void => {
      f.doWhile(`(i32.lt_u ${get(target!)} ${get(end!)})`, () => {
        const point = (q: number): Complex => ({ re: digits(q), im: digits(q + 4) });
        const z = map4(point);
        const y = forwardButterfly(f, z, splatTwiddles(f, get("tables"), tableOffsets.twiddles));
        storePoints(f, g, get(target!), (q) => q * g.quarterStride, y);
        for (const source of sources) f.increment(source, 32);
        f.increment(straight, 32);
        f.increment(target!, 32);
      });
    };
    f.when(`(i32.lt_u ${get(target!)} ${get(end!)})`, loop);
  };
  // The first part takes an odd b's last pair whole: its second half is read from the guards.
  const evenPlace = f.let("i32", and32(add32(get(place!), 1), -2), "evenPlace");
  part(add32(get(segments!), 1), sub32(i32(segmentPoints), get(place!)), evenPlace);
  part(get(segments!), sub32(evenPlace, get(place!)), i32(segmentPoints));
}

/** x mod 1 as a 64-bit torus element: 51 bits of the fraction, in the upper bits. */
export function toTorus(f: FunctionBuilder, x: Vector): Vector {
  const tables = get("tables");
  const constant = f.splat(tables, tableOffsets.roundingConstant);
  const integer = f.sub(f.add(x, constant), constant);
  const fraction = f.sub(x, integer);
  const scaled = f.multiplyAdd(fraction, f.splat(tables, tableOffsets.torusScale), constant);
  return f.shift64("shl", scaled, i32(13));
}

/** accumulate(buffer, accumulator): the last inverse pass, reduced modulo 1 and added to the accumulator. */
export function accumulate(f: FunctionBuilder, g: Geometry): void {
  const [point, target, end] = ["point", "target", "end"].map((name) => f.local("i32", name));
  f.set(point!, get("buffer"));
  f.set(target!, get("accumulator"));
  f.set(end!, add32(get("buffer"), 4 * g.points));
  f.doWhile(`(i32.lt_u ${get(point!)} ${get(end!)})`, () => {
    const at = (q: number): Complex => loadPoint(f, g, get(point!), q * g.quarterStride);
    const w = splatTwiddles(f, get("tables"), tableOffsets.twiddles);
    const y = inverseButterfly(f, map4(at), w);
    const add = (value: Vector, segment: number): void => {
      const offset = segment * g.segmentStride;
      f.storePair(get(target!), offset, f.add64(f.loadPair(get(target!), offset), toTorus(f, value)));
    };
    for (const [q, value] of y.entries()) {
      add(value.re, q);
      add(value.im, q + 4);
    }
    f.increment(point!, 32);
    f.increment(target!, 32);
  });
  f.call("writeGuards", get("accumulator"));
}

/** writeGuards(accumulator): copies the first coefficient of each segment behind the segment before it. */
export function writeGuards(f: FunctionBuilder, g: Geometry): void {
  const segmentBytes = 2 * g.polynomialSize;
  for (let s = 0; s < 8; s++) {
    const next = `(v128.load offset=${((s + 1) % 8) * g.segmentStride} ${get("accumulator")})`;
    const value = s === 7 ? `(v128.xor ${next} ${allOnes})` : next;
    f.store("v128", get("accumulator"), s * g.segmentStride + segmentBytes, value);
  }
}

/** The largest GGSW ciphertext that is prefetched: it stays in the second-level cache, beside the buffers of a step. */
const mostPrefetched = 2 ** 18;

/**
 * blindRotate(count, steps, switched, switchedStride, accumulators, key, keyStride, scratch, pairs, levels, baseLog).
 * The key's GGSW ciphertexts are taken one after another, and each is applied to the whole batch.
 */
export function blindRotate(f: FunctionBuilder, g: Geometry): void {
  for (const name of ["step", "member", "rotation", "accumulator", "accumulatorStride"]) f.local("i32", name);
  f.set("accumulatorStride", mul32(get("pairs"), g.lanePair));
  f.forRange("step", i32(0), get("steps"), 1, () => {
    const fits = `(i32.le_u ${get("keyStride")} ${i32(mostPrefetched)})`;
    f.when(fits, () => f.call("prefetch", get("key"), get("keyStride")));
    f.forRange("member", i32(0), get("count"), 1, () => {
      const address = add32(get("switched"), `(i32.mul ${get("member")} ${get("switchedStride")})`);
      f.set("rotation", load32(add32(address, shl32(get("step"), 2))));
      f.when(get("rotation"), () => {
        f.set(
          "accumulator",
          add32(get("accumulators"), `(i32.mul ${get("member")} ${get("accumulatorStride")})`),
        );
        const oneBlock = `(i32.and (i32.eq ${get("pairs")} ${i32(1)}) (i32.eq ${get("levels")} ${i32(1)}))`;
        const step = ["accumulator", "rotation", "key", "scratch"].map(get);
        f.either(
          oneBlock,
          () => f.call("simpleStep", ...step, get("baseLog")),
          () => f.call("generalStep", ...step, get("pairs"), get("levels"), get("baseLog")),
        );
      });
    });
    f.set("key", add32(get("key"), get("keyStride")));
  });
}

/** simpleStep(accumulator, rotation, key, scratch, baseLog): one step of blind rotation for k = 1 and one level. */
export function simpleStep(f: FunctionBuilder): void {
  const shift = sub32(i32(64), get("baseLog"));
  f.call("rotateForward", get("accumulator"), get("rotation"), get("scratch"), shift);
  f.call("multiply", get("scratch"), get("key"));
  f.call("accumulate", get("scratch"), get("accumulator"));
}

/**
 * generalStep(accumulator, rotation, key, scratch, pairs, levels, baseLog): one step of blind rotation for any k and
 * level count. Scratch holds a transform buffer for each lane pair of digits of each level, then one for each lane pair
 * of the product.
 */
export function generalStep(f: FunctionBuilder, g: Geometry): void {
  for (const name of ["level", "pair", "buffer"]) f.local("i32", name);
  const pairOfAccumulator = add32(get("accumulator"), mul32(get("pair"), g.lanePair));
  f.set("buffer", get("scratch"));
  // The key's levels begin with the least significant one.
  f.set("level", get("levels"));
  f.doWhile(get("level"), () => {
    const shift = sub32(i32(64), `(i32.mul ${get("level")} ${get("baseLog")})`);
    f.forRange("pair", i32(0), get("pairs"), 1, () => {
      f.call("rotateForwardLevel", pairOfAccumulator, get("rotation"), get("buffer"), shift);
      f.increment("buffer", g.transform);
    });
    f.increment("level", -1);
  });
  const inputs = `(i32.mul ${get("levels")} ${get("pairs")})`;
  f.call("multiplyMatrix", get("scratch"), inputs, get("key"), get("buffer"), get("pairs"));
  f.forRange("pair", i32(0), get("pairs"), 1, () => {
    f.call("accumulate", get("buffer"), pairOfAccumulator);
    f.increment("buffer", g.transform);
  });
}

/** Address of coefficient `place` (an expression below N) in a lane pair. */
function coefficientAddress(g: Geometry, base: Expression, place: Expression): Expression {
  const padding = g.segmentStride - 2 * g.polynomialSize;
  const segment = shr32(place, Math.log2(g.polynomialSize / 8));
  return add32(add32(base, shl32(place, 4)), mul32(segment, padding));
}

/** initializeAccumulator(table, rotation, accumulator, k): the trivial encryption of X^−rotation·table. */
export function initializeAccumulator(f: FunctionBuilder, g: Geometry): void {
  const n = g.polynomialSize;
  for (const name of ["place", "source", "pair", "lane"]) f.local("i32", name);
  const pairs = add32(shr32(get("k"), 1), 1);
  f.emit(`(memory.fill ${get("accumulator")} ${i32(0)} ${mul32(pairs, g.lanePair)})`);
  f.set("pair", add32(get("accumulator"), mul32(shr32(get("k"), 1), g.lanePair)));
  f.set("lane", shl32(and32(get("k"), 1), 3));
  f.forRange("place", i32(0), i32(n), 1, () => {
    f.set("source", add32(get("place"), get("rotation")));
    const value = `(i64.load ${add32(get("table"), shl32(and32(get("source"), n - 1), 3))})`;
    const sign = `(i64.sub (i64.const 0) (i64.extend_i32_u ${and32(shr32(get("source"), Math.log2(n)), 1)}))`;
    const negated = f.local("i64");
    f.set(negated, sign);
    const address = add32(coefficientAddress(g, get("pair"), get("place")), get("lane"));
    f.store("i64", address, 0, `(i64.sub (i64.xor ${value} ${get(negated)}) ${get(negated)})`);
  });
  f.call("writeGuards", get("pair"));
}

/** sampleExtract(accumulator, index, out, k): the big LWE encryption of coefficient `index` of the message. */
export function sampleExtract(f: FunctionBuilder, g: Geometry): void {
  const n = g.polynomialSize;
  for (const name of ["polynomial", "pair", "place", "source"]) f.local("i32", name);
  f.local("i64", "value");
  const lane = (index: string): void =>
    f.set(
      "pair",
      add32(
        add32(get("accumulator"), mul32(shr32(get(index), 1), g.lanePair)),
        shl32(and32(get(index), 1), 3),
      ),
    );
  f.forRange("polynomial", i32(0), get("k"), 1, () => {
    lane("polynomial");
    f.forRange("place", i32(0), i32(n), 1, () => {
      f.set("source", sub32(get("index"), get("place")));
      f.set("value", `(i64.load ${coefficientAddress(g, get("pair"), and32(get("source"), n - 1))})`);
      const negative = `(i32.lt_s ${get("source")} ${i32(0)})`;
      f.store(
        "i64",
        get("out"),
        0,
        `(select (i64.sub (i64.const 0) ${get("value")}) ${get("value")} ${negative})`,
      );
      f.increment("out", 8);
    });
  });
  lane("k");
  f.store("i64", get("out"), 0, `(i64.load ${coefficientAddress(g, get("pair"), get("index"))})`);
}
