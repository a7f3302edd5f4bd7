import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeserializationError } from "../../src/errors.ts";
import { DEFAULT_PARAMETERS, INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { newMaskSeed } from "../../src/random/mask-seed.ts";
import {
  ggswBodyCount,
  keySwitchBodyCount,
  type SeededBodies,
} from "../../src/scheme/server-key/seeded-key.ts";
import { deserializeClientKey } from "../../src/wire/keys/client-key.ts";
import {
  deserializeServerKey,
  type SerializedServerKey,
  serializeServerKey,
} from "../../src/wire/keys/server-key.ts";
import { sampleCount } from "../samples.ts";
import { NO_SERVER_EXTRAS } from "./no-extras.ts";
import { LIMIT, peerClientKey, tfhe } from "./peer.ts";
import { glwePhase, lwePhase, rowMask } from "./plain-lwe.ts";

const peerKey = peerClientKey();
const peerBytes = tfhe.TfheCompressedServerKey.new(peerKey).safe_serialize(LIMIT);
const client = deserializeClientKey(peerKey.safe_serialize(LIMIT));
const key = deserializeServerKey(peerBytes);
const { lweDimension, polynomialSize, ksBaseLog, ksLevel, pbsBaseLog, lweNoise, glweNoise } =
  DEFAULT_PARAMETERS;

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** Indices of a set and a clear bit of a key, and of its last bit. */
const bitsOf = (bits: Uint8Array): number[] => [bits.indexOf(1), bits.indexOf(0), bits.length - 1];

describe("server key of the peer", () => {
  it("has the default parameters", () => {
    expect(key.parameters).toBe(DEFAULT_PARAMETERS);
  });

  it("is written again to the same bytes", () => {
    expect(Buffer.compare(serializeServerKey(key), peerBytes)).toBe(0);
  });

  it("key-switches: every level of a bit, last level first, encrypts it at the level's weight", () => {
    for (const i of bitsOf(client.glwe)) {
      for (let j = 0; j < ksLevel; j++) {
        const row = i * ksLevel + j;
        const mask = rowMask(key.keySwitch.seed, row, lweDimension);
        const phase = lwePhase(mask, key.keySwitch.bodies[row], client.lwe);
        const weight = 1n << BigInt(64 - ksBaseLog * (ksLevel - j));
        const noise = BigInt.asIntN(64, phase - BigInt(client.glwe[i]) * weight);
        expect(magnitude(noise)).toBeLessThanOrEqual(1n << BigInt(lweNoise));
      }
    }
  });

  /** Checks the rows of the GGSW ciphertext that encrypts `bit` at place `i`. */
  function expectGgsw({ seed, bodies }: SeededBodies, i: number, bit: number): void {
    const weight = BigInt(bit) << BigInt(64 - pbsBaseLog);
    for (const row of [0, 1]) {
      const at = 2 * i + row;
      const mask = rowMask(seed, at, polynomialSize);
      const body = bodies.subarray(at * polynomialSize, (at + 1) * polynomialSize);
      for (const t of [0, 1, client.glwe.indexOf(1), client.glwe.indexOf(0), polynomialSize - 1]) {
        const plaintext = row === 0 ? -weight * BigInt(client.glwe[t]) : t === 0 ? weight : 0n;
        const phase = glwePhase(mask, body, client.glwe, polynomialSize, t);
        const noise = BigInt.asIntN(64, phase - plaintext);
        expect(magnitude(noise)).toBeLessThanOrEqual(1n << BigInt(glweNoise));
      }
    }
  }

  it("bootstraps: −m·g·S in the first row of a GGSW ciphertext, m·g in the last", () => {
    for (const i of bitsOf(client.lwe)) expectGgsw(key.bootstrap, i, client.lwe[i]);
  });

  it("has an OPRF key of the same form under the client's OPRF key", () => {
    for (const i of bitsOf(client.oprf!)) expectGgsw(key.oprf!, i, client.oprf![i]);
  });

  it("is accepted by the peer without its OPRF key, and with a tag", () => {
    const tag = Uint8Array.of(9, 8, 7);
    const written = serializeServerKey({ ...key, oprf: null, tag });
    const back = tfhe.TfheCompressedServerKey.safe_deserialize(written, LIMIT).safe_serialize(LIMIT);
    expect(Buffer.compare(back, written)).toBe(0);
    const read = deserializeServerKey(back);
    expect(read.oprf).toBeNull();
    expect(read.tag).toEqual(tag);
  });
});

describe("bad bytes", () => {
  const seeded = (length: number, fill: bigint): SeededBodies => ({
    seed: newMaskSeed(),
    bodies: new BigUint64Array(length).fill(fill),
  });
  const parameters = INSECURE_TOY_MESSAGE_2_CARRY_2;
  const bootstrapBodyCount = parameters.lweDimension * ggswBodyCount(parameters);
  const toy: SerializedServerKey = {
    parameters,
    keySwitch: seeded(keySwitchBodyCount(parameters), 1n),
    bootstrap: seeded(bootstrapBodyCount, 2n),
    casting: {
      ...seeded(64 * 4, 4n),
      baseLog: 4,
      level: 4,
      inputDimension: 64,
      destination: "small",
    },
    driftZeros: null,
    oprf: seeded(bootstrapBodyCount, 3n),
    transciphering: null,
    compression: null,
    decompression: null,
    ...NO_SERVER_EXTRAS,
    tag: Uint8Array.of(5),
  };
  const written = serializeServerKey(toy);
  const insecure = { allowInsecureParameters: true };
  const read = (input: Uint8Array) => deserializeServerKey(input, insecure);

  it("are told from good ones", () => {
    expect(read(written)).toEqual(toy);
  });

  it("are refused when the parameters are insecure, unless asked for", () => {
    expect(() => deserializeServerKey(written)).toThrow(DeserializationError);
  });

  it("are refused when cut off anywhere", () => {
    fc.assert(
      fc.property(fc.nat(written.length - 1), (length) => {
        expect(() => read(written.subarray(0, length))).toThrow(DeserializationError);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.nat(peerBytes.length - 1), (length) => {
        expect(() => deserializeServerKey(peerBytes.subarray(0, length))).toThrow(DeserializationError);
      }),
      { numRuns: 10 },
    );
  });

  it("are refused, or read as another key, when bits of the structure are flipped", () => {
    const keySwitchEnd = 110 + toy.keySwitch.bodies.byteLength;
    const bootstrapEnd = keySwitchEnd + 120 + toy.bootstrap.bodies.byteLength;
    const offsets = fc.oneof(
      fc.nat(120),
      fc.nat(140).map((i) => keySwitchEnd + i),
      fc.nat(250).map((i) => bootstrapEnd + i),
      fc.nat(120).map((i) => written.length - 1 - i),
    );
    let refused = 0;
    fc.assert(
      fc.property(offsets, fc.nat(7), (offset, bit) => {
        const flipped = written.slice();
        flipped[offset] ^= 1 << bit;
        try {
          const value = read(flipped);
          expect(Buffer.compare(serializeServerKey(value), flipped)).toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(DeserializationError);
          refused++;
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it("are refused when anything follows, where the peer does not look", () => {
    const longer = new Uint8Array(written.length + 3);
    longer.set(written);
    expect(() => read(longer)).toThrow(/3 bytes too many/);
  });

  it("are refused when they are of another type", () => {
    expect(() => read(peerKey.safe_serialize(LIMIT))).toThrow(
      /found "high_level_api::ClientKey"; expected high_level_api::CompressedServerKey/,
    );
  });

  it.each<[string, Partial<SerializedServerKey>, RegExp]>([
    ["a short key-switching key", { keySwitch: seeded(5, 0n) }, /length of the key-switching key is 5/],
    ["a short bootstrap key", { bootstrap: seeded(5, 0n) }, /length of the bootstrap key is 5/],
    ["a short OPRF key", { oprf: seeded(5, 0n) }, /length of the OPRF key is 5/],
    ["a casting key without whole rows", { casting: { ...toy.casting!, level: 3 } }, /256 rows in 3 levels/],
    ["a casting key of too many bits", { casting: { ...toy.casting!, baseLog: 16 } }, /4 levels of 16 bits/],
    [
      "parameters that no scheme has",
      { parameters: { ...parameters, ksBaseLog: 16 } },
      /ksBaseLog is 16; expected/,
    ],
  ])("are refused with %s", (_, change, message) => {
    const input = serializeServerKey({ ...toy, ...change });
    expect(() => read(input)).toThrow(DeserializationError);
    expect(() => read(input)).toThrow(message);
  });

  it("are refused with a casting key that no set has, unless asked for", () => {
    const { bodies, seed, ...rest } = toy.casting!;
    const small = { ...rest, seed, bodies: bodies.slice(0, 8), inputDimension: 2 };
    expect(() => deserializeServerKey(serializeServerKey({ ...key, casting: small }))).toThrow(
      /casting key from dimension 2 with 4 levels of 4 bits, which no set has/,
    );
    expect(read(serializeServerKey({ ...toy, casting: small })).casting).toEqual(small);
  });

  it("are refused with parameters of no known set, which are named, unless asked for", () => {
    const input = serializeServerKey({ ...toy, parameters: { ...parameters, ksBaseLog: 5 } });
    expect(() => deserializeServerKey(input)).toThrow(DeserializationError);
    expect(() => deserializeServerKey(input)).toThrow(
      /ksBaseLog is 5, where INSECURE_TOY_MESSAGE_2_CARRY_2 has 4/,
    );
    expect(read(input).parameters).toMatchObject({ ksBaseLog: 5, insecure: true });
  });
});

describe("server key of the peer for a compact key", () => {
  const { PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128: usual } =
    tfhe.ShortintCompactPublicKeyEncryptionParametersName;
  const { V1_7_PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1: other } =
    tfhe.ShortintCompactPublicKeyEncryptionParametersName;
  const sets = [
    ["small", 4, 2048, usual],
    ["small", 4, 1024, other],
  ] as const;

  // The peer makes such a key in many seconds.
  it.each(sets.slice(0, sampleCount(1, 2)))(
    "switches to the %s key with %d levels from dimension %d",
    (destination, level, inputDimension, name) => {
      const builder = tfhe.TfheConfigBuilder.default().use_dedicated_compact_public_key_parameters(
        new tfhe.ShortintCompactPublicKeyEncryptionParameters(name),
      );
      const peer = tfhe.TfheClientKey.generate(builder.build());
      const { compact, lwe } = deserializeClientKey(peer.safe_serialize(LIMIT));
      const input = tfhe.TfheCompressedServerKey.new(peer).safe_serialize(LIMIT);
      const server = deserializeServerKey(input);
      expect(Buffer.compare(serializeServerKey(server), input)).toBe(0);
      const casting = server.casting!;
      expect(casting).toMatchObject({ destination, level, inputDimension });
      for (const i of bitsOf(compact!.key)) {
        for (let j = 0; j < level; j++) {
          const row = i * level + j;
          const mask = rowMask(casting.seed, row, lweDimension);
          const phase = lwePhase(mask, casting.bodies[row], lwe);
          const message = BigInt(compact!.key[i]) << BigInt(64 - casting.baseLog * (level - j));
          expect(magnitude(BigInt.asIntN(64, phase - message))).toBeLessThanOrEqual(1n << BigInt(lweNoise));
        }
      }
    },
  );
});
