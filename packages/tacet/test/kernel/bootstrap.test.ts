import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { KernelParameters } from "../../src/kernel/layout.ts";
import type { KernelRequest } from "../../src/kernel/load.ts";
import {
  gadgetDigits,
  negacyclicProduct,
  phase,
  rotatedCoefficient,
  signed,
  TestRandom,
  wrap,
} from "./reference.ts";
import { Workspace } from "./workspace.ts";

/** A workspace with a key without noise: GGSW encryptions of bits under random masks. */
class Bootstrap {
  readonly w: Workspace;
  readonly bits: readonly number[];
  /** The GLWE key, k·N bits. */
  readonly secret: Uint8Array;
  /** The GGSW ciphertexts as u64. */
  readonly ggsw: number;
  readonly key: number;
  readonly random: TestRandom;

  static async create(
    parameters: Partial<KernelParameters>,
    request: Partial<KernelRequest> = {},
  ): Promise<Bootstrap> {
    return new Bootstrap(await Workspace.create(parameters, request));
  }

  constructor(w: Workspace) {
    const { lweDimension: n, glweDimension: k, polynomialSize: N, pbsBaseLog, pbsLevel } = w.parameters;
    this.w = w;
    this.random = new TestRandom(N + k);
    this.bits = Array.from({ length: n }, (_, i) => (i === 0 ? 1 : this.random.below(2)));
    this.secret = this.random.bits(k * N);
    const prepared = w.allocate(w.layout.preparedBinaryKey);
    w.kernel.prepareBinaryKey(w.put(this.secret), prepared);
    this.ggsw = w.allocate(n * w.layout.ggsw);
    this.key = w.allocate(w.layout.bootstrapKey);
    const rowBytes = (k + 1) * 8 * N;
    this.bits.forEach((bit, i) => {
      for (let level = pbsLevel; level >= 1; level--) {
        for (let row = 0; row <= k; row++) {
          const place = this.ggsw + i * w.layout.ggsw + ((pbsLevel - level) * (k + 1) + row) * rowBytes;
          w.u64(place, k * N).set(this.random.torus(k * N));
          const body = place + 8 * k * N;
          w.kernel.binaryProduct(place, prepared, body, w.scratch);
          w.u64(place + 8 * row * N, N)[0]! += BigInt(bit) << BigInt(64 - pbsBaseLog * level);
        }
      }
      w.kernel.toFourier(this.ggsw + i * w.layout.ggsw, this.key + i * w.layout.fourierGgsw, w.scratch);
    });
  }

  /** Blindly rotates a table by several ciphertexts at a time; returns where the accumulators are. */
  rotate(table: ArrayLike<bigint>, ciphertexts: readonly (readonly number[])[]): number {
    const { w } = this;
    const switched = w.allocate(ciphertexts.length * w.layout.smallLwe);
    const accumulators = w.allocate(ciphertexts.length * w.layout.accumulator);
    const address = w.put(table);
    ciphertexts.forEach((ciphertext, i) => {
      const at = switched + i * w.layout.smallLwe;
      w.u32(at, ciphertext.length).set(ciphertext);
      w.kernel.initializeAccumulator(address, at, accumulators + i * w.layout.accumulator);
    });
    w.kernel.blindRotate(ciphertexts.length, switched, accumulators, this.key, w.scratch);
    return accumulators;
  }

  extract(accumulator: number, index: number): BigUint64Array {
    const { w } = this;
    const out = w.allocate(w.layout.bigLwe);
    w.kernel.sampleExtract(accumulator, index, out);
    return w.u64(out, w.layout.bigLwe / 8).slice();
  }

  /** A modulus-switched ciphertext: n + 1 integers below 2N. */
  ciphertext(): number[] {
    return Array.from({ length: this.bits.length + 1 }, () =>
      this.random.below(2 * this.w.parameters.polynomialSize),
    );
  }

  /** The power of X by which a ciphertext rotates. */
  power(ciphertext: readonly number[]): number {
    return this.bits.reduce((sum, bit, i) => sum + bit * ciphertext[i]!, -ciphertext[this.bits.length]!);
  }
}

const shapes: [k: number, level: number, baseLog: number, N: number, n: number][] = [
  [1, 1, 23, 256, 6],
  [1, 1, 23, 512, 6],
  [1, 1, 23, 1024, 6],
  [1, 1, 23, 2048, 6],
  [1, 1, 23, 4096, 3],
  [1, 2, 15, 256, 6],
  [1, 3, 8, 512, 4],
  [2, 1, 23, 256, 6],
  [2, 2, 14, 1024, 3],
  [3, 1, 20, 256, 4],
  [4, 1, 23, 512, 6],
  [1, 2, 15, 8192, 2],
  [1, 1, 23, 65536, 1],
];
const variants = [true, false].flatMap((paired) => [
  { flavour: "fma", deterministic: false, paired },
  { flavour: "plain", deterministic: true, paired },
]);

describe.each(variants)("$flavour, paired: $paired", ({ flavour: _, ...request }) => {
  test.each(shapes)(
    "blind rotation, k = %i, %i levels of %i bits, N = %i, n = %i",
    async (k, pbsLevel, pbsBaseLog, N, n) => {
      const parameters = { lweDimension: n, glweDimension: k, polynomialSize: N, pbsBaseLog, pbsLevel };
      const b = await Bootstrap.create(parameters, request);
      const table = b.random.torus(N);
      // Rounding the decomposition leaves at most half a unit on each of k·N mask coefficients (at most as many key
      // bits) and the body; a random sum of that many stays within eight of its standard deviations.
      const unit = 2 ** (64 - pbsBaseLog * pbsLevel);
      const bound = BigInt(Math.ceil(8 * unit * Math.sqrt(((k * N) / 2 + 1) * n) + 2 ** 44));
      // Offsets that are multiples of N/8, odd, next to the ends, and none at all.
      const special = [0, 1, N / 8, N / 8 - 1, N / 2 + 1, N - 1, N, 2 * N - 1];
      const ciphertexts = [b.ciphertext(), special.slice(0, n + 1), special.slice(-n - 1)];
      const accumulators = b.rotate(table, ciphertexts);
      ciphertexts.forEach((ciphertext, i) => {
        const accumulator = accumulators + i * b.w.layout.accumulator;
        for (const index of [0, 1, N / 8 - 1, N / 8, N / 2 + 5, N - 1]) {
          const value = phase(b.extract(accumulator, index), b.secret);
          const error = signed(value - rotatedCoefficient(table, b.power(ciphertext), index));
          expect(error < bound && error > -bound, `error ${error} at ${index} of ciphertext ${i}`).toBe(true);
        }
      });
    },
  );
});

// One step on a fresh accumulator has digits that no rounding error can change, so every coefficient of the external
// product is known to within the accuracy of the transform.
test.each([
  [1, 1, 23],
  [1, 2, 15],
  [2, 1, 23],
  [4, 2, 12],
])(
  "one external product, k = %i, %i levels of %i bits, equals the schoolbook one",
  async (k, pbsLevel, pbsBaseLog) => {
    const N = 256;
    const b = await Bootstrap.create({
      lweDimension: 1,
      glweDimension: k,
      polynomialSize: N,
      pbsBaseLog,
      pbsLevel,
    });
    const table = b.random.torus(N);
    const rotation = 333;
    const digits = Array.from({ length: N }, (_, j) =>
      gadgetDigits(rotatedCoefficient(table, rotation, j) - table[j]!, pbsBaseLog, pbsLevel),
    );
    const accumulator = b.rotate(table, [[rotation, 0]]);
    const expected = Array.from({ length: k + 1 }, (_, column) => {
      const sum = column === k ? table.slice() : new BigUint64Array(N);
      for (let level = 1; level <= pbsLevel; level++) {
        const row = (pbsLevel - level) * (k + 1) + k;
        const polynomial = b.w.u64(b.ggsw + 8 * N * (row * (k + 1) + column), N);
        const product = negacyclicProduct(
          polynomial,
          digits.map((d) => Number(d[level - 1])),
        );
        product.forEach((value, j) => void (sum[j]! += value));
      }
      return sum;
    });
    const close = (x: bigint, y: bigint): boolean => Math.abs(Number(signed(x - y))) < 2 ** (pbsBaseLog + 20);
    for (const index of [0, 100, N - 1]) {
      const lwe = b.extract(accumulator, index);
      for (let column = 0; column < k; column++) {
        for (let j = 0; j < N; j++) {
          const coefficient =
            j <= index ? expected[column]![index - j]! : wrap(-expected[column]![N + index - j]!);
          expect(close(lwe[column * N + j]!, coefficient)).toBe(true);
        }
      }
      expect(close(lwe[k * N]!, expected[k]![index]!)).toBe(true);
    }
  },
);

/** The bits of accumulators, as the big LWE ciphertexts of all their coefficients' first and last. */
const bitsOf = (b: Bootstrap, accumulators: number, i: number): Uint8Array =>
  b.w.bytes(accumulators + i * b.w.layout.accumulator, b.w.layout.accumulator).slice();

describe("results do not depend on", () => {
  test.each(variants)(
    "the batch, bit for bit ($flavour, paired: $paired)",
    async ({ flavour: _, ...request }) => {
      for (const glweDimension of [1, 2]) {
        const b = await Bootstrap.create({ lweDimension: 9, glweDimension }, request);
        const table = b.random.torus(256);
        const ciphertexts = Array.from({ length: 8 }, () => b.ciphertext());
        const all = b.rotate(table, ciphertexts);
        const four = b.rotate(table, ciphertexts.slice(3, 7));
        ciphertexts.forEach((ciphertext, i) => {
          const alone = bitsOf(b, b.rotate(table, [ciphertext]), 0);
          expect(bitsOf(b, all, i)).toEqual(alone);
          if (i >= 3 && i < 7) expect(bitsOf(b, four, i - 3)).toEqual(alone);
        });
      }
    },
  );

  test.each([
    ["fma", 1, 1, 2048],
    ["plain", 1, 1, 256],
    ["plain", 3, 2, 512],
  ])("whether it is in pairs: %s, k = %i, %i levels, N = %i", async (flavour, k, pbsLevel, N) => {
    const parameters = { lweDimension: 5, glweDimension: k, polynomialSize: N, pbsLevel, pbsBaseLog: 15 };
    const deterministic = flavour === "plain";
    const [paired, apart] = await Promise.all(
      [true, false].map((p) => Bootstrap.create(parameters, { deterministic, paired: p })),
    );
    expect([paired!.w.kernel.paired, apart!.w.kernel.paired]).toEqual([true, false]);
    const results = [paired!, apart!].map((b) => bitsOf(b, b.rotate(b.random.torus(N), [b.ciphertext()]), 0));
    expect(results[0]).toEqual(results[1]);
  });

  test("whether the memory is shared", async () => {
    const [shared, own] = await Promise.all(
      [true, false].map((s) => Bootstrap.create({ lweDimension: 5 }, { shared: s })),
    );
    expect(own!.w.kernel.memory.buffer).toBeInstanceOf(ArrayBuffer);
    const results = [shared!, own!].map((b) => bitsOf(b, b.rotate(b.random.torus(256), [b.ciphertext()]), 0));
    expect(results[0]).toEqual(results[1]);
  });

  test("where in the four gigabytes things lie", async () => {
    const rotated: Uint8Array[] = [];
    for (const skipped of [0, 2 ** 31 - 100_000]) {
      const w = await Workspace.create({ lweDimension: 5 });
      w.skip(skipped);
      const b = new Bootstrap(w);
      rotated.push(bitsOf(b, b.rotate(b.random.torus(256), [b.ciphertext()]), 0));
    }
    expect(rotated[1]).toEqual(rotated[0]);
  });

  test("the machine, where it is asked for", async () => {
    const b = await Bootstrap.create({ lweDimension: 20, polynomialSize: 1024 }, { deterministic: true });
    const accumulator = b.rotate(b.random.torus(1024), [b.ciphertext()]);
    const digest = createHash("sha256")
      .update(bitsOf(b, accumulator, 0))
      .digest("hex");
    expect(digest).toBe("1e6b56a34e1188f5daa2f6db48d46ce6ad74ddc929cf811130e26f2b24d5a87f");
  });
});

// Engines compile a second time, and differently, what runs often.
test.each([
  ["fma", 1, 1, 2048],
  ["plain", 1, 1, 2048],
  ["fma", 2, 2, 512],
] as const)(
  "optimized code gives the same bits: %s, k = %i, %i levels, N = %i",
  async (flavour, k, pbsLevel, N) => {
    const parameters = { lweDimension: 10, glweDimension: k, polynomialSize: N, pbsLevel, pbsBaseLog: 15 };
    const b = await Bootstrap.create(parameters, { deterministic: flavour === "plain" });
    const { w, key } = b;
    const table = w.put(b.random.torus(N));
    const switched = w.allocate(w.layout.smallLwe);
    w.u32(switched, 11).set(b.ciphertext());
    const accumulator = w.allocate(w.layout.accumulator);
    const results = new Set<string>();
    for (const end = performance.now() + 500; performance.now() < end; ) {
      // Lets the engine install what it has compiled in the background.
      await new Promise((resolve) => setTimeout(resolve, 1));
      for (let i = 0; i < 20; i++) {
        w.kernel.initializeAccumulator(table, switched, accumulator);
        w.kernel.blindRotate(1, switched, accumulator, key, w.scratch);
      }
      results.add(
        createHash("sha256")
          .update(bitsOf(b, accumulator, 0))
          .digest("hex"),
      );
    }
    expect(results.size).toBe(1);
  },
);

test("a rotation by nothing changes nothing", async () => {
  const b = await Bootstrap.create({ lweDimension: 2 });
  const table = b.random.torus(256);
  const lwe = b.extract(b.rotate(table, [[0, 0, 3]]), 0);
  expect(lwe[256]).toBe(table[3]);
  expect(lwe.subarray(0, 256).every((x) => x === 0n)).toBe(true);
});
