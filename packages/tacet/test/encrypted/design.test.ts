import { expect, test } from "vitest";
import { ClientKey, Engine, FheUint32, ServerKey } from "../../src/index.ts";

test("what a user writes, as the design shows it", async () => {
  // On the client: the only place where the secret key exists.
  const clientKey = await ClientKey.generate();
  const serverKey = await ServerKey.from(clientKey);
  const price = FheUint32.encrypt(1200, clientKey).serialize();

  // On the server: no secret anywhere.
  const engine = await Engine.create(ServerKey.deserialize(serverKey.serialize()));
  const p = engine.load(FheUint32.deserialize(price));
  const discounted = p.gt(1000).select(p.sub(100), p).mul(3);
  const result = await discounted.serialize();

  // Back on the client.
  expect(FheUint32.deserialize(result).decrypt(clientKey)).toBe(3300);
  engine.dispose();
});
