import { createCipheriv, createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/index.ts";
import { deltaLog, type ParameterSet } from "../../src/parameters/parameter-set.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { pseudoRandomInputs } from "../../src/scheme/pseudo-random.ts";
import { writeRandomPolynomial } from "../../src/scheme/random-polynomial.ts";
import { randomBlock } from "../random-reference.ts";

const seed = new TextEncoder().encode("a seed of any length");

/** The first bytes of the stream of masks, from OpenSSL, when this is what is hashed of the layout. */
function stream(layout: readonly number[], length: number): Buffer {
  const hash = createHash("sha3-256").update("TFHE_PRF").update(seed);
  hash.update(new Uint8Array(BigUint64Array.from(layout, BigInt).buffer));
  // XofSeed: the separated seed, padded, and its length in bits go through AES-128-CBC under key 0.
  const separated = Buffer.concat([
    Buffer.from("PRF_INIT"),
    hash.digest(),
    Buffer.alloc(8),
    Buffer.alloc(16),
  ]);
  separated.writeUInt32LE(8 * 40, 48);
  const cbc = createCipheriv("aes-128-cbc", Buffer.alloc(16), Buffer.alloc(16)).update(separated);
  const [counter, key] = [cbc.subarray(-32, -16), cbc.subarray(-16)];
  // Counters are little-endian; the stream is too short for a carry beyond the lower half to be likely.
  const low = counter.readBigUInt64LE();
  const blocks = Array.from({ length: Math.ceil(length / 16) }, (_, i) => {
    const block = Buffer.from(counter);
    block.writeBigUInt64LE(low + BigInt(i));
    return block;
  });
  return createCipheriv("aes-128-ecb", key, null).update(Buffer.concat(blocks));
}

describe("inputs", () => {
  // The layouts are those of TFHE-rs's unit tests (`prf_rle_encoding`).
  test.each<[number[], ParameterSet, number[]]>([
    [[1, 1], DEFAULT_PARAMETERS, [5, 2, 1, 1, 1, 1, 1, 1]],
    [[15, 15], DEFAULT_PARAMETERS, [5, 2, 8, 7, 2, 1, 1, 8, 7, 2, 1, 1]],
    [[14, 1, 14, 1], DEFAULT_PARAMETERS, [5, 2, 7, 7, 2, 1, 1, 1, 7, 7, 2, 1, 1, 1]],
    [[15, 0, 15], DEFAULT_PARAMETERS, [5, 2, 8, 7, 2, 1, 1, 0, 8, 7, 2, 1, 1]],
    [[3], PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128, [3, 1, 3, 3, 1]],
    [[7], PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128, [7, 3, 3, 2, 3, 1, 1]],
    [[4], { ...toy, polynomialSize: 65536 }, [5, 2, 2, 2, 2]],
  ])("of %j bits come from one stream", (bitCounts, parameters, layout) => {
    const { lweDimension, polynomialSize } = parameters;
    const blocks = pseudoRandomInputs(seed, bitCounts, parameters);
    const perBlock = layout[1];
    expect(blocks.map((inputs) => inputs.map(({ degree }) => degree))).toEqual(
      bitCounts.map((bits) =>
        Array.from(
          { length: Math.ceil(bits / perBlock) },
          (_, i) => 2 ** Math.min(perBlock, bits - i * perBlock) - 1,
        ),
      ),
    );
    const size = polynomialSize > 32768 ? 3 : 2;
    const elements = blocks.flat().flatMap((input) => [...input.elements]);
    const bytes = stream(layout, elements.length * size);
    const expected = blocks.flat().flatMap((_, block) => [
      ...Array.from({ length: lweDimension }, (_, i) => {
        return bytes.readUIntLE((block * lweDimension + i) * size, size) % (2 * polynomialSize);
      }),
      0,
    ]);
    expect(elements).toEqual(expected);
  });

  test("are uniform, and one block independent of the next", () => {
    // Seeds and key are fixed, so this cannot fail now and then: with others it would, once in a billion runs.
    const key = Uint8Array.from({ length: toy.lweDimension }, (_, i) => (i * 5) & 1);
    const counts = new Array<number>(64).fill(0);
    const samples = 64 * 200;
    const bitCounts = new Array<number>(samples).fill(6);
    for (const inputs of pseudoRandomInputs(Uint8Array.of(3), bitCounts, toy)) {
      const [a, b, c] = inputs.map((input) => randomBlock(input, key, toy));
      counts[16 * a + 4 * b + c]++;
    }
    const expected = samples / counts.length;
    const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(statistic).toBeLessThan(145); // 63 degrees of freedom
    expect(statistic).toBeGreaterThan(20); // nor suspiciously even
  });
});

describe("the polynomial", () => {
  test.each([2, 4, 8, 16])("gives each of %i messages for as many phases", (count) => {
    const N = toy.polynomialSize;
    const polynomial = new BigUint64Array(N);
    writeRandomPolynomial(count, toy, polynomial);
    const offset = polynomial[N - 1];
    const key = Uint8Array.of(0);
    const found = new Array<number>(count).fill(0);
    for (let phase = 0; phase < 2 * N; phase++) {
      const coefficient = phase < N ? polynomial[phase] : -polynomial[phase - N];
      const message = BigInt.asUintN(64, coefficient + offset);
      expect(message % (1n << BigInt(deltaLog(toy)))).toBe(0n);
      const value = Number(message >> BigInt(deltaLog(toy)));
      expect(value).toBe(randomBlock({ elements: Uint32Array.of(0, phase), degree: count - 1 }, key, toy));
      found[value]++;
    }
    expect(found).toEqual(new Array(count).fill((2 * N) / count));
  });
});
