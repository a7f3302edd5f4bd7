import { describe, expect, it } from "vitest";
import { DeserializationError } from "../../src/errors.ts";
import {
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  CompressedCompactPublicKey,
  CompressedPublicKey,
  FheBool,
  FheInt16,
  FheUint8,
  FheUint64,
  PublicKey,
} from "../../src/index.ts";
import { PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 } from "../../src/parameters/compact-sets.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import {
  deserializeCompactPublicKey,
  type SerializedCompactPublicKey,
  serializeCompactPublicKey,
} from "../../src/wire/keys/compact-public-key.ts";
import {
  deserializeCompressedPublicKey,
  deserializePublicKey,
  type SerializedCompressedPublicKey,
  serializeCompressedPublicKey,
  serializePublicKey,
} from "../../src/wire/keys/public-key.ts";
import {
  deserializeCompactList,
  type SerializedCompactList,
  serializeCompactList,
} from "../../src/wire/values/compact-list.ts";
import { toyClientKey } from "../toy.ts";
import { LIMIT, tfhe } from "./peer.ts";

const insecure = { allowInsecureParameters: true };
const expectSame = (a: Uint8Array, b: Uint8Array): void => expect(Buffer.compare(a, b)).toBe(0);
const seed = Uint8Array.from({ length: 16 }, (_, i) => 31 * i + 5);

const tag = new TextEncoder().encode("public keys");
const clientKey = await ClientKey.generate({ parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, ...insecure, tag });
const peerKey = tfhe.TfheClientKey.safe_deserialize(clientKey.serialize(), LIMIT);

describe("classical public keys", () => {
  const peerCompressed = tfhe.TfheCompressedPublicKey.new(peerKey);
  const peerBytes = peerCompressed.safe_serialize(LIMIT);

  it("of the peer are written again to the same bytes", () => {
    expectSame(CompressedPublicKey.deserialize(peerBytes, insecure).serialize(), peerBytes);
    const expanded = peerCompressed.decompress().safe_serialize(LIMIT);
    expectSame(PublicKey.deserialize(expanded, insecure).serialize(), expanded);
  });

  it("expand as in the peer", async () => {
    const key = await CompressedPublicKey.deserialize(peerBytes, insecure).decompress();
    expectSame(key.serialize(), peerCompressed.decompress().safe_serialize(LIMIT));
  });

  it("of the peer encrypt here", async () => {
    const compressed = CompressedPublicKey.deserialize(peerBytes, insecure);
    for (const key of [compressed, await compressed.decompress()]) {
      expect((await key.encrypt(FheUint8, 201)).decrypt(clientKey)).toBe(201);
      const bytes = (await key.encrypt(FheInt16, -12345)).serialize();
      const peer = tfhe.FheInt16.safe_deserialize(bytes, LIMIT);
      expect(peer.decrypt(peerKey)).toBe(-12345);
      const boolean = await key.encrypt(FheBool, true);
      expect(tfhe.FheBool.safe_deserialize(boolean.serialize(), LIMIT).decrypt(peerKey)).toBe(true);
      expect(boolean.tag).toEqual(tag);
    }
  });

  it("made here encrypt in the peer", async () => {
    const compressed = await CompressedPublicKey.from(clientKey);
    const peerCompressed = tfhe.TfheCompressedPublicKey.safe_deserialize(compressed.serialize(), LIMIT);
    const seeded = tfhe.FheUint8.encrypt_with_compressed_public_key(99, peerCompressed);
    expect(FheUint8.deserialize(seeded.safe_serialize(LIMIT)).decrypt(clientKey)).toBe(99);
    const expanded = await PublicKey.from(clientKey);
    const peerExpanded = tfhe.TfhePublicKey.safe_deserialize(expanded.serialize(), LIMIT);
    const other = tfhe.FheUint8.encrypt_with_public_key(98, peerExpanded);
    expect(FheUint8.deserialize(other.safe_serialize(LIMIT)).decrypt(clientKey)).toBe(98);
  });

  describe("bad bytes", () => {
    const good = deserializeCompressedPublicKey(peerBytes, insecure);
    const read = (bytes: Uint8Array) => deserializeCompressedPublicKey(bytes, insecure);

    it("are refused when cut off in the structure", () => {
      for (let cut = 0; cut < 120; cut++) {
        expect(() => read(peerBytes.subarray(0, cut))).toThrow(DeserializationError);
        expect(() => read(peerBytes.subarray(0, peerBytes.length - 1 - 4 * cut))).toThrow(
          DeserializationError,
        );
      }
    });

    it.each<[string, Partial<SerializedCompressedPublicKey>, RegExp]>([
      [
        "too few encryptions of zero",
        { zeros: { ...good.zeros, bodies: new BigUint64Array(7) } },
        /length of the encryptions of zero is 7; expected 16576/,
      ],
      [
        "another dimension",
        { parameters: { ...good.parameters, glweDimension: 2 } },
        /length of the encryptions of zero is 16576; expected 32960/,
      ],
    ])("are refused with %s", (_, change, message) => {
      const bytes = serializeCompressedPublicKey({ ...good, ...change });
      expect(() => read(bytes)).toThrow(DeserializationError);
      expect(() => read(bytes)).toThrow(message);
    });

    it("are refused with a part of an encryption of zero", () => {
      const zeros = new BigUint64Array(16576 * 257 - 1);
      const bytes = serializePublicKey({ parameters: good.parameters, zeros, tag });
      expect(() => deserializePublicKey(bytes, insecure)).toThrow(/expected 4260032/);
    });

    it("are refused when insecure, unless asked for", () => {
      expect(() => deserializeCompressedPublicKey(peerBytes)).toThrow(DeserializationError);
    });
  });
});

/** What a builder of the peer fills, and one of ours. */
const push = {
  peer: (key: tfhe.TfheCompactPublicKey) => {
    const builder = tfhe.CompactCiphertextList.builder(key);
    builder.push_u64(0x123456789abcdef0n);
    builder.push_boolean(true);
    builder.push_i16(-1234);
    builder.push_u8(201);
    builder.push_boolean(false);
    return builder;
  },
  ours: (key: CompactPublicKey) =>
    CompactCiphertextList.builder(key)
      .push(FheUint64, 0x123456789abcdef0n)
      .push(FheBool, true)
      .push(FheInt16, -1234)
      .push(FheUint8, 201)
      .push(FheBool, false),
};

function expectValues(expander: tfhe.CompactCiphertextListExpander, key: tfhe.TfheClientKey): void {
  expect(expander.get_uint64(0).decrypt(key)).toBe(0x123456789abcdef0n);
  expect(expander.get_bool(1).decrypt(key)).toBe(true);
  expect(expander.get_int16(2).decrypt(key)).toBe(-1234);
  expect(expander.get_uint8(3).decrypt(key)).toBe(201);
  expect(expander.get_bool(4).decrypt(key)).toBe(false);
}

describe.each([
  ["toy parameters", async () => clientKey],
  ["default parameters", () => ClientKey.generate({ tag })],
  [
    "a compact key of its own",
    () => ClientKey.generate({ tag, compactKey: PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 }),
  ],
])("compact public keys with %s", async (_, generate) => {
  const client = await generate();
  const peerClient = tfhe.TfheClientKey.safe_deserialize(client.serialize(), LIMIT);
  const peer = tfhe.TfheCompactPublicKey.new(peerClient);
  const peerCompressed = tfhe.TfheCompressedCompactPublicKey.new(peerClient);
  const ours = CompactPublicKey.deserialize(peer.safe_serialize(LIMIT), insecure);

  it("of the peer are written again to the same bytes", () => {
    expectSame(ours.serialize(), peer.safe_serialize(LIMIT));
    const bytes = peerCompressed.safe_serialize(LIMIT);
    const compressed = CompressedCompactPublicKey.deserialize(bytes, insecure);
    expectSame(compressed.serialize(), bytes);
    expect(compressed.tag).toEqual(tag);
    expect(compressed.parameters).toEqual(ours.parameters);
  });

  it("expand as in the peer", async () => {
    const compressed = await CompressedCompactPublicKey.from(client);
    const peer = tfhe.TfheCompressedCompactPublicKey.safe_deserialize(compressed.serialize(), LIMIT);
    expectSame((await compressed.decompress()).serialize(), peer.decompress().safe_serialize(LIMIT));
  });

  it("give the lists of the peer for the same seed", async () => {
    const list = await push.ours(ours).buildPackedSeeded(seed);
    expectSame(list.serialize(), push.peer(peer).build_packed_seeded(seed).safe_serialize(LIMIT));
  });

  it("give the lists of the peer with more values than fit a bin", async () => {
    const builder = tfhe.CompactCiphertextList.builder(peer);
    const own = CompactCiphertextList.builder(ours);
    for (let i = 0; i < 140; i++) {
      builder.push_u64(BigInt(i) << 50n);
      own.push(FheUint64, BigInt(i) << 50n);
    }
    const long = Uint8Array.from({ length: 37 }, (_, i) => i);
    const list = await own.buildPackedSeeded(long);
    expectSame(list.serialize(), builder.build_packed_seeded(long).safe_serialize(LIMIT));
  });

  it("of both sides give lists that are written again to the same bytes", async () => {
    for (const list of [push.peer(peer).build(), push.peer(peer).build_packed()]) {
      const bytes = list.safe_serialize(LIMIT);
      expectSame(CompactCiphertextList.deserialize(bytes).serialize(), bytes);
    }
    for (const list of [await push.ours(ours).build(), await push.ours(ours).buildPacked()]) {
      const bytes = list.serialize();
      expectSame(tfhe.CompactCiphertextList.safe_deserialize(bytes, LIMIT).safe_serialize(LIMIT), bytes);
    }
  });
});

describe("lists that need no casting", async () => {
  const key = await CompactPublicKey.from(clientKey);
  const peer = tfhe.TfheCompactPublicKey.safe_deserialize(key.serialize(), LIMIT);

  it("made here expand in the peer", async () => {
    const list = tfhe.CompactCiphertextList.safe_deserialize(
      (await push.ours(key).build()).serialize(),
      LIMIT,
    );
    expectValues(list.expand(), peerKey);
  });

  it("made here expand in the peer, packed", async () => {
    tfhe.set_server_key(tfhe.TfheServerKey.new(peerKey));
    const bytes = (await push.ours(key).buildPacked()).serialize();
    expectValues(tfhe.CompactCiphertextList.safe_deserialize(bytes, LIMIT).expand(), peerKey);
  });

  it("are made by the peer under a key of ours", () => {
    expectValues(push.peer(peer).build().expand(), peerKey);
  });

  it("have ciphertexts of their own as well", async () => {
    const peerValue = await key.encrypt(FheInt16, -5);
    expect(tfhe.FheInt16.safe_deserialize(peerValue.serialize(), LIMIT).decrypt(peerKey)).toBe(-5);
    expect((await key.encrypt(FheBool, true)).decrypt(clientKey)).toBe(true);
    expect((await key.encrypt(FheUint64, 2n ** 64n - 1n)).decrypt(clientKey)).toBe(2n ** 64n - 1n);
  });
});

describe("bad bytes of compact keys and lists", async () => {
  const key = await CompactPublicKey.from(await toyClientKey());
  const keyBytes = key.serialize();
  const good = deserializeCompactPublicKey(keyBytes, insecure);
  const readKey = (bytes: Uint8Array) => deserializeCompactPublicKey(bytes, insecure);
  const listBytes = (await push.ours(key).buildPacked()).serialize();
  const list = deserializeCompactList(listBytes);

  it("are refused when cut off anywhere", () => {
    for (let cut = 0; cut < keyBytes.length; cut++) {
      expect(() => readKey(keyBytes.subarray(0, cut))).toThrow(DeserializationError);
    }
    for (let cut = 0; cut < listBytes.length; cut++) {
      expect(() => deserializeCompactList(listBytes.subarray(0, cut))).toThrow(DeserializationError);
    }
  });

  it("are refused when insecure, unless asked for", () => {
    expect(() => deserializeCompactPublicKey(keyBytes)).toThrow(DeserializationError);
    const unknown = { ...good, encryption: { ...good.encryption, noise: 16 } };
    expect(() => deserializeCompactPublicKey(serializeCompactPublicKey(unknown))).toThrow(
      /noise is 16, where INSECURE_TOY_MESSAGE_2_CARRY_2 has 17/,
    );
  });

  const encryption = (change: Partial<SerializedCompactPublicKey["encryption"]>) => ({
    encryption: { ...good.encryption, ...change },
  });

  it.each<[string, Partial<SerializedCompactPublicKey>, RegExp]>([
    [
      "a short key",
      { data: new BigUint64Array(511) },
      /key of 511 elements, polynomial size 256; dimension 256/,
    ],
    ["a dimension that is no power of two", encryption({ lweDimension: 300 }), /dimension 300/],
    ["a huge dimension", encryption({ lweDimension: 2 ** 40 }), /dimension 1099511627776/],
    ["a dimension of zero", encryption({ lweDimension: 0 }), /dimension 0/],
    ["noise beyond the torus", encryption({ noise: 63 }), /TUniform bound is 63/],
    ["a modulus that is no power of two", encryption({ messageModulus: 3 }), /modulus is 3/],
  ])("of a key are refused with %s", (_, change, message) => {
    const bytes = serializeCompactPublicKey({ ...good, ...change });
    expect(() => readKey(bytes)).toThrow(DeserializationError);
    expect(() => readKey(bytes)).toThrow(message);
  });

  const { ciphertexts } = list;
  it.each<[string, Partial<SerializedCompactList>, RegExp]>([
    ["a value missing", { kinds: list.kinds.slice(1) }, /values of 14 blocks take 7 ciphertexts; found 23/],
    [
      "a value of no blocks",
      { kinds: [{ kind: "unsigned", value: 0 }, ...list.kinds] },
      /value of no blocks/,
    ],
    ["a value of a huge number of blocks", { kinds: [{ kind: "signed", value: 2 ** 53 - 1 }] }, /found 23/],
    ["another kind of packing", { packed: false }, /values of 46 blocks take 46 ciphertexts; found 23/],
    ["no room for packing", { carryModulus: 2 }, /two blocks in a ciphertext that has room for one/],
    ["a modulus that is no power of two", { messageModulus: 5 }, /modulus is 5/],
    [
      "an element too many",
      { ciphertexts: { ...ciphertexts, data: new BigUint64Array(280) } },
      /23 ciphertexts of dimension 256 have 279 elements; found 280/,
    ],
    [
      "a dimension of zero",
      { ciphertexts: { ...ciphertexts, lweDimension: 0 } },
      /ciphertexts of dimension 0; expected a power of two/,
    ],
    [
      "a number of ciphertexts that does not exist",
      { ciphertexts: { ...ciphertexts, count: 2 ** 53 - 1 } },
      /found 279/,
    ],
  ])("of a list are refused with %s", (_, change, message) => {
    const bytes = serializeCompactList({ ...list, ...change });
    expect(() => deserializeCompactList(bytes)).toThrow(DeserializationError);
    expect(() => deserializeCompactList(bytes)).toThrow(message);
  });

  it("of a list are refused with another degree", () => {
    const bytes = listBytes.slice();
    const view = new DataView(bytes.buffer);
    // Of all numbers, the degree alone is 15.
    let at = 0;
    while (view.getBigUint64(at, true) !== 15n) at++;
    view.setUint8(at, 14);
    expect(() => deserializeCompactList(bytes)).toThrow(/degree is 14; expected 3 or 15/);
  });
});
