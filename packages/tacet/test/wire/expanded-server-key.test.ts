import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { DeserializationError } from "../../src/errors.ts";
import { Heap } from "../../src/kernel/heap.ts";
import { Kernel } from "../../src/kernel/kernel.ts";
import { loadKernel } from "../../src/kernel/load.ts";
import { writeTables } from "../../src/kernel/tables.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { Pace } from "../../src/progress.ts";
import { generateSecretKey } from "../../src/scheme/secret-key/secret-key.ts";
import { loadEvaluationKey } from "../../src/scheme/server-key/evaluation-key.ts";
import { expandServerKey } from "../../src/scheme/server-key/expand-server-key.ts";
import type { ExpandedKey } from "../../src/scheme/server-key/expanded-key.ts";
import type { SeededServerKey } from "../../src/scheme/server-key/seeded-key.ts";
import { generateServerKey } from "../../src/scheme/server-key/server-key.ts";
import { deserializeClientKey } from "../../src/wire/keys/client-key.ts";
import { deserializeExpandedKey, serializeExpandedKey } from "../../src/wire/keys/expanded-server-key.ts";
import { deserializeServerKey } from "../../src/wire/keys/server-key.ts";
import { glwePhase, lwePhase } from "./plain-lwe.ts";

const insecure = { allowInsecureParameters: true };

/** A file that TFHE-rs 1.7 wrote. */
const vector = (file: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../vectors/1.7/${file}.bin`, import.meta.url)));

const CONFIGURATIONS = ["plain", "oprf", "compact-to-small", "xof"];

/** The largest difference between values. */
const distance = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), a.length === b.length ? 0 : Infinity);

/**
 * Loads both forms of a key into one memory. Key-switching keys must be the same there; the result is the largest
 * difference between values of the bootstrap keys.
 */
async function loadedDistance(expanded: ExpandedKey, seeded: SeededServerKey): Promise<number> {
  const { parameters } = seeded;
  const { polynomialSize } = parameters;
  const module = await loadKernel({ polynomialSize, deterministic: true, shared: false });
  const heap = new Heap({ shared: false });
  const tables = heap.allocate(Kernel.layout(parameters).tables);
  await writeTables(heap.memory, tables, parameters, new Pace({}));
  const kernel = new Kernel(module, heap.memory, tables, parameters);
  // Memory is handed out with what was in it before.
  const used = heap.allocate(2 ** 23);
  new Uint8Array(heap.memory.buffer, used, 2 ** 23).fill(0xa5);
  heap.free(used, 2 ** 23);
  const a = await loadEvaluationKey(expanded, heap, kernel);
  const b = await loadEvaluationKey(seeded, heap, kernel);
  const bytes = (address: number, length: number) => new Uint8Array(heap.memory.buffer, address, length);
  const { bootstrapKey, keySwitchKey, castToBigKey, castToSmallKey } = kernel.layout;
  expect(bytes(a.keySwitchKey, keySwitchKey)).toEqual(bytes(b.keySwitchKey, keySwitchKey));
  expect(a.casting === null).toBe(b.casting === null);
  if (a.casting !== null && b.casting !== null) {
    const { address: here, ...shape } = a.casting;
    const { address: there, ...sameShape } = b.casting;
    expect(shape).toEqual(sameShape);
    const length = shape.destination === "big" ? castToBigKey(shape) : castToSmallKey(shape);
    expect(bytes(here, length)).toEqual(bytes(there, length));
  }
  const doubles = (address: number) => new Float64Array(heap.memory.buffer, address, bootstrapKey / 8);
  return distance(doubles(a.bootstrapKey), doubles(b.bootstrapKey));
}

describe.each(CONFIGURATIONS)("an expanded key of TFHE-rs: %s", (configuration) => {
  const bytes = vector(`${configuration}/server-key`);
  const key = deserializeExpandedKey(bytes, insecure);
  const seeded = deserializeServerKey(vector(`${configuration}/compressed-server-key`), insecure);

  it("is written as it was read", () => {
    expect(serializeExpandedKey(key)).toEqual(bytes);
  });

  it("is what its compressed key expands to", async () => {
    const { bootstrap, oprf, ...rest } = await expandServerKey(seeded);
    const { bootstrap: peerBootstrap, oprf: peerOprf, tag: _tag, ...peerRest } = key;
    expect(rest).toEqual(peerRest);
    // Which transform TFHE-rs takes depends on timing, so last bits differ.
    expect(distance(bootstrap, peerBootstrap)).toBeLessThan(1e-13);
    expect(oprf === null).toBe(peerOprf === null);
    if (oprf !== null && peerOprf !== null) expect(distance(oprf, peerOprf)).toBeLessThan(1e-13);
  });

  it("is loaded as the compressed key is", async () => {
    expect(await loadedDistance(key, seeded)).toBeLessThan(1e-15);
  });
});

test("an expanded key with all parts is written as it was read, and is what its compressed key expands to", async () => {
  const of18 = (file: string) =>
    new Uint8Array(readFileSync(new URL(`../vectors/1.8/full/${file}.bin`, import.meta.url)));
  const bytes = of18("server-key");
  const key = deserializeExpandedKey(bytes, insecure);
  expect(Buffer.compare(serializeExpandedKey(key), bytes)).toBe(0);
  const seeded = deserializeServerKey(of18("compressed-server-key"), insecure);
  const { tag: _tag, ...expected } = key;
  const found = await expandServerKey(seeded);
  /** Without what TFHE-rs computes in one of several ways, whose last bits differ. */
  const exact = ({
    bootstrap,
    oprf,
    transciphering,
    decompression,
    noiseSquashing,
    ...rest
  }: ExpandedKey) => ({
    ...rest,
    gadget: { ...decompression!.bootstrap.key, values: null },
    squashing: {
      ...noiseSquashing!,
      bootstrap: { ...noiseSquashing!.bootstrap.key, re0: null, re1: null, im0: null, im1: null },
    },
  });
  expect(exact(found)).toEqual(exact(expected as ExpandedKey));
  expect(distance(found.bootstrap, key.bootstrap)).toBeLessThan(1e-13);
  expect(distance(found.transciphering!, key.transciphering!)).toBeLessThan(1e-13);
  const [ours, theirs] = [found, key].map(({ noiseSquashing }) => noiseSquashing!.bootstrap.key);
  for (const part of ["re", "im"] as const) {
    const [mine, other] = [ours, theirs].map((one) => [one[`${part}0`], one[`${part}1`]]);
    const differences = mine[0].map((value, i) => value - other[0][i] + (mine[1][i] - other[1][i]));
    expect(distance(differences, new Float64Array(differences.length))).toBeLessThan(1e-29);
    expect(distance(mine[0], new Float64Array(differences.length))).toBeGreaterThan(1);
  }
});

test("coefficients of the wide transform that no polynomial has are refused", () => {
  const bytes = readFileSync(new URL("../vectors/1.8/full/server-key.bin", import.meta.url));
  const key = deserializeExpandedKey(new Uint8Array(bytes), insecure);
  for (const [part, value] of [
    ["re0", 128],
    ["im0", Number.NaN],
    ["re1", 2 ** -30],
    ["im1", Number.POSITIVE_INFINITY],
  ] as const) {
    const values = key.noiseSquashing!.bootstrap.key[part];
    const before = values[5];
    values[5] = value;
    expect(() => deserializeExpandedKey(serializeExpandedKey(key), insecure)).toThrow(
      /Fourier coefficient is/,
    );
    values[5] = before;
  }
  const { noiseSquashing } = key;
  const { bootstrap } = noiseSquashing!;
  const half = { ...bootstrap.key, re1: bootstrap.key.re1.subarray(1) };
  const wrong = { ...key, noiseSquashing: { ...noiseSquashing!, bootstrap: { ...bootstrap, key: half } } };
  expect(() => deserializeExpandedKey(serializeExpandedKey(wrong), insecure)).toThrow(
    /length of the noise squashing key is 2047; expected 2048/,
  );
});

test("an expanded key with a casting key to the big key is loaded as the compressed key is", async () => {
  const seeded = deserializeServerKey(vector("compact-to-big/compressed-server-key"), insecure);
  expect(seeded.casting?.destination).toBe("big");
  const expanded = await expandServerKey(seeded);
  const bytes = serializeExpandedKey({ ...expanded, tag: seeded.tag });
  expect(await loadedDistance(deserializeExpandedKey(bytes, insecure), seeded)).toBe(0);
});

test("so is one with several polynomials and levels", async () => {
  const parameters = {
    ...INSECURE_TOY_MESSAGE_2_CARRY_2,
    lweDimension: 5,
    glweDimension: 2,
    pbsBaseLog: 8,
    pbsLevel: 2,
    ksLevel: 3,
  };
  const seeded = { ...(await generateServerKey(generateSecretKey(parameters))), driftZeros: null };
  expect(await loadedDistance(await expandServerKey(seeded), seeded)).toBe(0);
});

test("the key-switching key encrypts the big key under the small one", () => {
  const { parameters, keySwitch } = deserializeExpandedKey(vector("plain/server-key"), insecure);
  const { lwe, glwe } = deserializeClientKey(vector("plain/client-key"), insecure);
  const { lweDimension: n, ksLevel, ksBaseLog, lweNoise } = parameters;
  for (let row = 0; row < glwe.length * ksLevel; row++) {
    const ciphertext = keySwitch.subarray(row * (n + 1), (row + 1) * (n + 1));
    const level = ksLevel - (row % ksLevel);
    const message = BigInt(glwe[Math.floor(row / ksLevel)]) << BigInt(64 - ksBaseLog * level);
    const error = Number(BigInt.asIntN(64, lwePhase(ciphertext, ciphertext[n], lwe) - message));
    expect(Math.abs(error)).toBeLessThanOrEqual(2 ** lweNoise);
  }
});

describe("hostile bytes", () => {
  const bytes = vector("oprf/server-key");
  const key = deserializeExpandedKey(bytes, insecure);
  const { lweDimension: n, polynomialSize: N, ksLevel } = key.parameters;

  /** Where the parts of the file begin. */
  const keySwitch = 34 + "high_level_api::ServerKey".length + 7 * 4;
  const polynomials = keySwitch + 4 + 8 + 8 * N * ksLevel * (n + 1) + 3 * 12 + 28 + 3 * 4 + 4;
  const polynomialBytes = 8 + 8 * N;
  const afterBootstrap = polynomials + 24 + 4 * n * polynomialBytes;

  /** The error for the bytes with some of them written over. */
  function refusal(at: number, write: (view: DataView, at: number) => void): DeserializationError {
    const copy = bytes.slice();
    write(new DataView(copy.buffer), at);
    try {
      deserializeExpandedKey(copy, insecure);
    } catch (error) {
      if (error instanceof DeserializationError) return error;
      throw error;
    }
    throw new Error("accepted");
  }

  it("are refused where a Fourier coefficient is none", () => {
    const at = polynomials + 24 + 2 * polynomialBytes + 8 + 8 * 5;
    for (const value of [Number.NaN, Infinity, -Infinity, N / 2, -1e300]) {
      const error = refusal(at, (view, at) => view.setFloat64(at, value, true));
      expect(error.message).toContain(`Fourier coefficient is ${value}`);
      expect(error.offset).toBe(at);
    }
    const allowed = bytes.slice();
    new DataView(allowed.buffer).setFloat64(at, (N / 2) * Math.SQRT1_2, true);
    expect(serializeExpandedKey(deserializeExpandedKey(allowed, insecure))).toEqual(allowed);
  });

  it("are refused where a count is not what the others say", () => {
    const u64 = (value: number) => (view: DataView, at: number) => view.setBigUint64(at, BigInt(value), true);
    const refuse = (at: number, value: number) => refusal(at, u64(value)).message;
    expect(refuse(keySwitch + 4, 2 ** 40)).toMatch(/length 1099511627776 is more than/);
    expect(refuse(polynomials, 7)).toMatch(/7 items; expected 2 and 16 polynomials/);
    for (const size of [0, 1, 3, 2 ** 17, 2 ** 50])
      expect(refuse(polynomials + 8, size)).toMatch(/polynomial size is/);
    expect(refuse(polynomials + 8, N / 2)).toMatch(/polynomial of 128 points; expected 64/);
    const most = refusal(polynomials, (view, at) => {
      u64(2 ** 50 + 2)(view, at);
      u64(2 ** 50)(view, at + 16);
    });
    expect(most.message).toMatch(/polynomials are more than the remaining/);
    expect(refuse(polynomials + 24, N)).toMatch(/polynomial of 256 points; expected 128/);
    expect(refuse(afterBootstrap + 4, n + 1)).toMatch(/size of the key-switching key's ciphertexts/);
    expect(refuse(afterBootstrap + 12 + 4, 3)).toMatch(/length of the key-switching key/);
    expect(refuse(afterBootstrap + 24 + 4, 40)).toMatch(/pbsBaseLog/);
    expect(refuse(afterBootstrap + 36 + 4, 2)).toMatch(/length of the bootstrap key/);
  });

  it("are refused wherever they end", () => {
    for (let length = 0; length < bytes.length; length += 997) {
      expect(() => deserializeExpandedKey(bytes.slice(0, length), insecure)).toThrow(DeserializationError);
    }
    expect(() => deserializeExpandedKey(Uint8Array.of(...bytes.subarray(0, 9), 0), insecure)).toThrow(
      DeserializationError,
    );
  });

  it("are refused for unknown parameters and beyond a limit", () => {
    expect(() => deserializeExpandedKey(bytes)).toThrow(/unknown parameter set/);
    expect(() => deserializeExpandedKey(bytes, { ...insecure, sizeLimit: bytes.length - 1 })).toThrow(
      /limit/,
    );
  });
});

describe("layouts of older versions", () => {
  const bytes = vector("plain/server-key");
  const version = 34 + "high_level_api::ServerKey".length + 4;
  const optional = bytes.length - 12 - 7;

  it.each([
    { found: 7, options: 6 },
    { found: 6, options: 5 },
    { found: 5, options: 4 },
    { found: 4, options: 3 },
  ])("version $found has $options optional keys", ({ found, options }) => {
    const older = Uint8Array.from([
      ...bytes.subarray(0, optional + options),
      ...bytes.subarray(optional + 7),
    ]);
    new DataView(older.buffer).setUint32(version, found, true);
    expect(serializeExpandedKey(deserializeExpandedKey(older, insecure))).toEqual(bytes);
  });

  it("refuses others", () => {
    for (const found of [3, 8, 11]) {
      const other = bytes.slice();
      new DataView(other.buffer).setUint32(version, found, true);
      expect(() => deserializeExpandedKey(other, insecure)).toThrow(
        `layout version ${found} is not supported`,
      );
    }
  });
});

test("the bootstrap key encrypts the small key under the GLWE key", () => {
  const { parameters, bootstrap } = deserializeExpandedKey(vector("plain/server-key"), insecure);
  const { lwe, glwe } = deserializeClientKey(vector("plain/client-key"), insecure);
  const { lweDimension: n, polynomialSize: N, pbsBaseLog } = parameters;
  /** Coefficient `t` of a polynomial, by the inverse of the transform's definition. */
  const coefficient = (first: number, t: number): bigint => {
    const j = t % (N / 2);
    let sum = 0;
    for (let s = 0; s < N / 2; s++) {
      const angle = -2 * Math.PI * ((((1 - 4 * s) * j) % (2 * N)) / (2 * N));
      const [re, im] = bootstrap.subarray(first + 2 * s, first + 2 * s + 2);
      sum +=
        t < N / 2 ? re * Math.cos(angle) - im * Math.sin(angle) : re * Math.sin(angle) + im * Math.cos(angle);
    }
    return BigInt.asUintN(64, BigInt(Math.round((sum / (N / 2)) * 2 ** 52)) << 12n);
  };
  for (let i = 0; i < n; i++) {
    const row = (2 * i + 1) * 2 * N; // the one that encrypts the bit itself
    const [mask, body] = [row, row + N].map((first) =>
      BigUint64Array.from({ length: N }, (_, t) => coefficient(first, t)),
    );
    for (const t of [0, 1, N / 2, N - 1]) {
      const message = t === 0 ? BigInt(lwe[i]) << BigInt(64 - pbsBaseLog) : 0n;
      const error = Number(BigInt.asIntN(64, glwePhase(mask, body, glwe, N, t) - message));
      expect(Math.abs(error)).toBeLessThan(2 ** 24); // what doubles keep of the noise
    }
  }
});
