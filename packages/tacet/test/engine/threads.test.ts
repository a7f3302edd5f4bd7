import { beforeAll, expect, test } from "vitest";
import { type ClientKey, Engine, FheUint64, ServerKey } from "../../src/index.ts";
import { toyClientKey } from "../toy.ts";
import { underWay } from "./under-way.ts";

let clientKey: ClientKey;
let serverKey: ServerKey;

beforeAll(async () => {
  clientKey = await toyClientKey();
  serverKey = await ServerKey.from(clientKey);
});

const a = 0x9e37_79b9_7f4a_7c15n;
const b = 0x61c8_8646_80b5_83ebn;

test("many threads take a shorter way to the same result, and leave nothing behind", async () => {
  using engine = await Engine.create(serverKey, { threads: 16 });
  {
    using x = engine.load(FheUint64.encrypt(a, clientKey));
    using y = engine.load(FheUint64.encrypt(b, clientKey));
    using sum = x.add(y);
    using less = x.lt(y);
    expect(engine.explain(sum).depth).toBeLessThanOrEqual(8);
    expect(engine.explain(sum, less).depth).toBeLessThanOrEqual(12);
    const bytes = await Promise.all([sum.serialize(), less.serialize()]);
    expect(FheUint64.deserialize(bytes[0]).decrypt(clientKey)).toBe(BigInt.asUintN(64, a + b));
    await expect.poll(() => engine.info.ciphertexts).toBe(3 * 32 + 1);
    expect(engine.explain(sum, less).bootstraps).toBe(0);
  }
  // Threads that computed nothing of the results themselves may tell of it later than those that did.
  await expect.poll(() => engine.info.ciphertexts).toBe(0);
});

test("what was cancelled on a shorter way leaves nothing behind either", async () => {
  using engine = await Engine.create(serverKey, { threads: 8 });
  {
    using x = engine.load(FheUint64.encrypt(a, clientKey));
    using y = engine.load(FheUint64.encrypt(b, clientKey));
    using sum = x.add(y);
    const controller = new AbortController();
    const bytes = sum.serialize({
      signal: controller.signal,
      onProgress: underWay(() => controller.abort()),
    });
    await expect(bytes).rejects.toThrow();
    const again = await sum.serialize();
    expect(FheUint64.deserialize(again).decrypt(clientKey)).toBe(BigInt.asUintN(64, a + b));
  }
  await expect.poll(() => engine.info.ciphertexts).toBe(0);
});

test("a deterministic engine goes the same way whatever the number of threads, bit for bit", async () => {
  const [first, second] = [a, b].map((value) => FheUint64.encrypt(value, clientKey));
  const results = [];
  for (const threads of [1, 8]) {
    using engine = await Engine.create(serverKey, { threads, deterministic: true });
    const [x, y] = [engine.load(first), engine.load(second)];
    const [sum, less] = [x.add(y), x.lt(y)];
    const costs = [sum, less].map((result) => {
      const { bootstraps, depth } = engine.explain(result);
      return `${bootstraps}/${depth}`;
    });
    results.push({ costs, bytes: await Promise.all([sum.serialize(), less.serialize()]) });
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[0].costs).toEqual(["32/32", "33/8"]); // of one thread that takes batches
});
