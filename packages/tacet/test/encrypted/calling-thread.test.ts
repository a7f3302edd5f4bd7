import { expect, test } from "vitest";
import { ClientKey, Engine, FheUint8, ServerKey } from "../../src/index.ts";

test("the calling thread computes in short turns, and gets the bits that workers get", async () => {
  const clientKey = await ClientKey.generate();
  const serverKey = await ServerKey.from(clientKey);
  const value = FheUint8.encrypt(13, clientKey);
  const scope = globalThis as { crossOriginIsolated?: boolean };
  scope.crossOriginIsolated = false;
  let local: Engine;
  try {
    local = await Engine.create(serverKey, { deterministic: true });
  } finally {
    delete scope.crossOriginIsolated;
  }
  using workers = await Engine.create(serverKey, { threads: 2, deterministic: true });
  expect([workers, local].map(({ info }) => info.sharedMemory)).toEqual([true, false]);

  let turns = 0;
  const square = local.load(value).mul(local.load(value));
  const { bootstraps } = local.explain(square);
  const expected = await workers.load(value).mul(workers.load(value)).serialize();
  let counter = setImmediate(function count(): void {
    turns++;
    counter = setImmediate(count);
  });
  const found = await square.serialize();
  clearImmediate(counter);
  local.dispose();
  expect(found).toEqual(expected);
  expect(FheUint8.deserialize(found).decrypt(clientKey)).toBe(169);
  // Were batches computed in one go, there would be an eighth as many at best.
  expect(turns).toBeGreaterThan(bootstraps / 2);
});
