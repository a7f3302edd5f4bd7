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
import { tfhe } from "../wire/peer.ts";

const peer = tfhe.Shortint;
const names = tfhe.ShortintParametersName;
const insecure = { allowInsecureParameters: true };
const same = (a: Uint8Array, b: Uint8Array): void => expect(Buffer.compare(a, b)).toBe(0);
const wrong = (value: unknown): never => value as never;

type SetName = keyof typeof names;
const peerSet = (name: SetName): tfhe.ShortintParameters =>
  new tfhe.ShortintParameters(names[name] as number);

/** Sets of each kind: both noises, both orders, all modulus switches, with and without carry, large and small. */
const chosen: SetName[] = [
  "PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128",
  "V1_7_PARAM_MESSAGE_1_CARRY_1_KS_PBS_GAUSSIAN_2M128",
  "V1_7_PARAM_MESSAGE_4_CARRY_4_KS_PBS_GAUSSIAN_2M128",
  "V1_6_PARAM_MESSAGE_2_CARRY_2_PBS_KS_GAUSSIAN_2M128",
  "V1_5_PARAM_MESSAGE_1_CARRY_0_KS_PBS_GAUSSIAN_2M128",
  "V1_2_PARAM_MESSAGE_3_CARRY_3_PBS_KS_GAUSSIAN_2M128",
  "V1_1_PARAM_MESSAGE_2_CARRY_2_KS_PBS_GAUSSIAN_2M128",
  "V1_0_PARAM_MESSAGE_2_CARRY_1_COMPACT_PK_KS_PBS_GAUSSIAN_2M128",
  "V0_11_PARAM_MESSAGE_1_CARRY_1_PBS_KS_GAUSSIAN_2M64",
  "V0_11_PARAM_MESSAGE_8_CARRY_0_KS_PBS_GAUSSIAN_2M64",
];

/** A set whose large keys are small. It hides nothing. */
function toySet(choice: tfhe.ShortintEncryptionKeyChoice): tfhe.ShortintParameters {
  const gaussian = peer.new_gaussian_from_std_dev(2 ** -30);
  const tuniform = peer.try_new_t_uniform(40);
  return peer.new_parameters(10, 1, 256, tuniform, gaussian, 6, 3, 4, 2, 4n, 2n, 5n, -40, 64, choice);
}
const { Big, Small } = tfhe.ShortintEncryptionKeyChoice;

test("client keys of all of the peer's sets count as secure, and are written again to the same bytes", () => {
  const all = Object.keys(names).filter((name) => Number.isNaN(Number(name))) as SetName[];
  expect(all.length).toBeGreaterThan(500);
  for (const name of all) {
    const peerKey = peer.new_client_key(peerSet(name));
    const bytes = peer.serialize_client_key(peerKey);
    same(shortint.ClientKey.deserialize(bytes).serialize(), bytes);
    peerKey.free();
  }
});

test("the default set is the peer's", () => {
  const bytes = peer.serialize_client_key(peer.new_client_key(peerSet(chosen[0])));
  expect(shortint.ClientKey.deserialize(bytes).parameters).toEqual(shortint.DEFAULT_PARAMETERS);
});

describe.each(chosen)("under %s", (name) => {
  const peerKey = peer.new_client_key(peerSet(name));
  const key = shortint.ClientKey.deserialize(peer.serialize_client_key(peerKey));
  const { messageModulus } = key.parameters;
  const messages = [...new Set([0, 1, messageModulus >> 1, messageModulus - 1])];

  it("a seed gives the peer's key", async () => {
    for (const seed of [0n, 5n, 0x0123456789abcdef0011223344556677n]) {
      const low = BigInt.asUintN(64, seed);
      const theirs = peer.new_client_key_from_seed_and_parameters(seed >> 64n, low, peerSet(name));
      const ours = await shortint.ClientKey.generate({ parameters: key.parameters, seed });
      same(ours.serialize(), peer.serialize_client_key(theirs));
    }
  });

  it("the peer's ciphertexts are read, decrypted, and written again to the same bytes", () => {
    for (const value of messages) {
      const bytes = peer.serialize_ciphertext(peer.encrypt(peerKey, BigInt(value)));
      const ciphertext = shortint.Ciphertext.deserialize(bytes);
      expect(ciphertext.decrypt(key)).toBe(value);
      same(ciphertext.serialize(), bytes);
      const small = peer.serialize_compressed_ciphertext(peer.encrypt_compressed(peerKey, BigInt(value)));
      const compressed = shortint.CompressedCiphertext.deserialize(small);
      same(compressed.serialize(), small);
      expect(compressed.decompress().decrypt(key)).toBe(value);
      const theirs = peer.decompress_ciphertext(peer.deserialize_compressed_ciphertext(small));
      same(compressed.decompress().serialize(), peer.serialize_ciphertext(theirs));
    }
  });

  it("the peer decrypts what is encrypted here", () => {
    for (const value of messages) {
      const theirs = peer.deserialize_ciphertext(shortint.Ciphertext.encrypt(value, key).serialize());
      expect(peer.decrypt(peerKey, theirs)).toBe(BigInt(value));
      const bytes = shortint.CompressedCiphertext.encrypt(value, key).serialize();
      const expanded = peer.decompress_ciphertext(peer.deserialize_compressed_ciphertext(bytes));
      expect(peer.decrypt(peerKey, expanded)).toBe(BigInt(value));
    }
  });
});

describe.each([
  ["big", Big],
  ["small", Small],
])("under the %s key", (_, choice) => {
  const peerKey = peer.new_client_key(toySet(choice));
  const key = shortint.ClientKey.deserialize(peer.serialize_client_key(peerKey), insecure);

  it("the peer's server keys are read, and written again to the same bytes", () => {
    const bytes = peer.serialize_compressed_server_key(peer.new_compressed_server_key(peerKey));
    same(shortint.CompressedServerKey.deserialize(bytes).serialize(), bytes);
  });

  it("the peer's public keys are read, written again to the same bytes, and encrypted with", () => {
    const bytes = peer.serialize_public_key(peer.new_public_key(peerKey));
    const publicKey = shortint.PublicKey.deserialize(bytes, insecure);
    same(publicKey.serialize(), bytes);
    for (const value of [0, 1, 2, 3]) {
      const ciphertext = shortint.Ciphertext.encrypt(value, publicKey);
      expect(ciphertext.decrypt(key)).toBe(value);
      expect(peer.decrypt(peerKey, peer.deserialize_ciphertext(ciphertext.serialize()))).toBe(BigInt(value));
    }
  });

  it("the peer's compressed public keys are read, and written again to the same bytes", () => {
    const bytes = peer.serialize_compressed_public_key(peer.new_compressed_public_key(peerKey));
    const publicKey = shortint.CompressedPublicKey.deserialize(bytes, insecure);
    same(publicKey.serialize(), bytes);
    expect(publicKey.parameters).toEqual(key.parameters);
  });
});

it("server keys with the drift technique are written again to the same bytes", () => {
  const set = peerSet("V1_1_PARAM_MESSAGE_1_CARRY_0_KS_PBS_GAUSSIAN_2M128");
  set.set_lwe_dimension(10);
  set.set_polynomial_size(256);
  set.set_glwe_dimension(1);
  const peerKey = peer.new_client_key(set);
  const bytes = peer.serialize_compressed_server_key(peer.new_compressed_server_key(peerKey));
  same(shortint.CompressedServerKey.deserialize(bytes).serialize(), bytes);
  const parameters = shortint.ClientKey.deserialize(peer.serialize_client_key(peerKey), insecure).parameters;
  expect(parameters.modulusSwitch).toMatchObject({ zeros: expect.any(Number) });
});

describe("bad bytes", async () => {
  const parameters = { ...shortint.DEFAULT_PARAMETERS, lweDimension: 2, polynomialSize: 4 };
  const key = await shortint.ClientKey.generate({ parameters, ...insecure });
  const peerKey = peer.deserialize_client_key(key.serialize());
  const kinds: [string, Uint8Array, { deserialize: typeof shortint.ClientKey.deserialize }][] = [
    ["client key", key.serialize(), shortint.ClientKey],
    ["ciphertext", shortint.Ciphertext.encrypt(1, key).serialize(), wrong(shortint.Ciphertext)],
    [
      "compressed ciphertext",
      shortint.CompressedCiphertext.encrypt(1, key).serialize(),
      wrong(shortint.CompressedCiphertext),
    ],
    [
      "server key",
      peer.serialize_compressed_server_key(peer.new_compressed_server_key(peerKey)),
      wrong(shortint.CompressedServerKey),
    ],
    ["public key", peer.serialize_public_key(peer.new_public_key(peerKey)), wrong(shortint.PublicKey)],
    [
      "compressed public key",
      peer.serialize_compressed_public_key(peer.new_compressed_public_key(peerKey)),
      wrong(shortint.CompressedPublicKey),
    ],
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
        let value: shortint.ClientKey;
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

  test("insecure parameters are refused unless asked for", async () => {
    expect(() => shortint.ClientKey.deserialize(key.serialize())).toThrow(DeserializationError);
    await expect(shortint.ClientKey.generate({ parameters })).rejects.toThrow(ParameterError);
    for (const [name, bytes, type] of kinds.slice(4)) {
      expect(() => type.deserialize(bytes), name).toThrow(DeserializationError);
    }
  });

  test("public keys with fewer encryptions of zero than hide the choice are refused", () => {
    const few = peer.serialize_compressed_public_key(peer.new_compressed_public_key(peerKey));
    const view = new DataView(few.buffer, few.byteOffset);
    const count = Number(view.getBigUint64(0, true));
    view.setBigUint64(0, BigInt(count - 1), true);
    const cut = Uint8Array.of(...few.subarray(0, 8 * count), ...few.subarray(8 * count + 8));
    expect(() => shortint.CompressedPublicKey.deserialize(cut, insecure)).toThrow(/length of the public key/);
  });
});

describe("bad use", async () => {
  const key = await shortint.ClientKey.generate();
  const parameters = { ...shortint.DEFAULT_PARAMETERS, messageModulus: 2, carryModulus: 2 };
  const other = await shortint.ClientKey.generate({ parameters });

  test("values that are no messages", () => {
    for (const value of [-1, 4, 0.5, Number.NaN]) {
      expect(() => shortint.Ciphertext.encrypt(value, key)).toThrow(RangeError);
      expect(() => shortint.CompressedCiphertext.encrypt(value, key)).toThrow(RangeError);
    }
    for (const value of [1n, "1", true, null]) {
      expect(() => shortint.Ciphertext.encrypt(wrong(value), key)).toThrow(TypeError);
    }
  });

  test("keys of other kinds, parameters, or that have been disposed of", async () => {
    const ciphertext = shortint.Ciphertext.encrypt(1, key);
    const foreign = await boolean.ClientKey.generate();
    expect(() => ciphertext.decrypt(wrong(foreign))).toThrow(TypeError);
    expect(() => shortint.Ciphertext.encrypt(1, wrong(foreign))).toThrow(TypeError);
    expect(() => ciphertext.decrypt(other)).toThrow(MismatchError);
    other.dispose();
    expect(() => ciphertext.decrypt(other)).toThrow(DisposedError);
  });

  test.each<[Partial<shortint.ParameterSet>, RegExp]>([
    [{ lweDimension: 1.5 }, /lweDimension is 1.5/],
    [{ messageModulus: 3 }, /message modulus is 3/],
    [{ carryModulus: 512 }, /carry modulus is 512/],
    [{ glweNoise: { kind: "TUniform", bound: 63 } }, /glweNoise/],
    [{ pbsLevel: 5 }, /pbsLevel/],
  ])("parameters with %o", async (change, message) => {
    const parameters = { ...shortint.DEFAULT_PARAMETERS, ...change };
    const made = shortint.ClientKey.generate({ parameters, ...insecure });
    await expect(made).rejects.toThrow(ParameterError);
    await expect(made).rejects.toThrow(message);
  });
});
