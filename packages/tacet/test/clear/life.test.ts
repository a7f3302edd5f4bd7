import { expect, test } from "vitest";
import { clearEngine } from "../../src/clear.ts";
import { DisposedError, FheUint8, FheUint64, type UintHandle } from "../../src/index.ts";

test("an engine that is disposed of computes no more, and rejects what is open", async () => {
  const engine = await clearEngine();
  const x = engine.load(FheUint8.encryptTrivial(3));
  const open = x.add(1).ciphertext();
  engine.dispose();
  engine.dispose();
  await expect(open).rejects.toThrow(DisposedError);
  for (const use of [() => x.add(1), () => engine.load(FheUint8.encryptTrivial(3)), () => engine.info]) {
    expect(use).toThrow(DisposedError);
  }
  expect(() => engine.explain(x)).toThrow(DisposedError);
  await expect(x.ciphertext()).rejects.toThrow(DisposedError);
  x.dispose();
});

test("handles give back what they hold", async () => {
  using engine = await clearEngine();
  const x = engine.load(FheUint8.encryptTrivial(3));
  expect(engine.info.ciphertexts).toBe(4);
  const y = x.mul(x);
  const result = y.ciphertext();
  y.dispose(); // what is under way is computed
  expect((await result).decryptTrivial()).toBe(9);
  expect(engine.info.ciphertexts).toBe(4);
  x.dispose();
  expect(engine.info.ciphertexts).toBe(0);
  expect(() => x.add(1)).toThrow(DisposedError);
});

test("work is cancelled by its signal, before it begins and while it goes on", async () => {
  using engine = await clearEngine();
  const x = engine.load(FheUint64.encryptTrivial(3));
  const reason = new Error("enough");
  await expect(x.add(1).ciphertext({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

  const controller = new AbortController();
  const { signal } = controller;
  const cancelled = x.add(2).serialize({ signal });
  const other = x.add(2).ciphertext();
  controller.abort(reason);
  await expect(cancelled).rejects.toBe(reason);
  expect((await other).decryptTrivial()).toBe(5n);

  // So much that it takes more than a turn.
  let product = x;
  for (let i = 0; i < 60; i++) product = product.mul(x).add(1);
  const late = new AbortController();
  const fractions: number[] = [];
  const onProgress = (fraction: number): void => {
    fractions.push(fraction);
    late.abort(reason);
  };
  await expect(product.ciphertext({ signal: late.signal, onProgress })).rejects.toBe(reason);
  expect(fractions).toHaveLength(1);
  expect(fractions[0]).toBeLessThan(1);
  const again: number[] = [];
  const found = await product.ciphertext({ onProgress: (fraction) => again.push(fraction) });
  let expected = 3n;
  for (let i = 0; i < 60; i++) expected = BigInt.asUintN(64, expected * 3n + 1n);
  expect(found.decryptTrivial()).toBe(expected);
  expect(again.at(-1)).toBe(1);
  expect(again).toEqual(again.toSorted((a, b) => a - b));
});

test("what listens to progress may throw", async () => {
  using engine = await clearEngine();
  const x = engine.load(FheUint8.encryptTrivial(3));
  const onProgress = (): void => {
    throw new Error("of the listener");
  };
  await expect(x.add(1).ciphertext({ onProgress })).rejects.toThrow("of the listener");
  await expect(x.add(1).ciphertext({ onProgress: 5 as never })).rejects.toThrow(/onProgress is a function/);
  expect((await x.add(1).ciphertext()).decryptTrivial()).toBe(4);
});

test("requests that share work at the same time all get it", async () => {
  using engine = await clearEngine();
  const x = engine.load(FheUint64.encryptTrivial(7));
  let chain: UintHandle<64> = x;
  for (let i = 0; i < 20; i++) chain = chain.mul(x);
  const handles = Array.from({ length: 10 }, (_, i) => chain.add(i));
  const results = await Promise.all(handles.map((handle) => handle.ciphertext()));
  const power = BigInt.asUintN(64, 7n ** 21n);
  expect(results.map((one) => one.decryptTrivial())).toEqual(
    handles.map((_, i) => BigInt.asUintN(64, power + BigInt(i))),
  );
});

test("ten thousand operations take no more memory than some", async () => {
  process.getBuiltinModule("node:v8").setFlagsFromString("--expose-gc");
  const gc = process.getBuiltinModule("node:vm").runInNewContext("gc") as () => void;
  using engine = await clearEngine();
  const step = engine.load(FheUint8.encryptTrivial(3));
  let balance = engine.load(FheUint8.encryptTrivial(0));
  let expected = 0;
  const used: number[] = [];
  let held = 0;
  for (let i = 1; i <= 10_000; i++) {
    const steps = [balance.sub(150), balance.add(step)] as const;
    const large = balance.gt(200);
    const next = large.select(...steps);
    for (const handle of [balance, large, ...steps]) handle.dispose();
    balance = next;
    expected = expected > 200 ? expected - 150 : expected + 3;
    if (i % 10 === 0) expect((await balance.ciphertext()).decryptTrivial()).toBe(expected);
    if (i === 1000) held = engine.info.ciphertexts;
    if (i % 1000 === 0) {
      gc();
      used.push(process.memoryUsage().heapUsed);
    }
  }
  expect(engine.info.ciphertexts).toBe(held);
  expect(held).toBeLessThan(20);
  expect(used.at(-1)! - used[1]!).toBeLessThan(2 ** 20);
});

test("handles that are garbage are let go of", async () => {
  process.getBuiltinModule("node:v8").setFlagsFromString("--expose-gc");
  const gc = process.getBuiltinModule("node:vm").runInNewContext("gc") as () => void;
  using engine = await clearEngine();
  for (let i = 0; i < 100; i++) engine.load(FheUint8.encryptTrivial(i + 1));
  expect(engine.info.ciphertexts).toBe(400);
  await expect
    .poll(() => {
      gc();
      return engine.info.ciphertexts;
    })
    .toBe(0);
});
