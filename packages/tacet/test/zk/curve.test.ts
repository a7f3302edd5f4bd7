import { describe, expect, test } from "vitest";
import { readPoint, writePoint } from "../../src/zk/curve/affine.ts";
import { type AffinePoint, G1, G2, type Group, type Point } from "../../src/zk/curve/group.ts";
import {
  digitOffset,
  joinWindows,
  multiMultiply,
  SCALAR_WORDS,
  windowsFor,
} from "../../src/zk/curve/multi-multiply.ts";
import { PointAdder } from "../../src/zk/curve/point-adder.ts";
import { ProjectivePoints } from "../../src/zk/curve/projective.ts";
import { SubgroupCheck } from "../../src/zk/curve/subgroup.ts";
import { pointBytes } from "../../src/zk/kernel/layout.ts";
import { BASE_FIELD, centred, LANES, mod, powerOf, SCALAR_FIELD } from "../../src/zk/kernel/prime-field.ts";
import { OracleG1, OracleG2 } from "./oracle.ts";
import { multiple, numbers, openCurve, variants } from "./workbench.ts";

const p = BASE_FIELD.modulus;
const r = SCALAR_FIELD.modulus;

/** scalar·G by the oracle. */
function expected(group: Group, scalar: bigint): Point {
  const reduced = mod(scalar, r);
  if (reduced === 0n) return undefined;
  if (group === G1) {
    const { x, y } = OracleG1.BASE.multiplyUnsafe(reduced).toAffine();
    return { x: [x], y: [y] };
  }
  const { x, y } = OracleG2.BASE.multiplyUnsafe(reduced).toAffine();
  return { x: [x.c0, x.c1], y: [y.c0, y.c1] };
}

describe.each([G1, G2])("$name", async (group) => {
  const { kernel, region } = await openCurve({}, 64);
  const points = new ProjectivePoints(kernel, group, region);
  const times = (scalar: bigint): Point => multiple(points, region, group.generator, scalar);

  test("multiples of the generator are those of an independent implementation", () => {
    const random = numbers(7n, r);
    for (const scalar of [
      1n,
      2n,
      3n,
      r - 1n,
      r,
      r + 1n,
      2n ** 298n,
      random.next().value,
      random.next().value,
    ])
      expect(times(scalar)).toEqual(expected(group, scalar));
  });

  test("sums have no exceptions", () => {
    const g = group.generator;
    const minus = times(-1n) as AffinePoint;
    const cases: [Point, Point, Point][] = [
      [undefined, undefined, undefined],
      [undefined, g, g],
      [g, undefined, g],
      [g, g, times(2n)],
      [g, minus, undefined],
      [times(5n), times(9n), times(14n)],
    ];
    region.scope(() => {
      const [a, b, sum, twice] = [0, 1, 2, 3].map(() => points.take()) as [number, number, number, number];
      for (const [first, second, result] of cases) {
        for (let lane = 0; lane < LANES; lane++) {
          points.write(a, lane, first);
          points.write(b, lane, second);
        }
        points.add(sum, a, b);
        expect(points.read(sum)).toEqual([result, result, result, result]);
        points.double(twice, a);
        points.add(sum, a, a);
        expect(points.equal(twice, sum)).toBe(15);
        points.negate(b, a);
        points.add(sum, a, b);
        expect(points.infinities(sum)).toBe(15);
      }
    });
  });

  test("equal points are equal in whatever coordinates, and others are not", () => {
    region.scope(() => {
      const [a, b, none] = [points.take(), points.take(), points.take()];
      for (let lane = 0; lane < LANES; lane++) points.write(a, lane, times(BigInt(lane + 1)));
      points.double(b, a);
      points.negate(none, a);
      points.add(b, b, none);
      expect(points.equal(a, b)).toBe(15);
      points.write(b, 2, group.generator);
      expect(points.equal(a, b)).toBe(11);
      points.write(b, 0, undefined);
      expect(points.equal(a, b)).toBe(10);
      kernel.doubles.fill(0, none / 8, (none + points.bytes) / 8);
      expect(points.equal(a, none)).toBe(0);
      expect(points.equal(none, none)).toBe(0);
      expect(points.infinities(none)).toBe(0);
    });
  });

  test("points are written and read as they are", () => {
    region.scope(() => {
      const address = region.take(pointBytes(group.coordinates));
      for (const scalar of [1n, 2n, r - 1n]) {
        const point = times(scalar) as AffinePoint;
        writePoint(kernel, address, point);
        expect(readPoint(kernel, group, address)).toEqual(point);
      }
    });
  });

  /** Small multiples of the generator in memory, by their numbers from 1 on. */
  const stored = Array.from({ length: 200 }, (_, i) => {
    const address = region.take(pointBytes(group.coordinates));
    writePoint(kernel, address, times(BigInt(i + 1)) as AffinePoint);
    return address;
  });

  test.each([4, 8, 4096])("sums of groups of points, at most %i pairs at a time", (mostPairs) => {
    const groups: number[][] = [
      [],
      [1],
      [-3],
      [1, 2],
      [5, 5],
      [5, -5],
      [7, 7, 7, 7],
      [1, -1, 2, -2],
      [9, -9, 4],
      [1, 2, 3],
      [-1, 1, 1, 1, 1, 1],
      Array.from({ length: 200 }, (_, i) => i + 1),
      Array.from({ length: 33 }, () => -6),
    ];
    const entries = groups.flat().map((number) => stored[Math.abs(number) - 1]! + (number < 0 ? 1 : 0));
    let end = 0;
    const ends = groups.map((numbers) => (end += numbers.length));
    region.scope(() => {
      const adder = new PointAdder(kernel, group, region, mostPairs);
      const sums = adder.sums(Uint32Array.from(entries), Uint32Array.from(ends), region);
      for (const [i, address] of sums.entries()) {
        const total = BigInt(groups[i]!.reduce((a, b) => a + b, 0));
        if (total === 0n) expect(address).toBe(0);
        else {
          const point = readPoint(kernel, group, address - (address & 1));
          const turned = address & 1 ? { x: point.x, y: point.y.map((y) => mod(-y, p)) } : point;
          expect(turned).toEqual(times(total));
        }
      }
    });
  });

  /** Σ scalarᵢ·i·G, by the tasks that threads share. */
  function sumOfMultiples(scalars: readonly bigint[], numbersOf: readonly number[], bits: number): Point {
    return region.scope(() => {
      const bytes = pointBytes(group.coordinates);
      const bases = region.take(scalars.length * bytes);
      for (const [i, number] of numbersOf.entries())
        kernel.copy(bases + i * bytes, stored[number - 1]!, bytes);
      const windows = windowsFor(scalars.length, bits);
      const offset = digitOffset(windows);
      const address = region.take(4 * SCALAR_WORDS * scalars.length);
      for (const [i, scalar] of scalars.entries()) {
        for (let word = 0; word < SCALAR_WORDS; word++)
          kernel.words[address / 4 + i * SCALAR_WORDS + word] = Number(
            ((scalar + offset) >> BigInt(32 * word)) & 0xffffffffn,
          );
      }
      const sums: number[] = [];
      for (let first = 0; first < windows.count; first += LANES) {
        const out = points.take();
        const task = {
          points: [{ address: bases, count: scalars.length }],
          scalars: address,
          windows,
          first,
          out,
        };
        multiMultiply(kernel, group, task, region);
        sums.push(out);
      }
      const result = points.take();
      joinWindows(points, kernel, group, windows, sums, result);
      return points.read(result)[0];
    });
  }

  test.each([1, 2, 3, 5, 17, 200])("sums of multiples of %i points", (count) => {
    const random = numbers(BigInt(count), r);
    const scalars = Array.from({ length: count }, () => centred(random.next().value, r));
    const bases = Array.from({ length: count }, (_, i) => ((i * 7) % 200) + 1);
    const total = scalars.reduce((sum, scalar, i) => sum + scalar * BigInt(bases[i]!), 0n);
    expect(sumOfMultiples(scalars, bases, 299)).toEqual(times(total));
  });

  test("sums of multiples of the same point, by the same and by extreme scalars", () => {
    const half = (r - 1n) / 2n;
    for (const scalars of [
      [0n, 0n],
      [1n, -1n],
      [half, half, half],
      [-half, -half, half, 0n, 1n],
      Array.from({ length: 40 }, () => half),
    ]) {
      const bases = scalars.map(() => 3);
      const total = 3n * scalars.reduce((sum, scalar) => sum + scalar, 0n);
      expect(sumOfMultiples(scalars, bases, 299)).toEqual(times(total));
    }
  });

  test.each([1, 2, 8, 43, 64, 128])("scalars of %i bits take as few windows as they need", (bits) => {
    const largest = 2n ** BigInt(bits) - 1n;
    const scalars = [largest, -largest, 1n, 0n, largest / 2n, -1n];
    const total = scalars.reduce((sum, scalar, i) => sum + scalar * BigInt(i + 1), 0n);
    expect(sumOfMultiples(scalars, [1, 2, 3, 4, 5, 6], bits)).toEqual(times(total));
    expect(windowsFor(6, bits).bits * windowsFor(6, bits).count).toBeLessThan(bits + 18);
  });

  test("lanes have multiples of their own", () => {
    const scalars = [0n, 1n, r - 1n, 3n ** 188n % r];
    region.scope(() => {
      const [a, out] = [points.take(), points.take()];
      for (let lane = 0; lane < LANES; lane++) points.write(a, lane, times(BigInt(lane + 1)));
      points.multiplyEach(out, a, scalars);
      expect(points.read(out)).toEqual(scalars.map((scalar, lane) => times(scalar * BigInt(lane + 1))));
      const total = scalars.reduce((sum, scalar, lane) => sum + scalar * BigInt(lane + 1), 0n);
      expect(points.sumOfLanes(out, 4)).toEqual(times(total));
      expect(points.sumOfLanes(out, 2)).toEqual(times(2n));
    });
  });

  test("what is in the group, and what is only on the curve", () => {
    const check = new SubgroupCheck(kernel, group, region);
    const inside = [group.generator, times(r - 5n), undefined, times(12345n)];
    expect(check.check(inside)).toEqual([true, true, true, true]);
    const outside = pointsOutside(group);
    for (const point of outside) {
      expect(check.check([point, group.generator, point])).toEqual([false, true, false]);
    }
    const { x, y } = group.generator;
    const off = { x, y: y.map((part) => mod(part + 1n, p)) };
    expect(check.check([off, group.generator, off, off, off, group.generator])).toEqual([
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
  });
});

/** Points of the curve that are not in the group: some of small order among them. */
function pointsOutside(group: Group): AffinePoint[] {
  const found: AffinePoint[] = [];
  if (group === G1) {
    found.push({ x: [p - 1n], y: [0n] }, { x: [0n], y: [1n] }, { x: [0n], y: [p - 1n] });
    for (let x = 2n; found.length < 8; x++) {
      const square = mod(x ** 3n + 1n, p);
      const y = powerOf(square, (p + 1n) / 4n, p);
      if (mod(y * y - square, p) === 0n) found.push({ x: [x], y: [y] });
    }
    return found;
  }
  for (let x = 1n; found.length < 4; x++) {
    const { Fp } = OracleG2;
    const abscissa = Fp.create({ c0: x, c1: 1n });
    const square = Fp.add(Fp.pow(abscissa, 3n), { c0: 1n, c1: 1n });
    try {
      const y = Fp.sqrt(square);
      found.push({ x: [x, 1n], y: [y.c0, y.c1] });
    } catch {
      // No point has this abscissa.
    }
  }
  return found;
}

test.each(variants)("sums of multiples with fused $fused, paired $paired", async (variant) => {
  const { kernel, region } = await openCurve(variant, 16);
  for (const group of [G1, G2]) {
    const points = new ProjectivePoints(kernel, group, region);
    for (const scalar of [2n, 3n, r - 2n, 3n ** 180n])
      expect(multiple(points, region, group.generator, scalar)).toEqual(expected(group, scalar));
    const adder = new PointAdder(kernel, group, region, 8);
    const bytes = pointBytes(group.coordinates);
    const bases = Array.from({ length: 24 }, (_, i) => {
      const address = region.take(bytes);
      writePoint(kernel, address, multiple(points, region, group.generator, BigInt(i + 1)) as AffinePoint);
      return address;
    });
    const [sum] = adder.sums(Uint32Array.from(bases), Uint32Array.of(bases.length), region);
    expect(readPoint(kernel, group, sum!)).toEqual(expected(group, 300n));
  }
});
