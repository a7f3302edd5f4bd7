import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  boolean,
  DeserializationError,
  DisposedError,
  MismatchError,
  ParameterError,
  shortint,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { toShortintParameters } from "../../src/parameters/shortint-sets.ts";
import { tfhe } from "../wire/peer.ts";

const peer = tfhe.Boolean;
const insecure = { allowInsecureParameters: true };
const same = (a: Uint8Array, b: Uint8Array): void => expect(Buffer.compare(a, b)).toBe(0);
const wrong = (value: unknown): never => value as never;

/** The peer's four sets, by their numbers there. */
const sets: [string, number, boolean.ParameterSet][] = [
  ["DEFAULT_PARAMETERS", 0, boolean.DEFAULT_PARAMETERS],
  ["PARAMETERS_ERROR_PROB_2_POW_MINUS_165", 1, boolean.PARAMETERS_ERROR_PROB_2_POW_MINUS_165],
  ["DEFAULT_PARAMETERS_KS_PBS", 2, boolean.DEFAULT_PARAMETERS_KS_PBS],
  ["PARAMETERS_ERROR_PROB_2_POW_MINUS_165_KS_PBS", 3, boolean.PARAMETERS_ERROR_PROB_2_POW_MINUS_165_KS_PBS],
];

/** A set whose large keys are small. It hides nothing. */
function toySet(choice: tfhe.BooleanEncryptionKeyChoice): tfhe.BooleanParameters {
  const gaussian = peer.new_gaussian_from_std_dev(2 ** -20);
  const tuniform = peer.try_new_t_uniform(5);
  return peer.new_parameters(10, 2, 256, gaussian, tuniform, 6, 3, 4, 2, choice);
}
const { Big, Small } = tfhe.BooleanEncryptionKeyChoice;

describe.each(sets)("under %s", (_, number, parameters) => {
  const peerKey = peer.new_client_key(peer.get_parameters(number));
  const key = boolean.ClientKey.deserialize(peer.serialize_client_key(peerKey));

  it("the peer's key is read, and written again to the same bytes", () => {
    expect(key.parameters).toEqual(parameters);
    same(key.serialize(), peer.serialize_client_key(peerKey));
  });

  it.each([0n, 1n, 2n ** 128n - 1n, 0x0123456789abcdef0011223344556677n])(
    "the seed %i gives the peer's key",
    async (seed) => {
      const low = BigInt.asUintN(64, seed);
      const theirs = peer.new_client_key_from_seed_and_parameters(
        seed >> 64n,
        low,
        peer.get_parameters(number),
      );
      const ours = await boolean.ClientKey.generate({ parameters, seed });
      same(ours.serialize(), peer.serialize_client_key(theirs));
    },
  );

  it("the peer's ciphertexts are read, decrypted, and written again to the same bytes", () => {
    for (const value of [true, false]) {
      const fresh = peer.serialize_ciphertext(peer.encrypt(peerKey, value));
      const trivial = peer.serialize_ciphertext(peer.trivial_encrypt(value));
      for (const bytes of [fresh, trivial]) {
        const ciphertext = boolean.Ciphertext.deserialize(bytes);
        expect(ciphertext.decrypt(key)).toBe(value);
        same(ciphertext.serialize(), bytes);
      }
      const small = peer.serialize_compressed_ciphertext(peer.encrypt_compressed(peerKey, value));
      const compressed = boolean.CompressedCiphertext.deserialize(small);
      same(compressed.serialize(), small);
      expect(compressed.decompress().decrypt(key)).toBe(value);
      const theirs = peer.decompress_ciphertext(peer.deserialize_compressed_ciphertext(small));
      same(compressed.decompress().serialize(), peer.serialize_ciphertext(theirs));
    }
  });

  it("the peer decrypts what is encrypted here", () => {
    for (let i = 0; i < 20; i++) {
      const value = i % 2 === 0;
      const theirs = peer.deserialize_ciphertext(boolean.Ciphertext.encrypt(value, key).serialize());
      expect(peer.decrypt(peerKey, theirs)).toBe(value);
      const bytes = boolean.CompressedCiphertext.encrypt(value, key).serialize();
      const expanded = peer.decompress_ciphertext(peer.deserialize_compressed_ciphertext(bytes));
      expect(peer.decrypt(peerKey, expanded)).toBe(value);
      expect(boolean.Ciphertext.encryptTrivial(value).decrypt(key)).toBe(value);
    }
  });
});

describe.each([
  ["big", Big],
  ["small", Small],
])("under the %s key", (_, choice) => {
  const peerKey = peer.new_client_key(toySet(choice));
  const key = boolean.ClientKey.deserialize(peer.serialize_client_key(peerKey), insecure);
  const publicBytes = peer.serialize_public_key(peer.new_public_key(peerKey));

  it("the peer's server keys are read, and written again to the same bytes", () => {
    const bytes = peer.serialize_compressed_server_key(peer.new_compressed_server_key(peerKey));
    same(boolean.CompressedServerKey.deserialize(bytes).serialize(), bytes);
  });

  it("the peer's public keys are read, written again to the same bytes, and encrypted with", () => {
    const publicKey = boolean.PublicKey.deserialize(publicBytes, insecure);
    same(publicKey.serialize(), publicBytes);
    expect(publicKey.parameters).toEqual(key.parameters);
    for (let i = 0; i < 20; i++) {
      const value = i % 2 === 0;
      const ciphertext = boolean.Ciphertext.encrypt(value, publicKey);
      expect(ciphertext.decrypt(key)).toBe(value);
      expect(peer.decrypt(peerKey, peer.deserialize_ciphertext(ciphertext.serialize()))).toBe(value);
    }
  });
});

describe("bad bytes", async () => {
  const parameters = { ...boolean.DEFAULT_PARAMETERS, lweDimension: 6, glweDimension: 1, polynomialSize: 8 };
  const key = await boolean.ClientKey.generate({ parameters, ...insecure });
  const peerKey = peer.deserialize_client_key(key.serialize());
  const kinds: [string, Uint8Array, { deserialize: typeof boolean.ClientKey.deserialize }][] = [
    ["client key", key.serialize(), boolean.ClientKey],
    ["ciphertext", boolean.Ciphertext.encrypt(true, key).serialize(), wrong(boolean.Ciphertext)],
    ["trivial", boolean.Ciphertext.encryptTrivial(true).serialize(), wrong(boolean.Ciphertext)],
    [
      "compressed ciphertext",
      boolean.CompressedCiphertext.encrypt(true, key).serialize(),
      wrong(boolean.CompressedCiphertext),
    ],
    [
      "server key",
      peer.serialize_compressed_server_key(peer.new_compressed_server_key(peerKey)),
      wrong(boolean.CompressedServerKey),
    ],
    ["public key", peer.serialize_public_key(peer.new_public_key(peerKey)), wrong(boolean.PublicKey)],
  ];

  test.each(kinds)("a %s that is cut off or too long is refused", (_, bytes, type) => {
    same(type.deserialize(bytes, insecure).serialize(), bytes);
    const lengths =
      bytes.length < 2000 ? [...bytes.keys()] : [0, 4, 8, 100, bytes.length >> 1, bytes.length - 1];
    for (const length of lengths) {
      expect(() => type.deserialize(bytes.subarray(0, length), insecure)).toThrow(DeserializationError);
    }
    expect(() => type.deserialize(Uint8Array.of(...bytes, 0), insecure)).toThrow(DeserializationError);
    expect(() => type.deserialize(bytes, { ...insecure, sizeLimit: bytes.length - 1 })).toThrow(/limit/);
    expect(() => type.deserialize(wrong("bytes"))).toThrow(TypeError);
  });

  test.each(kinds)("a %s with flipped bits is refused, or read as another", (_, bytes, type) => {
    fc.assert(
      fc.property(fc.nat(Math.min(bytes.length, 2000) - 1), fc.nat(7), fc.boolean(), (at, bit, end) => {
        const flipped = bytes.slice();
        flipped[end ? bytes.length - 1 - at : at] ^= 1 << bit;
        let value: boolean.ClientKey;
        try {
          value = type.deserialize(flipped, insecure);
        } catch (error) {
          expect(error).toBeInstanceOf(DeserializationError);
          return;
        }
        same(value.serialize(), flipped);
      }),
      { numRuns: 500 },
    );
  });

  test("a seeded ciphertext of a dimension that fills the memory is refused", () => {
    const bytes = boolean.CompressedCiphertext.encrypt(true, key).serialize();
    new DataView(bytes.buffer).setBigUint64(4, 2n ** 40n, true);
    expect(() => boolean.CompressedCiphertext.deserialize(bytes)).toThrow(/1099511627776 elements/);
  });

  test("insecure parameters are refused unless asked for", async () => {
    const publicBytes = peer.serialize_public_key(peer.new_public_key(peerKey));
    expect(() => boolean.ClientKey.deserialize(key.serialize())).toThrow(DeserializationError);
    expect(() => boolean.PublicKey.deserialize(publicBytes)).toThrow(DeserializationError);
    await expect(boolean.ClientKey.generate({ parameters })).rejects.toThrow(ParameterError);
  });
});

describe("bad use", async () => {
  const key = await boolean.ClientKey.generate();
  const other = await boolean.ClientKey.generate({ parameters: boolean.DEFAULT_PARAMETERS_KS_PBS });
  const foreign = await shortint.ClientKey.generate({
    parameters: toShortintParameters(INSECURE_TOY_MESSAGE_2_CARRY_2),
    ...insecure,
  });

  test("values and keys of other types", () => {
    for (const value of [0, 1, "true", null]) {
      expect(() => boolean.Ciphertext.encrypt(wrong(value), key)).toThrow(TypeError);
      expect(() => boolean.Ciphertext.encryptTrivial(wrong(value))).toThrow(TypeError);
      expect(() => boolean.CompressedCiphertext.encrypt(wrong(value), key)).toThrow(TypeError);
    }
    expect(() => boolean.Ciphertext.encrypt(true, wrong(foreign))).toThrow(TypeError);
    expect(() => boolean.Ciphertext.encrypt(true, key).decrypt(wrong(null))).toThrow(TypeError);
  });

  test("a key of another dimension", () => {
    expect(() => boolean.Ciphertext.encrypt(true, key).decrypt(other)).toThrow(MismatchError);
  });

  test.each<[Partial<boolean.ParameterSet>, RegExp]>([
    [{ lweDimension: 0 }, /lweDimension is 0/],
    [{ polynomialSize: 500 }, /polynomialSize is 500/],
    [{ glweDimension: 4096 }, /glweDimension is 4096/],
    [{ lweNoise: { kind: "Gaussian", standardDeviation: 0 } }, /lweNoise/],
    [{ glweNoise: { kind: "TUniform", bound: 31 } }, /glweNoise/],
    [{ glweNoise: wrong(undefined) }, /glweNoise/],
    [{ ksLevel: 11 }, /ksLevel/],
    [{ encryptionKey: wrong("large") }, /encryptionKey is large/],
  ])("parameters with %o", async (change, message) => {
    const parameters = { ...boolean.DEFAULT_PARAMETERS, ...change };
    const made = boolean.ClientKey.generate({ parameters, ...insecure });
    await expect(made).rejects.toThrow(ParameterError);
    await expect(made).rejects.toThrow(message);
  });

  test("a key that has been disposed of", async () => {
    const wiped = await boolean.ClientKey.generate();
    wiped.dispose();
    wiped.dispose();
    expect(() => wiped.serialize()).toThrow(DisposedError);
    expect(() => boolean.Ciphertext.encrypt(true, wiped)).toThrow(DisposedError);
  });
});
