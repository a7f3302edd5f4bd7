import { describe, expect, it } from "vitest";
import { secretOf } from "../../src/api/keys/client-key.ts";
import { expansionOf } from "../../src/api/keys/expanded-server-key.ts";
import {
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  CompressedCiphertext,
  ExpandedServerKey,
  FheBool,
  FheUint8,
  ServerKey,
} from "../../src/index.ts";
import { expandCompactKey } from "../../src/scheme/public-key/compact-public-key.ts";
import type { TranscipheringSecretKey } from "../../src/scheme/secret-key/secret-key.ts";
import { Workbench } from "../../src/scheme/workbench.ts";
import {
  deserializeCompressedCompactPublicKey,
  serializeCompactPublicKey,
} from "../../src/wire/keys/compact-public-key.ts";
import type { SerializedExpandedKey } from "../../src/wire/keys/expanded-server-key.ts";
import {
  bytesOf,
  clientKeyOf,
  decrypt,
  type Entry,
  entries,
  INSECURE,
  LATEST,
  readerOf,
  unsupported,
  valueTypes,
  writtenAsBefore,
} from "./vectors.ts";

/* What TFHE-rs wrote is read as it was meant, and written again as it was. */

const expectSame = (found: Uint8Array, expected: Uint8Array): void =>
  expect(Buffer.compare(found, expected)).toBe(0);
const read = (entry: Entry) => readerOf(entry.type)(bytesOf(entry));
const supported = entries.filter((entry) => unsupported(entry) === null);
const ofType = (...types: string[]): Entry[] => supported.filter(({ type }) => types.includes(type));
const named = (all: readonly Entry[]): [string, Entry][] =>
  all.map((entry) => [`${entry.version}/${entry.file}`, entry]);
/** Files of a type that were expanded from others, with those. */
const expanded = (type: string): [string, Entry, Uint8Array][] =>
  ofType(type).flatMap((entry) => {
    const { version, file, from } = entry;
    return from === undefined ? [] : [[`${version}/${file}`, entry, bytesOf({ version, file: from })]];
  });

/** What the manifest says that an entry decrypts to; `null` if it is no ciphertext, or one of a key out of reach. */
function expectedValues(entry: Entry): string[] | null {
  const { value, values } = entry;
  if (unsupported({ ...entry, type: "ClientKey" }) !== null) return null;
  if (values !== undefined) return values.map((one) => one.value);
  return value === undefined ? null : [value];
}

describe("files of TFHE-rs", () => {
  it.each(named(supported))("%s", async (_, entry) => {
    const bytes = bytesOf(entry);
    const value = read(entry);
    const expected = expectedValues(entry);
    expect(new TextDecoder().decode(value.tag)).toBe(entry.tag ?? "");
    if (expected !== null) expect(await decrypt(value, clientKeyOf(entry))).toEqual(expected);

    const before = writtenAsBefore(value, entry.version);
    if (before !== null) expectSame(before, bytes);
    // Other layouts are written as those of today.
    const again = value.serialize();
    const reread = readerOf(entry.type)(again);
    expectSame(reread.serialize(), again);
    expectSame(reread.tag, value.tag);
    if (expected !== null) {
      const key = ClientKey.deserialize(clientKeyOf(entry).serialize(), INSECURE);
      expect(await decrypt(reread, key)).toEqual(expected);
    }
  });

  it.each(named(entries.filter((entry) => unsupported(entry) !== null)))(
    "%s: is not supported",
    (_, entry) => {
      expect(() => read(entry)).toThrow(unsupported(entry) as RegExp);
    },
  );

  it("are there for every type", () => {
    const general = (type: string): string => type.replace(/(Fhe(Ui|I)nt)\d+/, "$1").replace(/<.*>/, "");
    const types = entries.filter(({ version }) => version === LATEST).map(({ type }) => general(type));
    expect([...new Set(types)].sort()).toEqual([
      "ClientKey",
      "CompactCiphertextList",
      "CompactPublicKey",
      "CompressedCiphertextList",
      "CompressedCompactPublicKey",
      "CompressedFheBool",
      "CompressedFheInt",
      "CompressedFheUint",
      "CompressedKVStore",
      "CompressedPublicKey",
      "CompressedServerKey",
      "CompressedXofKeySet",
      "FheAsciiString",
      "FheBool",
      "FheInt",
      "FheUint",
      "KeySwitchingKey",
      "PublicKey",
      "ServerKey",
      "XofKeySet",
    ]);
    const compressed = supported
      .map((entry) => read(entry))
      .filter((value) => value instanceof CompressedCiphertext);
    expect(new Set(compressed.map(({ form }) => form))).toEqual(new Set(["seeded", "switched"]));
  });
});

describe("client keys from seeds", () => {
  /** Those before 1.6 draw other keys from a seed. */
  const seeded = ofType("ClientKey").filter(({ seed, version }) => seed !== undefined && version >= "1.6");
  it.each(named(seeded))("%s", async (_, entry) => {
    const { parameters, tag, oprf, transciphering, ...parts } = secretOf(clientKeyOf(entry));
    const { compact, compression, noiseSquashing, noiseSquashingCompression, reRandomization } = parts;
    const key = await ClientKey.generate({
      parameters,
      compactKey: compact?.parameters,
      compression: compression?.parameters,
      noiseSquashing: noiseSquashing?.parameters,
      noiseSquashingCompression: noiseSquashingCompression?.parameters,
      reRandomization: reRandomization ?? undefined,
      oprfKey: oprf !== null,
      transciphering: transciphering === null ? undefined : kindOf(transciphering),
      tag,
      seed: BigInt(entry.seed as string),
      ...INSECURE,
    });
    expectSame(
      writtenAsBefore(key, entry.version) ?? key.serialize(),
      entry.version >= "1.7" ? bytesOf(entry) : clientKeyOf(entry).serialize(),
    );
  });

  const kindOf = ({ key, dedicated }: TranscipheringSecretKey) =>
    dedicated ? { lweDimension: key.length } : ("same" as const);

  it("are there, with and without each part", () => {
    const made = seeded.map(clientKeyOf).map(secretOf);
    const parts = [
      "compact",
      "compression",
      "noiseSquashing",
      "noiseSquashingCompression",
      "reRandomization",
      "oprf",
      "transciphering",
    ] as const;
    for (const part of parts) {
      expect(new Set(made.map((secrets) => secrets[part] === null)), part).toEqual(new Set([true, false]));
    }
    expect(new Set(made.map(({ transciphering }) => transciphering?.dedicated))).toContain(false);
    expect(new Set(made.map(({ transciphering }) => transciphering?.dedicated))).toContain(true);
  });
});

describe("expanded keys", () => {
  it.each(expanded("ServerKey"))("%s is what its compressed form expands to", async (_, entry, from) => {
    const compressed = ServerKey.deserialize(from, INSECURE);
    const found = expansionOf(await compressed.expand());
    const expected = expansionOf(ExpandedServerKey.deserialize(bytesOf(entry), INSECURE));
    expect(exactly(found)).toEqual(exactly(expected));
    const [lists, others] = [found, expected].map(({ decompression }) => decompression?.bootstrap.key.values);
    if (lists && others) expectClose(lists, others);
    for (const part of ["bootstrap", "oprf", "transciphering"] as const) {
      expect(found[part] === null).toBe(expected[part] === null);
      if (found[part] !== null && expected[part] !== null) expectClose(found[part], expected[part]);
    }
  });

  /** What is the same to the last bit. The wide transform is looked at with the keys that have it. */
  function exactly(key: SerializedExpandedKey): object {
    const { decompression, noiseSquashing, ...rest } = key;
    const gadget = decompression && { ...decompression.bootstrap.key, values: null };
    const squashing = noiseSquashing && { ...noiseSquashing, bootstrap: null };
    return { ...rest, gadget, squashing, bootstrap: null, oprf: null, transciphering: null };
  }

  /** TFHE-rs picks its transform by a race, so the last bits of its results are left to chance. */
  function expectClose(found: Float64Array, expected: Float64Array): void {
    expect(found.length).toBe(expected.length);
    const errors = found.map((value, i) => Math.abs(value - expected[i]));
    expect(errors.reduce((a, b) => Math.max(a, b))).toBeLessThan(1e-12);
  }

  // By way of the scheme: the API leaves alone the keys of tiny dimensions that are among them.
  it.each(expanded("CompactPublicKey"))(
    "%s is what its compressed form expands to",
    async (_, entry, from) => {
      const key = deserializeCompressedCompactPublicKey(from, INSECURE);
      const found = { ...expandCompactKey(await Workbench.for(256), key), tag: key.tag };
      expectSame(serializeCompactPublicKey(found), read(entry).serialize());
    },
  );
});

/** Whether Tacet can compute with a compact key: most with a secret key of their own have tiny ones here. */
function hasCompactKernel(entry: Entry): boolean {
  return CompactPublicKey.deserialize(bytesOf(entry), INSECURE).parameters.lweDimension >= 256;
}

describe("compact public keys", () => {
  it.each(named(ofType("CompactPublicKey").filter(hasCompactKernel)))(
    "%s encrypts for its client key",
    async (_, entry) => {
      const publicKey = CompactPublicKey.deserialize(bytesOf(entry), INSECURE);
      const list = CompactCiphertextList.builder(publicKey).push(FheUint8, 200).push(FheBool, true);
      expect(await decrypt(await list.buildPacked(), clientKeyOf(entry))).toEqual(["200", "true"]);
      if (publicKey.parameters.requiresCasting) return; // lists are all that it encrypts
      expect((await publicKey.encrypt(FheUint8, 77)).decrypt(clientKeyOf(entry))).toBe(77);
    },
  );

  it("make the same list of the same values and seed", async () => {
    const [entry] = ofType("CompactCiphertextList").filter(
      ({ version, file }) => version === LATEST && file === "plain/compact-list-seeded.bin",
    );
    const bytes = bytesOf({ version: LATEST, file: "plain/compact-public-key.bin" });
    const builder = CompactCiphertextList.builder(CompactPublicKey.deserialize(bytes, INSECURE));
    for (const { type, value } of entry.values ?? []) {
      const maker = valueTypes.get(type);
      if (maker === undefined) throw new Error(`no type ${type}`);
      if (maker === FheBool) builder.push(FheBool, value === "true");
      else if ("width" in maker) builder.push(maker, BigInt(value));
    }
    const list = await builder.buildPackedSeeded(new TextEncoder().encode("TacetTestVectors"));
    expectSame(list.serialize(), bytesOf(entry));
  });
});
