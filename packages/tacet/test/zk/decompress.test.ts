import { expect, test } from "vitest";
import { Decompressor, isLargest } from "../../src/zk/curve/decompress.ts";
import { type AffinePoint, G1, G2 } from "../../src/zk/curve/group.ts";
import { ProjectivePoints } from "../../src/zk/curve/projective.ts";
import { BASE_FIELD, mod } from "../../src/zk/kernel/prime-field.ts";
import { OracleG2 } from "./oracle.ts";
import { multiple, openCurve } from "./workbench.ts";

const p = BASE_FIELD.modulus;

test.each([G1, G2])(
  "of $name, points are found from their abscissas, and none where there is none",
  async (group) => {
    const { kernel, region } = await openCurve();
    const points = new ProjectivePoints(kernel, group, region);
    const decompressor = new Decompressor(kernel, group, region);
    for (let scalar = 1n; scalar < 30n; scalar += 2n) {
      const point = multiple(points, region, group.generator, scalar) as AffinePoint;
      const turned = { x: point.x, y: point.y.map((y) => mod(-y, p)) };
      expect(isLargest(point.y)).not.toBe(isLargest(turned.y));
      const compressed = [point, turned].map(({ x, y }) => ({ compressed: x, largest: isLargest(y) }));
      const nowhere = { compressed: point.x.map((x) => mod(x + 1n, p)), largest: false };
      const found = decompressor.decompress([...compressed, nowhere]);
      expect(found.slice(0, 2)).toEqual([point, turned]);
      if (found[2] !== undefined) expect(group === G1 ? onG1(found[2]) : onG2(found[2])).toBe(true);
    }
  },
);

const onG1 = ({ x, y }: AffinePoint): boolean => mod(y[0]! ** 2n - x[0]! ** 3n - 1n, p) === 0n;

function onG2({ x, y }: AffinePoint): boolean {
  const { Fp } = OracleG2;
  const [a, b] = [x, y].map(([c0, c1]) => ({ c0: c0!, c1: c1! }));
  return Fp.eql(Fp.sqr(b!), Fp.add(Fp.pow(a!, 3n), { c0: 1n, c1: 1n }));
}

test("roots in 𝔽p² of every kind: of what is real, imaginary, both, and 0", async () => {
  const { kernel, region } = await openCurve();
  const { Fp } = OracleG2;
  // y² is given, and x³ = y² − b has a root for some of these: those abscissas are tried, of which some lie on the axes.
  const decompressor = new Decompressor(kernel, G2, region);
  let known = 0;
  for (const [c0, c1] of [
    [0n, p - 1n],
    [p - 1n, 0n],
    [0n, 0n],
    [0n, 1n],
    [1n, 0n],
    [2n, 0n],
    [0n, 2n],
    [5n, 7n],
    [p - 3n, 11n],
  ] as const) {
    const square = Fp.add(Fp.pow({ c0, c1 }, 3n), { c0: 1n, c1: 1n });
    let root: { c0: bigint; c1: bigint } | undefined;
    try {
      root = Fp.sqrt(square);
    } catch {
      // There is none.
    }
    const y = root && [root.c0, root.c1];
    const [found] = decompressor.decompress([
      { compressed: [c0, c1], largest: y !== undefined && isLargest(y) },
    ]);
    expect(found?.y).toEqual(y);
    if (y !== undefined) known++;
  }
  expect(known).toBeGreaterThan(2);
});
