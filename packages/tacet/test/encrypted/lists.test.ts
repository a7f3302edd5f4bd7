import * as peer from "node-tfhe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  CompressedCompactPublicKey,
  Engine,
  FheBool,
  FheInt16,
  FheUint8,
  FheUint64,
  FheUint256,
  PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  ServerKey,
} from "../../src/index.ts";
import { sampleCount } from "../samples.ts";

/* Compact lists under a public key, at the default parameters: made by either side, computed here, read by the other. */

const LIMIT = 2n ** 30n;

/** TFHE-rs's default configuration, with compact public keys that have a secret key to themselves or not. */
function peerConfiguration(dedicated: boolean): peer.TfheConfig {
  const builder = peer.TfheConfigBuilder.default();
  if (!dedicated) return builder.build();
  const { PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128: name } =
    peer.ShortintCompactPublicKeyEncryptionParametersName;
  return builder
    .use_dedicated_compact_public_key_parameters(new peer.ShortintCompactPublicKeyEncryptionParameters(name))
    .build();
}

describe.each([true, false].slice(0, sampleCount(1, 2)))("with a dedicated compact key: %s", (dedicated) => {
  const clientKey = peer.TfheClientKey.generate(peerConfiguration(dedicated));
  const publicKey = peer.TfheCompactPublicKey.new(clientKey);
  let engine: Engine;

  beforeAll(async () => {
    // TFHE-rs takes its time for a server key; one of its own without a casting key is in peer-expressions.test.ts.
    const serverKey = dedicated
      ? ServerKey.deserialize(peer.TfheCompressedServerKey.new(clientKey).safe_serialize(LIMIT))
      : await ServerKey.from(ClientKey.deserialize(clientKey.safe_serialize(LIMIT)));
    engine = await Engine.create(serverKey);
  });
  afterAll(() => engine.dispose());

  test.each((["build_packed", "build"] as const).slice(0, sampleCount(1, 2)))(
    "lists of TFHE-rs (%s) are expanded and computed on",
    async (build) => {
      const builder = peer.CompactCiphertextList.builder(publicKey);
      builder.push_u8(200);
      builder.push_boolean(true);
      builder.push_i16(-300);
      builder.push_u64(2n ** 63n + 5n);
      builder.push_u256(3n ** 100n);
      const list = CompactCiphertextList.deserialize(builder[build]().safe_serialize(LIMIT));
      expect(list.types).toEqual(["FheUint8", "FheBool", "FheInt16", "FheUint64", "FheUint256"]);
      expect(list.requiresCasting).toBe(dedicated);

      const handles = engine.expand(list, [FheUint8, FheBool, FheInt16, FheUint64, FheUint256]);
      expect(handles.map(({ type }) => type)).toEqual(list.types);
      expect(() => engine.expand(list, [FheUint8, FheBool])).toThrow(
        /holds FheUint8, FheBool, FheInt16, .*expected/,
      );
      const [a, flag, c, d, e] = handles;
      const chosen = flag.and(c.lt(0)).select(c.sub(7), c);
      const results = await Promise.all(
        [a.add(100), flag.not(), chosen, d.max(1), e].map((x) => x.serialize()),
      );

      expect(peer.FheUint8.safe_deserialize(results[0], LIMIT).decrypt(clientKey)).toBe(44);
      expect(peer.FheBool.safe_deserialize(results[1], LIMIT).decrypt(clientKey)).toBe(false);
      expect(peer.FheInt16.safe_deserialize(results[2], LIMIT).decrypt(clientKey)).toBe(-307);
      expect(peer.FheUint64.safe_deserialize(results[3], LIMIT).decrypt(clientKey)).toBe(2n ** 63n + 5n);
      expect(peer.FheUint256.safe_deserialize(results[4], LIMIT).decrypt(clientKey)).toBe(3n ** 100n);
    },
  );

  test("lists made here with a key of TFHE-rs are read by it, and computed on", async () => {
    const key = CompactPublicKey.deserialize(publicKey.safe_serialize(LIMIT));
    const builder = CompactCiphertextList.builder(key)
      .push(FheUint8, 17)
      .push(FheBool, true)
      .push(FheInt16, -2);
    const [plain, packed] = await Promise.all([builder.build(), builder.buildPacked()]);
    for (const list of [plain, packed]) {
      const read = peer.CompactCiphertextList.safe_deserialize(list.serialize(), LIMIT);
      expect(read.len()).toBe(3);
      expect(read.get_kind_of(2)).toBe(peer.FheTypes.Int16);
    }
    const [a, , c] = engine.expand(packed, [FheUint8, FheBool, FheInt16]);
    const [sum, negated] = await Promise.all([a.add(3).serialize(), c.neg().serialize()]);
    expect(peer.FheUint8.safe_deserialize(sum, LIMIT).decrypt(clientKey)).toBe(20);
    expect(peer.FheInt16.safe_deserialize(negated, LIMIT).decrypt(clientKey)).toBe(2);
  });

  test("keys made here encrypt in TFHE-rs, and Tacet computes and decrypts", async () => {
    const compactKey = dedicated ? PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 : undefined;
    const own = await ClientKey.generate({ ...(compactKey && { compactKey }) });
    const compressed = (await CompressedCompactPublicKey.from(own)).serialize();
    const theirs = peer.TfheCompressedCompactPublicKey.safe_deserialize(compressed, LIMIT).decompress();
    const builder = peer.CompactCiphertextList.builder(theirs);
    builder.push_u64(99n);
    builder.push_boolean(false);
    const list = CompactCiphertextList.deserialize(builder.build_packed().safe_serialize(LIMIT));

    using other = await Engine.create(await ServerKey.from(own));
    const [value, flag] = other.expand(list, [FheUint64, FheBool]);
    const [result, no] = await Promise.all([value.add(1).serialize(), flag.serialize()]);
    expect(FheUint64.deserialize(result).decrypt(own)).toBe(100n);
    expect(FheBool.deserialize(no).decrypt(own)).toBe(false);
    const back = peer.TfheClientKey.safe_deserialize(own.serialize(), LIMIT);
    expect(peer.FheUint64.safe_deserialize(result, LIMIT).decrypt(back)).toBe(100n);
  });
});

describe("compressed values", () => {
  const clientKey = peer.TfheClientKey.generate(peerConfiguration(false));
  const own = ClientKey.deserialize(clientKey.safe_serialize(LIMIT));

  test("of TFHE-rs are expanded here, and those made here there", async () => {
    const theirs = peer.CompressedFheUint256.encrypt_with_client_key(7n ** 80n, clientKey).safe_serialize(
      LIMIT,
    );
    const compressed = FheUint256.deserializeCompressed(theirs);
    expect(compressed.form).toBe("seeded");
    expect((await compressed.decompress()).decrypt(own)).toBe(7n ** 80n);
    const ours = (await FheInt16.encryptCompressed(-1234, own)).serialize();
    expect(peer.CompressedFheInt16.safe_deserialize(ours, LIMIT).decompress().decrypt(clientKey)).toBe(-1234);
    const flag = (await FheBool.encryptCompressed(true, own)).serialize();
    expect(peer.CompressedFheBool.safe_deserialize(flag, LIMIT).decompress().decrypt(clientKey)).toBe(true);
  });

  test("go into an engine and come out of it, a fortieth of the size", async () => {
    using engine = await Engine.create(await ServerKey.from(own));
    const x = engine.load(await FheUint64.encryptCompressed(2n ** 40n, own));
    const sum = await x.add(1).compress();
    expect(sum.form).toBe("switched");
    await expect(sum.decompress()).rejects.toThrow(TypeError);
    const flag = await x.gt(5).compress();
    const bytes = sum.serialize();
    expect(bytes.length).toBeLessThan((await x.serialize()).length / 20);
    expect(peer.CompressedFheUint64.safe_deserialize(bytes, LIMIT).safe_serialize(LIMIT)).toEqual(bytes);

    const again = engine.load(FheUint64.deserializeCompressed(bytes));
    const known = engine.load(FheBool.deserializeCompressed(flag.serialize()));
    const result = await known.select(again.mul(2), 0).serialize();
    expect(peer.FheUint64.safe_deserialize(result, LIMIT).decrypt(clientKey)).toBe(2n * (2n ** 40n + 1n));
    expect(FheUint8.encrypt(1, own).decrypt(own)).toBe(1);
  });
});
