import { expect, test } from "vitest";
import { TestRandom, unbiasedDigits, wrap } from "./reference.ts";
import { Workspace } from "./workspace.ts";

test("linear combinations", async () => {
  const w = await Workspace.create();
  const random = new TestRandom(5);
  const size = 257;
  const ciphertexts = [0, 1, 2].map(() => random.torus(size));
  const addresses = ciphertexts.map((ciphertext) => w.put(ciphertext));
  const coefficients = [1, -3, 17];
  const constant = random.u64();
  const terms = w.allocate(24);
  new Int32Array(w.kernel.memory.buffer, terms, 6).set(addresses.flatMap((a, i) => [a, coefficients[i]!]));
  const expected = Array.from({ length: size }, (_, j) =>
    wrap(
      coefficients.reduce((sum, c, i) => sum + BigInt(c) * ciphertexts[i]![j]!, 0n) +
        (j === size - 1 ? constant : 0n),
    ),
  );
  const out = w.allocate(8 * size);
  w.kernel.linearCombination(out, terms, 3, constant, size);
  expect([...w.u64(out, size)]).toEqual(expected);
  w.kernel.linearCombination(addresses[1]!, terms, 3, constant, size);
  expect([...w.u64(addresses[1]!, size)]).toEqual(expected);
  w.kernel.linearCombination(out, terms, 0, -1n, size);
  expect([...w.u64(out, size)]).toEqual([...Array(size - 1).fill(0n), wrap(-1n)]);
});

const round32 = (x: bigint): number => Number(BigInt.asUintN(32, (x + (1n << 31n)) >> 32n));

test.each([
  [1, 6, 4, 4],
  [2, 15, 5, 3],
  [1, 40, 2, 8],
  [1, 33, 8, 4],
])(
  "key switch, k = %i, n = %i, base 2^%i, %i levels",
  async (glweDimension, lweDimension, ksBaseLog, ksLevel) => {
    const w = await Workspace.create({ glweDimension, lweDimension, ksBaseLog, ksLevel });
    const random = new TestRandom(lweDimension);
    const dimension = glweDimension * 256;
    const size = lweDimension + 1;
    const rows = dimension * ksLevel;
    const source = random.torus(rows * size);
    const key = w.allocate(w.layout.keySwitchKey);
    // In two parts, as keys come in streams.
    const address = w.put(source);
    w.kernel.roundKeySwitchKey(address, 0, 100, key);
    w.kernel.roundKeySwitchKey(address + 100 * w.layout.keySwitchRow, 100, rows - 100, key);
    const batch = 5;
    const inputs = Array.from({ length: batch }, () => random.torus(dimension + 1));
    // Elements whose digits are exact halves of the base, and the ends of the range.
    inputs[0]!.set([
      0n,
      1n << 63n,
      (1n << 63n) - 1n,
      wrap(-1n),
      0x8888_8888_8888_8888n,
      0x7777_8000_0000_0000n,
    ]);
    const input = w.allocate(batch * w.layout.bigLwe);
    inputs.forEach((lwe, i) => void w.u64(input + i * w.layout.bigLwe, dimension + 1).set(lwe));
    const output = w.allocate(batch * w.layout.smallLwe);
    w.kernel.keySwitch(batch, input, key, output, w.scratch);
    inputs.forEach((lwe, i) => {
      const expected = new Uint32Array(size);
      expected[lweDimension] = round32(lwe[dimension]!);
      for (let element = 0; element < dimension; element++) {
        unbiasedDigits(lwe[element]!, ksBaseLog, ksLevel).forEach((digit, level) => {
          const row = (element * ksLevel + level) * size;
          for (let j = 0; j < size; j++) expected[j]! -= Math.imul(Number(digit), round32(source[row + j]!));
        });
      }
      expect(w.u32(output + i * w.layout.smallLwe, size)).toEqual(expected);
    });
  },
);

test.each([
  [200, 4, 4],
  [300, 3, 7],
])("key switch from a key of %i elements, base 2^%i, %i levels", async (inputDimension, baseLog, level) => {
  const w = await Workspace.create({ lweDimension: 21 });
  const random = new TestRandom(inputDimension);
  const shape = { inputDimension, baseLog, level };
  const size = 22;
  const rows = inputDimension * level;
  const source = random.torus(rows * size);
  const key = w.allocate(w.layout.castToSmallKey(shape));
  w.kernel.roundKeySwitchKey(w.put(source), 0, rows, key, shape);
  const inputs = [0, 1, 2].map(() => random.torus(inputDimension + 1));
  const output = w.allocate(3 * w.layout.smallLwe);
  const scratch = w.allocate(w.layout.castScratch(3, shape));
  w.kernel.keySwitch(3, w.put(inputs.flatMap((lwe) => [...lwe])), key, output, scratch, shape);
  for (const [i, lwe] of inputs.entries()) {
    const expected = new Uint32Array(size);
    expected[21] = round32(lwe[inputDimension]!);
    for (let element = 0; element < inputDimension; element++) {
      unbiasedDigits(lwe[element]!, baseLog, level).forEach((digit, l) => {
        const row = (element * level + l) * size;
        for (let j = 0; j < size; j++) expected[j]! -= Math.imul(Number(digit), round32(source[row + j]!));
      });
    }
    expect(w.u32(output + i * w.layout.smallLwe, size)).toEqual(expected);
  }
});

test.each([
  [100, 24, 1],
  [70, 31, 2],
  [90, 5, 3],
])(
  "cast from a key of %i elements to the big one, base 2^%i, %i levels",
  async (inputDimension, baseLog, level) => {
    const w = await Workspace.create({ glweDimension: 2 });
    const random = new TestRandom(baseLog);
    const shape = { inputDimension, baseLog, level };
    const size = w.layout.bigLwe / 8;
    const source = random.torus(inputDimension * level * size);
    const key = w.put(source);
    const inputs = [0, 1, 2].map(() => random.torus(inputDimension + 1));
    inputs[0]!.set([0n, 1n << 63n, (1n << 63n) - 1n, wrap(-1n)]);
    const out = w.allocate(3 * w.layout.bigLwe);
    const scratch = w.allocate(w.layout.castScratch(3, shape));
    const pieces = w.kernel.castToBig(
      inputs.map((input) => w.put(input)),
      shape,
      key,
      out,
      scratch,
    );
    for (const _ of pieces);
    for (const [i, input] of inputs.entries()) {
      const expected = Array<bigint>(size).fill(0n);
      expected[size - 1] = input[inputDimension]!;
      for (let element = 0; element < inputDimension; element++) {
        unbiasedDigits(input[element]!, baseLog, level).forEach((digit, l) => {
          const row = (element * level + l) * size;
          for (let j = 0; j < size; j++) expected[j] = expected[j]! - digit * source[row + j]!;
        });
      }
      expect([...w.u64(out + i * w.layout.bigLwe, size)]).toEqual(expected.map(wrap));
    }
  },
);

test("key switching keeps the message", async () => {
  const n = 30;
  const w = await Workspace.create({ lweDimension: n, ksBaseLog: 4, ksLevel: 5 });
  const random = new TestRandom(9);
  const [big, small] = [random.bits(256), random.bits(n)];
  const rows = Array.from({ length: 256 * 5 }, (_, r) => {
    const mask = random.torus(n);
    const weight = BigInt(64 - 4 * (5 - (r % 5)));
    const message = BigInt(big[Math.floor(r / 5)]!) << weight;
    return [...mask, wrap(mask.reduce((sum, a, j) => sum + a * BigInt(small[j]!), message))];
  });
  const key = w.allocate(w.layout.keySwitchKey);
  w.kernel.roundKeySwitchKey(w.put(rows.flat()), 0, rows.length, key);
  const mask = random.torus(256);
  const message = 5n << 60n;
  const body = wrap(mask.reduce((sum, a, j) => sum + a * BigInt(big[j]!), message));
  const output = w.allocate(w.layout.smallLwe);
  w.kernel.keySwitch(1, w.put([...mask, body]), key, output, w.scratch);
  const out = w.u32(output, n + 1);
  const phase = small.reduce((sum, bit, j) => (sum - bit * out[j]!) | 0, out[n]!);
  expect(Math.abs((phase - 0x50000000) | 0)).toBeLessThan(2 ** 19);
});

test("modulus switch, by the definition of the centred mean", async () => {
  for (const [polynomialSize, n] of [
    [256, 6],
    [2048, 100],
    [65536, 3],
  ] as const) {
    const w = await Workspace.create({ polynomialSize, lweDimension: n });
    const random = new TestRandom(n);
    const shift = 32 - Math.log2(2 * polynomialSize);
    const step = 2 ** shift;
    const values = Array.from({ length: 2 }, () =>
      Array.from({ length: n + 1 }, () => random.below(2 ** 32)),
    );
    values[0]![0] = 2 ** 32 - 1;
    values[0]![1] = step / 2;
    const address = w.allocate(2 * w.layout.smallLwe);
    values.forEach((v, i) => void w.u32(address + i * w.layout.smallLwe, n + 1).set(v));
    w.kernel.modulusSwitch(2, address);
    values.forEach((v, i) => {
      const rounded = v.slice(0, n).map((x) => Math.floor(x / step + 0.5));
      const errors = rounded.reduce((sum, r, j) => sum + (r * step - v[j]!), 0);
      // Rounding, less half a step, is rounding down.
      const body = Math.floor((v[n]! + Math.floor(errors / 2)) / step);
      const modulus = 2 * polynomialSize;
      const expected = [...rounded, body].map((x) => ((x % modulus) + modulus) % modulus);
      expect([...w.u32(address + i * w.layout.smallLwe, n + 1)]).toEqual(expected);
    });
  }
});
