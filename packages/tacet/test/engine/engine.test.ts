import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contentOf, encryptBlocks } from "../../src/api/values/ciphertext.ts";
import {
  type ClientKey,
  DisposedError,
  Engine,
  FheBool,
  FheUint,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  FheUint256,
  OutOfMemoryError,
  ServerKey,
  WorkerError,
} from "../../src/index.ts";
import { PERMIT } from "../../src/opaque.ts";
import { toyClientKey, toyPair } from "../toy.ts";
import { underWay } from "./under-way.ts";
import { watchWorkers } from "./watch-workers.ts";

let clientKey: ClientKey;
let serverKey: ServerKey;
let engine: Engine;

beforeAll(async () => {
  clientKey = await toyClientKey();
  serverKey = await ServerKey.from(clientKey);
  engine = await Engine.create(serverKey);
});

afterAll(() => engine.dispose());

/** What is made as in a page that is not cross-origin isolated. */
async function withoutSharedMemory<T>(make: () => Promise<T>): Promise<T> {
  const scope = globalThis as { crossOriginIsolated?: boolean };
  scope.crossOriginIsolated = false;
  try {
    return await make();
  } finally {
    delete scope.crossOriginIsolated;
  }
}

describe("results", () => {
  test("of deterministic engines do not depend on who computes, bit for bit", async () => {
    const a = FheUint32.encrypt(3_141_592_653, clientKey);
    const b = FheUint32.encrypt(2_718_281_828, clientKey);
    const deterministic = true;
    using local = await withoutSharedMemory(() => Engine.create(serverKey, { deterministic }));
    using one = await Engine.create(serverKey, { threads: 1, deterministic });
    using two = await Engine.create(serverKey, { threads: 2, deterministic });
    using five = await Engine.create(serverKey, { threads: 5, deterministic });
    const results = [];
    for (const other of [local, one, two, five]) {
      const [x, y] = [other.load(a), other.load(b)];
      results.push(await x.mul(y).add(x.min(y)).serialize());
    }
    for (const result of results) expect(result).toEqual(results[0]);
    const expected = (BigInt.asUintN(32, 3_141_592_653n * 2_718_281_828n) + 2_718_281_828n) % 2n ** 32n;
    expect(FheUint32.deserialize(results[0]).decrypt(clientKey)).toBe(Number(expected));
  });

  test("of requests in one turn are computed together, and shared", async () => {
    const x = engine.load(FheUint16.encrypt(40_000, clientKey));
    const sum = x.add(30_000);
    const alone = engine.explain(sum).bootstraps;
    expect(engine.explain(sum, x.add(30_000)).bootstraps).toBe(alone);
    const [first, second] = await Promise.all([sum.serialize(), x.add(30_000).serialize()]);
    expect(second).toEqual(first);
    expect(engine.explain(sum).bootstraps).toBe(0);
  });

  test("that are still being computed can be built upon", async () => {
    const x = engine.load(FheUint32.encrypt(123_456, clientKey));
    const product = x.mul(x);
    const running = product.serialize();
    await new Promise((resolve) => setTimeout(resolve, 1));
    const sum = product.add(1);
    const bytes = await sum.serialize();
    expect(FheUint32.deserialize(bytes).decrypt(clientKey)).toBe(
      Number(BigInt.asUintN(32, 123_456n ** 2n) + 1n),
    );
    await running;
  });

  test("are there at once for what needs no bootstrap", async () => {
    const x = engine.load(FheUint8.encrypt(0b1010_0101, clientKey));
    expect(engine.explain(x.not()).bootstraps).toBe(0);
    expect(FheUint8.deserialize(await x.not().serialize()).decrypt(clientKey)).toBe(0b0101_1010);
    expect(FheUint64.deserialize(await x.cast(FheUint64).serialize()).decrypt(clientKey)).toBe(0b1010_0101n);
  });
});

describe("memory", () => {
  test("is given back when handles are disposed of", async () => {
    using own = await Engine.create(serverKey);
    {
      using x = own.load(FheUint64.encrypt(5, clientKey));
      using y = x.add(7);
      using z = y.mul(x);
      await z.serialize();
      // Threads report what they have finished in no particular order.
      await expect.poll(() => own.info.ciphertexts).toBe(96);
    }
    expect(own.info.ciphertexts).toBe(0);
  });

  describe("of garbage", () => {
    let collect: () => Promise<void>;
    beforeAll(() => {
      process.getBuiltinModule("node:v8").setFlagsFromString("--expose-gc");
      const gc = process.getBuiltinModule("node:vm").runInNewContext("gc") as () => void;
      collect = async () => {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 10));
      };
    });

    const forget = (own: Engine): void => {
      for (let i = 0; i < 10; i++) own.load(FheUint64.encrypt(i, clientKey)).add(1);
    };

    test("is given back", async () => {
      using own = await Engine.create(serverKey);
      forget(own);
      expect(own.info.ciphertexts).toBe(320);
      for (let i = 0; i < 100 && own.info.ciphertexts > 0; i++) await collect();
      expect(own.info.ciphertexts).toBe(0);
    });

    test("is kept by deterministic engines, whose results do not depend on when it is collected", async () => {
      const values = [200, 77, 5, 11].map((value) => FheUint8.encrypt(value, clientKey));
      const results = [];
      for (const collected of [false, true]) {
        using own = await Engine.create(serverKey, { deterministic: true });
        const [a, b, c, d] = values.map((value) => own.load(value));
        const product = a.mul(b);
        (() => [product.add(c), c.and(d)])();
        if (collected) for (let i = 0; i < 10; i++) await collect();
        const [sum, mixed] = [product.add(d), a.or(b).xor(c.and(d))];
        results.push(await Promise.all([sum.serialize(), mixed.serialize()]));
      }
      expect(results[1]).toEqual(results[0]);
      using own = await Engine.create(serverKey, { deterministic: true });
      forget(own);
      for (let i = 0; i < 10; i++) await collect();
      expect(own.info.ciphertexts).toBe(320);
    });
  });

  test("does not grow while a program updates a value for long", async () => {
    const { clientKey, engine } = await toyPair({ threads: 1 });
    let balance = engine.load(FheUint16.encrypt(0, clientKey));
    const sizes: number[] = [];
    for (let i = 1; i <= 60; i++) {
      const next = balance.add(i);
      await next.serialize();
      balance.dispose();
      balance = next;
      sizes.push(engine.info.memoryBytes);
    }
    expect(FheUint16.deserialize(await balance.serialize()).decrypt(clientKey)).toBe((60 * 61) / 2);
    expect(Math.max(...sizes.slice(30))).toBeLessThanOrEqual(Math.max(...sizes.slice(0, 30)));
    engine.dispose();
  });

  test("of an unfinished computation outlives the handle that asked for it", async () => {
    const x = engine.load(FheUint32.encrypt(99, clientKey));
    const y = x.mul(x);
    const result = y.serialize();
    y.dispose();
    x.dispose();
    expect(FheUint32.deserialize(await result).decrypt(clientKey)).toBe(9801);
  });

  test("that is short is an OutOfMemoryError, after which the engine goes on", async () => {
    const { memoryBytes } = engine.info;
    using small = await Engine.create(serverKey, { threads: 2, memoryLimitBytes: memoryBytes + 2 ** 20 });
    const x = small.load(FheUint8.encrypt(200, clientKey));
    const hoard: Disposable[] = [];
    const fill = (): void => {
      for (;;) hoard.push(small.load(FheUint64.encrypt(1, clientKey)));
    };
    expect(fill).toThrow(OutOfMemoryError);
    const sum = x.add(100);
    await expect(x.mul(x).mul(3).eq(5).serialize()).rejects.toThrow(OutOfMemoryError);
    for (const handle of hoard) handle[Symbol.dispose]();
    expect(FheUint8.deserialize(await sum.serialize()).decrypt(clientKey)).toBe(44);
    await expect(Engine.create(serverKey, { memoryLimitBytes: 2 ** 18 })).rejects.toThrow(OutOfMemoryError);
  });
});

describe("requests", () => {
  test("are answered as soon as their own values exist", async () => {
    using own = await Engine.create(serverKey, { threads: 1 });
    const x = own.load(FheUint64.encrypt(77, clientKey));
    const order: string[] = [];
    const large = x
      .mul(x)
      .mul(x.add(1))
      .serialize()
      .then(() => order.push("large"));
    const small = own
      .load(FheUint8.encrypt(3, clientKey))
      .and(1)
      .serialize()
      .then(() => order.push("small"));
    await Promise.all([large, small]);
    expect(order).toEqual(["small", "large"]);
  });

  test("whose progress callback throws are rejected with what it throws, and no others", async () => {
    const x = engine.load(FheUint32.encrypt(12, clientKey));
    const reason = new Error("of the callback");
    const failing = x.mul(x).serialize({
      onProgress: () => {
        throw reason;
      },
    });
    const other = x.add(1).serialize();
    await expect(failing).rejects.toBe(reason);
    expect(FheUint32.deserialize(await other).decrypt(clientKey)).toBe(13);
  });

  test("are right while other ciphertexts come and go", async () => {
    using own = await Engine.create(serverKey, { threads: 2 });
    for (let round = 0; round < 40; round++) {
      const p = own.load(FheUint16.encrypt(0x1234 + round, clientKey));
      const masked = p.and(0x5555);
      const busy = own.load(FheUint32.encrypt(round, clientKey));
      const blocking = busy.mul(busy).serialize();
      const shifted = masked.shl(1).ciphertext();
      await new Promise((resolve) => setTimeout(resolve, 0));
      const squared = masked.mul(masked).ciphertext({
        onProgress: () => own.load(FheUint64.encryptTrivial(2n ** 64n - 1n, clientKey.parameters)),
      });
      p.dispose();
      masked.dispose();
      const value = (0x1234 + round) & 0x5555;
      expect((await shifted).decrypt(clientKey)).toBe((value << 1) & 0xffff);
      expect((await squared).decrypt(clientKey)).toBe((value * value) & 0xffff);
      await blocking;
    }
  });
});

describe("interruption", () => {
  test("by a signal rejects with its reason and leaves everything usable", async () => {
    const x = engine.load(FheUint64.encrypt(1n << 40n, clientKey));
    const product = x.mul(x.add(12_345));
    const reason = new Error("enough");
    const controller = new AbortController();
    const result = product.serialize({
      signal: controller.signal,
      onProgress: underWay(() => controller.abort(reason)),
    });
    await expect(result).rejects.toBe(reason);
    await expect(product.serialize({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const bytes = await product.serialize();
    expect(FheUint64.deserialize(bytes).decrypt(clientKey)).toBe(
      BigInt.asUintN(64, (1n << 40n) * ((1n << 40n) + 12_345n)),
    );
  });

  test("of one request leaves another that shares its work alone", async () => {
    const x = engine.load(FheUint32.encrypt(77_777, clientKey));
    const square = x.mul(x);
    const controller = new AbortController();
    const aborted = square.serialize({
      signal: controller.signal,
      onProgress: underWay(() => controller.abort()),
    });
    const wanted = square.add(1).serialize();
    await expect(aborted).rejects.toThrow();
    expect(FheUint32.deserialize(await wanted).decrypt(clientKey)).toBe(
      Number(BigInt.asUintN(32, 77_777n ** 2n) + 1n),
    );
  });

  test("gives the memory of cancelled work back", async () => {
    using engine = await Engine.create(serverKey);
    const x = engine.load(FheUint64.encrypt(3, clientKey));
    const { ciphertexts } = engine.info;
    for (let i = 0; i < 5; i++) {
      const controller = new AbortController();
      using a = x.add(i + 5);
      using b = x.add(i);
      using y = a.mul(b);
      const result = y.serialize({
        signal: controller.signal,
        onProgress: underWay(() => controller.abort()),
      });
      await expect(result).rejects.toThrow();
    }
    // Once another computation has run, the cancelled jobs that had been started have finished.
    const runAnother = async (): Promise<void> => {
      using sum = x.add(1);
      await sum.serialize();
    };
    await runAnother();
    await expect.poll(() => engine.info.ciphertexts).toBe(ciphertexts);
    const { memoryBytes } = engine.info;
    for (let i = 0; i < 20; i++) {
      using a = x.add(i);
      using y = x.mul(a);
      await expect(y.serialize({ signal: AbortSignal.timeout(1 + (i % 3)) })).rejects.toThrow();
    }
    await runAnother();
    const kept = 256 * 8 * clientKey.parameters.polynomialSize; // lookup polynomials
    expect(engine.info.memoryBytes).toBeLessThan(memoryBytes + kept);
  });

  test("by disposal rejects what is open, and everything later", async () => {
    const other = await Engine.create(serverKey, { threads: 2 });
    const x = other.load(FheUint64.encrypt(3, clientKey));
    const open = x.mul(x).serialize({ onProgress: underWay(() => other.dispose()) });
    await expect(open).rejects.toThrow(DisposedError);
    await expect(x.serialize()).rejects.toThrow(DisposedError);
    expect(() => other.load(FheUint8.encrypt(1, clientKey))).toThrow(DisposedError);
    expect(() => x.add(1)).toThrow(DisposedError);
    expect(() => other.info).toThrow(DisposedError);
    other.dispose();
  });

  test("after the last bootstrap, before the results have been read, is heard", async () => {
    using other = await Engine.create(serverKey);
    const x = other.load(FheUint8.encrypt(3, clientKey));
    const controller = new AbortController();
    const reason = new Error("enough");
    const atTheEnd = (action: () => void) => (fraction: number) => {
      if (fraction === 1) action();
    };
    const { signal } = controller;
    const aborted = x.add(1).serialize({ signal, onProgress: atTheEnd(() => controller.abort(reason)) });
    await expect(aborted).rejects.toBe(reason);
    const open = x.add(2).serialize({ onProgress: atTheEnd(() => other.dispose()) });
    await expect(open).rejects.toThrow(DisposedError);
  });

  test("before it starts, by a signal that was given already aborted, starts no thread", async () => {
    using watch = watchWorkers();
    const signal = AbortSignal.abort();
    await expect(Engine.create(serverKey, { signal })).rejects.toBe(signal.reason);
    expect(watch.workers).toEqual([]);
  });

  test("before it starts, by a worker that cannot be made, leaves no thread behind, and the calling one computes", async () => {
    using watch = watchWorkers(1);
    using local = await Engine.create(serverKey, { threads: 2 });
    expect(local.info).toMatchObject({ threads: 1, sharedMemory: false });
    expect(local.info.whyNoWorkers).toContain("no more threads");
    expect(watch.exits.length).toBe(1);
    await watch.exits[0];
  });

  test("by the death of a worker is a WorkerError, after which new ones go on", async () => {
    using watch = watchWorkers();
    using other = await Engine.create(serverKey, { threads: 2 });
    const x = other.load(FheUint256.encrypt(1_000_003n, clientKey));
    const square = x.mul(x);
    let killed: Promise<number> | undefined;
    const onProgress = underWay(() => (killed ??= watch.workers[1].terminate()));
    await expect(square.serialize({ onProgress })).rejects.toThrow(WorkerError);
    const bytes = await square.serialize();
    expect(FheUint256.deserialize(bytes).decrypt(clientKey)).toBe(1_000_003n ** 2n);
    expect(watch.workers.length).toBe(4);
  });
});

test("ciphertexts with carries in their blocks are taken in", async () => {
  const digits = [13, 15, 9, 14]; // as unchecked additions leave them
  const { parameters } = clientKey;
  const content = contentOf("FheUint8", encryptBlocks(digits, 15, clientKey), parameters);
  const noisy = content.blocks.map((block) => ({ ...block, noiseLevel: parameters.maxNoiseLevel }));
  const x = engine.load(new FheUint<8>(PERMIT, { ...content, blocks: noisy }));
  const expected = (13 + 4 * 15 + 16 * 9 + 64 * 14) % 256;
  const [same, sum] = await Promise.all([x.serialize(), x.add(x).serialize()]);
  expect(FheUint8.deserialize(same).decrypt(clientKey)).toBe(expected);
  expect(FheUint8.deserialize(sum).decrypt(clientKey)).toBe((2 * expected) % 256);
});

test("progress goes up to 1", async () => {
  const x = engine.load(FheUint32.encrypt(6, clientKey));
  const fractions: number[] = [];
  await x.mul(7).serialize({ onProgress: (fraction) => fractions.push(fraction) });
  expect(fractions.length).toBeGreaterThan(2);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
});

test("explain knows bootstraps, depth and time before anything runs", async () => {
  const { clientKey, engine } = await toyPair({ threads: 1 });
  const x = engine.load(FheUint32.encrypt(6, clientKey));
  const { bootstraps, depth, milliseconds } = engine.explain(x.add(1));
  expect(bootstraps).toBe(16);
  expect(depth).toBe(16);
  expect(milliseconds).toBeGreaterThan(0);
  expect(engine.explain(x)).toEqual({ bootstraps: 0, depth: 0, milliseconds: 0 });
  engine.dispose();
});

test("without shared memory one thread does it all", async () => {
  using local = await withoutSharedMemory(() => Engine.create(serverKey, { threads: 4 }));
  expect(local.info).toMatchObject({ threads: 1, sharedMemory: false });
  expect(engine.info.sharedMemory).toBe(true);
  const x = local.load(FheUint16.encrypt(300, clientKey));
  const [product, flag] = await Promise.all([x.mul(x).serialize(), x.gt(299).serialize()]);
  expect(FheUint16.deserialize(product).decrypt(clientKey)).toBe(90_000 % 65_536);
  expect(FheBool.deserialize(flag).decrypt(clientKey)).toBe(true);
  const controller = new AbortController();
  const aborted = x
    .mul(5)
    .mul(x)
    .serialize({ signal: controller.signal, onProgress: underWay(() => controller.abort()) });
  await expect(aborted).rejects.toThrow();
  expect(FheUint16.deserialize(await x.mul(5).serialize()).decrypt(clientKey)).toBe(1500);
});

test("without shared memory, an engine is disposed of between two pieces of a computation", async () => {
  const local = await withoutSharedMemory(() => Engine.create(serverKey));
  const x = local.load(FheUint32.encrypt(300, clientKey));
  const open = x.mul(x).serialize();
  await new Promise((resolve) => setTimeout(resolve, 1));
  local.dispose();
  await expect(open).rejects.toThrow(DisposedError);
});
