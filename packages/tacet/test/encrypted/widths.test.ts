import * as peer from "node-tfhe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FheInteger, FheIntegerType } from "../../src/index.ts";
import * as tacet from "../../src/index.ts";
import { type IntegerType, WIDTHS } from "../../src/wire/core/types.ts";
import { rangeOf, wrapTo } from "../operations.ts";

/* Every type of integers, between TFHE-rs's client and Tacet, at the default parameters. */

const LIMIT = 2n ** 30n;

interface PeerValue {
  safe_serialize(limit: bigint): Uint8Array;
  decrypt(key: peer.TfheClientKey): number | bigint;
}

interface PeerType {
  encrypt_with_client_key(value: number | bigint, key: peer.TfheClientKey): PeerValue;
  safe_deserialize(bytes: Uint8Array, limit: bigint): PeerValue;
}

const peerTypes = new Map<string, unknown>(Object.entries(peer));
const makers = new Map<string, unknown>(Object.entries(tacet));
const peerType = (name: string): PeerType => peerTypes.get(name) as PeerType;
const maker = (name: string): FheIntegerType => makers.get(name) as FheIntegerType;

const clientKey = peer.TfheClientKey.generate(peer.TfheConfigBuilder.default().build());
const own = tacet.ClientKey.deserialize(clientKey.safe_serialize(LIMIT));
let engine: tacet.Engine;

beforeAll(async () => {
  engine = await tacet.Engine.create(await tacet.ServerKey.from(own));
});
afterAll(() => engine.dispose());

const names = WIDTHS.flatMap((width): IntegerType[] => [`FheUint${width}`, `FheInt${width}`]);

/** An integer of a type whose digits are all kinds of digits, and whose highest bit is set. */
function sample(type: FheIntegerType): bigint {
  const pattern = 0xe4_1b_c6_93n;
  let value = 0n;
  for (let bits = 0; bits < type.width; bits += 32) value = (value << 32n) + pattern;
  return wrapTo(type, value >> BigInt((32 - (type.width % 32)) % 32));
}

const plain = (value: bigint, type: FheIntegerType): number | bigint =>
  type.width <= 32 ? Number(value) : value;

describe.each(names)("%s", (name) => {
  const type = maker(name);
  const value = sample(type);
  const [least, most] = rangeOf(type);
  const theirs = peerType(name).encrypt_with_client_key(plain(value, type), clientKey).safe_serialize(LIMIT);

  test("of TFHE-rs is the same bytes again, and its value", () => {
    expect(value >= least && value <= most).toBe(true);
    const ciphertext: FheInteger = type.deserialize(theirs);
    expect(Buffer.compare(ciphertext.serialize(), theirs)).toBe(0);
    expect(ciphertext.decrypt(own)).toBe(plain(value, type));
  });

  test("compressed by TFHE-rs is the same bytes again, and its value", async () => {
    const compressed = peerType(`Compressed${name}`).encrypt_with_client_key(plain(value, type), clientKey);
    const bytes = compressed.safe_serialize(LIMIT);
    const read = type.deserializeCompressed(bytes);
    expect(Buffer.compare(read.serialize(), bytes)).toBe(0);
    expect((await read.decompress()).decrypt(own)).toBe(plain(value, type));
  });

  test("is computed on here, and decrypted there", async () => {
    const result = await engine.load(type.deserialize(theirs)).not().serialize();
    const decrypted = peerType(name).safe_deserialize(result, LIMIT).decrypt(clientKey);
    expect(BigInt(decrypted)).toBe(wrapTo(type, ~value));
  });

  test("encrypted here is decrypted there", () => {
    const bytes = type.encrypt(value, own).serialize();
    expect(BigInt(peerType(name).safe_deserialize(bytes, LIMIT).decrypt(clientKey))).toBe(value);
  });
});
