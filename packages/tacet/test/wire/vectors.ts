import { readdirSync, readFileSync } from "node:fs";
import { secretOf } from "../../src/api/keys/client-key.ts";
import { compactListOf, conformingList } from "../../src/api/lists/compact-list.ts";
import { conformingContent } from "../../src/api/values/compressed-ciphertext.ts";
import { textOf } from "../../src/api/values/text.ts";
import * as library from "../../src/index.ts";
import {
  type Ciphertext,
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  CompressedCiphertext,
  CompressedCiphertextList,
  CompressedCompactPublicKey,
  CompressedKeyValueStore,
  CompressedPublicKey,
  CompressedXofKeySet,
  type DeserializeOptions,
  ExpandedServerKey,
  FheAsciiString,
  FheBool,
  type FheInteger,
  type FheIntegerType,
  KeySwitchingKey,
  MismatchError,
  PublicKey,
  type SerializeOptions,
  ServerKey,
  XofKeySet,
} from "../../src/index.ts";
import { decode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe } from "../../src/scheme/lwe/lwe.ts";
import { unpackIntegers } from "../../src/scheme/lwe/packed-integers.ts";
import { type CiphertextType, SHAPES } from "../../src/wire/core/types.ts";
import { blocksOfKind } from "../../src/wire/values/data-kind.ts";

/* Files that TFHE-rs wrote, and how Tacet reads each of their types. */

/** What a manifest says of a file. */
export interface Entry {
  /** The version of TFHE-rs: the folder of the manifest. */
  readonly version: string;
  /** Its path in that folder. */
  readonly file: string;
  /** The type's name in TFHE-rs. */
  readonly type: string;
  /** What files that belong together have in common: all are of one client key. */
  readonly configuration: string;
  readonly tag?: string;
  /** What it decrypts to. */
  readonly value?: string;
  /** What the values of a list decrypt to. */
  readonly values?: readonly { readonly type: string; readonly value: string }[];
  /** What a client key was drawn from. */
  readonly seed?: string;
  /** The compressed form that it was expanded from. */
  readonly from?: string;
  /** The clear keys of a store. */
  readonly keys?: readonly string[];
  /** The configuration whose ciphertexts a key-switching key takes. */
  readonly former?: string;
  /** The files whose values a list holds, unchanged. */
  readonly of?: readonly string[];
}

export const LATEST = "1.8";

const FOLDER = new URL("../vectors/", import.meta.url);
const fileBytes = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(path, FOLDER)));

const versions = readdirSync(FOLDER).filter((name) => /^\d/.test(name));

/** All files of all versions. */
export const entries: readonly Entry[] = versions.flatMap((version) => {
  const manifest: { entries: Omit<Entry, "version">[] } = JSON.parse(
    new TextDecoder().decode(fileBytes(`${version}/manifest.json`)),
  );
  return manifest.entries.map((entry) => ({ version, ...entry }));
});

export function bytesOf({ version, file }: Pick<Entry, "version" | "file">): Uint8Array<ArrayBuffer> {
  return fileBytes(`${version}/${file}`);
}

/** Files that Tacet cannot read, and how it says so; `null` for the others. */
export function unsupported({ type, configuration }: Entry): RegExp | null {
  // Polynomials of 4 coefficients, so that public keys are small.
  if (configuration === "public" && type.endsWith("Key")) return /polynomialSize is 4; expected an integer/;
  return null;
}

/** Keys of parameters that hide nothing. */
export const INSECURE: { readonly allowInsecureParameters: true } = { allowInsecureParameters: true };

/** What has been read. */
export interface Value {
  readonly tag: Uint8Array;
  serialize(options?: SerializeOptions): Uint8Array;
}

/** The bytes of what has been read as the version that wrote it writes them; `null` where older layouts are no longer written. */
export function writtenAsBefore(value: Value, version: string): Uint8Array | null {
  if (version === "1.8") return value.serialize({ version });
  return version === "1.7" ? value.serialize() : null;
}

/** Reads the bytes of a type, of insecure parameters or not. */
export type Read = (bytes: Uint8Array, options?: DeserializeOptions) => Value;

type Maker = FheIntegerType<FheInteger> | typeof FheBool;

const makers = Object.entries(library).filter(([name]) => Object.hasOwn(SHAPES, name)) as [string, Maker][];

/** The types of encrypted values by their names. */
export const valueTypes: ReadonlyMap<string, Maker> = new Map(makers);

const keyReaders: [string, { deserialize(bytes: Uint8Array, options: object): Value }][] = [
  ["ClientKey", ClientKey],
  ["CompressedServerKey", ServerKey],
  ["ServerKey", ExpandedServerKey],
  ["CompactPublicKey", CompactPublicKey],
  ["CompressedCompactPublicKey", CompressedCompactPublicKey],
  ["PublicKey", PublicKey],
  ["CompressedPublicKey", CompressedPublicKey],
  ["CompactCiphertextList", CompactCiphertextList],
  ["CompressedCiphertextList", CompressedCiphertextList],
  ["CompressedXofKeySet", CompressedXofKeySet],
  ["XofKeySet", XofKeySet],
  ["KeySwitchingKey", KeySwitchingKey],
];

/** Stores, by the names of the types of their keys and values in TFHE-rs. */
const storeReaders = (
  [
    ["u8", "FheUint32", library.FheUint8, library.FheUint32],
    ["i64", "FheInt8", library.FheInt64, library.FheInt8],
    ["u128", "FheUint64", library.FheUint128, library.FheUint64],
    ["u32", "FheUint8", library.FheUint32, library.FheUint8],
  ] as const
).map(([keyName, valueName, keys, values]): [string, Read] => [
  `CompressedKVStore<${keyName}, ${valueName}>`,
  (bytes, options) => {
    const store = CompressedKeyValueStore.deserialize(bytes, keys, values, options);
    return Object.assign(store, { tag: new Uint8Array(0) }) as Value & typeof store;
  },
]);

const readers = new Map<string, Read>([
  ...storeReaders,
  ["FheAsciiString", (bytes, options) => FheAsciiString.deserialize(bytes, options)],
  ...keyReaders.map(([name, type]): [string, Read] => [
    name,
    (bytes, options) => type.deserialize(bytes, { ...INSECURE, ...options }),
  ]),
  ...makers.flatMap(([name, type]): [string, Read][] => [
    [name, (bytes, options) => type.deserialize(bytes, options)],
    [`Compressed${name}`, (bytes, options) => type.deserializeCompressed(bytes, options)],
  ]),
]);

/** How a type is read, by its name in TFHE-rs. */
export function readerOf(type: string): Read {
  const read = readers.get(type);
  if (read === undefined) throw new Error(`no reader of ${type}`);
  return read;
}

/** The client key that a file belongs to. */
export function clientKeyOf({ version, configuration }: Entry): ClientKey {
  const found = entries.find(
    (entry) =>
      entry.type === "ClientKey" && entry.version === version && entry.configuration === configuration,
  );
  if (found === undefined) throw new Error(`no client key of ${version}/${configuration}`);
  return ClientKey.deserialize(bytesOf(found), INSECURE);
}

/** What a ciphertext of any kind holds, as manifests write it. */
export async function decrypt(value: Value, key: ClientKey): Promise<string[]> {
  if (value instanceof CompactCiphertextList) return decryptList(value, key);
  if (value instanceof CompressedKeyValueStore) return [...value.decrypt(key).values()].map(String);
  if (value instanceof CompressedCiphertextList) return value.decrypt(key).map(String);
  if (value instanceof CompressedCiphertext) {
    if (value.form === "switched") return [decryptSwitched(value, key)];
    return decrypt(await value.decompress(), key);
  }
  if (value instanceof FheBool) return [String(value.decrypt(key))];
  if (value instanceof FheAsciiString) return [value.decrypt(key)];
  return [String((value as FheInteger).decrypt(key))];
}

/** The value of some digits, least significant first. */
function fromDigits(type: CiphertextType, digits: readonly number[], modulus: number): string {
  const { kind, bits } = SHAPES[type];
  const value = digits.reduceRight((sum, digit) => sum * BigInt(modulus) + BigInt(digit), 0n);
  if (kind === "boolean") return String(value === 1n);
  return String(kind === "signed" ? BigInt.asIntN(bits, value) : value);
}

/** Reads a list without the keys that a server would take to expand it. */
function decryptList(list: CompactCiphertextList, key: ClientKey): string[] {
  const { parameters, compact, glwe } = secretOf(key);
  const { ciphertexts, sanitizers, packed, requiresCasting } = conformingList(list, parameters);
  if (requiresCasting !== (compact !== null)) throw new MismatchError("the list is not of the key");
  const { messageModulus } = parameters;
  const secret = compact?.key ?? glwe;
  const blocks = Array.from(ciphertexts, (lwe) => {
    // An engine knows the dimension of its casting key.
    if (lwe.length !== secret.length + 1) throw new MismatchError("the list is not of the key");
    return decode(decryptLwe(lwe, secret), parameters);
  });
  const digits = sanitizers.map((sanitize, i) => {
    if (!packed) return sanitize(blocks[i]);
    const pair = blocks[i >> 1];
    return sanitize(i % 2 === 0 ? pair % messageModulus : Math.floor(pair / messageModulus));
  });
  const kindsOfValues = compactListOf(list).kinds;
  return list.types.map((type, i) => {
    if (type === null) throw new MismatchError("a value of no type");
    const data = kindsOfValues[i];
    if (data.kind === "string") {
      const own = digits.splice(0, blocksOfKind(data, messageModulus));
      return textOf(own, messageModulus, data.value.padded);
    }
    const { kind, bits } = SHAPES[type];
    const count = kind === "boolean" ? 1 : bits / Math.log2(messageModulus);
    return fromDigits(type, digits.splice(0, count), messageModulus);
  });
}

/** Decrypts, with the small key, what a server would take a blind rotation to expand. */
function decryptSwitched(compressed: CompressedCiphertext<Ciphertext>, key: ClientKey): string {
  const { parameters, lwe } = secretOf(key);
  const { messageModulus, carryModulus, polynomialSize } = parameters;
  const content = conformingContent(compressed, parameters);
  if (content.form !== "switched") throw new Error("a seeded ciphertext");
  const modulus = 2 * polynomialSize;
  const step = polynomialSize / (messageModulus * carryModulus);
  const digits = content.blocks.flatMap(({ packed, logModulus, lweDimension }) => {
    const elements = unpackIntegers(packed, logModulus, lweDimension + 1);
    let phase = elements[lweDimension];
    lwe.forEach((bit, i) => {
      phase -= bit * elements[i];
    });
    const pair = Math.round((((phase % modulus) + modulus) % modulus) / step) % (modulus / step);
    return [pair % messageModulus, Math.floor(pair / messageModulus)];
  });
  // Booleans, and the last of an odd number of digits, stand alone.
  const { bits } = SHAPES[compressed.type];
  return fromDigits(
    compressed.type,
    digits.slice(0, Math.ceil(bits / Math.log2(messageModulus))),
    messageModulus,
  );
}
