import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { ClientKey, type GenerateOptions, ParameterError, ServerKey } from "../../src/index.ts";
import {
  PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
} from "../../src/parameters/compact-sets.ts";
import {
  INSECURE_TOY_MESSAGE_2_CARRY_2,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";
import { deserializeClientKey } from "../../src/wire/keys/client-key.ts";
import { deserializeServerKey } from "../../src/wire/keys/server-key.ts";
import { LIMIT, tfhe } from "../wire/peer.ts";
import { glwePhase, rowMask } from "../wire/plain-lwe.ts";

const insecure = { allowInsecureParameters: true };
const toy = { parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, ...insecure };

const names = tfhe.ShortintCompactPublicKeyEncryptionParametersName;
const compact = (name: keyof typeof names): tfhe.TfheConfig =>
  tfhe.TfheConfigBuilder.default()
    .use_dedicated_compact_public_key_parameters(
      new tfhe.ShortintCompactPublicKeyEncryptionParameters(names[name] as number),
    )
    .build();

/** Small sets of the peer's, with several polynomials. They hide nothing. */
const custom = (n: number, k: number, N: number, modulus: bigint): tfhe.TfheConfig => {
  const noise = tfhe.Shortint.try_new_t_uniform(10);
  const big = tfhe.ShortintEncryptionKeyChoice.Big;
  const rest = [6, 3, 5, 2, modulus, modulus, modulus + 1n, -1, 64, big] as const;
  return tfhe.TfheConfigBuilder.with_custom_parameters(
    tfhe.Shortint.new_parameters(n, k, N, noise, noise, ...rest),
  ).build();
};

describe("a seed gives the key that the peer draws from it", () => {
  const seeds = [0n, 1n, 2n ** 64n, 2n ** 128n - 1n, 0x0123456789abcdef0011223344556677n];
  const configurations: [string, tfhe.TfheConfig, GenerateOptions][] = [
    ["the default configuration", tfhe.TfheConfig.default(), {}],
    [
      "a dedicated compact key",
      compact("PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128"),
      { compactKey: PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 },
    ],
    [
      "a dedicated compact key for proofs of the first scheme",
      compact("V1_7_PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1"),
      { compactKey: PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1 },
    ],
    ...[custom(12, 2, 256, 4n), custom(5, 3, 1024, 2n)].map((config): (typeof configurations)[0] => {
      const bytes = tfhe.TfheClientKey.generate(config).safe_serialize(LIMIT);
      const { parameters } = ClientKey.deserialize(bytes, insecure);
      return [`custom parameters, k = ${parameters.glweDimension}`, config, { parameters, ...insecure }];
    }),
  ];

  test.each(configurations)("for %s", async (_, config, options) => {
    for (const seed of seeds) {
      const theirs = tfhe.TfheClientKey.generate_with_seed(config, seed).safe_serialize(LIMIT);
      const ours = (await ClientKey.generate({ ...options, oprfKey: true, seed })).serialize();
      expect(Buffer.compare(ours, theirs)).toBe(0);
    }
  });

  it("whichever it is", async () => {
    const config = tfhe.TfheConfig.default();
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), async (seed) => {
        const theirs = tfhe.TfheClientKey.generate_with_seed(config, seed).safe_serialize(LIMIT);
        const ours = (await ClientKey.generate({ oprfKey: true, seed })).serialize();
        expect(Buffer.compare(ours, theirs)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it("and so do its bytes, little-endian, which stay as they are", async () => {
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
    const given = bytes.slice();
    const key = await ClientKey.generate({ ...toy, seed: given });
    expect(given).toEqual(bytes);
    const same = await ClientKey.generate({ ...toy, seed: 0x100f0e0d0c0b0a090807060504030201n });
    expect(key.serialize()).toEqual(same.serialize());
  });

  it("whose first keys do not depend on those that follow", async () => {
    const read = async (options: GenerateOptions) =>
      deserializeClientKey((await ClientKey.generate({ ...options, seed: 7n })).serialize());
    const bare = await read({});
    const full = await read({
      oprfKey: true,
      compactKey: PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
    });
    expect([full.lwe, full.glwe]).toEqual([bare.lwe, bare.glwe]);
    expect([bare.oprf, bare.compact]).toEqual([null, null]);
    expect(full.oprf).not.toEqual(full.lwe);
  });
});

describe("bad options", () => {
  const wrong = (value: unknown): never => value as never;
  const generate = (options: GenerateOptions) => expect(ClientKey.generate({ ...toy, ...options })).rejects;

  test.each([-1n, 2n ** 128n, new Uint8Array(15), new Uint8Array(17)])("seed %s", (seed) =>
    generate({ seed }).toThrow(RangeError),
  );

  test.each([1, "1", null, {}, [1n]])("seed %o", (seed) =>
    generate({ seed: wrong(seed) }).toThrow(TypeError),
  );

  test("errors do not show the seed", () => generate({ seed: -123456789n }).not.toThrow(/123456789/));

  test("oprfKey and tag of other types", async () => {
    await generate({ oprfKey: wrong(1) }).toThrow(TypeError);
    await generate({ tag: wrong("tag") }).toThrow(TypeError);
  });

  test("compact keys of sets that are unknown, or for other blocks", async () => {
    const known = PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128;
    const weakened = { ...known, noise: known.noise - 1 };
    await expect(ClientKey.generate({ compactKey: weakened })).rejects.toThrow(/allowInsecureParameters/);
    for (const parameters of [
      PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
      PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
    ]) {
      await expect(ClientKey.generate({ parameters, compactKey: known })).rejects.toThrow(ParameterError);
    }
  });
});

describe("a tag", () => {
  it("goes from the client key to its server keys, as the peer's does", async () => {
    const tag = Uint8Array.of(1, 2, 3, 255);
    const key = await ClientKey.generate({ ...toy, tag });
    tag.fill(0);
    key.tag.fill(0);
    expect(key.tag).toEqual(Uint8Array.of(1, 2, 3, 255));
    expect(ClientKey.deserialize(key.serialize(), insecure).tag).toEqual(key.tag);
    const serverKey = await ServerKey.from(key);
    expect(serverKey.tag).toEqual(key.tag);
    expect(ServerKey.deserialize(serverKey.serialize(), insecure).tag).toEqual(key.tag);
    const peerKey = tfhe.TfheClientKey.safe_deserialize(key.serialize(), LIMIT);
    const theirs = tfhe.TfheCompressedServerKey.new(peerKey).safe_serialize(LIMIT);
    expect(ServerKey.deserialize(theirs, insecure).tag).toEqual(key.tag);
  });

  it("is empty unless given", async () => {
    const key = await ClientKey.generate(toy);
    expect([key.tag, (await ServerKey.from(key)).tag]).toEqual([new Uint8Array(0), new Uint8Array(0)]);
  });
});

describe("the server key of a client key with an OPRF key", () => {
  it("has the bootstrap key of it", async () => {
    const clientKey = await ClientKey.generate({ ...toy, oprfKey: true });
    const progress: number[] = [];
    const serverKey = await ServerKey.from(clientKey, { onProgress: (done) => progress.push(done) });
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
    const { glwe, oprf: key } = deserializeClientKey(clientKey.serialize(), insecure);
    const { parameters, bootstrap, oprf } = deserializeServerKey(serverKey.serialize(), insecure);
    expect(oprf?.seed).not.toEqual(bootstrap.seed);
    const { polynomialSize: N, pbsBaseLog, glweNoise } = parameters;
    if (key === null || oprf === null) throw new Error("no OPRF key");
    key.forEach((bit, i) => {
      const at = 2 * i + 1; // the row of the body
      const body = oprf.bodies.subarray(at * N, (at + 1) * N);
      const phase = glwePhase(rowMask(oprf.seed, at, N), body, glwe, N, 0);
      const error = phase - (BigInt(bit) << BigInt(64 - pbsBaseLog));
      expect(error < 0n ? -error : error).toBeLessThanOrEqual(1n << BigInt(glweNoise));
    });
  });

  it("is read by the peer and written again to the same bytes", async () => {
    const bytes = (await ServerKey.from(await ClientKey.generate({ ...toy, oprfKey: true }))).serialize();
    const back = tfhe.TfheCompressedServerKey.safe_deserialize(bytes, LIMIT).safe_serialize(LIMIT);
    expect(Buffer.compare(bytes, back)).toBe(0);
  });
});
