import { expect, test } from "vitest";
import { type AffinePoint, G1, G2, type Point } from "../../src/zk/curve/group.ts";
import { Pairing } from "../../src/zk/curve/pairing.ts";
import { ProjectivePoints } from "../../src/zk/curve/projective.ts";
import { BASE_FIELD, LANES, SCALAR_FIELD } from "../../src/zk/kernel/prime-field.ts";
import { fields, OracleG1, OracleG2, oracle } from "./oracle.ts";
import { multiple, numbers, openCurve } from "./workbench.ts";

const p = BASE_FIELD.modulus;
const r = SCALAR_FIELD.modulus;

const { kernel, region } = await openCurve();
const pairing = new Pairing(kernel, region);
const { field } = pairing;
const g1 = new ProjectivePoints(kernel, G1, region);
const g2 = new ProjectivePoints(kernel, G2, region);
const a = (scalar: bigint): Point => multiple(g1, region, G1.generator, scalar);
const b = (scalar: bigint): Point => multiple(g2, region, G2.generator, scalar);

/** By powers of w, as a twelve-tuple of the tower 𝔽p²(v)(w): even powers first. */
const towered = (coefficients: readonly (readonly bigint[])[]): bigint[] =>
  [0, 2, 4, 1, 3, 5].flatMap((i) => [...coefficients[i]!]);

test("the pairing is that of an independent implementation", () => {
  const out = field.take();
  for (const [x, y] of [
    [1n, 1n],
    [3n, 5n],
    [r - 2n, 77n],
  ] as const) {
    pairing.product(out, [{ a: a(x), b: b(y) }]);
    const value = oracle.pairing(OracleG1.BASE.multiplyUnsafe(x), OracleG2.BASE.multiplyUnsafe(y));
    for (let lane = 0; lane < LANES; lane++) {
      const found = fields.Fp12.fromBigTwelve(towered(field.read(out, lane)) as never);
      expect(fields.Fp12.eql(found, value)).toBe(true);
    }
  }
});

test("it is bilinear, and not constant", () => {
  const random = numbers(3n, r);
  for (let count = 1; count <= 9; count++) {
    const terms = Array.from({ length: count }, () => [random.next().value, random.next().value] as const);
    const total = terms.reduce((sum, [x, y]) => sum + x * y, 0n);
    const pairs = terms.map(([x, y]) => ({ a: a(x), b: b(y) }));
    expect(pairing.productIsOne([...pairs, { a: a(-total), b: G2.generator }])).toBe(true);
    expect(pairing.productIsOne([...pairs, { a: a(1n - total), b: G2.generator }])).toBe(false);
    expect(pairing.productIsOne([...pairs, { a: G1.generator, b: b(-total) }])).toBe(true);
  }
  expect(pairing.productIsOne([{ a: G1.generator, b: G2.generator }])).toBe(false);
});

test("with infinity it is 1", () => {
  expect(pairing.productIsOne([])).toBe(true);
  expect(
    pairing.productIsOne([
      { a: undefined, b: G2.generator },
      { a: G1.generator, b: undefined },
    ]),
  ).toBe(true);
  const one = { a: G1.generator as AffinePoint, b: G2.generator };
  expect(pairing.productIsOne([one, { a: undefined, b: G2.generator }])).toBe(false);
});

test("arithmetic in the field of its values is that of an independent implementation", () => {
  const random = numbers(5n, p);
  const { Fp12 } = fields;
  const [x, y, out] = [field.take(), field.take(), field.take()];
  const draw = (): [bigint, bigint][] =>
    Array.from({ length: 6 }, () => [random.next().value, random.next().value]);
  for (let round = 0; round < 5; round++) {
    const [first, second] = [draw(), draw()];
    for (let lane = 0; lane < LANES; lane++) {
      field.write(x, lane, first);
      field.write(y, lane, second);
    }
    const [s, t] = [first, second].map((value) => Fp12.fromBigTwelve(towered(value) as never));
    const is = (value: typeof s): void => {
      const found = Fp12.fromBigTwelve(towered(field.read(out, 1)) as never);
      expect(Fp12.eql(found, value!)).toBe(true);
    };
    field.multiply(out, x, y);
    is(Fp12.mul(s!, t!));
    field.square(out, x);
    is(Fp12.sqr(s!));
    field.invert(out, x);
    is(Fp12.inv(s!));
    field.conjugate(out, x);
    is(Fp12.conjugate(s!));
    field.frobenius(out, x);
    is(Fp12.frobeniusMap(s!, 1));
  }
});
