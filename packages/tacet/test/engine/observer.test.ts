import { beforeAll, describe, expect, test } from "vitest";
import {
  type ClientKey,
  DisposedError,
  Engine,
  type EngineObserver,
  FheUint8,
  FheUint32,
  FheUint64,
  FheUint256,
  type FinishedBatch,
  type PlannedBootstrap,
  ServerKey,
  WorkerError,
} from "../../src/index.ts";
import { toyClientKey } from "../toy.ts";
import { underWay } from "./under-way.ts";
import { watchWorkers } from "./watch-workers.ts";

let clientKey: ClientKey;
let serverKey: ServerKey;

beforeAll(async () => {
  clientKey = await toyClientKey();
  serverKey = await ServerKey.from(clientKey);
});

/** Keeps all that it hears, and whatever of it contradicts what it has heard before. */
class Recorder implements EngineObserver {
  readonly planned: PlannedBootstrap[] = [];
  readonly finished: FinishedBatch[] = [];
  readonly cancelled: number[] = [];
  readonly contradictions: string[] = [];
  /** Called when something has been planned. */
  hook = (): void => {};
  /** Bootstraps that are neither finished nor cancelled. */
  readonly #open = new Set<number>();

  onPlanned(bootstraps: readonly PlannedBootstrap[]): void {
    if (bootstraps.length === 0) this.contradictions.push("nothing was planned");
    for (const bootstrap of bootstraps) {
      const { id, after } = bootstrap;
      if (id !== this.planned.length) this.contradictions.push(`planned ${id} at ${this.planned.length}`);
      if (new Set(after).size < after.length) this.contradictions.push(`${id} after ${after}`);
      for (const needed of after)
        if (!this.#open.has(needed)) this.contradictions.push(`${id} after ${needed}, which is none`);
      this.planned.push(bootstrap);
      this.#open.add(id);
    }
    this.hook();
  }

  onFinished(batch: FinishedBatch): void {
    this.#close("finished", batch.ids);
    this.finished.push(batch);
  }

  onCancelled(ids: readonly number[]): void {
    this.#close("cancelled", ids);
    this.cancelled.push(...ids);
  }

  get open(): number {
    expect(this.contradictions).toEqual([]);
    return this.#open.size;
  }

  #close(what: string, ids: readonly number[]): void {
    if (ids.length === 0) this.contradictions.push(`nothing was ${what}`);
    for (const id of ids) if (!this.#open.delete(id)) this.contradictions.push(`${id} ${what} once more`);
  }
}

describe("an observer hears", () => {
  test("of what is planned, and of each bootstrap once when it is finished", async () => {
    const observer = new Recorder();
    using engine = await Engine.create(serverKey, { threads: 2, observer });
    expect(observer.planned).toEqual([]);
    const x = engine.load(FheUint32.encrypt(77_777, clientKey));
    const square = x.mul(x);
    const { bootstraps } = engine.explain(square);
    await square.serialize();
    expect(observer.planned.length).toBe(bootstraps);
    await expect.poll(() => observer.open).toBe(0);
    expect(observer.cancelled).toEqual([]);
    expect(observer.planned.some(({ lookups }) => lookups > 1)).toBe(true);
    for (const { thread, milliseconds } of observer.finished) {
      expect([0, 1]).toContain(thread);
      expect(milliseconds).toBeGreaterThan(0);
    }
    await x.serialize(); // takes no bootstrap
    expect(observer.planned.length).toBe(bootstraps);
  });

  test("of requests that build upon what is being computed", async () => {
    const observer = new Recorder();
    using engine = await Engine.create(serverKey, { threads: 0, observer }); // turns do not depend on the machine
    const x = engine.load(FheUint64.encrypt(5, clientKey));
    const square = x.mul(x);
    const sum = square.add(square.shr(3));
    const sizes: number[] = [];
    let second: Promise<unknown> | undefined;
    observer.hook = () => {
      sizes.push(observer.planned.length);
      second ??= sum.serialize();
    };
    await square.serialize();
    await second;
    expect(sizes.length).toBe(2);
    const later = observer.planned.slice(sizes[0]);
    expect(later.some(({ after }) => after.some((id) => id < sizes[0]))).toBe(true);
    expect(observer.open).toBe(0);
  });

  test("of what is cancelled", async () => {
    const observer = new Recorder();
    using engine = await Engine.create(serverKey, { threads: 2, observer });
    const x = engine.load(FheUint256.encrypt(5, clientKey));
    const controller = new AbortController();
    const product = x.mul(x);
    const aborted = product.serialize({
      signal: controller.signal,
      onProgress: underWay(() => controller.abort()),
    });
    await expect(aborted).rejects.toThrow();
    expect(observer.cancelled.length).toBeGreaterThan(0);
    await expect.poll(() => observer.open).toBe(0); // once what threads had taken is finished
    await product.serialize();
    await expect.poll(() => observer.open).toBe(0);
  });

  test("of what is lost when a worker dies, or when the engine is disposed of", async () => {
    using watch = watchWorkers();
    const observer = new Recorder();
    using engine = await Engine.create(serverKey, { threads: 2, observer });
    const x = engine.load(FheUint64.encrypt(5, clientKey));
    const square = x.mul(x);
    observer.hook = () => void Promise.all(watch.workers.map((worker) => worker.terminate()));
    await expect(square.serialize()).rejects.toThrow(WorkerError);
    expect(observer.open).toBe(0);
    observer.hook = () => engine.dispose();
    await expect(square.serialize()).rejects.toThrow(DisposedError);
    expect(observer.open).toBe(0);
  });
});

test("what an observer throws is an uncaught error, and changes nothing", async () => {
  const failing = (): never => {
    throw new Error("of the observer");
  };
  const observer = { onPlanned: failing, onFinished: failing, onCancelled: failing };
  using engine = await Engine.create(serverKey, { threads: 1, observer });
  const listeners = process.listeners("uncaughtException");
  const uncaught: unknown[] = [];
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => uncaught.push(error));
  try {
    const sum = engine.load(FheUint8.encrypt(20, clientKey)).add(22);
    expect((await sum.ciphertext()).decrypt(clientKey)).toBe(42);
    expect(uncaught.length).toBeGreaterThan(1);
    expect(uncaught[0]).toEqual(new Error("of the observer"));
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const listener of listeners) process.on("uncaughtException", listener);
  }
});

test("what is no observer is refused", async () => {
  for (const observer of [null, 5, { onFinished: true }]) {
    const options = { observer } as unknown as { observer: EngineObserver };
    await expect(Engine.create(serverKey, options)).rejects.toThrow(TypeError);
  }
});
