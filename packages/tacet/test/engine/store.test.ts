import { afterAll, expect, test } from "vitest";
import { Evaluator } from "../../src/engine/evaluator.ts";
import type { Block } from "../../src/graph/block.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as parameters } from "../../src/parameters/sets.ts";
import { decode, encode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe, encryptLwe } from "../../src/scheme/lwe/lwe.ts";
import { generateSecretKey } from "../../src/scheme/secret-key/secret-key.ts";
import { generateServerKey } from "../../src/scheme/server-key/server-key.ts";

const secret = generateSecretKey(parameters);
const evaluator = await Evaluator.create(await generateServerKey({ ...secret, compact: null }));
afterAll(() => evaluator.dispose());
const { builder } = evaluator;

function encrypt(value: number): BigUint64Array {
  const lwe = new BigUint64Array(secret.glwe.length + 1);
  encryptLwe(encode(value, parameters), secret.glwe, parameters.glweNoise, lwe);
  return lwe;
}

const load = (lwe: BigUint64Array, degree = 3): Block => evaluator.load([{ lwe, degree, noiseLevel: 1 }])[0];
const noiseOfSum = (...blocks: Block[]): number =>
  builder.noiseOf(blocks.map((block) => [1, block] as const));

test("equal ciphertexts are one block, and complements or other degrees of one have its noise", () => {
  const lwe = encrypt(1);
  const x = load(lwe);
  expect(load(lwe.slice())).toBe(x);
  const y = load(encrypt(1));
  expect(y).not.toBe(x);
  expect(noiseOfSum(x, y)).toBe(2);
  const smaller = load(lwe, 2);
  expect(smaller).not.toBe(x);
  expect(noiseOfSum(x, smaller)).toBe(4);
  const negative = lwe.map((element) => -element);
  negative[negative.length - 1] += encode(3, parameters);
  expect(noiseOfSum(x, load(negative))).toBe(4);
});

test("a result that is stored and loaded has the noise of the result, and of what comes from the same", async () => {
  const x = load(encrypt(1));
  const [result, sibling] = [[0, 2, 1, 3], [1, 0, 0, 1]].map((table) => builder.lookup(x, table)); // biome-ignore format: short
  builder.retain([result, sibling]);
  const [{ lwe }] = await evaluator.compute([result, sibling]);
  expect(load(lwe)).toBe(result);
  // Whoever stores a result may say less of it than the graph knows; then it is another block.
  const loaded = load(lwe, 2);
  expect(loaded).not.toBe(result);
  expect(noiseOfSum(loaded, result)).toBe(4);
  expect(noiseOfSum(loaded, sibling)).toBe(3);
  const [unchecked] = evaluator.load([{ lwe, degree: 15, noiseLevel: 1 }], "unchecked");
  const ofResult = builder.lookup(result, [1, 0, 0, 2]);
  for (const block of [loaded, unchecked]) {
    const again = builder.lookup(block, (value) => [1, 0, 0, 2][value] ?? 0);
    expect(again).not.toBe(ofResult);
    expect(noiseOfSum(ofResult, again)).toBe(4);
    expect(noiseOfSum(result, again)).toBe(4);
  }
  builder.release([result, sibling]);
});

test("what is computed again beside what was stored of it counts as the same once it is there", async () => {
  const bits = Array.from({ length: 3 }, () => load(encrypt(1), 1));
  builder.retain(bits);
  const compute = (): Block[] => {
    const results = bits.map((bit) => builder.lookup(bit, [0, 1], 0));
    builder.retain(results);
    return results;
  };
  const results = compute();
  const stored = await evaluator.compute(results);
  builder.release(results);

  const loaded = stored.map(({ lwe }) => load(lwe, 1));
  builder.retain(loaded);
  const held = evaluator.ciphertextCount;
  const again = compute();
  const sum = (first: number, factor: number): Block =>
    builder.linear([...loaded, ...again].map((block, at) => [at === 0 ? first : factor, block]));
  const noisy = builder.lookup(sum(1, 2), (value) => value & 3);
  const late = builder.lookup(builder.linear([[2, noisy], [1, bits[0]]]), (value) => value & 1); // biome-ignore format: short
  const fine = builder.lookup(load(encrypt(1), 1), [2, 3], 0);
  expect(sum(1, 2).noise).toBe(21);
  const requests = [noisy, late, fine].map((block) => evaluator.compute([block]));
  const [first, second, third] = await Promise.allSettled(requests);
  for (const failed of [first, second]) {
    expect(failed).toMatchObject({ status: "rejected", reason: { name: "GraphError" } });
    expect((failed as PromiseRejectedResult).reason.message).toContain("a variance of 41 fresh bootstraps");
  }
  expect(third.status).toBe("fulfilled");
  await expect(evaluator.compute([sum(1, 2)])).rejects.toThrow("a variance of 41 fresh bootstraps");
  await expect(evaluator.compress([sum(1, 2)])).rejects.toThrow("a variance of 41 fresh bootstraps");
  const [{ lwe, noiseLevel }] = await evaluator.compute([sum(1, 1)]);
  expect(noiseLevel).toBe(4); // and not 3, which is above the root of 6
  expect(decode(decryptLwe(lwe, secret.glwe), parameters)).toBe(6);

  builder.release([...again, ...loaded]);
  builder.sweep();
  expect(evaluator.ciphertextCount).toBeLessThanOrEqual(held);
  builder.release(bits);
});

test("what comes from the rotation that gave what was stored counts as akin to it once it is there", async () => {
  const bits = Array.from({ length: 2 }, () => load(encrypt(1), 1));
  builder.retain(bits);
  const results = (): Block[] =>
    [[0, 1], [0, 2]].flatMap((table) => bits.map((bit) => builder.lookup(bit, table, 0))); // biome-ignore format: short
  const first = results();
  builder.retain(first);
  const stored = await evaluator.compute(first);
  builder.release(first);

  const loaded = stored.slice(0, 2).map(({ lwe }) => load(lwe, 1));
  const again = results();
  builder.retain([...loaded, ...again]);
  const sum = builder.linear([...loaded, ...again.slice(2)].map((block) => [1, block]));
  expect(sum.noise).toBe(4);
  const [, { noiseLevel }] = await evaluator.compute([again[0], sum, again[1]]);
  expect(noiseLevel).toBe(3); // above the root of 6, and not 2
  builder.release([...loaded, ...again, ...bits]);
});
