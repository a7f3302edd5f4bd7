import { expect, test } from "vitest";

// In a page that is none, as test runners have it: its own Uint8Array, AbortController and events.
test("a page's objects are as good as others", { timeout: 120_000 }, async () => {
  const { ClientKey, Engine, FheUint8, ServerKey } = await import("tacet");
  expect(typeof document).toBe("object");
  const key = await ClientKey.generate();
  const engine = await Engine.create(await ServerKey.from(key));
  const bytes = window.Uint8Array.from(FheUint8.encrypt(20, key).serialize());
  const { signal } = new window.AbortController();
  const sum = await engine.load(FheUint8.deserialize(bytes)).mul(2).add(2).ciphertext({ signal });
  expect(sum.decrypt(key)).toBe(42);
  expect(engine.info.sharedMemory).toBe(true);
  const controller = new window.AbortController();
  const aborted = engine.load(FheUint8.deserialize(bytes)).mul(3).ciphertext({ signal: controller.signal });
  controller.abort();
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
  engine.dispose();
});
