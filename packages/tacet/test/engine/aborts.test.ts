import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ClientKey, CompressedPublicKey, Engine, FheUint8, FheUint64, ServerKey } from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { toyClientKey, toyPair } from "../toy.ts";
import { underWay } from "./under-way.ts";

let clientKey: ClientKey;
let engine: Engine;

beforeEach(async () => {
  ({ clientKey, engine } = await toyPair({ threads: 1 }));
});
afterEach(() => engine.dispose());

const byte = (value: number) => engine.load(FheUint8.encrypt(value, clientKey));

/** Counts the listeners of a signal. */
function countListeners(signal: AbortSignal): () => number {
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...of: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, of);
  };
  signal.removeEventListener = (...of: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, of);
  };
  return () => listeners;
}

test("requests that share a signal listen to it once, and no longer than they are open", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = countListeners(signal);
  const some = Array.from({ length: 20 }, (_, i) => byte(i).add(1).ciphertext({ signal }));
  expect(listeners()).toBe(1);
  const results = await Promise.all(some);
  expect(results.map((result) => result.decrypt(clientKey))).toEqual(some.map((_, i) => i + 1));
  expect(listeners()).toBe(0);
  const aborted = Promise.allSettled(some.map((_, i) => byte(i).add(2).ciphertext({ signal })));
  expect(listeners()).toBe(1);
  controller.abort();
  expect(listeners()).toBe(0);
  for (const one of await aborted) expect(one).toMatchObject({ status: "rejected", reason: signal.reason });
});

test("an abort of many requests under way rejects them all, and no others", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const x = engine.load(FheUint64.encrypt(5, clientKey));
  const aborted = Promise.allSettled(
    Array.from({ length: 50 }, (_, i) =>
      x
        .mul(x.add(i))
        .ciphertext({ signal, ...(i === 49 && { onProgress: underWay(() => controller.abort()) }) }),
    ),
  );
  const kept = [x.mul(x.add(7)), x.add(3)].map((value) => value.ciphertext());
  for (const one of await aborted) expect(one).toMatchObject({ status: "rejected", reason: signal.reason });
  expect((await Promise.all(kept)).map((value) => value.decrypt(clientKey))).toEqual([60n, 8n]);
});

test("what one abort has left to be cancelled can be asked for again in the same turn", async () => {
  const x = engine.load(FheUint64.encrypt(5, clientKey));
  const product = x.mul(x);
  const controller = new AbortController();
  let again: ReturnType<typeof product.ciphertext> | undefined;
  const aborted = product.ciphertext({
    signal: controller.signal,
    onProgress: underWay(() => {
      controller.abort();
      again ??= product.ciphertext();
    }),
  });
  await expect(aborted).rejects.toThrow("aborted");
  expect((await again!).decrypt(clientKey)).toBe(25n);
});

test("an aborted request gives all memory back, whatever is aborted beside it", async () => {
  const observed = { planned: 0, finished: 0, cancelled: 0 };
  const observer = {
    onPlanned: (jobs: readonly unknown[]) => void (observed.planned += jobs.length),
    onFinished: ({ ids }: { ids: readonly number[] }) => void (observed.finished += ids.length),
    onCancelled: (ids: readonly number[]) => void (observed.cancelled += ids.length),
  };
  const { clientKey, engine } = await toyPair({ threads: 1, observer });
  const x = engine.load(FheUint64.encrypt(5, clientKey));
  const { ciphertexts } = engine.info;
  const controllers = Array.from({ length: 30 }, () => new AbortController());
  const settled = Promise.allSettled(
    controllers.map(({ signal }, i) => {
      using sum = x.add(i);
      using product = x.mul(sum);
      using more = product.mul(sum);
      const onProgress = underWay(() => {
        for (const controller of controllers) controller.abort();
      });
      return more.ciphertext({ signal, ...(i === 0 && { onProgress }) });
    }),
  );
  for (const one of await settled) expect(one.status).toBe("rejected");
  using last = x.add(1);
  await last.ciphertext();
  last.dispose();
  await expect.poll(() => engine.info.ciphertexts).toBe(ciphertexts);
  expect(observed.cancelled).toBeGreaterThan(0);
  expect(observed.finished + observed.cancelled).toBe(observed.planned);
  engine.dispose();
});

describe("fifty calls at once share one listener of their signal:", () => {
  const calls: Record<string, (signal: AbortSignal, i: number) => Promise<unknown>> = {
    "ciphertexts of engines": (signal, i) =>
      engines[i % 5].load(FheUint8.encrypt(i, clientKey)).add(1).ciphertext({ signal }),
    engines: async (signal) => (await Engine.create(serverKey, { signal, threads: 1 })).dispose(),
    "client keys": (signal) => ClientKey.generate({ ...toy, signal }),
    "server keys": (signal) => ServerKey.from(clientKey, { signal }),
    "expanded keys": (signal) => serverKey.expand({ signal }),
    "public keys": (signal) => CompressedPublicKey.from(clientKey, { signal }),
  };
  const toy = { parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, allowInsecureParameters: true };
  const engines: Engine[] = [];
  let serverKey: ServerKey;
  beforeAll(async () => {
    clientKey = await toyClientKey();
    serverKey = await ServerKey.from(clientKey);
    for (let i = 0; i < 5; i++) engines.push(await Engine.create(serverKey, { threads: 1 }));
  });
  afterAll(() => {
    for (const one of engines) one.dispose();
  });

  test.each(Object.entries(calls))("%s", async (kind, call) => {
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    let most = 0;
    const { addEventListener } = signal;
    signal.addEventListener = (...of: Parameters<typeof addEventListener>) => {
      addEventListener.apply(signal, of);
      most = Math.max(most, listeners());
    };
    await Promise.all(Array.from({ length: kind === "engines" ? 12 : 50 }, (_, i) => call(signal, i)));
    expect(most).toBeLessThanOrEqual(1);
    expect(listeners()).toBe(0);
  });
});
