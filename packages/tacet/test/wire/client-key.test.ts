import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeserializationError } from "../../src/errors.ts";
import {
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1 as COMPACT_V1,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2 as COMPACT_V2,
} from "../../src/parameters/compact-sets.ts";
import { bigLweDimension, type ParameterSet } from "../../src/parameters/parameter-set.ts";
import {
  DEFAULT_PARAMETERS,
  INSECURE_TOY_MESSAGE_2_CARRY_2,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";
import { sampleBinary } from "../../src/random/samplers.ts";
import {
  deserializeClientKey,
  type SerializedClientKey,
  serializeClientKey,
} from "../../src/wire/keys/client-key.ts";
import { deserializeCiphertext } from "../../src/wire/values/ciphertext.ts";
import { LIMIT, peerClientKey, tfhe } from "./peer.ts";
import { decodePhase, lwePhase } from "./plain-lwe.ts";

const peerBytes = peerClientKey().safe_serialize(LIMIT);

/** Nothing but the keys of every client. */
const NO_OTHER_KEYS = {
  compact: null,
  compression: null,
  noiseSquashing: null,
  noiseSquashingCompression: null,
  reRandomization: null,
  oprf: null,
  transciphering: null,
};

function randomKey(parameters: ParameterSet): SerializedClientKey {
  const bits = (length: number): Uint8Array => {
    const out = new Uint8Array(length);
    sampleBinary(out);
    return out;
  };
  return {
    parameters,
    lwe: bits(parameters.lweDimension),
    glwe: bits(bigLweDimension(parameters)),
    ...NO_OTHER_KEYS,
    tag: Uint8Array.of(1, 2, 3),
  };
}

const insecure = { allowInsecureParameters: true };

describe("client key of the peer", () => {
  const key = deserializeClientKey(peerBytes);

  it("has the default parameters and binary keys of their dimensions", () => {
    expect(key.parameters).toBe(DEFAULT_PARAMETERS);
    expect(key.lwe.length).toBe(918);
    expect(key.glwe.length).toBe(2048);
    expect(key.oprf?.length).toBe(918);
    expect(new Set(key.glwe)).toEqual(new Set([0, 1]));
  });

  it("is written again to the same bytes", () => {
    expect(Buffer.compare(serializeClientKey(key), peerBytes)).toBe(0);
  });
});

describe.each([
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
  INSECURE_TOY_MESSAGE_2_CARRY_2,
])("client key of $name", (parameters) => {
  const key = randomKey(parameters);
  const written = serializeClientKey(key);

  it("comes back as it was", () => {
    expect(deserializeClientKey(written, insecure)).toEqual(key);
  });

  it("is read by the peer and written again to the same bytes", () => {
    const back = tfhe.TfheClientKey.safe_deserialize(written, LIMIT).safe_serialize(LIMIT);
    expect(Buffer.compare(written, back)).toBe(0);
  });

  it("is what the peer then encrypts under", () => {
    const peer = tfhe.TfheClientKey.safe_deserialize(written, LIMIT);
    const bytes = tfhe.FheUint8.encrypt_with_client_key(180, peer).safe_serialize(LIMIT);
    const { blocks, tag } = deserializeCiphertext("FheUint8", bytes);
    const delta = 63 - Math.log2(parameters.messageModulus * parameters.carryModulus);
    const value = blocks.reduceRight((sum, { lwe }) => {
      const phase = lwePhase(lwe, lwe[lwe.length - 1], key.glwe);
      return sum * parameters.messageModulus + decodePhase(phase, delta).value;
    }, 0);
    expect(value).toBe(180);
    expect(tag).toEqual(key.tag);
  });
});

describe("insecure parameters", () => {
  it("are refused unless asked for", () => {
    const written = serializeClientKey(randomKey(INSECURE_TOY_MESSAGE_2_CARRY_2));
    expect(() => deserializeClientKey(written)).toThrow(DeserializationError);
    expect(() => deserializeClientKey(written)).toThrow(
      /INSECURE_TOY_MESSAGE_2_CARRY_2 is not known to be secure; allowInsecureParameters accepts it/,
    );
  });
});

describe("bad bytes", () => {
  const toy = randomKey(INSECURE_TOY_MESSAGE_2_CARRY_2);
  const written = serializeClientKey(toy);

  it("are refused when cut off anywhere", () => {
    for (let length = 0; length < written.length; length++) {
      expect(() => deserializeClientKey(written.subarray(0, length), insecure)).toThrow(DeserializationError);
    }
  });

  it("are refused, or read as another key, when bits are flipped", () => {
    fc.assert(
      fc.property(fc.nat(written.length - 1), fc.nat(7), (offset, bit) => {
        const flipped = written.slice();
        flipped[offset] ^= 1 << bit;
        try {
          const key = deserializeClientKey(flipped, insecure);
          expect(Buffer.compare(serializeClientKey(key), flipped)).toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(DeserializationError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("are refused when a parameter is of no known set, which is named, unless asked for", () => {
    const odd = { ...DEFAULT_PARAMETERS, lweNoise: 44 };
    const input = serializeClientKey({ ...randomKey(DEFAULT_PARAMETERS), parameters: odd });
    expect(() => deserializeClientKey(input)).toThrow(DeserializationError);
    expect(() => deserializeClientKey(input)).toThrow(
      /unknown parameter set \(lweNoise is 44, where PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 has 45/,
    );
    expect(deserializeClientKey(input, insecure).parameters).toMatchObject({ lweNoise: 44, insecure: true });
  });

  it("are refused with parameters that no scheme has, whatever is asked for", () => {
    for (const odd of [{ lweNoise: 63 }, { pbsLevel: 9 }, { maxNoiseLevel: 0 }]) {
      const parameters = { ...DEFAULT_PARAMETERS, ...odd };
      const input = serializeClientKey({ ...randomKey(DEFAULT_PARAMETERS), parameters });
      expect(() => deserializeClientKey(input, insecure)).toThrow(DeserializationError);
    }
  });

  it.each<[string, Partial<SerializedClientKey>, RegExp]>([
    ["a short LWE key", { lwe: new Uint8Array(15) }, /length of the LWE key is 15/],
    ["a long GLWE key", { glwe: new Uint8Array(512) }, /length of the GLWE key is 512/],
    ["a short OPRF key", { oprf: new Uint8Array(1) }, /length of the OPRF key is 1/],
  ])("are refused with %s", (_, change, message) => {
    const input = serializeClientKey({ ...toy, ...change });
    expect(() => deserializeClientKey(input, insecure)).toThrow(DeserializationError);
    expect(() => deserializeClientKey(input, insecure)).toThrow(message);
  });
});

describe("client key of the peer with a compact key to itself", () => {
  const { V1_7_PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1: V1, ...names } =
    tfhe.ShortintCompactPublicKeyEncryptionParametersName;

  it.each([
    [names.PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128, COMPACT_V2, 2048],
    [V1, COMPACT_V1, 1024],
  ])("is written again to the same bytes (%d)", (name, parameters, dimension) => {
    const builder = tfhe.TfheConfigBuilder.default().use_dedicated_compact_public_key_parameters(
      new tfhe.ShortintCompactPublicKeyEncryptionParameters(name),
    );
    const input = tfhe.TfheClientKey.generate(builder.build()).safe_serialize(LIMIT);
    const key = deserializeClientKey(input);
    expect(key.compact?.parameters).toBe(parameters);
    expect(key.compact?.key.length).toBe(dimension);
    expect(Buffer.compare(serializeClientKey(key), input)).toBe(0);
  });

  it("is refused with a compact key of another length", () => {
    const key = {
      ...randomKey(DEFAULT_PARAMETERS),
      compact: { key: new Uint8Array(7), parameters: COMPACT_V1 },
    };
    expect(() => deserializeClientKey(serializeClientKey(key))).toThrow(/length of the compact key is 7/);
  });

  it("is refused with a compact key of unknown parameters, unless asked for", () => {
    const parameters = { ...COMPACT_V1, noise: 42 };
    const compact = { key: new Uint8Array(parameters.lweDimension), parameters };
    const input = serializeClientKey({ ...randomKey(DEFAULT_PARAMETERS), compact });
    expect(() => deserializeClientKey(input)).toThrow(DeserializationError);
    expect(() => deserializeClientKey(input)).toThrow(/noise is 42, where PARAM_PKE_\w+ZKV1 has 43/);
    const read = deserializeClientKey(input, insecure).compact!;
    expect(read.parameters).toMatchObject({ noise: 42, casting: COMPACT_V1.casting, insecure: true });
    const odd = { ...parameters, casting: { ...COMPACT_V1.casting, level: 16 } };
    const oddInput = serializeClientKey({
      ...randomKey(DEFAULT_PARAMETERS),
      compact: { ...compact, parameters: odd },
    });
    expect(() => deserializeClientKey(oddInput, insecure)).toThrow(/16 levels of 4 bits/);
  });
});
