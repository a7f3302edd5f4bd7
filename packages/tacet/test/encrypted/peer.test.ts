import * as peer from "node-tfhe";
import { expect, test } from "vitest";
import { ClientKey, Engine, FheBool, FheUint64, ServerKey } from "../../src/index.ts";

const LIMIT = 2n ** 30n;

test("computes under the keys and on the ciphertexts of TFHE-rs, whose client decrypts the results", async () => {
  const clientKey = peer.TfheClientKey.generate(peer.TfheConfigBuilder.default().build());
  const serverKey = peer.TfheCompressedServerKey.new(clientKey);
  const value = 123_456_789_012n;
  const input = peer.FheUint64.encrypt_with_client_key(value, clientKey).safe_serialize(LIMIT);

  using engine = await Engine.create(ServerKey.deserialize(serverKey.safe_serialize(LIMIT)));
  const x = engine.load(FheUint64.deserialize(input));
  const large = x.gt(5);
  const [result, flag] = await Promise.all([large.select(x.shl(1).add(7), x).serialize(), large.serialize()]);

  const expected = 2n * value + 7n;
  expect(peer.FheUint64.safe_deserialize(result, LIMIT).decrypt(clientKey)).toBe(expected);
  expect(peer.FheBool.safe_deserialize(flag, LIMIT).decrypt(clientKey)).toBe(true);
  const own = ClientKey.deserialize(clientKey.safe_serialize(LIMIT));
  expect(FheUint64.deserialize(result).decrypt(own)).toBe(expected);
  expect(FheBool.deserialize(flag).decrypt(own)).toBe(true);
});
