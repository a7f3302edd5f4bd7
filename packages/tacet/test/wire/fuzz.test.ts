import { getHeapStatistics } from "node:v8";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  boolean,
  ClientKey,
  CompressedPublicKey,
  DeserializationError,
  shortint,
  TacetError,
} from "../../src/index.ts";
import { sampleCount } from "../samples.ts";
import {
  check,
  damage,
  formerEnd,
  fuzz,
  HUGE,
  type Mark,
  numberAt,
  Random,
  type Readable,
  structureOf,
  withNumber,
} from "./fuzz.ts";
import { tfhe } from "./peer.ts";
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
} from "./vectors.ts";

/*
 * Bytes of every type, damaged in every way: they are refused with a reason, or are another value; in no time, and in
 * no more memory than they take themselves.
 */

// What is refused makes millions of errors, whose stacks nobody reads.
const { stackTraceLimit } = Error;
beforeAll(() => void (Error.stackTraceLimit = 0));
afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

/** Cases of random damage, over all samples together. */
const CASES = Number(process.env.FUZZ_CASES ?? sampleCount(50_000, 500_000));
/** What they are drawn from: failures name it, so that they can be had again. */
const SEED = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Uint32Array(1))[0]);

interface Options {
  readonly sizeLimit?: number;
  readonly allowInsecureParameters?: boolean;
}

/** Good bytes of a type. */
interface Sample {
  readonly name: string;
  /** The type's name in TFHE-rs. */
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Whether there is a header, and version numbers. */
  readonly versioned: boolean;
  read(bytes: Uint8Array, options?: Options): Readable;
}

/** Widths share a name, and all else. */
const family = (type: string): string => type.replace(/\d+$/, "");

/** TFHE-rs's own files: of each type one of each layout, which its versions, variants and options tell. */
function vectorSamples(): Sample[] {
  const found = new Map<string, Sample>();
  for (const entry of entries.toReversed()) {
    const { version, file, type } = entry;
    if (unsupported(entry) !== null || /wide|256/.test(file)) continue;
    const bytes = bytesOf(entry);
    const read = readerOf(type);
    const numbers = structureOf(bytes, read).filter(({ size }) => size < 8);
    const packed = file.includes("packed");
    const layout = [family(type), packed, ...numbers.map(({ offset }) => bytes[offset])].join();
    found.set(layout, { name: `${version}/${file}`, type, bytes, versioned: true, read });
  }
  return [...found.values()];
}

type Module = Record<string, { deserialize(bytes: Uint8Array, options?: object): Readable } | object>;

/** Samples of the types of a module of the JavaScript packages, which have neither headers nor version numbers. */
function moduleSamples(
  name: string,
  module: Module,
  files: readonly [string, string, Uint8Array][],
): Sample[] {
  return files.map(([type, note, bytes]) => ({
    name: `${name}.${type}${note}`,
    type: `${name}.${type}`,
    bytes,
    versioned: false,
    read: (input, options) => {
      const { deserialize } = module[type] as { deserialize(bytes: Uint8Array, options: object): Readable };
      return deserialize.call(module[type], input, { ...INSECURE, ...options });
    },
  }));
}

function booleanSamples(): Sample[] {
  const peer = tfhe.Boolean;
  const noise = peer.new_gaussian_from_std_dev(2 ** -20);
  const { Small } = tfhe.BooleanEncryptionKeyChoice;
  const parameters = peer.new_parameters(3, 2, 8, noise, peer.try_new_t_uniform(5), 6, 3, 4, 2, Small);
  const key = peer.new_client_key(parameters);
  return moduleSamples("boolean", boolean as unknown as Module, [
    ["ClientKey", "", peer.serialize_client_key(key)],
    ["PublicKey", "", peer.serialize_public_key(peer.new_public_key(key))],
    ["CompressedServerKey", "", peer.serialize_compressed_server_key(peer.new_compressed_server_key(key))],
    ["Ciphertext", "", peer.serialize_ciphertext(peer.encrypt(key, true))],
    ["Ciphertext", " (trivial)", peer.serialize_ciphertext(peer.trivial_encrypt(true))],
    ["CompressedCiphertext", "", peer.serialize_compressed_ciphertext(peer.encrypt_compressed(key, true))],
  ]);
}

function shortintSamples(): Sample[] {
  const peer = tfhe.Shortint;
  const noise = peer.new_gaussian_from_std_dev(2 ** -30);
  const uniform = peer.try_new_t_uniform(40);
  const { Small } = tfhe.ShortintEncryptionKeyChoice;
  const parameters = peer.new_parameters(3, 1, 64, uniform, noise, 6, 3, 4, 2, 4n, 2n, 5n, -40, 64, Small);
  const key = peer.new_client_key(parameters);
  const publicKey = peer.serialize_public_key(peer.new_public_key(key));
  const seededKey = peer.serialize_compressed_public_key(peer.new_compressed_public_key(key));
  return moduleSamples("shortint", shortint as unknown as Module, [
    ["ClientKey", "", peer.serialize_client_key(key)],
    ["PublicKey", "", publicKey],
    ["CompressedPublicKey", "", seededKey],
    ["CompressedServerKey", "", peer.serialize_compressed_server_key(peer.new_compressed_server_key(key))],
    ["Ciphertext", "", peer.serialize_ciphertext(peer.encrypt(key, 3n))],
    ["CompressedCiphertext", "", peer.serialize_compressed_ciphertext(peer.encrypt_compressed(key, 3n))],
  ]);
}

const samples = [...vectorSamples(), ...booleanSamples(), ...shortintSamples()];
const named = (some: readonly Sample[]): [string, Sample][] => some.map((sample) => [sample.name, sample]);
const every = named(samples);
/** One sample of each type; of compressed ciphertexts, of both forms. */
const types = named([
  ...new Map(
    samples.map((sample) => [family(sample.type) + sample.name.includes("switched"), sample]),
  ).values(),
]);

describe("damaged bytes", () => {
  const cases = Math.ceil(CASES / samples.length);

  it.each(every)("%s", (_, { bytes, read }) => {
    const { refused, accepted } = fuzz(bytes, read, cases, SEED);
    expect(refused).toBeGreaterThan(cases / 4);
    expect(accepted).toBeGreaterThan(0);
  });

  const ciphertexts = entries.filter(
    ({ version, configuration, type, file }) =>
      version === LATEST &&
      /^(plain|oprf|compact-to-big)$/.test(configuration) &&
      /Fhe|List/.test(type) &&
      !/wide|256/.test(file),
  );

  it.each(ciphertexts.map((entry): [string, Entry] => [`${entry.version}/${entry.file}`, entry]))(
    "%s: are decrypted, or not of the key",
    async (_, entry) => {
      const key = clientKeyOf(entry);
      const bytes = bytesOf(entry);
      const read = readerOf(entry.type);
      const marks = structureOf(bytes, read);
      const random = new Random(SEED);
      for (let i = 0; i < 200; i++) {
        const input = damage(bytes, marks, random);
        try {
          await decrypt(read(input), key);
        } catch (error) {
          if (!(error instanceof TacetError)) throw new Error(`case ${i} of seed ${SEED}`, { cause: error });
        }
      }
    },
  );

  it("of public keys, which are large", async () => {
    const entry = entries.find(({ file }) => file === "plain/client-key.bin") as Entry;
    const key = await CompressedPublicKey.from(ClientKey.deserialize(bytesOf(entry), INSECURE));
    const compressed = fuzz(key.serialize(), readerOf("CompressedPublicKey"), 2000, SEED);
    expect(compressed.refused).toBeGreaterThan(500);
    const expanded = fuzz((await key.decompress()).serialize(), readerOf("PublicKey"), 20, SEED);
    expect(expanded.refused).toBeGreaterThan(3);
  });

  it("of keys that hide nothing, which was not asked for", () => {
    const secure = { allowInsecureParameters: false };
    for (const { name, type, bytes, read } of samples) {
      if (!/(Client|Public|Server)Key/.test(type) || /\.CompressedServerKey/.test(type)) continue;
      const marks = structureOf(bytes, read);
      const random = new Random(SEED);
      for (let i = 0; i < 100; i++) {
        const input = i === 0 ? bytes : damage(bytes, marks, random);
        let error: unknown;
        try {
          read(input, secure);
        } catch (thrown) {
          error = thrown;
        }
        if (!(error instanceof DeserializationError)) {
          throw new Error(`case ${i} of seed ${SEED}: ${name}`, { cause: error });
        }
      }
    }
  });
});

/** Why bytes are refused. */
function refusal(input: Uint8Array, read: Sample["read"]): string {
  const error = check(input, read);
  if (error === null) throw new Error(`${input.length} bytes are accepted`);
  return error.message;
}

describe("bytes that are not all there, or too many", () => {
  /** Of longer samples not all offsets are taken, but all in their structure. */
  const SHORT = sampleCount(3000, 12_000);

  it.each(every)("%s", (_, { bytes, read }) => {
    const step = Math.ceil(bytes.length / SHORT) ** 2;
    const cutOff = (length: number): void => {
      if (length !== formerEnd(bytes)) refusal(bytes.subarray(0, length), read);
    };
    for (let length = 0; length < bytes.length; length += step) cutOff(length);
    for (const { offset, size } of structureOf(bytes, read)) {
      cutOff(offset);
      cutOff(offset + size - 1);
    }
    // Behind a text of before 1.4, there may be the metadata that later versions add.
    const isFormer = check(Buffer.concat([bytes, Buffer.alloc(4 + 8)]), read) === null;
    const reason = isFormer ? /reRandomizationMetadata: input ends.* 1 left/ : /1 bytes too many/;
    for (const byte of [0, 1, 255]) {
      expect(refusal(Buffer.concat([bytes, Uint8Array.of(byte)]), read)).toMatch(reason);
    }
    for (const sizeLimit of [0, bytes.length - 1, Number.NaN]) {
      expect(refusal(bytes, (input) => read(input, { sizeLimit }))).toMatch(/the limit is/);
    }
    expect(read(bytes, { sizeLimit: bytes.length }).serialize()).toEqual(read(bytes).serialize());
  });

  it.each(every)("%s is copied", (_, { bytes, read }) => {
    const input = bytes.slice();
    const value = read(input);
    expect(Buffer.compare(input, bytes)).toBe(0);
    input.fill(255);
    expect(Buffer.compare(value.serialize(), read(bytes).serialize())).toBe(0);
  });
});

describe("bytes of another type", () => {
  const readers = new Map(samples.map(({ type, read }) => [type, read]));
  const headed = samples.filter(({ versioned }) => versioned);
  /** Where a type's name stands: its length is the third number of 8 bytes, after version and mode. */
  const nameIn = ({ bytes, read }: Sample): { start: number; end: number } => {
    const { offset } = structureOf(bytes, read).filter(({ size }) => size === 8)[2];
    return { start: offset, end: offset + 8 + bytes[offset] };
  };
  const names = headed.map((sample): [string, Uint8Array] => {
    const { start, end } = nameIn(sample);
    return [sample.type, sample.bytes.subarray(start, end)];
  });

  it.each(every)("%s", (_, { type, bytes, versioned }) => {
    for (const [other, read] of readers) {
      if (other === type) continue;
      const message = refusal(bytes, read);
      if (versioned && !other.includes(".") && family(type) !== family(other)) {
        expect(message).toMatch(/found "high_level_api::[\w:<>, ]+"; expected high_level_api::/);
      }
    }
  });

  it.each(named(headed))("%s under another name", (_, sample) => {
    const { start, end } = nameIn(sample);
    for (const [type, name] of new Map(names)) {
      const renamed = Buffer.concat([sample.bytes.subarray(0, start), name, sample.bytes.subarray(end)]);
      // FheUint8 and FheInt8, for one, differ in nothing else.
      check(renamed, readers.get(type) as Sample["read"]);
    }
  });
});

describe("version numbers and variants", () => {
  it.each(every)("%s", (_, { bytes, read, versioned }) => {
    const numbers = structureOf(bytes, read).filter(({ size }) => size === 4);
    if (versioned) {
      // The first number is in the header; the second is the version of the type.
      const first = numbers[1];
      const accepted: number[] = [];
      for (let version = 0; version < 256; version++) {
        const error = check(withNumber(bytes, first, BigInt(version)), read);
        if (error === null) accepted.push(version);
        else if (version > 3) expect(error.message).toMatch(/layout version \d+ is not supported/);
      }
      expect(accepted).toContain(bytes[first.offset]);
      expect(accepted.filter((version) => version > 3)).toEqual([]);
    }
    for (const mark of numbers.slice(0, 120)) {
      for (let value = 0n; value < 12n; value++) check(withNumber(bytes, mark, value), read);
    }
  });
});

describe("memory", () => {
  /** Reads inputs, none of which may take much more bytes than it has: in buffers, and in other objects. */
  function expectLittle(inputs: Iterable<Uint8Array>, read: Sample["read"]): void {
    const measured = (bytes: Uint8Array): Readable => {
      const before = getHeapStatistics();
      try {
        return read(bytes, { sizeLimit: 2 ** 40 });
      } finally {
        // With what is garbage by now, unless there was a collection in between.
        const after = getHeapStatistics();
        expect(after.external_memory - before.external_memory).toBeLessThan(2 * bytes.length + 2 ** 14);
        expect(after.used_heap_size - before.used_heap_size).toBeLessThan(16 * bytes.length + 2 ** 20);
      }
    };
    for (const input of inputs) check(input, measured);
  }

  /** Each number, alone and together with one of the two before it: counts may be there twice, and have to agree. */
  function* withHugeNumbers(bytes: Uint8Array, marks: readonly Mark[]): Iterable<Uint8Array> {
    for (const [i, mark] of marks.entries()) {
      for (const value of HUGE) {
        const changed = withNumber(bytes, mark, value);
        yield changed;
        const growth = value - numberAt(bytes, mark);
        for (const other of marks.slice(Math.max(i - 2, 0), i)) {
          yield withNumber(changed, other, numberAt(bytes, other) + growth);
        }
      }
    }
  }

  it.each(every)("%s: lengths and numbers that are huge", (_, { bytes, read }) => {
    const marks = structureOf(bytes, read).filter(({ size }) => size === 8);
    expectLittle(withHugeNumbers(bytes, marks.slice(0, 120)), read);
  });

  const ROOM = 2 ** 18;
  const FILLINGS = [[0], [1, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0]].map((filling) =>
    Uint8Array.from({ length: ROOM }, (_, i) => filling[i % filling.length]),
  );

  /** Counts of things of many sizes, for all of which there is room in the bytes that follow. */
  function* withManyElements(bytes: Uint8Array, marks: readonly Mark[]): Iterable<Uint8Array> {
    for (const mark of marks) {
      const end = mark.offset + mark.size;
      for (const filling of FILLINGS) {
        const input = new Uint8Array(end + ROOM);
        input.set(bytes.subarray(0, end));
        input.set(filling, end);
        for (const size of [1, 4, 8, 16, 48, 128]) {
          yield withNumber(input, mark, BigInt(Math.floor(ROOM / size)));
        }
      }
    }
  }

  it.each(types)("%s: many elements", (_, { bytes, read }) => {
    const marks = structureOf(bytes, read).filter(({ size }) => size === 8);
    expectLittle(withManyElements(bytes, marks.slice(0, 25)), read);
  });
});
