import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sanitizersOf } from "../../src/api/lists/compact-list.ts";
import * as library from "../../src/index.ts";
import { CompactCiphertextList, CompactPublicKey, type FheInteger } from "../../src/index.ts";
import { decode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe } from "../../src/scheme/lwe/lwe.ts";
import {
  expandCompactCiphertexts,
  expandCompactKey,
} from "../../src/scheme/public-key/compact-public-key.ts";
import { Workbench } from "../../src/scheme/workbench.ts";
import { deserializeClientKey } from "../../src/wire/keys/client-key.ts";
import {
  deserializeCompactPublicKey,
  deserializeCompressedCompactPublicKey,
  serializeCompactPublicKey,
  serializeCompressedCompactPublicKey,
} from "../../src/wire/keys/compact-public-key.ts";
import { deserializeCompactList, serializeCompactList } from "../../src/wire/values/compact-list.ts";
import { blocksOfKind } from "../../src/wire/values/data-kind.ts";

/** A file that TFHE-rs 1.7 wrote. */
const read = (file: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../vectors/1.7/${file}`, import.meta.url)));

interface Entry {
  readonly file: string;
  readonly type: string;
  readonly configuration: string;
  readonly from?: string;
  readonly tag?: string;
  readonly values?: readonly { readonly type: string; readonly value: string }[];
}

const { entries }: { entries: Entry[] } = JSON.parse(new TextDecoder().decode(read("manifest.json")));
const ofType = (type: string): Entry[] => entries.filter((entry) => entry.type === type);
const makers = new Map<string, unknown>(Object.entries(library));
const insecure = { allowInsecureParameters: true };
const expectSame = (a: Uint8Array, b: Uint8Array): void => expect(Buffer.compare(a, b)).toBe(0);
const expectTag = (tag: Uint8Array, entry: Entry): void =>
  expect(new TextDecoder().decode(tag)).toBe(entry.tag ?? "");

describe("compact public keys of TFHE-rs", () => {
  it.each(ofType("CompactPublicKey"))("$file", (entry) => {
    const bytes = read(entry.file);
    const key = deserializeCompactPublicKey(bytes, insecure);
    expectSame(serializeCompactPublicKey(key), bytes);
    expectTag(key.tag, entry);
    expect(key.encryption.requiresCasting).toBe(
      deserializeClientKey(read(`${entry.configuration}/client-key.bin`), insecure).compact !== null,
    );
  });

  it.each(ofType("CompressedCompactPublicKey"))("$file", (entry) => {
    const bytes = read(entry.file);
    const key = deserializeCompressedCompactPublicKey(bytes, insecure);
    expectSame(serializeCompressedCompactPublicKey(key), bytes);
    expectTag(key.tag, entry);
  });

  it.each(ofType("CompactPublicKey"))("$file is what its compressed form expands to", async (entry) => {
    const seeded = deserializeCompressedCompactPublicKey(read(entry.from!), insecure);
    const expanded = expandCompactKey(await Workbench.for(256), seeded);
    expect(expanded).toEqual({
      encryption: seeded.encryption,
      data: deserializeCompactPublicKey(read(entry.file), insecure).data,
    });
  });
});

/** A clear value in so many bits. Of a text, the first character comes first, and zeros come last. */
function bitsOf(type: string, value: string, size: number): bigint {
  if (type === "FheBool") return BigInt(value === "true");
  if (type !== "FheAsciiString") return BigInt.asUintN(size, BigInt(value));
  return [...Buffer.from(value)].reduceRight((sum, code) => 256n * sum + BigInt(code), 0n);
}

describe("compact lists of TFHE-rs", () => {
  it.each(ofType("CompactCiphertextList"))("$file", (entry) => {
    const bytes = read(entry.file);
    const list = deserializeCompactList(bytes);
    expectSame(serializeCompactList(list), bytes);
    expectTag(list.tag, entry);
    const values = entry.values!;
    const { types, length } = CompactCiphertextList.deserialize(bytes);
    expect(types).toEqual(values.map(({ type }) => type));
    expect(length).toBe(values.length);

    const client = deserializeClientKey(read(`${entry.configuration}/client-key.bin`), insecure);
    expect(list.requiresCasting).toBe(client.compact !== null);
    const secret = client.compact?.key ?? client.glwe;
    const blocks = Array.from(expandCompactCiphertexts(list.ciphertexts), (lwe) =>
      decode(decryptLwe(lwe, secret), client.parameters),
    );
    const digits = sanitizersOf(list).map((sanitize, i) =>
      sanitize(list.packed ? (blocks[i >> 1] >> (2 * (i & 1))) & 3 : blocks[i]),
    );
    let at = 0;
    for (const [i, { type, value }] of values.entries()) {
      const count = blocksOfKind(list.kinds[i], 4);
      const found = digits.slice(at, at + count).reduceRight((sum, digit) => sum * 4n + BigInt(digit), 0n);
      at += count;
      expect(found).toBe(bitsOf(type, value, 2 * count));
    }
  });

  it("comes out the same from the same values and seed", async () => {
    const { values } = entries.find(({ file }) => file === "plain/compact-list-seeded.bin")!;
    const key = CompactPublicKey.deserialize(read("plain/compact-public-key.bin"), insecure);
    const builder = CompactCiphertextList.builder(key);
    for (const { type, value } of values!) {
      if (type === "FheBool") builder.push(library.FheBool, value === "true");
      else {
        const maker = makers.get(type) as library.FheIntegerType<FheInteger>;
        builder.push(maker, BigInt(value));
      }
    }
    const list = await builder.buildPackedSeeded(new TextEncoder().encode("TacetTestVectors"));
    expectSame(list.serialize(), read("plain/compact-list-seeded.bin"));
  });
});
