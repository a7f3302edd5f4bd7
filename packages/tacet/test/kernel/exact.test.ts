import { describe, expect, test } from "vitest";
import { negacyclicProduct, TestRandom, wrap } from "./reference.ts";
import { Workspace } from "./workspace.ts";

const variants = [true, false].flatMap((paired) => [
  { flavour: "fma", deterministic: false, paired },
  { flavour: "plain", deterministic: true, paired },
]);

describe.each(variants)("$flavour, paired: $paired", ({ flavour, ...request }) => {
  test.each([256, 512, 1024, 2048])("exact products with N = %i equal schoolbook products", async (N) => {
    const w = await Workspace.create({ polynomialSize: N, glweDimension: 2 }, request);
    expect(w.kernel.flavour).toBe(flavour);
    const random = new TestRandom(N);
    const [a1, a2, start] = [random.torus(N), random.torus(N), random.torus(N)];
    const [s1, s2] = [random.bits(N), random.bits(N)];
    const prepared = w.allocate(w.layout.preparedBinaryKey);
    w.kernel.prepareBinaryKey(w.put(Uint8Array.of(...s1, ...s2)), prepared);
    const out = w.put(start);
    w.kernel.binaryProduct(w.put([...a1, ...a2]), prepared, out, w.scratch);
    const [p1, p2] = [negacyclicProduct(a1, s1), negacyclicProduct(a2, s2)];
    expect(w.u64(out, N)).toEqual(start.map((value, j) => wrap(value + p1[j]! + p2[j]!)));
  });

  // A full schoolbook product would take minutes here. With one bit set in each of a few places the product is a sum
  // of rotations; with all bits set, and all coefficients as large as they get, sums are as large as they get.
  test.each([4096, 8192, 16384, 32768, 65536])("exact products with N = %i, at the extremes", async (N) => {
    const w = await Workspace.create({ polynomialSize: N }, request);
    const random = new TestRandom(N);
    const prepared = w.allocate(w.layout.preparedBinaryKey);
    const bits = w.allocate(N);
    const mask = w.allocate(8 * N);
    const out = w.allocate(8 * N);
    const check = (a: BigUint64Array, s: Uint8Array, expected: (j: number) => bigint): void => {
      w.bytes(bits, N).set(s);
      w.u64(mask, N).set(a);
      w.u64(out, N).fill(0n);
      w.kernel.prepareBinaryKey(bits, prepared);
      w.kernel.binaryProduct(mask, prepared, out, w.scratch);
      expect(w.u64(out, N).findIndex((value, j) => value !== wrap(expected(j)))).toBe(-1);
    };
    const places = [0, 1, N / 4 + 3, N / 2, N - 1];
    const sparse = new Uint8Array(N);
    for (const place of places) sparse[place] = 1;
    const a = random.torus(N);
    check(a, sparse, (j) =>
      places.reduce((sum, place) => sum + (j >= place ? a[j - place]! : -a[N + j - place]!), 0n),
    );
    // Both limbs near −2^31 at every coefficient, then random limbs; every bit set.
    const ones = new Uint8Array(N).fill(1);
    const extreme = 0x7fff_ffff_8000_0001n;
    check(new BigUint64Array(N).fill(extreme), ones, (j) => BigInt(2 * (j + 1) - N) * extreme);
    let total = a.reduce((sum, value) => sum - value, 0n);
    check(a, ones, (j) => (total += 2n * a[j]!));
  });
});

test("inner products of LWE rows", async () => {
  const w = await Workspace.create();
  const random = new TestRandom(3);
  for (const dimension of [1, 2, 7, 8, 100, 256]) {
    const rows = 5;
    const masks = random.torus(rows * dimension);
    const bits = random.bits(dimension);
    const out = w.allocate(8 * rows);
    w.kernel.lweDot(w.put(masks), rows, dimension, w.put(bits), out, w.scratch);
    const expected = Array.from({ length: rows }, (_, r) => {
      const row = masks.subarray(r * dimension, (r + 1) * dimension);
      return wrap(row.reduce((sum, value, j) => sum + value * BigInt(bits[j]!), 0n));
    });
    expect([...w.u64(out, rows)]).toEqual(expected);
  }
});
