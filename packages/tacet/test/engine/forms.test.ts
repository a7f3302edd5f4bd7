import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BlockCiphertext, SwitchedCiphertext } from "../../src/engine/ciphertext.ts";
import { Evaluator } from "../../src/engine/evaluator.ts";
import { GraphError, MismatchError } from "../../src/errors.ts";
import type { Block } from "../../src/graph/block.ts";
import {
  type CompactParameterSet,
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
} from "../../src/parameters/compact-sets.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { sampleBinary } from "../../src/random/samplers.ts";
import { decode, encode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe, encryptLwe } from "../../src/scheme/lwe/lwe.ts";
import { packIntegers, unpackIntegers } from "../../src/scheme/lwe/packed-integers.ts";
import {
  type CompactSecretKey,
  generateSecretKey,
  type SecretKey,
} from "../../src/scheme/secret-key/secret-key.ts";
import type { SeededServerKey } from "../../src/scheme/server-key/seeded-key.ts";
import { generateServerKey } from "../../src/scheme/server-key/server-key.ts";
import type { CiphertextType } from "../../src/wire/core/types.ts";
import { deserializeClientKey } from "../../src/wire/keys/client-key.ts";
import { deserializeServerKey } from "../../src/wire/keys/server-key.ts";
import { deserializeCompressedCiphertext } from "../../src/wire/values/compressed-ciphertext.ts";

const message = (value: number): number => value % 4;
const carry = (value: number): number => value >> 2;
const toSmall = PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2;
const toBig = PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2;

function encryptUnder(key: Uint8Array, noise: number, value: number, degree: number): BlockCiphertext {
  const lwe = new BigUint64Array(key.length + 1);
  encryptLwe(encode(value, toy), key, noise, lwe);
  return { lwe, degree, noiseLevel: 1 };
}

const decryptAll = (ciphertexts: readonly BlockCiphertext[], { glwe, parameters }: SecretKey): number[] =>
  ciphertexts.map(({ lwe }) => decode(decryptLwe(lwe, glwe), parameters));

describe.each([
  ["small", { ...toSmall, lweDimension: 300 }],
  ["big", { ...toBig, lweDimension: 128 }],
] as [string, CompactParameterSet][])("with a casting key to the %s key", (_, parameters) => {
  let secret: SecretKey;
  let compact: CompactSecretKey;
  let serverKey: SeededServerKey;
  let evaluator: Evaluator;
  beforeAll(async () => {
    secret = generateSecretKey(toy);
    compact = { parameters, key: new Uint8Array(parameters.lweDimension) };
    sampleBinary(compact.key);
    serverKey = await generateServerKey({ ...secret, compact });
    evaluator = await Evaluator.create(serverKey);
  });
  afterAll(() => evaluator.dispose());

  const big = (value: number): BlockCiphertext => encryptUnder(secret.glwe, toy.glweNoise, value, 3);
  const packed = (value: number): BlockCiphertext => encryptUnder(compact.key, parameters.noise, value, 15);

  /** Digits of packed compact and switched values and of ordinary ones, and what they add up to. */
  async function mixed(
    on: Evaluator,
    compacts: readonly BlockCiphertext[],
    switched: readonly SwitchedCiphertext[],
    bigs: readonly BlockCiphertext[],
  ): Promise<BlockCiphertext[]> {
    const { builder } = on;
    const others = [...on.load(compacts, "compact"), ...on.load(switched, "switched")];
    const digits: Block[] = others.flatMap((block) =>
      [message, carry].map((table) => builder.lookup(block, table)),
    );
    digits.push(...on.load(bigs));
    const sums = digits.map((digit, i) =>
      builder.lookup(
        builder.linear([
          [1, digit],
          [2, digits[(i + 1) % digits.length]],
        ]),
        (value) => (value * value) % 16,
      ),
    );
    return on.compute([...digits, ...sums]);
  }

  test("all forms compute together, to the same bits on any number of threads", async () => {
    const values = [14, 7, 9];
    const compacts = values.map(packed);
    const bigs = [2, 3].map(big);
    const [low, high] = evaluator.load([1, 2].map(big));
    const pair = evaluator.builder.linear([
      [1, low],
      [4, high],
    ]);
    const switched = await evaluator.compress([pair]);
    const results = await mixed(evaluator, compacts, switched, bigs);
    const digits = [...values.flatMap((value) => [message(value), carry(value)]), 1, 2, 2, 3];
    const sums = digits.map((digit, i) => (digit + 2 * digits[(i + 1) % digits.length]) ** 2 % 16);
    expect(decryptAll(results, secret)).toEqual([...digits, ...sums]);

    const deterministic = await Evaluator.create(serverKey, { deterministic: true, threads: 1 });
    const alone = await mixed(deterministic, compacts, switched, bigs);
    const many = await Evaluator.create(serverKey, { deterministic: true, threads: 4 });
    expect(await mixed(many, compacts, switched, bigs)).toEqual(alone);
    expect(decryptAll(alone, secret)).toEqual(decryptAll(results, secret));
    deterministic.dispose();
    many.dispose();
  });

  test("memory is given back", async () => {
    const { builder } = evaluator;
    const round = async (): Promise<void> => {
      const inputs = evaluator.load([packed(11), packed(6)], "compact");
      const digits = inputs.flatMap((block) => [message, carry].map((table) => builder.lookup(block, table)));
      const switched = await evaluator.compress(digits);
      evaluator.load(switched, "switched");
      builder.sweep();
    };
    await round(); // tables stay cached
    const { usedBytes, ciphertextCount } = evaluator;
    for (let i = 0; i < 5; i++) await round();
    expect(evaluator.usedBytes).toBe(usedBytes);
    expect(evaluator.ciphertextCount).toBe(ciphertextCount);
  });

  test("what cannot be combined or given out is refused", async () => {
    const [raw] = evaluator.load([packed(5)], "compact");
    const refusal = /can only be looked up/;
    expect(() => evaluator.builder.linear([[-1, raw]], 15)).toThrow(refusal);
    await expect(evaluator.compute([raw])).rejects.toThrow(GraphError);
    await expect(evaluator.compress([raw])).rejects.toThrow(refusal);
    expect(decryptAll(await evaluator.compute([evaluator.builder.refresh(raw)]), secret)).toEqual([5]);
  });

  test("what is not for the key is refused", () => {
    const [{ lwe }] = [packed(1)];
    const load = (length: number, form: "big" | "compact") => () =>
      evaluator.load([{ lwe: lwe.slice(0, length), degree: 3, noiseLevel: 1 }], form);
    expect(load(lwe.length - 1, "compact")).toThrow(MismatchError);
    expect(load(lwe.length, "big")).toThrow(MismatchError);
    const switched = (length: number, element: number) => () =>
      evaluator.load([{ elements: new Uint32Array(length).fill(element), degree: 3 }], "switched");
    expect(switched(toy.lweDimension, 0)).toThrow(/16 elements; those for the server key have 17/);
    expect(switched(toy.lweDimension + 1, 2 * toy.polynomialSize)).toThrow(/beyond its modulus 512/);
    evaluator.builder.sweep();
    const before = evaluator.usedBytes;
    expect(() => evaluator.load([packed(1), { lwe, degree: 16, noiseLevel: 1 }], "compact")).toThrow(
      GraphError,
    );
    evaluator.builder.sweep();
    expect(evaluator.usedBytes).toBe(before);
  });
});

describe("without a casting key", () => {
  let secret: SecretKey;
  let evaluator: Evaluator;
  beforeAll(async () => {
    secret = generateSecretKey(toy);
    evaluator = await Evaluator.create(await generateServerKey(secret));
  });
  afterAll(() => evaluator.dispose());

  test("compact ciphertexts are refused", () => {
    const lwe = new BigUint64Array(1);
    expect(() => evaluator.load([{ lwe, degree: 3, noiseLevel: 1 }], "compact")).toThrow(/no key to cast/);
  });

  test("everything can be compressed: inputs, results, combinations, constants, more than a batch", async () => {
    const { builder } = evaluator;
    const values = Array.from({ length: 20 }, (_, i) => i % 4);
    const inputs = evaluator.load(values.map((value) => encryptUnder(secret.glwe, toy.glweNoise, value, 3)));
    const blocks = inputs.map((block, i) => {
      if (i % 4 === 1) return builder.lookup(block, (value) => 15 - value);
      return i % 4 === 2 ? builder.linear([[4, block]], 3) : block;
    });
    const switched = await evaluator.compress([...blocks, builder.constant(9)]);
    expect(switched.map(({ degree }) => degree)).toEqual([...blocks.map(({ max }) => max), 9]);
    const again = evaluator.load(switched, "switched").map((block) => builder.refresh(block));
    expect(decryptAll(await evaluator.compute(again), secret)).toEqual([
      ...values.map((value, i) => [value, 15 - value, 4 * value + 3, value][i % 4]),
      9,
    ]);
  });
});

describe("under keys of TFHE-rs", () => {
  const vector = (name: string): Uint8Array =>
    readFileSync(new URL(`../vectors/1.7/${name}`, import.meta.url));
  const insecure = { allowInsecureParameters: true };
  const keysOf = (configuration: string) => ({
    client: deserializeClientKey(vector(`${configuration}/client-key.bin`), insecure),
    server: deserializeServerKey(vector(`${configuration}/compressed-server-key.bin`), insecure),
  });

  test("what it compressed decrypts to its values, and a trivial ciphertext compresses to its bits", async () => {
    const { client, server } = keysOf("plain");
    const evaluator = await Evaluator.create(server);
    const { builder } = evaluator;
    const bits = Math.log2(2 * server.parameters.polynomialSize);
    const blocksOf = (name: string, type: CiphertextType) => {
      const { content } = deserializeCompressedCiphertext(
        type,
        vector(`plain/compressed-${name}-switched.bin`),
      );
      return content.form === "switched" ? content.blocks : expect.fail(`${name} is seeded`);
    };
    for (const [name, type, value] of [
      ["uint8", "FheUint8", 171n],
      ["int8", "FheInt8", -100n],
      ["bool-false", "FheBool", 0n],
      ["bool-true", "FheBool", 1n],
      ["uint64", "FheUint64", 18446744073709551610n],
      ["int256", "FheInt256", -7n],
      ["uint8-computed", "FheUint8", 15n],
      ["uint8-trivial", "FheUint8", 171n],
    ] as [string, CiphertextType, bigint][]) {
      const switched = blocksOf(name, type).map(({ packed, lweDimension, degree }) => ({
        elements: unpackIntegers(packed, bits, lweDimension + 1),
        degree,
      }));
      const blocks = evaluator.load(switched, "switched");
      const digits = blocks.flatMap((block) => [message, carry].map((table) => builder.lookup(block, table)));
      const found = decryptAll(await evaluator.compute(digits), client);
      const total = found.reduce((sum, digit, i) => sum + (BigInt(digit) << BigInt(2 * i)), 0n);
      expect(total).toBe(BigInt.asUintN(2 * digits.length, value));
    }

    const trivial = await evaluator.compress([0b1011, 0b1010].map((value) => builder.constant(value)));
    expect(trivial.map(({ elements }) => packIntegers(elements, bits))).toEqual(
      blocksOf("uint8-trivial", "FheUint8").map(({ packed }) => packed),
    );
    evaluator.dispose();
  });

  test.each(["compact-to-small", "compact-to-big"])("its casting keys work: %s", async (configuration) => {
    const { client, server } = keysOf(configuration);
    const { compact } = client;
    if (compact === null) return expect.fail("no compact key");
    const evaluator = await Evaluator.create(server);
    const values = Array.from({ length: 16 }, (_, i) => i);
    const inputs = values.map((value) => encryptUnder(compact.key, compact.parameters.noise, value, 15));
    const blocks = evaluator.load(inputs, "compact").map((block) => evaluator.builder.refresh(block));
    expect(decryptAll(await evaluator.compute(blocks), client)).toEqual(values);
    evaluator.dispose();
  });
});
