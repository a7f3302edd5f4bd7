import { describe, expect, test } from "vitest";
import {
  gadgetDigits,
  negacyclicProduct,
  rotatedCoefficient,
  signed,
  TestRandom,
  wrap,
} from "./reference.ts";
import { Workspace } from "./workspace.ts";

const shapes: [k: number, pbsLevel: number, pbsBaseLog: number, N: number][] = [
  [1, 1, 23, 256],
  [1, 2, 15, 256],
  [1, 3, 11, 512],
  [2, 1, 23, 256],
  [3, 2, 12, 256],
  [4, 1, 23, 512],
  [1, 1, 23, 2048],
];
const variants = [true, false].flatMap((paired) => [
  { flavour: "fma", deterministic: false, paired },
  { flavour: "plain", deterministic: true, paired },
]);

/** A kernel with random accumulators. */
class Setting {
  readonly w: Workspace;
  readonly random: TestRandom;
  readonly k: number;
  readonly N: number;

  constructor(w: Workspace) {
    this.w = w;
    this.k = w.parameters.glweDimension;
    this.N = w.parameters.polynomialSize;
    this.random = new TestRandom(this.N + this.k);
  }

  /** Writes an accumulator of k + 1 polynomials. */
  load(polynomials: readonly BigUint64Array[]): number {
    const { w, N } = this;
    const glwe = w.allocate(8 * N * polynomials.length);
    for (const [i, polynomial] of polynomials.entries()) w.u64(glwe + 8 * N * i, N).set(polynomial);
    const accumulator = w.allocate(w.layout.accumulator);
    w.kernel.loadAccumulator(glwe, accumulator);
    return accumulator;
  }

  store(accumulator: number): BigUint64Array[] {
    const { w, N, k } = this;
    const glwe = w.allocate(8 * N * (k + 1));
    w.kernel.storeAccumulator(accumulator, glwe);
    return Array.from({ length: k + 1 }, (_, i) => w.u64(glwe + 8 * N * i, N).slice());
  }

  polynomials(): BigUint64Array<ArrayBuffer>[] {
    return Array.from({ length: this.k + 1 }, () => this.random.torus(this.N));
  }
}

describe.each(variants)("$flavour, paired: $paired", ({ flavour: _, ...request }) => {
  test.each(shapes)(
    "k = %i, %i levels of %i bits, N = %i: a multiplexer is the schoolbook's external product",
    async (glweDimension, pbsLevel, pbsBaseLog, polynomialSize) => {
      const parameters = { glweDimension, pbsLevel, pbsBaseLog, polynomialSize };
      const s = new Setting(await Workspace.create(parameters, request));
      const { w, k, N, random } = s;
      const [base, plus, minus] = [s.polynomials(), s.polynomials(), s.polynomials()];
      const rows = Array.from({ length: pbsLevel * (k + 1) ** 2 }, () => random.torus(N));
      const ggsw = w.allocate(w.layout.ggsw);
      for (const [i, row] of rows.entries()) w.u64(ggsw + 8 * N * i, N).set(row);
      const fourier = w.allocate(w.layout.fourierGgsw);
      w.kernel.toFourier(ggsw, fourier, w.scratch);

      const expected = base.map((polynomial) => polynomial.slice());
      for (let row = 0; row <= k; row++) {
        const digits = Array.from({ length: N }, (_, j) =>
          gadgetDigits(plus[row]![j]! - minus[row]![j]!, pbsBaseLog, pbsLevel),
        );
        for (let level = 1; level <= pbsLevel; level++) {
          for (let column = 0; column <= k; column++) {
            const key = rows[((pbsLevel - level) * (k + 1) + row) * (k + 1) + column]!;
            const product = negacyclicProduct(
              key,
              digits.map((digit) => Number(digit[level - 1])),
            );
            for (let j = 0; j < N; j++) expected[column]![j]! += product[j]!;
          }
        }
      }

      const [b, p, m] = [s.load(base), s.load(plus), s.load(minus)];
      const target = w.allocate(w.layout.accumulator);
      w.kernel.multiplex(b, p, m, fourier, target, w.scratch);
      const close = (found: readonly BigUint64Array[]): boolean =>
        found.every((polynomial, i) =>
          polynomial.every((x, j) => Math.abs(Number(signed(x - expected[i]![j]!))) < 2 ** (pbsBaseLog + 23)),
        );
      expect(close(s.store(target))).toBe(true);
      // What it leaves can be rotated: its guards are right. The target may be any operand.
      for (const operand of [b, p, m]) {
        const again = [b, p, m].map((address) => {
          const copy = w.allocate(w.layout.accumulator);
          w.bytes(copy, w.layout.accumulator).set(w.bytes(address, w.layout.accumulator));
          return copy;
        });
        const into = again[[b, p, m].indexOf(operand)]!;
        w.kernel.multiplex(again[0]!, again[1]!, again[2]!, fourier, into, w.scratch);
        const size = w.layout.accumulator;
        expect(w.bytes(into, size)).toEqual(w.bytes(target, size));
      }
    },
  );
});

test.each([
  [1, 256],
  [2, 512],
])("k = %i, N = %i: a multiple of a monomial is added exactly", async (glweDimension, polynomialSize) => {
  const s = new Setting(await Workspace.create({ glweDimension, polynomialSize }));
  const { N, w } = s;
  for (const rotation of [0, 1, N / 8, N - 1, N, N + 3, 2 * N - 1]) {
    for (const factor of [1, -1, 77, -(2 ** 31), 2 ** 31 - 1]) {
      const [source, target] = [s.polynomials(), s.polynomials()];
      const [from, to] = [s.load(source), s.load(target)];
      w.kernel.addMonomial(from, rotation, factor, to);
      const found = s.store(to);
      for (const [i, polynomial] of target.entries()) {
        const expected = polynomial.map((x, j) =>
          wrap(x + BigInt(factor) * rotatedCoefficient(source[i]!, rotation, j)),
        );
        expect(found[i]).toEqual(expected);
      }
    }
  }
});

test("an accumulator is what was loaded", async () => {
  const s = new Setting(await Workspace.create({ glweDimension: 2 }));
  const polynomials = s.polynomials();
  expect(s.store(s.load(polynomials))).toEqual(polynomials);
});
