import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Plan, PlanOptions, plan } from "../../src/graph/plan.ts";
import {
  type ClientKey,
  DisposedError,
  Engine,
  type FheUint,
  FheUint8,
  FheUint16,
  FheUint128,
  ServerKey,
  WorkerError,
} from "../../src/index.ts";
import { toyClientKey } from "../toy.ts";
import { watchWorkers } from "./watch-workers.ts";

/** What is to happen in a task of its own while a plan is in the making: an entry for each plan. */
let meanwhile: (() => unknown)[] = [];
/** Number of requested blocks of each plan that was begun. */
let begun: number[] = [];
/** What the next plans fail with. */
let faults: Error[] = [];
/** Number of plans that were finished, one way or the other. */
let finished = 0;

// A planner that takes three turns of the event loop for a plan, whatever its size, or until what happens meanwhile is over.
vi.mock("../../src/graph/plan.ts", async (importOriginal) => {
  const original = await importOriginal<typeof import("../../src/graph/plan.ts")>();
  function* planSteps(...of: Parameters<typeof plan>): Generator<number, Plan> {
    const [requested, , options = {}] = of;
    begun.push(requested.length);
    const isLeaf = (options as PlanOptions).isUnderWay ?? (() => false);
    for (const block of requested) isLeaf(block);
    const action = meanwhile.shift();
    let over = action === undefined;
    if (action !== undefined) setImmediate(() => Promise.resolve(action()).then(() => (over = true)));
    for (const fraction of [0, 0.5, 1]) {
      do {
        for (const started = performance.now(); performance.now() - started < 11; );
        yield fraction;
      } while (fraction === 0.5 && !over);
    }
    finished++;
    const fault = faults.shift();
    if (fault !== undefined) throw fault;
    return original.plan(...of);
  }
  return { ...original, planSteps };
});

let clientKey: ClientKey;
let serverKey: ServerKey;
let engine: Engine;

beforeAll(async () => {
  clientKey = await toyClientKey();
  serverKey = await ServerKey.from(clientKey);
});
beforeEach(async () => {
  engine = await Engine.create(serverKey, { threads: 1 });
  begun = [];
  finished = 0;
  faults = [];
  meanwhile = [];
});
afterEach(() => engine.dispose());

const byte = (value: number) => engine.load(FheUint8.encrypt(value, clientKey));

test("other tasks run while something is planned, and progress is told", async () => {
  const fractions: number[] = [];
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const result = byte(1)
    .add(2)
    .ciphertext({ onProgress: (fraction) => fractions.push(fraction) });
  meanwhile.push(() => expect(turns).toBeGreaterThan(0));
  expect((await result).decrypt(clientKey)).toBe(3);
  clearInterval(timer);
  expect(fractions.slice(0, 3)).toEqual([0, 0.004, 0.008]);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
});

test("requests of a turn are planned together, those of turns after it by themselves, in order", async () => {
  const [a, b, c] = [byte(1), byte(2), byte(3)];
  const later: Promise<unknown>[] = [];
  meanwhile.push(
    () => later.push(c.add(a).ciphertext()),
    () => later.push(c.add(b).ciphertext(), c.add(5).ciphertext()),
  );
  await Promise.all([a.add(b).ciphertext(), b.add(7).ciphertext()]);
  await expect.poll(() => later.length).toBe(3);
  await Promise.all(later);
  expect(begun).toEqual([8, 4, 8]);
});

test("a deterministic engine computes the same bits however long planning takes", async () => {
  const values = [200, 77, 5].map((value) => FheUint8.encrypt(value, clientKey));
  const results = [];
  for (const between of [0, 1]) {
    using own = await Engine.create(serverKey, { deterministic: true, threads: 1 });
    const [a, b, c] = values.map((value) => own.load(value));
    const product = a.mul(b);
    const first = product.serialize();
    // The second turn comes while the first is being planned, or when it has been.
    await new Promise((resolve) => setTimeout(resolve, between * 100));
    const second = product.add(c).serialize();
    results.push(await Promise.all([first, second]));
  }
  expect(results[1]).toEqual(results[0]);
});

describe("meanwhile", () => {
  test("a request is aborted: the others go on, without what it alone needed", async () => {
    let needed = 0;
    const observer = {
      onPlanned: (jobs: readonly unknown[]) => void (needed += jobs.length),
      onCancelled: (jobs: readonly unknown[]) => void (needed -= jobs.length),
    };
    using own = await Engine.create(serverKey, { threads: 1, observer });
    const [x, y] = [3, 4].map((value) => own.load(FheUint8.encrypt(value, clientKey)));
    const [sum, product] = [x.add(y), x.mul(y)];
    const { bootstraps } = own.explain(sum);
    const controller = new AbortController();
    const reason = new Error("enough");
    begun = [];
    meanwhile.push(() => controller.abort(reason));
    const aborted = product.ciphertext({ signal: controller.signal });
    const rejected = expect(aborted).rejects.toBe(reason);
    expect((await sum.ciphertext()).decrypt(clientKey)).toBe(7);
    await rejected;
    expect(begun).toEqual([8]);
    expect(needed).toBe(bootstraps);
    for (const handle of [x, y, sum, product]) handle.dispose();
    await expect.poll(() => own.info.ciphertexts).toBe(0);
  });

  test("all requests are aborted: planning ends", async () => {
    const controller = new AbortController();
    meanwhile.push(() => controller.abort());
    const { signal } = controller;
    const aborted = [byte(1), byte(2)].map((x) => x.add(1).ciphertext({ signal }));
    for (const one of await Promise.allSettled(aborted))
      expect(one).toMatchObject({ status: "rejected", reason: signal.reason });
    expect((await byte(3).add(1).ciphertext()).decrypt(clientKey)).toBe(4);
    expect(begun).toEqual([4 + 4, 4]);
    expect(finished).toBe(1);
  });

  test("a request is aborted and the plan fails: the others are tried without it", async () => {
    const controller = new AbortController();
    meanwhile.push(() => controller.abort());
    faults.push(new Error("of what was aborted"));
    const aborted = byte(1).add(1).ciphertext({ signal: controller.signal });
    const rejected = expect(aborted).rejects.toThrow("aborted");
    expect((await byte(2).add(1).ciphertext()).decrypt(clientKey)).toBe(3);
    await rejected;
    expect(begun).toEqual([8, 4]);
  });

  test("planning fails together only: all requests are computed, in two plans", async () => {
    faults.push(new Error("of both together"));
    const results = await Promise.all([byte(1), byte(2), byte(3)].map((x) => x.add(1).ciphertext()));
    expect(results.map((result) => result.decrypt(clientKey))).toEqual([2, 3, 4]);
    expect(begun).toEqual([12, 4, 8]);
  });

  test("a callback throws: that is an abort as well", async () => {
    const reason = new Error("of the callback");
    const failing = byte(1)
      .add(2)
      .ciphertext({
        onProgress: () => {
          throw reason;
        },
      });
    const other = byte(1).add(3).ciphertext();
    await expect(failing).rejects.toBe(reason);
    expect((await other).decrypt(clientKey)).toBe(4);
  });

  describe("what the plan builds upon", () => {
    /** A value that takes thousands of bootstraps, and one that builds upon it once it is under way. */
    async function building(on: Engine, signal?: AbortSignal) {
      const x = on.load(FheUint128.encrypt(77_777, clientKey));
      const square = x.mul(x);
      let sum: Promise<FheUint<128>> | undefined;
      const computing = square.ciphertext({
        signal,
        onProgress: (fraction) => {
          if (fraction <= 0.01 || sum !== undefined) return;
          begun = [];
          sum = square.add(1).ciphertext();
        },
      });
      const reason = await computing.catch((error) => error);
      return { reason, sum: (await sum!).decrypt(clientKey) };
    }

    test("is aborted by all others: it is finished all the same", async () => {
      const controller = new AbortController();
      meanwhile.push(
        () => {},
        () => controller.abort(),
      );
      const { reason, sum } = await building(engine, controller.signal);
      expect(reason).toBe(controller.signal.reason);
      expect(sum).toBe(77_777n ** 2n + 1n);
      expect(begun).toEqual([64]);
    });

    test("is lost in a crash: it is planned again", async () => {
      using watch = watchWorkers();
      using own = await Engine.create(serverKey, { threads: 1 });
      meanwhile.push(
        () => {},
        () => watch.workers[0].terminate(),
      );
      const { reason, sum } = await building(own);
      expect(reason).toBeInstanceOf(WorkerError);
      expect(sum).toBe(77_777n ** 2n + 1n);
      expect(begun).toEqual([64, 64]);
    });
  });

  test("handles are disposed of: their values are computed all the same", async () => {
    const [x, y] = [byte(20), byte(22)];
    const sum = x.add(y);
    meanwhile.push(() => {
      for (const handle of [x, y, sum]) handle.dispose();
    });
    expect((await sum.ciphertext()).decrypt(clientKey)).toBe(42);
    await expect.poll(() => engine.info.ciphertexts).toBe(0);
  });

  test("the graph grows and computes: the plan stays right", async () => {
    const x = engine.load(FheUint16.encrypt(300, clientKey));
    const square = x.mul(x);
    const others: Promise<FheUint16>[] = [];
    meanwhile.push(
      () => others.push(square.add(1).ciphertext()),
      () => others.push(square.add(2).ciphertext(), square.mul(x).ciphertext()),
    );
    expect((await square.ciphertext()).decrypt(clientKey)).toBe(90_000 % 65_536);
    await expect.poll(() => others.length).toBe(3);
    const results = (await Promise.all(others)).map((result) => result.decrypt(clientKey));
    expect(results).toEqual([90_001, 90_002, 27_000_000].map((value) => value % 65_536));
  });

  test("the engine is disposed of: all requests are rejected", async () => {
    meanwhile.push(() => engine.dispose());
    const open = [byte(1).add(1).ciphertext(), byte(1).add(2).ciphertext()];
    for (const one of await Promise.allSettled(open))
      expect((one as PromiseRejectedResult).reason).toBeInstanceOf(DisposedError);
    expect([begun.length, finished]).toEqual([1, 0]);
  });
});
