import { expect, test } from "vitest";
import { type Product, ProductSum, polynomialBytes } from "../../src/zk/curve/polynomials.ts";
import { Region } from "../../src/zk/curve/region.ts";
import { mod, SCALAR_FIELD } from "../../src/zk/kernel/prime-field.ts";
import { numbers, openCurve, variants } from "./workbench.ts";

const r = SCALAR_FIELD.modulus;

function expected(products: readonly Product[]): bigint[] {
  const sum: bigint[] = Array.from(
    { length: Math.max(...products.map(([a, b]) => a.length + b.length - 1)) },
    () => 0n,
  );
  for (const [a, b] of products)
    for (const [i, x] of a.entries())
      for (const [j, y] of b.entries()) sum[i + j] = mod(sum[i + j]! + x * y, r);
  return sum;
}

test.each(variants)("sums of products of polynomials, with fused $fused, paired $paired", async (variant) => {
  const { kernel } = await openCurve(variant, 4);
  const random = numbers(11n, r);
  const draw = (length: number): bigint[] => Array.from({ length }, () => random.next().value);
  for (const lengths of [
    [[1, 1]],
    [[2, 3]],
    [
      [5, 4],
      [1, 8],
    ],
    [
      [100, 29],
      [3, 3],
      [128, 1],
      [50, 70],
      [64, 65],
      [2, 90],
    ],
    [
      [8, 8],
      [8, 8],
      [8, 8],
      [8, 8],
      [8, 9],
    ],
  ] as [number, number][][]) {
    const products = lengths.map(([a, b]): Product => [draw(a), draw(b)]);
    products.push([
      [r - 1n, 0n, 1n],
      [r - 1n, r - 2n],
    ]);
    const region = new Region(65536, polynomialBytes(256));
    const work = new ProductSum(kernel, region, products).work();
    let step = work.next();
    while (!step.done) step = work.next();
    expect(step.value).toEqual(expected(products));
  }
});

test("products that are too large are refused", async () => {
  const { kernel, region } = await openCurve();
  const large = Array.from({ length: 2 ** 17 + 1 }, () => 1n);
  expect(() => new ProductSum(kernel, region, [[large, large]])).toThrow(RangeError);
});
