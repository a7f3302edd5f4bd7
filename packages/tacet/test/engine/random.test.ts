import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { randomRadices } from "../../src/api/engine/handles/random.ts";
import { Evaluator } from "../../src/engine/evaluator.ts";
import { isPending } from "../../src/graph/block.ts";
import {
  ClientKey,
  Engine,
  ExpandedServerKey,
  FheBool,
  FheInt8,
  FheInt16,
  FheUint2,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  FheUint128,
  FheUint512,
  type IntegerHandle,
  MismatchError,
  ServerKey,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { decode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe } from "../../src/scheme/lwe/lwe.ts";
import type { SecretKey } from "../../src/scheme/secret-key/secret-key.ts";
import { deserializeClientKey } from "../../src/wire/keys/client-key.ts";
import { deserializeServerKey } from "../../src/wire/keys/server-key.ts";
import { toyPair } from "../toy.ts";

const TYPES = { FheBool, FheUint2, FheUint8, FheInt8, FheInt16, FheUint64, FheUint128 };
const insecure = { allowInsecureParameters: true };

/** Something that TFHE-rs computed with one of two server keys: `shared` has no dedicated key, `dedicated` has. */
interface Vector {
  readonly operation: "random" | "randomBounded" | "randomRange" | "bitonicShuffle";
  readonly type: keyof typeof TYPES;
  /** An integer of 128 bits; in other vectors there are bytes, in hexadecimal. */
  readonly seed?: string;
  readonly seedBytes?: string;
  readonly bits?: number;
  readonly bound?: string;
  readonly maxDistance?: number;
  readonly array?: readonly string[];
  readonly keyBits?: number;
  readonly result: string | readonly string[];
}

const file = (configuration: string, name: string): Buffer =>
  readFileSync(new URL(`../vectors/operations/${configuration}/${name}`, import.meta.url));

function seedOf({ seed, seedBytes }: Vector): bigint | Uint8Array {
  return seed === undefined ? Uint8Array.from(Buffer.from(seedBytes as string, "hex")) : BigInt(seed);
}

describe.each(["shared", "dedicated"])("with the %s key of TFHE-rs", (configuration) => {
  const vectors: Vector[] = JSON.parse(file(configuration, "random.json").toString());
  const keyBytes = file(configuration, "compressed-server-key.bin");
  const clientKey = ClientKey.deserialize(file(configuration, "client-key.bin"), insecure);

  test("values are those of TFHE-rs", async () => {
    using engine = await Engine.create(ServerKey.deserialize(keyBytes, insecure));
    const values = vectors.filter(({ operation }) => operation !== "bitonicShuffle");
    const found = await Promise.all(
      values.map(async (vector) => {
        const { type, bits, bound, maxDistance } = vector;
        const below = bound === undefined ? undefined : BigInt(bound);
        // Whichever of the types it is, its options are right for it.
        const maker = TYPES[type] as typeof FheUint8;
        const handle = engine.random(maker, { seed: seedOf(vector), bits, below, maxDistance });
        const value = (await handle.ciphertext()).decrypt(clientKey);
        handle.dispose();
        return `${value}`;
      }),
    );
    expect(values.length).toBeGreaterThan(400);
    expect(found).toEqual(values.map(({ result }) => result));
  });

  test("an expanded server key gives the same bits as the seeded one, any number of threads the same", async () => {
    const expanded = await ServerKey.deserialize(keyBytes, insecure).expand();
    const forms = [
      ServerKey.deserialize(keyBytes, insecure),
      expanded,
      ExpandedServerKey.deserialize(expanded.serialize(), insecure),
    ];
    const fresh = FheUint64.encrypt(5n, clientKey);
    const seed = 7n;
    const results = await Promise.all(
      forms.map(async (key, i) => {
        using engine = await Engine.create(key, { deterministic: true, threads: i + 1 });
        // Random blocks come in batches of their own, and together with others.
        const whole = engine.random(FheUint64, { seed });
        const product = engine.load(fresh).mul(engine.random(FheUint64, { seed: 8n }));
        const handles = [
          engine.random(FheInt16, { seed, bits: 15 }),
          engine.random(FheUint32, { seed, below: 1000 }),
          product.add(whole),
        ];
        const alone = await whole.serialize();
        return [alone, ...(await Promise.all(handles.map((handle) => handle.serialize())))];
      }),
    );
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  test("the keys of its shuffles are ours", async () => {
    const secret = deserializeClientKey(file(configuration, "client-key.bin"), insecure);
    const evaluator = await Evaluator.create(deserializeServerKey(keyBytes, insecure));
    const context = { evaluator, tag: new Uint8Array() };
    const shuffles = vectors.filter(({ operation }) => operation === "bitonicShuffle");
    expect(shuffles.length).toBeGreaterThan(50);
    for (const vector of shuffles) {
      const { array = [], keyBits = 0, result } = vector;
      // TFHE-rs takes whole blocks of random bits.
      const radices = randomRadices(context, seedOf(vector), array.length, 2 * Math.ceil(keyBits / 2));
      const keys = await Promise.all(radices.map((radix) => decryptAll(evaluator, radix, secret)));
      expect(bitonicSort(array, keys), JSON.stringify(vector)).toEqual(result);
    }
    evaluator.dispose();
  });
});

async function decryptAll(
  evaluator: Evaluator,
  radix: Parameters<Evaluator["compute"]>[0],
  { glwe, parameters }: SecretKey,
): Promise<bigint> {
  const blocks = await evaluator.compute(radix);
  return blocks.reduceRight(
    (sum, { lwe }) =>
      sum * BigInt(parameters.messageModulus) + BigInt(decode(decryptLwe(lwe, glwe), parameters)),
    0n,
  );
}

/** The network by which TFHE-rs shuffles: its order shows where keys are equal. */
function bitonicSort(array: readonly string[], given: readonly bigint[]): string[] {
  const size = 2 ** Math.ceil(Math.log2(array.length));
  const items = Array.from({ length: size }, (_, i) => ({
    key: given[i] ?? 1n << 64n,
    value: array[i] ?? "0",
  }));
  for (let phase = 1; phase < size; phase *= 2) {
    for (let step = phase; step >= 1; step /= 2) {
      for (let i = 0; i < size; i++) {
        const j = i + step;
        if (i & step) continue;
        const ascending = (i & (2 * phase)) === 0;
        if (items[i].key > items[j].key === ascending) [items[i], items[j]] = [items[j], items[i]];
      }
    }
  }
  return items.slice(0, array.length).map(({ value }) => value);
}

describe("random values", () => {
  let clientKey: ClientKey;
  let engine: Engine;
  beforeAll(async () => {
    ({ clientKey, engine } = await toyPair());
  });
  afterAll(() => engine.dispose());

  test("take one bootstrap a block, and operations start from them as from any other", async () => {
    const a = engine.random(FheUint8, { seed: 1n });
    const b = engine.random(FheUint8, { seed: 2n, bits: 5 });
    expect(engine.explain(a)).toMatchObject({ bootstraps: 4, depth: 1 });
    expect(engine.explain(b)).toMatchObject({ bootstraps: 3, depth: 1 });
    expect(engine.explain(engine.random(FheBool, { seed: 1n }))).toMatchObject({ bootstraps: 1, depth: 1 });
    const results = [a, b, a.add(b), a.mul(b), a.max(b), a.and(3), a.not()];
    const all = await Promise.all(results.map((handle) => handle.ciphertext()));
    const [x, y, ...found] = all.map((ciphertext) => ciphertext.decrypt(clientKey));
    expect(found).toEqual([(x + y) % 256, (x * y) % 256, Math.max(x, y), x & 3, 255 - x]);
  });

  test("a table that reads a random block is not joined with its bootstrap", async () => {
    const random = engine.random(FheUint2, { seed: 3n });
    const squared = random.mul(random);
    expect(engine.explain(squared)).toMatchObject({ bootstraps: 2, depth: 2 });
    const [x, y] = await Promise.all([random, squared].map((handle) => handle.ciphertext()));
    expect(y.decrypt(clientKey)).toBe(x.decrypt(clientKey) ** 2 % 4);
    const alone = engine.random(FheUint2, { seed: 3n });
    const again = await alone.mul(alone).ciphertext();
    expect(again.decrypt(clientKey)).toBe(y.decrypt(clientKey));
  });

  test("no bits and a single value are 0, without a bootstrap", async () => {
    for (const options of [{ bits: 0 }, { below: 1 }, { below: 1n, maxDistance: 0.5 }]) {
      const zero = engine.random(FheUint8, options);
      expect(engine.explain(zero).bootstraps).toBe(0);
      expect((await zero.ciphertext()).decrypt(clientKey)).toBe(0);
    }
    expect((await engine.random(FheInt8, { bits: 0 }).ciphertext()).decrypt(clientKey)).toBe(0);
  });

  test("without a seed, each value is another", async () => {
    const handles = Array.from({ length: 3 }, () => engine.random(FheUint64));
    const values = (await Promise.all(handles.map((handle) => handle.ciphertext()))).map((value) =>
      value.decrypt(clientKey),
    );
    expect(new Set(values).size).toBe(3);
  });

  test("a seed is its bytes, at the time of the call", async () => {
    const bytes = Uint8Array.of(0xef, 0xcd, 0xab, ...new Uint8Array(13));
    const handles = [
      engine.random(FheUint32, { seed: bytes }),
      engine.random(FheUint32, { seed: 0xabcdefn }),
    ];
    bytes.fill(0);
    const [a, b] = await Promise.all(handles.map((handle) => handle.ciphertext()));
    expect(a.decrypt(clientKey)).toBe(b.decrypt(clientKey));
  });

  test("ranges hold up to the largest, wide ones too", async () => {
    const below = 10n ** 70n + 1n;
    const values = await Promise.all([
      engine.random(FheUint8, { seed: 1n, below: 256 }).ciphertext(),
      engine.random(FheUint8, { seed: 1n }).ciphertext(),
      engine.random(FheUint512, { seed: 1n, below }).ciphertext(),
      engine.random(FheUint16, { seed: 1n, below: 65535, maxDistance: 0.25 }).ciphertext(),
    ]);
    const [whole, full, wide, near] = values.map((value) => value.decrypt(clientKey));
    expect(whole).toBe(full);
    expect(wide).toBeLessThan(below);
    expect(wide).toBeGreaterThan(below >> 64n);
    expect(near).toBeLessThan(65535);
  });

  test("memory is given back", async () => {
    // No other handles, which may be collected at any time, and one thread, which tells of all that it has done in order.
    const { engine } = await toyPair({ threads: 1 });
    const round = async (seed: bigint): Promise<void> => {
      const handle: IntegerHandle = engine.random(FheUint8, { seed, below: 100 });
      await handle.ciphertext();
      handle.dispose();
      engine.random(FheUint64, { seed }).dispose(); // never computed
    };
    await round(1n); // tables stay cached
    const { memoryBytes } = engine.info;
    for (let seed = 2n; seed < 6n; seed++) await round(seed);
    expect(engine.info).toMatchObject({ memoryBytes, ciphertexts: 0 });
    engine.dispose();
  });

  test.each<[string, () => unknown, typeof TypeError | typeof RangeError, RegExp]>([
    ["a string as type", () => engine.random("FheUint8" as never), TypeError, /a type, such as/],
    ["nothing", () => engine.random(undefined as never), TypeError, /a type, such as/],
    ["a number as options", () => engine.random(FheUint8, 5 as never), TypeError, /options/],
    ["null as options", () => engine.random(FheUint8, null as never), TypeError, /options/],
    ["a number as seed", () => engine.random(FheUint8, { seed: 5 as never }), TypeError, /seed/],
    ["an array as seed", () => engine.random(FheUint8, { seed: [5] as never }), TypeError, /seed/],
    ["a negative seed", () => engine.random(FheUint8, { seed: -1n }), RangeError, /2\^128/],
    ["a seed of 129 bits", () => engine.random(FheUint8, { seed: 1n << 128n }), RangeError, /2\^128/],
    ["more bits than there are", () => engine.random(FheUint8, { bits: 9 }), RangeError, /from 0 to 8/],
    ["a sign bit", () => engine.random(FheInt8, { bits: 8 }), RangeError, /from 0 to 7/],
    ["negative bits", () => engine.random(FheUint8, { bits: -1 }), RangeError, /bits is -1/],
    ["half a bit", () => engine.random(FheUint8, { bits: 0.5 }), RangeError, /bits is 0.5/],
    ["NaN bits", () => engine.random(FheUint8, { bits: Number.NaN }), RangeError, /NaN/],
    ["bits as a bigint", () => engine.random(FheUint8, { bits: 5n as never }), TypeError, /bits is a number/],
    ["an empty range", () => engine.random(FheUint8, { below: 0 }), RangeError, /from 1 to 2\^8/],
    ["a negative range", () => engine.random(FheUint8, { below: -5n }), RangeError, /from 1 to 2\^8/],
    ["too large a range", () => engine.random(FheUint8, { below: 257 }), RangeError, /from 1 to 2\^8/],
    ["half a value", () => engine.random(FheUint8, { below: 2.5 }), RangeError, /below is 2.5/],
    ["an endless range", () => engine.random(FheUint8, { below: Infinity }), RangeError, /Infinity/],
    ["an inexact range", () => engine.random(FheUint64, { below: 2 ** 60 }), RangeError, /a bigint beyond/],
    ["a wider range", () => engine.random(FheUint512, { below: (1n << 256n) + 1n }), RangeError, /2\^256/],
    ["a string as range", () => engine.random(FheUint8, { below: "9" as never }), TypeError, /below is a/],
    ["two ranges", () => engine.random(FheUint8, { below: 9, bits: 2 }), TypeError, /without bits/],
    ["a distance alone", () => engine.random(FheUint8, { maxDistance: 0.5 }), TypeError, /goes with below/],
    ["no distance", () => engine.random(FheUint8, { below: 9, maxDistance: 0 }), RangeError, /2\^-256/],
    ["a large distance", () => engine.random(FheUint8, { below: 9, maxDistance: 1 }), RangeError, /below 1/],
    ["NaN", () => engine.random(FheUint8, { below: 9, maxDistance: Number.NaN }), RangeError, /NaN/],
    [
      "a power of two too",
      () => engine.random(FheUint8, { below: 8, maxDistance: 2 }),
      RangeError,
      /below 1/,
    ],
    ["a signed range", () => engine.random(FheInt8, { below: 9 } as never), TypeError, /unsigned/],
    ["bits of a Boolean", () => engine.random(FheBool, { bits: 1 } as never), TypeError, /truth value/],
    ["a Boolean below", () => engine.random(FheBool, { below: 2 } as never), TypeError, /truth value/],
  ])("%s is refused", (_, ask, kind, message) => {
    const before = engine.info.ciphertexts;
    expect(ask).toThrow(kind);
    expect(ask).toThrow(message);
    expect(engine.info.ciphertexts).toBe(before);
  });

  test("types carry width and sign", () => {
    const checks = (): void => {
      engine.random(FheUint8).add(engine.random(FheUint8));
      engine.random(FheInt8).eq(engine.random(FheInt8)).and(engine.random(FheBool));
      // @ts-expect-error: another width
      engine.random(FheUint8).add(engine.random(FheUint16));
      // @ts-expect-error: another sign
      engine.random(FheUint8).add(engine.random(FheInt8));
      // @ts-expect-error: signed integers have no bound
      engine.random(FheInt8, { below: 5 });
      // @ts-expect-error: truth values have no range
      engine.random(FheBool, { bits: 1 });
    };
    expect(checks).toBeTypeOf("function");
  });
});

test("only a server key with a dedicated key takes more memory, by its size", async () => {
  const used = async (oprfKey: boolean): Promise<number> => {
    const parameters = INSECURE_TOY_MESSAGE_2_CARRY_2;
    const clientKey = await ClientKey.generate({ parameters, oprfKey, ...insecure });
    using engine = await Engine.create(await ServerKey.from(clientKey), { threads: 1 });
    return engine.info.memoryBytes;
  };
  const ggsw = 2 * 2 * 256 * 8; // one level; as many doubles as torus elements
  expect((await used(true)) - (await used(false))).toBe(INSECURE_TOY_MESSAGE_2_CARRY_2.lweDimension * ggsw);
});

describe("an evaluator", () => {
  let evaluator: Evaluator;
  beforeAll(async () => {
    evaluator = await Evaluator.create(
      deserializeServerKey(file("dedicated", "compressed-server-key.bin"), insecure),
    );
  });
  afterAll(() => evaluator.dispose());

  test("refuses random inputs that are not for the key", () => {
    const load = (length: number, element: number) => () =>
      evaluator.load([{ elements: new Uint32Array(length).fill(element), degree: 3 }], "random");
    expect(load(8, 0)).toThrow(MismatchError);
    expect(load(9, 512)).toThrow(/beyond its modulus 512/);
    const [input] = load(9, 511)();
    expect(() => evaluator.builder.linear([[2, input]])).toThrow(/can only be looked up/);
    evaluator.builder.sweep();
  });

  test("forgets what a random block was made from", async () => {
    const { builder } = evaluator;
    const [input] = evaluator.load([{ elements: new Uint32Array(9), degree: 3 }], "random");
    const block = builder.refresh(input);
    builder.retain([block]);
    const before = evaluator.ciphertextCount;
    expect(isPending(block)).toBe(true);
    await evaluator.compute([block]);
    expect(isPending(block)).toBe(false);
    expect(evaluator.ciphertextCount).toBe(before); // one came, one went
    builder.release([block]);
    expect(evaluator.ciphertextCount).toBe(before - 1);
  });
});
