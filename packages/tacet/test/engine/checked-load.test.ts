import fc from "fast-check";
import { afterAll, describe, expect, it, test } from "vitest";
import { secretOf } from "../../src/api/keys/client-key.ts";
import { benchOf, compactKeyOf } from "../../src/api/keys/compact-public-key.ts";
import { contentOf } from "../../src/api/values/ciphertext.ts";
import { CompressedCiphertext as Compressed } from "../../src/api/values/compressed-ciphertext.ts";
import { ciphertextOf } from "../../src/api/values/value-type.ts";
import {
  type Ciphertext,
  CompactCiphertextList,
  CompactPublicKey,
  type CompressedCiphertext,
  FheBool,
  FheInt8,
  type FheUint4,
  FheUint8,
} from "../../src/index.ts";
import { PERMIT } from "../../src/opaque.ts";
import { bigLweDimension, blockCapacity } from "../../src/parameters/parameter-set.ts";
import { encode } from "../../src/scheme/lwe/encoding.ts";
import { encryptLwe } from "../../src/scheme/lwe/lwe.ts";
import { packIntegers } from "../../src/scheme/lwe/packed-integers.ts";
import { encryptSeededLwe } from "../../src/scheme/lwe/seeded-lwe.ts";
import { encryptCompact } from "../../src/scheme/public-key/compact-public-key.ts";
import { Workbench } from "../../src/scheme/workbench.ts";
import type { CiphertextType } from "../../src/wire/core/types.ts";

import { serializeCompactList } from "../../src/wire/values/compact-list.ts";
import type { DataKind } from "../../src/wire/values/data-kind.ts";
import { toyPair } from "../toy.ts";

const { clientKey, engine } = await toyPair({ threads: 2 });
afterAll(() => engine.dispose());

const { parameters, lwe: small, glwe } = secretOf(clientKey);
const { messageModulus, carryModulus, polynomialSize, lweDimension } = parameters;
const checked = { checked: true };
/** All that a block can be made to hold, those with the padding bit included, and what lies between. */
const phases = Array.from({ length: 4 * blockCapacity(parameters) }, (_, i) => i / 2);
type Type = "FheBool" | "FheUint2" | "FheUint8" | "FheInt8";

/** Ciphertexts of a type that hold what no client would encrypt: a phase for each block, in units of Δ. */
const forms: [
  string,
  (type: Type, phases: readonly number[]) => Promise<Ciphertext | CompressedCiphertext<never>>,
][] = [
  [
    "full",
    async (type, values) => {
      const blocks = values.map((value) => {
        const lwe = new BigUint64Array(bigLweDimension(parameters) + 1);
        encryptLwe(encode(value, parameters), glwe, parameters.glweNoise, lwe);
        return { lwe, degree: 1, noiseLevel: 1 };
      });
      return ciphertextOf(contentOf(type, blocks, parameters));
    },
  ],
  [
    "seeded",
    async (type, values) => {
      const bench = await Workbench.for(polynomialSize);
      const plaintexts = values.map((value) => encode(value, parameters));
      const lweSize = bigLweDimension(parameters) + 1;
      const rest = { degree: 1, noiseLevel: 1, messageModulus, carryModulus, atomicPattern: null };
      const blocks = encryptSeededLwe(bench, plaintexts, glwe, parameters.glweNoise).map((seeded) => ({
        lwe: { ...seeded, lweSize, modulus: null },
        ...rest,
      }));
      return compressed(type, { form: "seeded", blocks });
    },
  ],
  [
    "switched",
    async (type, values) => {
      const logModulus = Math.log2(2 * polynomialSize);
      // A block holds two digits.
      const blocks = values.slice(0, Math.ceil(values.length / 2)).map((value) => {
        const elements = Uint32Array.from(
          { length: lweDimension + 1 },
          (_, i) => (37 * i + 11) % (2 * polynomialSize),
        );
        const mask = small.reduce((sum, bit, i) => sum + bit * elements[i]!, 0);
        const phase = (value * polynomialSize) / blockCapacity(parameters);
        elements[lweDimension] = (mask + phase) % (2 * polynomialSize);
        return { packed: packIntegers(elements, logModulus), logModulus, lweDimension, degree: 1 };
      });
      return compressed(type, { form: "switched", blocks });
    },
  ],
];

const compressed = (type: CiphertextType, content: object): CompressedCiphertext<never> =>
  new Compressed(
    PERMIT,
    { type, messageModulus, carryModulus, content, tag: new Uint8Array(0) } as never,
    ciphertextOf as never,
  );

const load = (ciphertext: unknown) => engine.load(ciphertext as FheUint8, checked);
const read = async (handle: { ciphertext(): Promise<Ciphertext> }) =>
  ((await handle.ciphertext()) as FheUint8).decrypt(clientKey);

describe.each(forms)("%s ciphertexts that hold anything", (_, make) => {
  test("are truth values as FheBool", async () => {
    const votes = await Promise.all(
      phases.map(
        async (phase) =>
          load(await make("FheBool", [phase])) as unknown as import("../../src/index.ts").BoolHandle,
      ),
    );
    const sums = votes.map((vote) => engine.dotProduct([vote, vote], [1, 1], FheUint8));
    const both = votes.map((vote) => vote.and(vote.not()));
    const found = await Promise.all(sums.map(read));
    for (const [i, sum] of found.entries()) expect([0, 2], `phase ${phases[i]}`).toContain(sum);
    expect(await Promise.all(both.map(read))).toEqual(both.map(() => false));
    // Whole values without the padding bit count as the digit in them does.
    for (let value = 0; value < blockCapacity(parameters); value++) {
      expect(found[phases.indexOf(value)], `value ${value}`).toBe(value % messageModulus === 0 ? 0 : 2);
    }
  });

  test("are one value also for lookups that nothing else is asked with", async () => {
    for (const phase of phases) {
      const x = load(await make("FheUint2", [phase]));
      const equal: boolean[] = [];
      for (const value of [0, 1, 2, 3]) equal.push((await read(x.eq(value))) as unknown as boolean);
      const value = await read(x);
      expect(equal, `phase ${phase}`).toEqual([0, 1, 2, 3].map((other) => other === value));
    }
  });

  test.each(["FheUint8", "FheInt8"] as const)(
    "are one value of their type as %s, whatever is asked of it",
    async (type) => {
      const [least, most] = type === "FheUint8" ? [0, 255] : [-128, 127];
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...phases), { minLength: 4, maxLength: 4 }),
          fc.integer({ min: 1, max: 4 }),
          async (values, limit) => {
            const x = load(await make(type, values));
            const questions = [
              x.isEven(),
              x.and(3).eq(limit - 1),
              x.le(limit),
              x.bitSlice(0, 2),
              x.bitSlice(2, 4),
              x.le(limit).select(x, 0),
            ];
            const [value, even, equal, below, low, high, counted] = (await Promise.all(
              [x, ...questions].map(read),
            )) as number[];
            expect(value).toBeGreaterThanOrEqual(least!);
            expect(value).toBeLessThanOrEqual(most!);
            expect([even, equal, below]).toEqual([
              value! % 2 === 0,
              (value! & 3) === limit - 1,
              value! <= limit,
            ]);
            expect([low, high]).toEqual([value! & 3, (value! >> 2) & 3]);
            expect(counted).toBe(value! <= limit ? value : 0);
          },
        ),
        { numRuns: 60 },
      );
    },
  );
});

describe("values of lists that hold anything", async () => {
  const publicKey = await CompactPublicKey.from(clientKey);

  /** A list of blocks that hold any integers modulo twice the capacity. */
  const list = async (
    kinds: DataKind[],
    digits: number[],
    packed: boolean,
  ): Promise<CompactCiphertextList> => {
    const key = compactKeyOf(publicKey);
    const ciphertexts = encryptCompact(await benchOf(key.encryption), key, digits);
    const bytes = serializeCompactList({
      ciphertexts: await ciphertexts,
      messageModulus,
      carryModulus,
      packed,
      requiresCasting: false,
      kinds,
      tag: key.tag,
    });
    return CompactCiphertextList.deserialize(bytes);
  };

  test.each([true, false])("are valid and the same whatever is asked of them, packed: %s", async (packed) => {
    const kinds: DataKind[] = [
      { kind: "unsigned", value: 4 },
      { kind: "boolean", value: null },
    ];
    const block = fc.integer({ min: 0, max: 2 * blockCapacity(parameters) - 1 });
    const count = packed ? 3 : 5;
    await fc.assert(
      fc.asyncProperty(fc.array(block, { minLength: count, maxLength: count }), async (digits) => {
        const [x, truth] = engine.expand(await list(kinds, digits, packed), [FheUint8, FheBool]);
        const handles = [
          x,
          x.bitSlice(0, 2),
          x.bitSlice(2, 4),
          x.isOdd(),
          engine.dotProduct([truth], [2], FheUint8),
          truth,
        ];
        const [value, low, high, odd, weight, is] = (await Promise.all(handles.map(read))) as number[];
        expect([low, high, odd]).toEqual([value! & 3, (value! >> 2) & 3, value! % 2 === 1]);
        expect(weight).toBe(is ? 2 : 0);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a checked load", () => {
  it("leaves values as they are", async () => {
    for (const value of [0, 1, 107, 255]) {
      expect(await read(engine.load(FheUint8.encrypt(value, clientKey), checked))).toBe(value);
      expect(await read(engine.load(await FheUint8.encryptCompressed(value, clientKey), checked))).toBe(
        value,
      );
      expect(await read(engine.load(FheInt8.encrypt(value - 128, clientKey), checked))).toBe(value - 128);
    }
    for (const value of [true, false]) {
      expect(await read(engine.load(FheBool.encrypt(value, clientKey), checked) as never)).toBe(value);
    }
    expect(await read(engine.load(FheUint8.encryptTrivial(9, parameters), checked))).toBe(9);
  });

  it("takes one bootstrap a digit, all at once", () => {
    for (const [value, bootstraps] of [
      [FheUint8.encrypt(1, clientKey), 4],
      [FheInt8.encrypt(1, clientKey), 4],
      [FheBool.encrypt(true, clientKey), 1],
    ] as const) {
      expect(engine.explain(engine.load(value as FheUint8))).toMatchObject({ bootstraps: 0 });
      expect(engine.explain(engine.load(value as FheUint8, checked))).toMatchObject({ bootstraps, depth: 1 });
    }
  });

  it("has a boolean that holds 3 count once, not three times", async () => {
    const [, make] = forms[0]!;
    const ballot = (await make("FheBool", [3])) as FheBool;
    const tally = (options?: { checked: boolean }) =>
      read(engine.dotProduct([engine.load(ballot, options)], [1], FheUint8));
    expect(await tally()).toBe(3);
    expect(await tally(checked)).toBe(1);
  });

  it("carries out what a ciphertext says that it carries", async () => {
    const blocks = [13, 7].map((value) => {
      const lwe = new BigUint64Array(bigLweDimension(parameters) + 1);
      encryptLwe(encode(value, parameters), glwe, parameters.glweNoise, lwe);
      return { lwe, degree: 15, noiseLevel: 2 };
    });
    const x = engine.load(
      ciphertextOf(contentOf("FheUint4", blocks, parameters)) as ReturnType<typeof FheUint4.encrypt>,
      checked,
    );
    expect(await read(x)).toBe((13 + 4 * 7) % 16);
    expect(await read(x.add(1))).toBe((13 + 4 * 7 + 1) % 16);
  });

  it.each([1, "yes", null])("is asked for by a boolean, not by %o", (wrong) => {
    expect(() => engine.load(FheUint8.encrypt(1, clientKey), { checked: wrong as never })).toThrow(TypeError);
  });
});
