import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type ClientKey, Engine, FheUint8, OutOfMemoryError, ServerKey } from "../../src/index.ts";
import { nextTask } from "../../src/progress.ts";
import { Workbench } from "../../src/scheme/workbench.ts";
import { toyClientKey } from "../toy.ts";
import { type MemoryWatch, watchMemories } from "../watch-memories.ts";
import { IdleWorker, leaveNode, SilentWorker } from "./web-workers.ts";

let clientKey: ClientKey;
let serverKey: ServerKey;
let watch: MemoryWatch;
/** The memories of workbenches, and those in which kernels that were loaded have checked themselves. */
let others: Set<WebAssembly.Memory>;

beforeAll(async () => {
  watch = watchMemories();
  clientKey = await toyClientKey();
  await Workbench.for(clientKey.parameters.polynomialSize); // for decryption, as long as the process lives
  serverKey = await ServerKey.from(clientKey);
  (await Engine.create(serverKey, { threads: 1 })).dispose();
  await serverKey.expand();
  const blank = (): number => watch.memories.filter((memory) => !written(memory)).length;
  // That of the engine, and that of the keys.
  await vi.waitFor(() => expect(blank()).toBe(2), { timeout: 60_000, interval: 50 });
  others = new Set(watch.memories.filter(written));
});
afterAll(() => watch[Symbol.dispose]());

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Whether something is written in a memory. */
const written = ({ buffer }: WebAssembly.Memory): boolean =>
  new BigUint64Array(buffer).some((word) => word !== 0n);

/** The memories in which something is written, but for those of kernels. */
const inUse = (): WebAssembly.Memory[] => watch.memories.filter((one) => written(one) && !others.has(one));

/** Resolves when the memories of engines that have been disposed of are there for the next. */
async function settled(): Promise<void> {
  await expect.poll(() => inUse().length).toBe(0);
  await nextTask();
}

test("keys that are made and expanded use memory again, in which nothing is left of the secrets", async () => {
  const before = watch.memories.length;
  for (let i = 0; i < 6; i++) {
    const key = await ServerKey.from(await toyClientKey());
    await key.expand();
    expect(inUse()).toEqual([]);
  }
  expect(watch.memories.length).toBe(before);
});

describe("memory of engines that have been disposed of", () => {
  test("is used by those that come later, and holds nothing any more", async () => {
    const before = watch.memories.length;
    for (let i = 0; i < 10; i++) {
      const engine = await Engine.create(serverKey, { threads: 2 });
      const sum = await engine.load(FheUint8.encrypt(i, clientKey)).add(3).ciphertext();
      expect(sum.decrypt(clientKey)).toBe(i + 3);
      expect(inUse()).toHaveLength(1);
      engine.dispose();
      await settled();
    }
    expect(watch.memories.length).toBe(before); // there was an engine before
  });

  test("is enough for as many as there are at once, again and again", async () => {
    const before = watch.memories.length;
    for (let round = 0; round < 4; round++) {
      const engines = await Promise.all([1, 2, 3].map((threads) => Engine.create(serverKey, { threads })));
      const sums = engines.map((engine, i) => engine.load(FheUint8.encrypt(i, clientKey)).add(round));
      const results = await Promise.all(sums.map((sum) => sum.ciphertext()));
      expect(results.map((sum) => sum.decrypt(clientKey))).toEqual([0, 1, 2].map((i) => i + round));
      for (const engine of engines) engine.dispose();
      await settled();
    }
    expect(watch.memories.length - before).toBeLessThanOrEqual(3);
  });

  test("is used again when they were disposed of while they computed", async () => {
    const before = watch.memories.length;
    for (let i = 0; i < 6; i++) {
      const engine = await Engine.create(serverKey, { threads: 3 });
      const x = engine.load(FheUint8.encrypt(i, clientKey));
      const given = x
        .mul(x)
        .add(x)
        .ciphertext({ onProgress: () => engine.dispose() });
      await expect(given).rejects.toThrow("disposed");
      await settled();
    }
    expect(watch.memories.length).toBe(before);
  });

  test("is used again when they could not be made", async () => {
    const before = watch.memories.length;
    for (let i = 0; i < 5; i++) {
      const controller = new AbortController();
      const onProgress = (): void => controller.abort(new Error("of the caller"));
      const aborted = Engine.create(serverKey, { threads: 2, signal: controller.signal, onProgress });
      await expect(aborted).rejects.toThrow("of the caller");
      await settled();
      const small = Engine.create(serverKey, { threads: 2, memoryLimitBytes: 2 ** 17 });
      await expect(small).rejects.toThrow(OutOfMemoryError);
      await settled();
    }
    expect(watch.memories.length - before).toBeLessThanOrEqual(1); // for the engine with a limit
  });

  test("is not used again as long as a worker may write to it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const controller = new AbortController();
    SilentWorker.all.length = 0;
    leaveNode(
      class extends IdleWorker {
        override postMessage(): void {
          controller.abort(new Error("once it is set up"));
        }
      },
    );
    const created = Engine.create(serverKey, { threads: 2, signal: controller.signal });
    await expect(created).rejects.toThrow("once it is set up");
    expect(SilentWorker.all.map(({ terminated }) => terminated)).toEqual([false, false]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(SilentWorker.all.map(({ terminated }) => terminated)).toEqual([true, true]);
    vi.useRealTimers();
    vi.restoreAllMocks();
    for (let turn = 0; turn < 20; turn++) await nextTask();
    const held = inUse();
    expect(held).toHaveLength(1);
    const content = new Uint8Array(held[0].buffer).slice();
    using engine = await Engine.create(serverKey, { threads: 1 });
    await engine.load(FheUint8.encrypt(1, clientKey)).add(3).ciphertext();
    expect(Buffer.compare(content, new Uint8Array(held[0].buffer))).toBe(0);
  });
});
