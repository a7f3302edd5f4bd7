import { expect, test } from "vitest";
import { fourierPlaces } from "../../src/kernel/fourier-places.ts";
import { TestRandom } from "./reference.ts";
import { Workspace } from "./workspace.ts";

/** Number `s` of the transform that TFHE-rs's `FourierPolynomialList` holds, by its definition. */
function coefficient(polynomial: BigUint64Array, s: number): [re: number, im: number] {
  const N = polynomial.length;
  let re = 0;
  let im = 0;
  for (let j = 0; j < N / 2; j++) {
    const a = Number(BigInt.asIntN(64, polynomial[j]!)) / 2 ** 64;
    const b = Number(BigInt.asIntN(64, polynomial[j + N / 2]!)) / 2 ** 64;
    const angle = 2 * Math.PI * ((((1 - 4 * s) * j) % (2 * N)) / (2 * N));
    re += a * Math.cos(angle) - b * Math.sin(angle);
    im += a * Math.sin(angle) + b * Math.cos(angle);
  }
  return [re, im];
}

const sets = [
  { glweDimension: 1, polynomialSize: 256, pbsLevel: 1, pbsBaseLog: 20 },
  { glweDimension: 1, polynomialSize: 512, pbsLevel: 3, pbsBaseLog: 6 },
  { glweDimension: 2, polynomialSize: 256, pbsLevel: 2, pbsBaseLog: 6 },
  { glweDimension: 3, polynomialSize: 256, pbsLevel: 1, pbsBaseLog: 20 },
  { glweDimension: 1, polynomialSize: 2048, pbsLevel: 1, pbsBaseLog: 23 },
];

test.each(sets.flatMap((set) => [true, false].map((paired) => ({ ...set, paired }))))(
  "the values of a GGSW ciphertext, k = $glweDimension, N = $polynomialSize, $pbsLevel levels, paired: $paired",
  async ({ paired, ...set }) => {
    const { glweDimension: k, polynomialSize: N, pbsLevel } = set;
    const w = await Workspace.create(set, { deterministic: true, paired });
    const ggsw = new TestRandom(1).torus(pbsLevel * (k + 1) ** 2 * N);
    const fourier = w.allocate(w.layout.fourierGgsw);
    w.kernel.toFourier(w.put(ggsw), fourier, w.scratch);
    const values = new Float64Array(w.kernel.memory.buffer, fourier, w.layout.fourierGgsw / 8);

    const places = fourierPlaces(w.kernel);
    expect(places.length).toBe(ggsw.length);
    // Some of them: the definition takes its time.
    const step = N > 512 ? 61 : 7;
    for (let polynomial = 0; polynomial < ggsw.length; polynomial += N) {
      for (let s = 0; s < N / 2; s += step) {
        const expected = coefficient(ggsw.subarray(polynomial, polynomial + N), s);
        const at = places.subarray(polynomial + 2 * s, polynomial + 2 * s + 2);
        for (const part of [0, 1]) expect((values[at[part]!]! * N) / 2).toBeCloseTo(expected[part]!, 11);
      }
    }
    const used = new Set(places);
    expect(used.size).toBe(places.length);
    expect(values.every((value, i) => used.has(i) || value === 0)).toBe(true);
  },
);
