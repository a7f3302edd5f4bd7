import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { expansionOf } from "../../src/api/keys/expanded-server-key.ts";
import { evaluationKeyOf } from "../../src/api/keys/server-key.ts";
import {
  CompactCiphertextList,
  CompressedXofKeySet,
  DeserializationError,
  Engine,
  FheBool,
  FheUint8,
  type KeyPart,
  PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  ParameterError,
  XofKeySet,
  type XofOptions,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { deserializeCompressedKeySet, serializeCompressedKeySet } from "../../src/wire/keys/xof-key-set.ts";
import { KEY_SETS } from "../key-sets.ts";
import { TOY_COMPACT } from "../toy.ts";
import { INSECURE } from "../wire/vectors.ts";

const digest = (bytes: Uint8Array): string => createHash("sha3-256").update(bytes).digest("hex");

const toy: XofOptions = {
  parameters: INSECURE_TOY_MESSAGE_2_CARRY_2,
  compactKey: TOY_COMPACT,
  allowInsecureParameters: true,
};

describe("a key set of a seed is that of TFHE-rs:", () => {
  const digests = JSON.parse(
    readFileSync(new URL("../vectors/1.8/xof-digests.json", import.meta.url), "utf8"),
  );
  it.each(["everything", "others"] as const)("%s", async (configuration) => {
    const { clientKey, keySet } = await CompressedXofKeySet.generate(KEY_SETS[configuration]);
    const expected = digests.find(
      (entry: { configuration: string }) => entry.configuration === configuration,
    );
    expect(digest(clientKey.serialize({ version: "1.8" }))).toBe(expected.client_key);
    expect(digest(keySet.serialize({ version: "1.8" }))).toBe(expected.compressed_key_set);
  });
});

/** The same bytes with `now` in the one place of `before`. */
function replaced(bytes: Uint8Array, before: Uint8Array, now: Uint8Array): Uint8Array {
  const at = Buffer.from(bytes).indexOf(before);
  expect(Buffer.from(bytes).indexOf(before, at + 1)).toBe(-1);
  return Uint8Array.of(...bytes.subarray(0, at), ...now, ...bytes.subarray(at + before.length));
}

describe("a key set", () => {
  const tag = Uint8Array.of(4, 2);
  const options: XofOptions = { ...toy, seed: new Uint8Array(20).fill(3), tag };

  test("encrypts, computes and decrypts, however it is passed on", async () => {
    const { clientKey, keySet } = await CompressedXofKeySet.generate({ ...options, oprfKey: true });
    const read = CompressedXofKeySet.deserialize(keySet.serialize(), INSECURE);
    const expanded = XofKeySet.deserialize((await read.expand()).serialize(), INSECURE);
    const publicKeys = [
      await keySet.publicKey.decompress(),
      await read.publicKey.decompress(),
      expanded.publicKey,
    ];
    const serverKeys = [keySet.serverKey, read.serverKey, expanded.serverKey];
    for (const [i, publicKey] of publicKeys.entries()) {
      const list = await CompactCiphertextList.builder(publicKey)
        .push(FheUint8, 200)
        .push(FheBool, true)
        .buildPacked();
      using engine = await Engine.create(serverKeys[i], { threads: 1 });
      const [x, truth] = engine.expand(list, [FheUint8, FheBool]);
      const result = await truth.select(x.add(55), x).ciphertext();
      expect(result.decrypt(clientKey)).toBe(255);
      const random = await engine.random(FheUint8).ciphertext();
      expect(random.decrypt(clientKey)).toBeLessThan(256);
    }
    for (const { tag, parameters } of [keySet, read, expanded, ...publicKeys, ...serverKeys]) {
      expect(tag).toEqual(options.tag);
      expect(parameters).toBeDefined();
    }
  });

  test("is the same for the same seed and options, and another for others", async () => {
    const made = async (more: Partial<XofOptions> = {}): Promise<string> =>
      digest((await CompressedXofKeySet.generate({ ...options, ...more })).keySet.serialize());
    const first = await made();
    expect(await made()).toBe(first);
    const others = await Promise.all([
      made({ seed: new Uint8Array(20).fill(4) }),
      made({ seed: new Uint8Array(21).fill(3) }),
      made({ seed: undefined }),
      made({ seed: undefined }),
      made({ secretSeparator: "another " }),
      made({ publicSeparator: "another " }),
      made({ securityBits: 129 }),
    ]);
    expect(new Set([first, ...others]).size).toBe(8);
  });

  test("leaves the seed that it was given as it was", async () => {
    const seed = new Uint8Array(20).fill(3);
    await CompressedXofKeySet.generate({ ...options, seed });
    expect(seed).toEqual(new Uint8Array(20).fill(3));
  });

  test("can be cancelled", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(CompressedXofKeySet.generate({ ...options, signal })).rejects.toThrow("enough");
    const { keySet } = await CompressedXofKeySet.generate(options);
    await expect(keySet.expand({ signal })).rejects.toThrow("enough");
  });

  test("has its masks in one stream, whatever its keys say", async () => {
    const { clientKey, keySet } = await CompressedXofKeySet.generate(options);
    const set = deserializeCompressedKeySet(keySet.serialize(), INSECURE);
    const other = { kind: "ctr", bytes: new Uint8Array(16), start: 5 } as const;
    const { publicKey, serverKey } = set;
    const odd = {
      ...set,
      publicKey: { ...publicKey, seed: other, tag: Uint8Array.of(9) },
      serverKey: { ...serverKey, keySwitch: { ...serverKey.keySwitch, seed: other } },
    };
    const bytes = serializeCompressedKeySet(odd);
    const read = CompressedXofKeySet.deserialize(bytes, INSECURE);
    expect(Buffer.compare(read.serialize(), bytes)).toBe(0);
    expect(Buffer.compare(read.serverKey.serialize(), keySet.serverKey.serialize())).toBe(0);
    expect(Buffer.compare(read.publicKey.serialize(), keySet.publicKey.serialize())).toBe(0);
    expect(clientKey.tag).toEqual(tag);
  });

  test("of an older version begins at the second byte", async () => {
    const { keySet } = await CompressedXofKeySet.generate(options);
    const bytes = keySet.serialize();
    const seed = deserializeCompressedKeySet(bytes, INSECURE).seed;
    const length = Uint8Array.of(seed.bytes.length, 0, 0, 0, 0, 0, 0, 0);
    // The version of the set; that of the start, the first byte; that of the seed.
    const now = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...length, ...seed.bytes);
    const before = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, ...length, ...seed.bytes);
    const second = Uint8Array.from(now);
    second[8] = 1;
    const older = CompressedXofKeySet.deserialize(replaced(bytes, now, before), INSECURE);
    const secondByte = replaced(bytes, now, second);
    expect(Buffer.compare(older.serialize(), secondByte)).toBe(0);
    expect(evaluationKeyOf(older.serverKey).keySwitch.seed.start).toBe(
      evaluationKeyOf(keySet.serverKey).keySwitch.seed.start + 1,
    );
  });
});

describe("a key set is refused", () => {
  test.each<[string, object, new () => Error, RegExp]>([
    ["without a compactKey", { compactKey: undefined }, ParameterError, /needs a compactKey/],
    ["of a short seed", { seed: new Uint8Array(15) }, RangeError, /15 bytes; expected 16 to 1016/],
    ["of a long seed", { seed: new Uint8Array(1017) }, RangeError, /1017 bytes/],
    ["of a seed that is a number", { seed: 5n }, TypeError, /Uint8Array/],
    ["of an even weight", { weightBound: 0.5 }, RangeError, /more than 0.5/],
    ["of too large a weight", { weightBound: 1.5 }, RangeError, /at most 1/],
    ["of a separator of nine characters", { secretSeparator: "123456789" }, TypeError, /eight characters/],
    ["of a separator that is none", { publicSeparator: 5 }, TypeError, /publicSeparator, not a number/],
    ["of half a bit", { securityBits: 128.5 }, RangeError, /securityBits is 128.5/],
    ["of no bits", { securityBits: 0 }, RangeError, /securityBits is 0/],
    ["of an unknown option", { bits: 5 }, TypeError, /no option bits/],
  ])("%s", async (_, wrong, type, message) => {
    const made = CompressedXofKeySet.generate({ ...toy, ...wrong } as XofOptions);
    await expect(made).rejects.toThrow(type);
    await expect(made).rejects.toThrow(message);
  });

  test("of less than 128 bits", async () => {
    const compactKey = PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128;
    await expect(CompressedXofKeySet.generate({ compactKey, securityBits: 127 })).rejects.toThrow(
      ParameterError,
    );
  });

  test("with a public key for another server key", async () => {
    const { keySet } = await CompressedXofKeySet.generate(toy);
    const set = deserializeCompressedKeySet(keySet.serialize(), INSECURE);
    const encryption = { ...set.publicKey.encryption, lweDimension: 512 };
    const publicKey = { ...set.publicKey, encryption, body: new BigUint64Array(512) };
    const bytes = serializeCompressedKeySet({ ...set, publicKey });
    const error = /LWE dimension of the compact public key is 512; expected 256/;
    expect(() => CompressedXofKeySet.deserialize(bytes, INSECURE)).toThrow(error);
    expect(() => CompressedXofKeySet.deserialize(bytes, INSECURE)).toThrow(DeserializationError);
  });
});

describe("parts are expanded where they are asked for", () => {
  const all: XofOptions = { ...KEY_SETS.everything, seed: undefined };

  test("and no others", async () => {
    const { keySet } = await CompressedXofKeySet.generate(all);
    const none = expansionOf(await keySet.serverKey.expand({ parts: [] }));
    const partsOf = (key: object): string[] =>
      Object.entries(key).flatMap(([name, part]) => (part === null ? [name] : []));
    const every = expansionOf((await keySet.expand()).serverKey);
    expect(partsOf(every)).toEqual(["driftZeros"]);
    expect(partsOf(none).sort()).toEqual([
      ...["casting", "compression", "decompression", "driftZeros", "noiseSquashing"],
      ...["noiseSquashingCompression", "oprf", "reRandomization", "transciphering"],
    ]);
    const two = expansionOf(await keySet.serverKey.expand({ parts: ["compression", "reRandomization"] }));
    expect(partsOf(two).sort()).toEqual([
      ...["casting", "driftZeros", "noiseSquashing", "noiseSquashingCompression"],
      ...["oprf", "transciphering"],
    ]);
    const { serverKey } = await keySet.expand({ parts: ["compactKey", "oprfKey"] });
    expect(serverKey.serialize().length).toBeGreaterThan(none.bootstrap.byteLength);
  });

  test("if there are any such", async () => {
    const { keySet } = await CompressedXofKeySet.generate(toy);
    const expand = (parts: unknown) => keySet.expand({ parts: parts as KeyPart[] });
    await expect(expand(["oprfKey"])).rejects.toThrow(ParameterError);
    await expect(expand(["oprf"])).rejects.toThrow(/expected names as parts, of compactKey.*; not "oprf"/);
    await expect(expand("oprf")).rejects.toThrow(/expected an array as parts/);
    const { casting } = TOY_COMPACT;
    const legacy = await CompressedXofKeySet.generate({ ...toy, reRandomization: casting });
    await expect(legacy.keySet.expand({ parts: ["reRandomization"] })).rejects.toThrow(/without compactKey/);
  });
});
