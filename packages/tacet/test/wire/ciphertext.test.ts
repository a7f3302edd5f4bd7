import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeserializationError, MismatchError } from "../../src/errors.ts";
import { bigLweDimension, deltaLog } from "../../src/parameters/parameter-set.ts";
import {
  DEFAULT_PARAMETERS,
  INSECURE_TOY_MESSAGE_2_CARRY_2,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";
import { sampleTuniform, sampleUniform } from "../../src/random/samplers.ts";
import type { CiphertextType } from "../../src/wire/core/types.ts";
import { deserializeClientKey } from "../../src/wire/keys/client-key.ts";
import {
  type Block,
  checkConformance,
  deserializeCiphertext,
  type SerializedCiphertext,
  serializeCiphertext,
} from "../../src/wire/values/ciphertext.ts";
import { LIMIT, peerClientKey, tfhe } from "./peer.ts";
import { decodePhase, lwePhase } from "./plain-lwe.ts";

const peerKey = peerClientKey();
const { glwe } = deserializeClientKey(peerKey.safe_serialize(LIMIT));

interface PeerCiphertext {
  safe_serialize(limit: bigint): Uint8Array;
}

/** Values of each type with how the peer encrypts them. */
const samples: [CiphertextType, bigint, () => PeerCiphertext][] = [
  ["FheBool", 1n, () => tfhe.FheBool.encrypt_with_client_key(true, peerKey)],
  ["FheBool", 0n, () => tfhe.FheBool.encrypt_with_client_key(false, peerKey)],
  ["FheUint8", 201n, () => tfhe.FheUint8.encrypt_with_client_key(201, peerKey)],
  ["FheUint16", 0xabcdn, () => tfhe.FheUint16.encrypt_with_client_key(0xabcd, peerKey)],
  ["FheUint32", 0xdeadbeefn, () => tfhe.FheUint32.encrypt_with_client_key(0xdeadbeef, peerKey)],
  [
    "FheUint64",
    0x0123456789abcdefn,
    () => tfhe.FheUint64.encrypt_with_client_key(0x0123456789abcdefn, peerKey),
  ],
];

/** Two message bits of a value. */
const digit = (value: bigint, i: number): bigint => (value >> BigInt(2 * i)) & 3n;

function encryptBlock(value: bigint, degree: number): Block {
  const lwe = new BigUint64Array(bigLweDimension(DEFAULT_PARAMETERS) + 1);
  const body = lwe.length - 1;
  sampleUniform(lwe.subarray(0, body));
  sampleTuniform(DEFAULT_PARAMETERS.glweNoise, lwe.subarray(body));
  lwe[body] += (value << BigInt(deltaLog(DEFAULT_PARAMETERS))) - lwePhase(lwe, 0n, glwe);
  return { lwe, degree, noiseLevel: 1 };
}

function encrypt(type: CiphertextType, value: bigint, blocks: number): SerializedCiphertext {
  return {
    type,
    messageModulus: 4,
    carryModulus: 4,
    blocks: Array.from({ length: blocks }, (_, i) =>
      encryptBlock(digit(value, i), type === "FheBool" ? 1 : 3),
    ),
    tag: new Uint8Array(),
    reRandomizationMetadata: new Uint8Array(),
  };
}

describe.each(samples)("%s of the peer, holding %d", (type, value, peerEncrypt) => {
  const peerBytes = peerEncrypt().safe_serialize(LIMIT);
  const ciphertext = deserializeCiphertext(type, peerBytes);

  it("is written again to the same bytes", () => {
    expect(Buffer.compare(serializeCiphertext(ciphertext), peerBytes)).toBe(0);
  });

  it("holds its value under the client key, with fresh noise", () => {
    ciphertext.blocks.forEach(({ lwe, degree, noiseLevel }, i) => {
      const decoded = decodePhase(lwePhase(lwe, lwe[lwe.length - 1], glwe), deltaLog(DEFAULT_PARAMETERS));
      expect(decoded.value).toBe(Number(digit(value, i)));
      expect(decoded.noise).toBeGreaterThanOrEqual(-(2n ** 17n));
      expect(decoded.noise).toBeLessThanOrEqual(2n ** 17n);
      expect(degree).toBe(type === "FheBool" ? 1 : 3);
      expect(noiseLevel).toBe(1);
    });
  });

  it("conforms to the default parameters", () => {
    expect(() => checkConformance(ciphertext, DEFAULT_PARAMETERS)).not.toThrow();
  });
});

describe("what Tacet writes decrypts in the peer", () => {
  it("FheBool", () => {
    for (const value of [false, true]) {
      const written = serializeCiphertext(encrypt("FheBool", BigInt(value), 1));
      expect(tfhe.FheBool.safe_deserialize(written, LIMIT).decrypt(peerKey)).toBe(value);
    }
  });

  it("FheUint8", () => {
    const written = serializeCiphertext(encrypt("FheUint8", 147n, 4));
    expect(tfhe.FheUint8.safe_deserialize(written, LIMIT).decrypt(peerKey)).toBe(147);
  });

  it("FheUint64, with carries in its blocks", () => {
    const ciphertext = encrypt("FheUint64", 0xfedcba9876543210n, 32);
    const blocks = [...ciphertext.blocks];
    blocks[2] = encryptBlock(digit(0xfedcba9876543210n, 2) + 4n, 7);
    const written = serializeCiphertext({ ...ciphertext, blocks });
    const expected = 0xfedcba9876543210n + (4n << 4n);
    expect(tfhe.FheUint64.safe_deserialize(written, LIMIT).decrypt(peerKey)).toBe(expected);
  });

  it("with a tag and metadata, which come back", () => {
    const tag = Uint8Array.from({ length: 100 }, (_, i) => i);
    const metadata = Uint8Array.of(1, 2, 3);
    const ciphertext = { ...encrypt("FheUint8", 5n, 4), tag, reRandomizationMetadata: metadata };
    const peer = tfhe.FheUint8.safe_deserialize(serializeCiphertext(ciphertext), LIMIT);
    expect(peer.decrypt(peerKey)).toBe(5);
    const back = deserializeCiphertext("FheUint8", peer.safe_serialize(LIMIT));
    expect(back.tag).toEqual(tag);
    expect(back.reRandomizationMetadata).toEqual(metadata);
  });
});

describe("bad bytes", () => {
  const good = encrypt("FheUint8", 99n, 4);
  const goodBytes = serializeCiphertext(good);
  const read = (input: Uint8Array) => deserializeCiphertext("FheUint8", input);

  /** Structure lies in the first bytes and behind the data of each block; the rest is torus elements. */
  const structural = fc.oneof(
    fc.nat(110),
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(130)).map(([i, j]) => 69 + i * (16 + 8 * 2049 + 92) - j),
    fc.integer({ min: goodBytes.length - 120, max: goodBytes.length - 1 }),
  );

  it("are refused when cut off anywhere", () => {
    for (let length = 0; length < 200; length++) {
      expect(() => read(goodBytes.subarray(0, length))).toThrow(DeserializationError);
    }
    for (let length = goodBytes.length - 200; length < goodBytes.length; length++) {
      expect(() => read(goodBytes.subarray(0, length))).toThrow(DeserializationError);
    }
    fc.assert(
      fc.property(fc.nat(goodBytes.length - 1), (length) => {
        expect(() => read(goodBytes.subarray(0, length))).toThrow(DeserializationError);
      }),
    );
  });

  it("are refused, or read as a ciphertext that conforms to itself, when bits are flipped", () => {
    let refused = 0;
    fc.assert(
      fc.property(structural, fc.nat(7), (offset, bit) => {
        const flipped = goodBytes.slice();
        flipped[offset] ^= 1 << bit;
        try {
          const value = read(flipped);
          expect(Buffer.compare(serializeCiphertext(value), flipped)).toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(DeserializationError);
          refused++;
        }
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it("are refused when anything follows", () => {
    expect(() => read(Uint8Array.of(...goodBytes, 0))).toThrow(/1 bytes too many/);
  });

  it("are refused above the size limit", () => {
    const limit = { sizeLimit: goodBytes.length - 1 };
    expect(() => deserializeCiphertext("FheUint8", goodBytes, limit)).toThrow(/the limit is/);
    expect(deserializeCiphertext("FheUint8", goodBytes, { sizeLimit: goodBytes.length })).toEqual(good);
  });

  it("are refused when they are of another type or width", () => {
    const signed = tfhe.FheInt8.encrypt_with_client_key(-3, peerKey).safe_serialize(LIMIT);
    expect(() => read(signed)).toThrow(/found "high_level_api::FheInt"; expected high_level_api::FheUint/);
    expect(() => read(peerKey.safe_serialize(LIMIT))).toThrow(/found "high_level_api::ClientKey"/);
    expect(() => deserializeCiphertext("FheUint16", goodBytes)).toThrow(/FheUint16 has 8 blocks.*found 4/);
    expect(() => deserializeCiphertext("FheBool", goodBytes)).toThrow(DeserializationError);
  });

  const damaged = (change: Partial<SerializedCiphertext>) => serializeCiphertext({ ...good, ...change });
  const withBlock = (change: Partial<Block>) =>
    damaged({ blocks: [{ ...good.blocks[0], ...change }, ...good.blocks.slice(1)] });

  it.each<[string, () => Uint8Array, RegExp]>([
    ["no blocks", () => damaged({ blocks: [] }), /no blocks/],
    ["a block too many", () => damaged({ blocks: [...good.blocks, good.blocks[0]] }), /found 5 blocks/],
    ["a modulus that is no power of two", () => damaged({ messageModulus: 6 }), /modulus is 6/],
    ["a modulus of 1", () => damaged({ carryModulus: 1 }), /modulus is 1/],
    ["a huge modulus", () => damaged({ messageModulus: 2 ** 50 }), /modulus is/],
    ["a degree beyond the capacity", () => withBlock({ degree: 16 }), /degree of block 0 is 16/],
    ["blocks of unlike dimension", () => withBlock({ lwe: new BigUint64Array(7) }), /another LWE dimension/],
    [
      "blocks without mask",
      () => damaged({ blocks: good.blocks.map((block) => ({ ...block, lwe: new BigUint64Array(1) })) }),
      /LWE ciphertext of 1 elements/,
    ],
  ])("are refused with %s", (_, make, message) => {
    const input = make();
    expect(() => read(input)).toThrow(DeserializationError);
    expect(() => read(input)).toThrow(message);
  });

  it("are refused for a boolean that may hold 2", () => {
    const boolean = encrypt("FheBool", 1n, 1);
    const input = serializeCiphertext({ ...boolean, blocks: [{ ...boolean.blocks[0], degree: 2 }] });
    expect(() => deserializeCiphertext("FheBool", input)).toThrow(/degree of block 0 is 2; the most is 1/);
  });
});

describe("checkConformance", () => {
  const good = encrypt("FheUint8", 99n, 4);

  it("names what does not fit a parameter set", () => {
    expect(() => checkConformance(good, INSECURE_TOY_MESSAGE_2_CARRY_2)).toThrow(/LWE dimension.* is 2048/);
    expect(() => checkConformance(good, PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128)).toThrow(
      /message modulus.* is 4/,
    );
    const noisy = { ...good, blocks: good.blocks.map((block) => ({ ...block, noiseLevel: 6 })) };
    expect(() => checkConformance(noisy, DEFAULT_PARAMETERS)).toThrow(MismatchError);
    expect(() => checkConformance(noisy, DEFAULT_PARAMETERS)).toThrow(/noise level .* is 6/);
  });
});
