import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DeserializationError } from "../../src/errors.ts";
import { type Codec, decode, encode } from "../../src/wire/bincode/codec.ts";
import {
  deserializeClientKey,
  type SerializedClientKey,
  serializeClientKey,
} from "../../src/wire/keys/client-key.ts";
import { compressionSecretKey, decompressionKey } from "../../src/wire/keys/compression-keys.ts";
import { noiseSquashingKey, noiseSquashingSecretKey } from "../../src/wire/keys/noise-squashing-keys.ts";
import {
  deserializeServerKey,
  type SerializedServerKey,
  serializeServerKey,
} from "../../src/wire/keys/server-key.ts";
import { NO_SERVER_EXTRAS } from "./no-extras.ts";

/* The parts of TFHE-rs's keys that Tacet has no use for, in keys that TFHE-rs wrote. */

const VECTORS = new URL("../vectors/", import.meta.url);
const vector = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, VECTORS)));

const insecure = { allowInsecureParameters: true };
const readClient = (bytes: Uint8Array) => deserializeClientKey(bytes, insecure);
const readServer = (bytes: Uint8Array) => deserializeServerKey(bytes, insecure);

const fullClientBytes = vector("1.7/full/client-key.bin");
const fullServerBytes = vector("1.7/full/compressed-server-key.bin");
const dedicatedClientBytes = vector("1.7/re-randomization/client-key.bin");
const dedicatedServerBytes = vector("1.7/re-randomization/compressed-server-key.bin");
const fullClient = readClient(fullClientBytes);
const fullServer = readServer(fullServerBytes);
const dedicatedClient = readClient(dedicatedClientBytes);
const dedicatedServer = readServer(dedicatedServerBytes);

const folders = readdirSync(VECTORS)
  .flatMap((version) => readdirSync(new URL(version, VECTORS)).map((name) => `${version}/${name}`))
  .filter((folder) => existsSync(new URL(`${folder}/compressed-server-key.bin`, VECTORS)));

describe.each(folders)("keys of %s", (folder) => {
  /** Older layouts come back as those of 1.7. */
  const version = (["1.7", "1.8"] as const).find((one) => folder.startsWith(`${one}/`));

  it("are read, and written again to the same bytes", () => {
    const client = vector(`${folder}/client-key.bin`);
    const clientAgain = serializeClientKey(readClient(client), { version });
    if (version) expect(Buffer.compare(clientAgain, client)).toBe(0);
    expect(readClient(clientAgain)).toEqual(readClient(client));

    const server = vector(`${folder}/compressed-server-key.bin`);
    const serverAgain = serializeServerKey(readServer(server), { version });
    if (version) expect(Buffer.compare(serverAgain, server)).toBe(0);
    expect(readServer(serverAgain)).toEqual(readServer(server));
  });
});

describe("the client key with all parts", () => {
  it("has them with the parameters that it was made with", () => {
    const { compression, noiseSquashing, noiseSquashingCompression, reRandomization } = fullClient;
    expect(compression?.parameters).toMatchObject({
      bootstrapLevel: 1,
      bootstrapBaseLog: 23,
      packingLevel: 1,
      packingBaseLog: 14,
      polynomialSize: 8,
      glweDimension: 1,
      ciphertextsPerGlwe: 8,
      storedBits: 12,
      noise: 20,
    });
    expect(noiseSquashing?.parameters).toMatchObject({
      glweDimension: 1,
      polynomialSize: 256,
      noise: 30,
      baseLog: 24,
      level: 1,
      modulusSwitch: "centred mean",
      messageModulus: 4,
      carryModulus: 4,
    });
    expect(noiseSquashingCompression?.parameters).toMatchObject({ polynomialSize: 8, baseLog: 24, noise: 3 });
    expect(reRandomization).toBe("derived");
    expect(dedicatedClient.reRandomization).toEqual({ baseLog: 27, level: 1, destination: "big" });
  });
});

const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const u32 = (...values: number[]): Uint8Array => new Uint8Array(new Uint32Array(values).buffer);
/** A `count` as it stands in bytes. */
const COUNT = 12;
/** Without the last bytes, and only those. */
const split = (bytes: Uint8Array, last: number): [Uint8Array, Uint8Array] => [
  bytes.subarray(0, bytes.length - last),
  bytes.subarray(bytes.length - last),
];
const OPTION_NONE = Uint8Array.of(0);

describe("older layouts", () => {
  const { compression, noiseSquashing } = fullClient;
  const server = fullServer;

  const expectRead = <T>(codec: Codec<T>, bytes: Uint8Array, expected: T): void =>
    expect(decode(codec, bytes, { versioned: true, ...insecure })).toEqual(expected);

  it("of compression parameters", () => {
    const [start, fields] = split(encode(compressionSecretKey, compression!), 8 * COUNT + 16);
    expectRead(compressionSecretKey, join(start.subarray(0, -12), u32(0), fields), compression!);
  });

  it("of noise squashing parameters", () => {
    const [start, fields] = split(
      encode(noiseSquashingSecretKey, noiseSquashing!),
      4 * COUNT + 16 + 8 + 2 * COUNT + 28,
    );
    const beforeParameters = start.subarray(0, -12);
    expectRead(noiseSquashingSecretKey, join(beforeParameters, u32(1), fields), noiseSquashing!);
    const [upToSwitch, moduli] = [fields.subarray(0, 4 * COUNT + 16), fields.subarray(4 * COUNT + 16 + 8)];
    expectRead(noiseSquashingSecretKey, join(beforeParameters, u32(0), upToSwitch, OPTION_NONE, moduli), {
      ...noiseSquashing!,
      parameters: { ...noiseSquashing!.parameters, modulusSwitch: "standard" },
    });
  });

  it("of decompression keys", () => {
    const [start, ciphertextsPerGlwe] = split(encode(decompressionKey, server.decompression!), COUNT);
    const key = start.subarray(4 * 4, -8);
    expectRead(decompressionKey, join(u32(1, 1), key, ciphertextsPerGlwe), server.decompression!);
  });

  it("of noise squashing keys", () => {
    const key = server.noiseSquashing!;
    const [start, moduli] = split(encode(noiseSquashingKey, key), 2 * COUNT + 28);
    const [seeded, modulusSwitch] = split(start.subarray(7 * 4), 8);
    const standard = { ...key, bootstrap: { ...key.bootstrap, modulusSwitch: "standard" as const } };
    expectRead(noiseSquashingKey, join(u32(0, 1), seeded, modulusSwitch, moduli), key);
    expectRead(noiseSquashingKey, join(u32(0, 0), seeded, OPTION_NONE, moduli), standard);
  });

  /** Where the version of `IntegerClientKey` or `IntegerCompressedServerKey` stands: behind the header and another. */
  const versionAt = (bytes: Uint8Array, type: string): number =>
    Buffer.from(bytes).indexOf(type) + type.length + 4;

  /** Of a key without an OPRF key and without a tag: the bytes of its last option, which are at the end but these. */
  const END = 1 + 4 + 8;
  const TAG = 4 + 8;

  it("of client keys that are re-randomised with a dedicated compact key", () => {
    expect([dedicatedClient.oprf, dedicatedClient.tag.length]).toEqual([null, 0]);
    const at = versionAt(dedicatedClientBytes, "high_level_api::ClientKey");
    const withVersion = (version: number, end: number, start: number): Uint8Array =>
      join(
        dedicatedClientBytes.subarray(0, at),
        u32(version),
        dedicatedClientBytes.subarray(at + 4, -(END + end)),
        dedicatedClientBytes.subarray(dedicatedClientBytes.length - END - start, -END),
        dedicatedClientBytes.subarray(-TAG),
      );
    const casting = 4 + 2 * COUNT + 8;
    expect(readClient(withVersion(6, casting + 8, casting))).toEqual(dedicatedClient);
    expect(readClient(withVersion(5, casting + 9, 0))).toEqual({
      ...dedicatedClient,
      reRandomization: null,
    });
    expect(readClient(withVersion(4, casting + 10, 0))).toEqual({
      ...dedicatedClient,
      reRandomization: null,
    });
    expect(readClient(withVersion(3, casting + 11, 0))).toEqual({
      ...dedicatedClient,
      reRandomization: null,
    });
  });

  it("of server keys that re-randomise with a dedicated compact key", () => {
    expect([dedicatedServer.oprf, dedicatedServer.tag.length]).toEqual([null, 0]);
    const at = versionAt(dedicatedServerBytes, "high_level_api::CompressedServerKey");
    const withVersion = (version: number, end: number, start: number): Uint8Array =>
      join(
        dedicatedServerBytes.subarray(0, at),
        u32(version),
        dedicatedServerBytes.subarray(at + 4, -(END + end)),
        dedicatedServerBytes.subarray(dedicatedServerBytes.length - END - start, -END),
        dedicatedServerBytes.subarray(-TAG),
      );
    const key = 4 + 4 + castingKeyBytes();
    expect(readServer(withVersion(5, key + 8, key))).toEqual(dedicatedServer);
    expect(readServer(withVersion(4, key + 9, 0))).toEqual({ ...dedicatedServer, ...NO_SERVER_EXTRAS });
    expect(readServer(withVersion(3, key + 10, 0))).toEqual({ ...dedicatedServer, ...NO_SERVER_EXTRAS });
    expect(readServer(withVersion(2, key + 11, 0))).toEqual({ ...dedicatedServer, ...NO_SERVER_EXTRAS });
  });

  function castingKeyBytes(): number {
    const without = serializeServerKey({ ...dedicatedServer, ...NO_SERVER_EXTRAS });
    return dedicatedServerBytes.length - without.length - 4 * 4;
  }
});

/** Changes one of the parts of a key. */
const change = <Key, Part extends keyof Key>(
  key: Key,
  part: Part,
  changes: (value: NonNullable<Key[Part]>) => Key[Part],
): Key => ({ ...key, [part]: changes(key[part]!) });

describe("parts of client keys that do not go together are refused:", () => {
  const withPart = <Part extends keyof SerializedClientKey>(
    part: Part,
    changes: (value: NonNullable<SerializedClientKey[Part]>) => SerializedClientKey[Part],
  ): SerializedClientKey => change(fullClient, part, changes);

  it.each<[string, SerializedClientKey, RegExp]>([
    [
      "a short compression key",
      withPart("compression", (part) => ({ ...part, key: new Uint8Array(7) })),
      /length of the compression key is 7; expected 8/,
    ],
    [
      "polynomials of an odd size",
      withPart("compression", (part) => ({
        key: new Uint8Array(9),
        parameters: { ...part.parameters, polynomialSize: 9 },
      })),
      /compression key is of polynomial size 9/,
    ],
    [
      "more packed ciphertexts than fit",
      withPart("compression", ({ key, parameters }) => ({
        key,
        parameters: { ...parameters, ciphertextsPerGlwe: 9 },
      })),
      /packs 9 ciphertexts into polynomials of 8/,
    ],
    [
      "packed coefficients without bits",
      withPart("compression", ({ key, parameters }) => ({
        key,
        parameters: { ...parameters, storedBits: 0 },
      })),
      /compressed coefficients of 0 bits/,
    ],
    [
      "a long noise squashing key",
      withPart("noiseSquashing", (part) => ({ ...part, key: new Uint8Array(512) })),
      /length of the noise squashing key is 512/,
    ],
    [
      "noise squashing of other blocks",
      withPart("noiseSquashing", ({ key, parameters }) => ({
        key,
        parameters: { ...parameters, carryModulus: 2 },
      })),
      /carry modulus of the noise squashing key is 2; expected 4/,
    ],
    [
      "noise squashing compression of other blocks",
      withPart("noiseSquashingCompression", ({ key, parameters }) => ({
        key,
        parameters: { ...parameters, messageModulus: 2 },
      })),
      /message modulus of the noise squashing compression key is 2; expected 4/,
    ],
    [
      "re-randomisation with a compact key that there is not",
      { ...dedicatedClient, compact: null },
      /dedicated compact key, of which there is none/,
    ],
    [
      "re-randomisation under the small key",
      {
        ...dedicatedClient,
        reRandomization: { baseLog: 4, level: 4, destination: "small" },
      },
      /under the small key/,
    ],
  ])("%s", (_, key, message) => {
    const bytes = serializeClientKey(key);
    expect(() => readClient(bytes)).toThrow(DeserializationError);
    expect(() => readClient(bytes)).toThrow(message);
  });
});

describe("parts of server keys that do not go together are refused:", () => {
  const withPart = <Part extends keyof SerializedServerKey>(
    part: Part,
    changes: (value: NonNullable<SerializedServerKey[Part]>) => SerializedServerKey[Part],
  ): SerializedServerKey => change(fullServer, part, changes);

  it.each<[string, SerializedServerKey, RegExp]>([
    [
      "a compression key from another key",
      withPart("compression", (part) => ({
        ...part,
        packing: { ...part.packing, bodies: new BigUint64Array(8 * 255) },
      })),
      /input dimension of the compression key is 255; expected 256/,
    ],
    [
      "a compression key without whole rows",
      withPart("compression", (part) => ({
        ...part,
        packing: { ...part.packing, bodies: new BigUint64Array(2047) },
      })),
      /compression key has 2047 coefficients: no whole rows/,
    ],
    [
      "a compression key of more bits than the torus has",
      withPart("compression", (part) => ({ ...part, packing: { ...part.packing, baseLog: 33, level: 2 } })),
      /compression key with 2 levels of 33 bits/,
    ],
    [
      "a decompression key to another key",
      withPart("decompression", ({ bootstrap, ...part }) => ({
        ...part,
        bootstrap: { ...bootstrap, key: { ...bootstrap.key, glweSize: 3, polynomialSize: 128 } },
      })),
      /decompression key has 4096 coefficients: no whole rows/,
    ],
    [
      "a decompression key from another key",
      withPart("decompression", ({ bootstrap, ...part }) => ({
        ...part,
        bootstrap: { ...bootstrap, key: { ...bootstrap.key, bodies: new BigUint64Array(512) } },
      })),
      /input dimension of the decompression key is 1; expected 8/,
    ],
    [
      "a decompression key for other lists",
      withPart("decompression", (part) => ({ ...part, ciphertextsPerGlwe: 4 })),
      /ciphertexts that the decompression key unpacks is 4; expected 8/,
    ],
    [
      "a noise squashing key from another key",
      withPart("noiseSquashing", ({ bootstrap, ...part }) => ({
        ...part,
        bootstrap: { ...bootstrap, key: { ...bootstrap.key, bodies: new Uint8Array(16 * 512 * 5) } },
      })),
      /input dimension of the noise squashing key is 5; expected 4/,
    ],
    [
      "a noise squashing key for other blocks",
      withPart("noiseSquashing", (part) => ({ ...part, messageModulus: 2 })),
      /message modulus of the noise squashing key is 2/,
    ],
    [
      "a noise squashing compression key from another key",
      withPart("noiseSquashingCompression", (part) => ({
        ...part,
        packing: { ...part.packing, bodies: new Uint8Array(16 * 8 * 255) },
      })),
      /input dimension of the noise squashing compression key is 255; expected 256/,
    ],
    [
      "a public key of another dimension",
      withPart("reRandomization", (part) => {
        if (part.kind !== "derived") throw new TypeError();
        return { kind: "derived", key: { ...part.key, body: new BigUint64Array(255) } };
      }),
      /length of the re-randomisation key is 255; expected 256/,
    ],
    [
      "re-randomisation with a casting key that there is not",
      { ...dedicatedServer, casting: null },
      /dedicated compact key without the casting key/,
    ],
    [
      "re-randomisation with a casting key to the small key",
      {
        ...dedicatedServer,
        reRandomization: { kind: "casting" },
        casting: { ...dedicatedServer.casting!, destination: "small" },
      },
      /under the small key/,
    ],
  ])("%s", (_, key, message) => {
    const bytes = serializeServerKey(key);
    expect(() => readServer(bytes)).toThrow(DeserializationError);
    expect(() => readServer(bytes)).toThrow(message);
  });

  it("what stands without its counterpart, is not", () => {
    for (const part of ["compression", "decompression", ...Object.keys(NO_SERVER_EXTRAS)]) {
      const key = { ...fullServer, [part]: null };
      expect(readServer(serializeServerKey(key))).toEqual(key);
    }
  });
});

describe("what Tacet has no layout of is refused by name:", () => {
  const { compression, noiseSquashing } = fullClient;
  const server = fullServer;

  it.each<[string, () => Codec<unknown>, Uint8Array, number, RegExp]>([
    [
      "multi-bit compression parameters",
      () => compressionSecretKey,
      encode(compressionSecretKey, compression!),
      -(4 + 4 + 8 * COUNT + 16),
      /multi-bit compression parameters is not supported/,
    ],
    [
      "multi-bit noise squashing parameters",
      () => noiseSquashingSecretKey,
      encode(noiseSquashingSecretKey, noiseSquashing!),
      -(4 + 4 + 4 * COUNT + 16 + 8 + 2 * COUNT + 28),
      /multi-bit noise squashing parameters is not supported/,
    ],
    [
      "multi-bit decompression keys",
      () => decompressionKey,
      encode(decompressionKey, server.decompression!),
      3 * 4,
      /multi-bit bootstrap key is not supported/,
    ],
    [
      "noise squashing of the other atomic pattern",
      () => noiseSquashingKey,
      encode(noiseSquashingKey, server.noiseSquashing!),
      3 * 4,
      /32-bit key switch is not supported/,
    ],
    [
      "multi-bit noise squashing keys",
      () => noiseSquashingKey,
      encode(noiseSquashingKey, server.noiseSquashing!),
      6 * 4,
      /multi-bit bootstrap key is not supported/,
    ],
  ])("%s", (_, codec, bytes, variant, message) => {
    bytes[bytes.length * Number(variant < 0) + variant] = 1;
    expect(() => decode(codec(), bytes)).toThrow(DeserializationError);
    expect(() => decode(codec(), bytes)).toThrow(message);
  });
});

describe("bad bytes", () => {
  /** All offsets but those within vectors of torus elements. */
  function structureOf(bytes: Uint8Array, bulk: Uint8Array[]): number[] {
    const inside = new Uint8Array(bytes.length);
    for (const part of bulk) {
      const at = Buffer.from(bytes.buffer).indexOf(part);
      expect(at).toBeGreaterThan(0);
      inside.fill(1, at + 1, at + part.length);
    }
    return [...bytes.keys()].filter((offset) => inside[offset] === 0);
  }

  /** The vectors of torus elements of a key. */
  const bulkOf = (value: unknown): Uint8Array[] =>
    value instanceof BigUint64Array || (value instanceof Uint8Array && value.length > 1024)
      ? [new Uint8Array(value.buffer)]
      : value !== null && typeof value === "object" && !ArrayBuffer.isView(value)
        ? Object.values(value).flatMap(bulkOf)
        : [];

  it.each([
    ["client key", fullClientBytes, readClient, serializeClientKey, structureOf(fullClientBytes, [])],
    [
      "server key",
      fullServerBytes,
      readServer,
      serializeServerKey,
      structureOf(fullServerBytes, bulkOf(fullServer)),
    ],
    [
      "server key with another re-randomisation key",
      dedicatedServerBytes,
      readServer,
      serializeServerKey,
      structureOf(dedicatedServerBytes, bulkOf(dedicatedServer)),
    ],
  ] as const)(
    "of a %s are refused, cut off anywhere or with a bit flipped, or read as another key",
    (_, bytes, read, write, offsets) => {
      const accepted = (input: Uint8Array): boolean => {
        try {
          const output = write(read(input) as SerializedClientKey & SerializedServerKey);
          if (Buffer.compare(output, input) !== 0)
            throw new Error("written to other bytes than it was read from");
          return true;
        } catch (error) {
          if (error instanceof DeserializationError) return false;
          throw error;
        }
      };
      const flipped = bytes.slice();
      let refused = 0;
      for (const offset of offsets) {
        expect(accepted(bytes.subarray(0, offset))).toBe(false);
        const bit = 1 << ((offset * 5) % 8);
        flipped[offset] ^= bit;
        if (!accepted(flipped)) refused++;
        flipped[offset] ^= bit;
      }
      expect(refused).toBeGreaterThan(offsets.length / 2);
    },
  );
});
