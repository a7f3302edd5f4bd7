import { expect, test } from "vitest";
import { productsPerRounding } from "../../src/kernel/geometry.ts";
import { openKernel } from "../../src/kernel/open.ts";
import {
  checkPackingShape,
  extractPacked,
  packCiphertexts,
  roundElements,
} from "../../src/scheme/packing.ts";
import { TestRandom, unbiasedDigits } from "../kernel/reference.ts";

const one = { lweDimension: 1, pbsBaseLog: 1, pbsLevel: 1, ksBaseLog: 1, ksLevel: 1 };
const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);

/** Σ X^i·(b_i − Σ d_ir·K_r) by the definition, coefficient by coefficient. */
function packedByDefinition(
  lwes: readonly bigint[][],
  rows: BigUint64Array,
  { k, N, baseLog, level }: { k: number; N: number; baseLog: number; level: number },
): bigint[] {
  const out = new Array<bigint>((k + 1) * N).fill(0n);
  for (const [i, lwe] of lwes.entries()) {
    out[k * N + i] += lwe.at(-1)!;
    const digits = lwe.slice(0, -1).flatMap((element) => unbiasedDigits(element, baseLog, level, true));
    for (const [r, digit] of digits.entries()) {
      for (let p = 0; p <= k; p++) {
        for (let j = 0; j < N; j++) {
          const product = digit * rows[(r * (k + 1) + p) * N + j];
          const to = i + j;
          if (to < N) out[p * N + to] -= product;
          else out[p * N + to - N] += product;
        }
      }
    }
  }
  return out.map(wrap);
}

test.each([
  { deterministic: false, baseLog: 4, level: 3, k: 2, count: 5 },
  { deterministic: true, baseLog: 4, level: 3, k: 1, count: 256 },
  { deterministic: true, baseLog: 1, level: 7, k: 1, count: 1 },
  { deterministic: false, baseLog: 5, level: 2, k: 1, count: 3 },
])("packing equals its definition to the last bit: %j", async ({ deterministic, k, count, ...gadget }) => {
  const N = 256;
  const { heap, kernel } = await openKernel(
    { ...one, glweDimension: k, polynomialSize: N },
    { deterministic, shared: false },
  );
  const random = new TestRandom(count);
  const inputDimension = count === 256 ? 8 : 70; // which the elements that are taken apart at a time do not divide
  const put = (values: BigUint64Array): number => {
    const address = heap.allocate(values.byteLength);
    new BigUint64Array(heap.memory.buffer, address, values.length).set(values);
    return address;
  };
  const rows = random.torus(inputDimension * gadget.level * (k + 1) * N);
  // The largest limbs there are.
  rows.fill(0x7fff_ffff_8000_0000n, 0, (k + 1) * N * 9);
  const address = put(rows);
  const lwes = Array.from({ length: count }, () => random.torus(inputDimension + 1));
  lwes[0].fill(0x8888_8888_8888_8888n, 0, 3);
  lwes[0][3] = 0x1fff_ffff_ffff_ffffn; // which four times is nearly half of the torus
  const at = lwes.map(put);
  const groups = [
    lwes.map((_, i) => ({ terms: [{ address: at[i], coefficient: 4 }], constant: BigInt(i) << 50n })),
    [
      {
        terms: [...at.slice(0, 2), at[0]].slice(0, 2).map((one) => ({ address: one, coefficient: -3 })),
        constant: 7n,
      },
      { terms: [], constant: 1n << 61n },
    ],
  ];
  const size = (k + 1) * N;
  const out = heap.allocate(2 * size * 8);
  const used = heap.usedBytes;
  for (const _ of packCiphertexts(kernel, heap, { address, inputDimension, ...gadget }, groups, out))
    heap.memory.grow(1);
  expect(heap.usedBytes).toBe(used);
  const found = (group: number): bigint[] => [
    ...new BigUint64Array(heap.memory.buffer, out + group * size * 8, size),
  ];
  const combined = groups.map((group) =>
    group.map(({ terms, constant }) =>
      Array.from({ length: inputDimension + 1 }, (_, e) => {
        const sum = terms.reduce((sum, { address, coefficient }) => {
          return sum + BigInt(coefficient) * lwes[at.indexOf(address)][e];
        }, 0n);
        return wrap(sum + (e === inputDimension ? constant : 0n));
      }),
    ),
  );
  for (const [group, lwes] of combined.entries()) {
    const expected = packedByDefinition(lwes, rows, { k, N, ...gadget });
    expect(found(group).findIndex((value, at) => value !== expected[at])).toBe(-1);
  }
  await heap.release();
});

test("as many products are rounded together as certainly are exact", () => {
  expect(productsPerRounding(256, 4)).toBe(10);
  expect(productsPerRounding(2048, 1)).toBe(7);
  expect(productsPerRounding(16384, 1)).toBe(0);
  expect(() => checkPackingShape(256, { baseLog: 7, level: 1 })).not.toThrow();
  expect(() => checkPackingShape(256, { baseLog: 8, level: 1 })).toThrow("no product with it would be exact");
  expect(() => checkPackingShape(256, { baseLog: 7, level: 9 })).toThrow("at most 62 together");
  expect(() => checkPackingShape(128, { baseLog: 4, level: 3 })).toThrow("128 coefficients");
});

test("elements are rounded to the bits that are kept", () => {
  const elements = BigUint64Array.of(0n, (1n << 51n) - 1n, 1n << 51n, 2n ** 64n - 1n, 5n << 52n);
  expect([...roundElements(elements, 5, 12)]).toEqual([0, 0, 1, 0, 5]);
  expect([...roundElements(elements, 4, 31)]).toEqual([0, 2 ** 18, 2 ** 18, 0]);
});

test("a ciphertext taken out has the phase of its coefficient", () => {
  const [k, N, bits] = [2, 8, 12];
  const random = new TestRandom(1);
  const packed = Uint32Array.from(random.torus((k + 1) * N), (value) => Number(value & 0xfffn));
  const key = random.bits(k * N);
  const phase = (lwe: Uint32Array): number =>
    (((lwe[k * N] - key.reduce((sum, bit, i) => sum + bit * lwe[i], 0)) % 4096) + 4096) % 4096;
  for (let index = 0; index < N; index++) {
    let expected = packed[k * N + index];
    for (let p = 0; p < k; p++) {
      for (let i = 0; i < N; i++) {
        for (let j = 0; j < N; j++) {
          if ((i + j) % N !== index) continue;
          expected -= (i + j < N ? 1 : -1) * packed[p * N + i] * key[p * N + j];
        }
      }
    }
    expect(phase(extractPacked(packed, index, { glweDimension: k, polynomialSize: N }, bits))).toBe(
      ((expected % 4096) + 4096) % 4096,
    );
  }
});
