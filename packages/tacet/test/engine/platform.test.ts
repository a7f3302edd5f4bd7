import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type ClientKey,
  DisposedError,
  Engine,
  FheUint8,
  FheUint64,
  ServerKey,
  WorkerError,
} from "../../src/index.ts";
import { toyClientKey } from "../toy.ts";
import { underWay } from "./under-way.ts";
import { IdleWorker, leaveNode, SilentWorker } from "./web-workers.ts";

let clientKey: ClientKey;
let serverKey: ServerKey;

beforeAll(async () => {
  clientKey = await toyClientKey();
  serverKey = await ServerKey.from(clientKey);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Ways in which a worker is not to be had, and what is said of them. */
const refusals: Record<string, { Worker: typeof SilentWorker; why: string }> = {
  "a policy that tells by an error event": {
    Worker: class extends SilentWorker {
      constructor() {
        super();
        setImmediate(() => this.onerror({}));
      }
    },
    why: "Content-Security-Policy of the page has to allow worker-src blob:",
  },
  "a policy that throws": {
    Worker: class extends SilentWorker {
      constructor() {
        super();
        throw new DOMException("no workers here", "SecurityError");
      }
    },
    why: "Content-Security-Policy of the page has to allow worker-src blob:",
  },
  "trusted types": {
    Worker: class extends SilentWorker {
      constructor() {
        super();
        throw new TypeError("This document requires 'TrustedScriptURL' assignment.");
      }
    },
    why: "This document requires 'TrustedScriptURL' assignment.",
  },
  "the second worker alone": {
    Worker: class extends IdleWorker {
      constructor() {
        super();
        if (SilentWorker.all.length > 1) throw new RangeError("no more threads");
      }
    },
    why: "no more threads",
  },
  "a script that throws when it comes up": {
    Worker: class extends SilentWorker {
      constructor() {
        super();
        setImmediate(() => this.onerror({ message: "Uncaught Error: of the worker" }));
      }
    },
    why: "Uncaught Error: of the worker",
  },
};

describe.each(Object.entries(refusals))("where workers are refused by %s", (_, { Worker, why }) => {
  test("the calling thread computes, and the engine says why", async () => {
    SilentWorker.all.length = 0;
    leaveNode(Worker);
    using engine = await Engine.create(serverKey, { threads: 2 });
    expect(engine.info).toMatchObject({ threads: 1, sharedMemory: false });
    expect(engine.info.whyNoWorkers).toContain(why);
    const x = engine.load(FheUint8.encrypt(20, clientKey));
    const [sum, product] = await Promise.all([x.add(22).ciphertext(), x.mul(x).ciphertext()]);
    expect([sum.decrypt(clientKey), product.decrypt(clientKey)]).toEqual([42, 400 % 256]);
    const made = SilentWorker.all.filter((worker) => worker.onerror.length > 0);
    expect(made.map(({ terminated }) => terminated)).toEqual(made.map(() => true));
  });
});

describe("an engine on the calling thread", () => {
  test("is what threads: 0 asks for, and gives the bits that workers give", async () => {
    const started = vi.spyOn(process.getBuiltinModule("node:worker_threads"), "Worker");
    using local = await Engine.create(serverKey, { threads: 0, deterministic: true });
    expect(started).not.toHaveBeenCalled();
    started.mockRestore();
    expect(local.info).toMatchObject({ threads: 1, sharedMemory: false, whyNoWorkers: expect.any(String) });
    using workers = await Engine.create(serverKey, { threads: 2, deterministic: true });
    expect(workers.info.whyNoWorkers).toBeUndefined();
    const value = FheUint8.encrypt(13, clientKey);
    const results = [local, workers].map((engine) => {
      const x = engine.load(value);
      return Promise.all([x.mul(x).serialize(), x.gt(12).serialize(), x.divRem(5)[1].serialize()]);
    });
    expect(await results[0]).toEqual(await results[1]);
  });

  test("hears of progress and aborts between rotations, and leaves other requests alone", async () => {
    using engine = await Engine.create(serverKey, { threads: 0 });
    const x = engine.load(FheUint64.encrypt(5n, clientKey));
    const controller = new AbortController();
    const product = x.mul(x);
    const aborted = product.mul(product).ciphertext({
      signal: controller.signal,
      onProgress: underWay(() => controller.abort(new Error("of the caller"))),
    });
    const kept = product.ciphertext();
    await expect(aborted).rejects.toThrow("of the caller");
    expect((await kept).decrypt(clientKey)).toBe(25n);
  });

  test("can be disposed of while it computes", async () => {
    const engine = await Engine.create(serverKey, { threads: 0 });
    const x = engine.load(FheUint64.encrypt(5n, clientKey));
    const product = x.mul(x).ciphertext({ onProgress: underWay(() => engine.dispose()) });
    await expect(product).rejects.toThrow(DisposedError);
  });

  test("goes on when its memory has grown", async () => {
    using engine = await Engine.create(serverKey, { threads: 0 });
    const x = engine.load(FheUint64.encrypt(5n, clientKey));
    const { memoryBytes } = engine.info;
    const product = x.mul(x);
    const others: unknown[] = [];
    const grow = underWay(() => {
      while (engine.info.memoryBytes < memoryBytes + 40 * 2 ** 20)
        others.push(engine.load(FheUint64.encrypt(7n, clientKey)));
    });
    expect((await product.ciphertext({ onProgress: grow })).decrypt(clientKey)).toBe(25n);
    expect(others.length).toBeGreaterThan(0);
  });
});

test("workers that neither come up nor fail are not waited for for ever", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  SilentWorker.all.length = 0;
  leaveNode(SilentWorker);
  const created = Engine.create(serverKey, { threads: 2 });
  const waiting = setInterval(() => vi.advanceTimersByTime(10_000), 20);
  try {
    using engine = await created;
    expect(engine.info.whyNoWorkers).toContain("has not come up");
    expect(engine.info.threads).toBe(1);
    expect(SilentWorker.all.map(({ terminated }) => terminated)).toEqual([true, true]);
  } finally {
    clearInterval(waiting);
  }
});

test("an abort does not wait for workers to come up", async () => {
  leaveNode(SilentWorker);
  const controller = new AbortController();
  const created = Engine.create(serverKey, { threads: 2, signal: controller.signal });
  const waits = setInterval(() => controller.abort(new Error("of the caller")), 200);
  await expect(created).rejects.toThrow("of the caller");
  clearInterval(waits);
});

test("what a worker throws once it has come up is told", async () => {
  leaveNode(
    class extends IdleWorker {
      override postMessage(): void {
        setTimeout(() => this.onerror({ message: "Uncaught Error: of the worker" }));
      }
    },
  );
  const created = Engine.create(serverKey, { threads: 1 });
  await expect(created).rejects.toThrow(WorkerError);
  await expect(created).rejects.toThrow("a worker stopped: Uncaught Error: of the worker");
});

test("workers are ended when the key cannot be loaded after all", async () => {
  leaveNode(SilentWorker);
  SilentWorker.all.length = 0;
  const controller = new AbortController();
  const reason = new Error("of the caller");
  const onProgress = (): void => controller.abort(reason);
  const created = Engine.create(serverKey, { threads: 2, signal: controller.signal, onProgress });
  await expect(created).rejects.toBe(reason);
  expect(SilentWorker.all.map(({ terminated }) => terminated)).toEqual([true, true]);
});

test("where there are no workers at all, the calling thread computes", async () => {
  const builtin = Object.getOwnPropertyDescriptor(process, "getBuiltinModule")!;
  Object.defineProperty(process, "getBuiltinModule", {
    value: undefined,
    configurable: true,
    writable: true,
  });
  try {
    using engine = await Engine.create(serverKey);
    expect(engine.info).toMatchObject({ threads: 1, sharedMemory: false });
    expect(engine.info.whyNoWorkers).toContain("process.getBuiltinModule");
    const sum = await engine.load(FheUint8.encrypt(20, clientKey)).add(22).ciphertext();
    expect(sum.decrypt(clientKey)).toBe(42);
  } finally {
    Object.defineProperty(process, "getBuiltinModule", builtin);
  }
});
