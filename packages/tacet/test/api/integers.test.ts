import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conformingBlocks, contentOf, encryptBlocks } from "../../src/api/values/ciphertext.ts";
import * as tacet from "../../src/index.ts";
import {
  type Ciphertext,
  ClientKey,
  Engine,
  FheBool,
  FheInt,
  FheInt8,
  FheInt32,
  FheInt64,
  type FheIntegerType,
  type FheIntType,
  FheUint2,
  FheUint6,
  FheUint8,
  FheUint32,
  type FheUintType,
  type Handle,
  MismatchError,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
  ParameterError,
  ServerKey,
  type Width,
} from "../../src/index.ts";
import { PERMIT } from "../../src/opaque.ts";
import { SHAPES, WIDTHS } from "../../src/wire/core/types.ts";
import { rangeOf } from "../operations.ts";
import { toyPair } from "../toy.ts";

/** Every type of integers under its name: that `tacet` has them all is checked here, by the compiler. */
const MAKERS: { readonly [W in Width as `FheUint${W}`]: FheUintType<W> } & {
  readonly [W in Width as `FheInt${W}`]: FheIntType<W>;
} = tacet;
const TYPES: readonly FheIntegerType[] = WIDTHS.flatMap((width) => [
  MAKERS[`FheUint${width}`] as FheIntegerType,
  MAKERS[`FheInt${width}`] as FheIntegerType,
]);

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  ({ clientKey, engine } = await toyPair({ threads: 1 }));
});
afterAll(() => engine.dispose());

describe.each(TYPES)("$name", (type) => {
  const [low, high] = rangeOf(type);

  test("is what its name says", () => {
    expect(SHAPES[type.name]).toEqual({ kind: type.signed ? "signed" : "unsigned", bits: type.width });
    const integer = type.encrypt(1, clientKey);
    expect([integer.type, integer.width, integer.signed]).toEqual([type.name, type.width, type.signed]);
    const handle = engine.load(integer);
    expect([handle.type, handle.width, handle.signed]).toEqual([type.name, type.width, type.signed]);
  });

  test("keeps the ends of its range, and refuses what is beyond", () => {
    const handle = engine.load(type.encrypt(1, clientKey));
    for (const value of [low, low + 1n, 0n, high - 1n, high]) {
      const bytes = type.encrypt(value, clientKey).serialize();
      const decrypted = type.deserialize(bytes).decrypt(clientKey);
      expect(decrypted).toBe(type.width <= 32 ? Number(value) : value);
      const open = type.encryptTrivial(value, clientKey.parameters);
      expect([open.isTrivial, type.deserialize(open.serialize()).decryptTrivial()]).toEqual([
        true,
        open.decrypt(clientKey),
      ]);
      const hidden = type.encrypt(value, clientKey);
      expect(hidden.isTrivial).toBe(false);
      expect(() => hidden.decryptTrivial()).toThrow(MismatchError);
      expect(BigInt(open.decrypt(clientKey))).toBe(value);
    }
    for (const value of [low - 1n, high + 1n]) {
      expect(() => type.encrypt(value, clientKey)).toThrow(RangeError);
      expect(() => type.encryptTrivial(value)).toThrow(RangeError);
      expect(() => handle.add(value)).toThrow(RangeError);
    }
  });
});

test("blocks that do not divide the width are refused, others are not", async () => {
  const key = await ClientKey.generate({ parameters: PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128 });
  expect(() => FheUint8.encrypt(1, key)).toThrow(ParameterError);
  expect(() => FheUint2.encrypt(1, key)).toThrow(ParameterError);
  expect(FheUint6.encrypt(45, key).decrypt(key)).toBe(45);
});

test("blocks that hold more bits than the width, as TFHE-rs writes them, are read but not computed with", async () => {
  const key = await ClientKey.generate({
    parameters: { ...clientKey.parameters, messageModulus: 8, carryModulus: 8, maxNoiseLevel: 9 },
    allowInsecureParameters: true,
  });
  const content = contentOf("FheInt8", encryptBlocks([6, 7, 7], 7, key), key.parameters);
  const integer = new FheInt<8>(PERMIT, content);
  expect(integer.decrypt(key)).toBe(-2);
  using other = await Engine.create(await ServerKey.from(key), { threads: 1 });
  expect(() => other.load(integer)).toThrow(ParameterError);
});

test("signed integers with carries in their blocks decrypt to what they stand for", () => {
  const { parameters } = clientKey;
  const digits = [13, 15, 9, 14];
  const content = contentOf("FheInt8", encryptBlocks(digits, 15, clientKey), parameters);
  const expected = BigInt.asIntN(8, BigInt(13 + 4 * 15 + 16 * 9 + 64 * 14));
  expect(new FheInt<8>(PERMIT, content).decrypt(clientKey)).toBe(Number(expected));
});

test("casts go by the sign of what they start from", async () => {
  const negative = engine.load(FheInt8.encrypt(-3, clientKey));
  const large = engine.load(FheUint8.encrypt(253, clientKey));
  const found = await Promise.all(
    [
      negative.cast(FheInt32),
      negative.cast(FheUint32),
      large.cast(FheInt32),
      large.cast(FheInt8),
      negative.eq(-3).cast(FheInt64),
    ].map(async (handle: Handle<Ciphertext & { decrypt(key: ClientKey): number | bigint }>) =>
      (await handle.ciphertext()).decrypt(clientKey),
    ),
  );
  expect(found).toEqual([-3, 2 ** 32 - 3, 253, -3, 1n]);
});

test("operands of another sign are a TypeError that names both", () => {
  const unsigned = engine.load(FheUint8.encrypt(1, clientKey));
  const signed = engine.load(FheInt8.encrypt(1, clientKey));
  const condition = signed.gt(0);
  // @ts-expect-error Integers with and without sign do not add,
  expect(() => signed.add(unsigned)).toThrow(/FheInt8.*FheUint8/);
  // @ts-expect-error nor compare,
  expect(() => unsigned.lt(signed)).toThrow(/FheUint8.*FheInt8/);
  // @ts-expect-error nor are they to be chosen between,
  expect(() => condition.select(signed, unsigned)).toThrow(TypeError);
  // @ts-expect-error and types are no values.
  expect(() => signed.add(FheInt8)).toThrow(TypeError);
  // @ts-expect-error Truth values are no integers.
  expect(() => signed.add(condition)).toThrow(/FheInt8.*FheBool/);
  expect(() => unsigned.add(-1)).toThrow(RangeError);
  expect(() => condition.select(signed, 128)).toThrow(RangeError);
  const wide = (): bigint => FheInt64.encrypt(-1, clientKey).decrypt(clientKey);
  const narrow = (): number => FheInt8.encrypt(-1, clientKey).decrypt(clientKey);
  expect([wide(), narrow()]).toEqual([-1n, -1]);
});

describe("results", () => {
  const blocksOf = async (handle: Handle<Ciphertext>) =>
    conformingBlocks(await handle.ciphertext(), clientKey.parameters);

  test("have the degree and the noise of fresh values, whatever they come from", async () => {
    const [x, y] = [200, 77].map((value) => engine.load(FheUint8.encrypt(value, clientKey)));
    const z = engine.load(FheInt8.encrypt(-100, clientKey));
    const c = engine.load(FheBool.encrypt(true, clientKey));
    const integers = [
      x,
      x.not(),
      x.add(y),
      x.min(y),
      x.shl(3),
      c.select(x, y),
      c.select(x, y).shl(1),
      c.select(x, y).xor(0x0f),
      z.shr(3),
      z.max(5),
      z.cast(FheInt32),
    ];
    for (const handle of integers) {
      const blocks = await blocksOf(handle);
      expect(blocks.map(({ degree }) => degree)).toEqual(blocks.map(() => 3));
      expect(blocks.map(({ noiseLevel }) => noiseLevel)).toEqual(blocks.map(() => 1));
    }
    const b = x.gt(y);
    for (const handle of [b, b.not(), c.select(b, c), c.xor(b), b.select(c, true)]) {
      expect(await blocksOf(handle)).toMatchObject([{ degree: 1, noiseLevel: 1 }]);
    }
  });

  test("are refreshed as part of the plan, once, and cost what follows nothing", async () => {
    const [x, y] = [200, 77].map((value) => engine.load(FheUint8.encrypt(value, clientKey)));
    const c = engine.load(FheBool.encrypt(true, clientKey));
    const chosen = c.select(x, y);
    const sum = chosen.add(1);
    expect(engine.explain(chosen)).toMatchObject({ bootstraps: 4 + 4, depth: 2 });
    const withSum = engine.explain(sum);
    expect(withSum).toMatchObject({ bootstraps: 4 + 4, depth: 1 + 4 });
    expect((await chosen.ciphertext()).decrypt(clientKey)).toBe(200);
    expect(engine.explain(chosen).bootstraps).toBe(0);
    expect(engine.explain(sum, chosen.add(1)).bootstraps).toBe(4);
    expect(await chosen.serialize()).toEqual(await chosen.serialize());
    expect((await sum.ciphertext()).decrypt(clientKey)).toBe(201);
  });

  test("give their memory back, refreshed or not", async () => {
    // An engine whose handles are all known: others may be collected as garbage meanwhile.
    const { clientKey, engine } = await toyPair();
    engine.load(FheUint8.encrypt(0, clientKey)).dispose();
    const before = engine.info.ciphertexts;
    {
      using x = engine.load(FheUint8.encrypt(1, clientKey));
      using y = engine.load(FheUint8.encrypt(2, clientKey));
      using c = x.lt(y);
      using chosen = c.select(x, y);
      await chosen.serialize();
      expect(engine.info.ciphertexts).toBeGreaterThan(before);
    }
    // Lookups that nobody waited for may still be under way.
    await expect.poll(() => engine.info.ciphertexts).toBe(before);
    engine.dispose();
  });

  test("that are known without a key stay readable by anyone", async () => {
    const x = engine.load(FheInt8.encrypt(-5, clientKey));
    const zero = x.mul(0);
    expect(engine.explain(zero).bootstraps).toBe(0);
    for (const { noiseLevel, lwe } of await blocksOf(zero)) {
      expect(noiseLevel).toBe(1);
      expect(lwe.every((element) => element === 0n)).toBe(true);
    }
    const open = engine.load(FheInt8.encryptTrivial(-5, clientKey.parameters));
    expect((await blocksOf(open)).map(({ noiseLevel }) => noiseLevel)).toEqual([1, 1, 1, 1]);
  });
});

describe("tags", () => {
  const bytes = Uint8Array.of(1, 2, 250);

  test("come from the key: the client's when it encrypts, the server's when it computes", async () => {
    const key = await ClientKey.generate({
      parameters: clientKey.parameters,
      allowInsecureParameters: true,
      tag: bytes,
    });
    const integer = FheInt8.encrypt(-7, key);
    expect(integer.tag).toEqual(bytes);
    expect(FheBool.encrypt(true, key).tag).toEqual(bytes);
    using other = await Engine.create(await ServerKey.from(key), { threads: 1 });
    const x = other.load(integer.withTag(Uint8Array.of(9)));
    expect((await x.add(1).ciphertext()).tag).toEqual(bytes);
    expect((await x.lt(1).ciphertext()).tag).toEqual(bytes);
  });

  test("travel with a ciphertext, which stays as it was", () => {
    const plain = FheInt8.encrypt(-7, clientKey);
    const tagged = plain.withTag(bytes);
    expect(plain.tag).toEqual(new Uint8Array(0));
    expect(tagged).toBeInstanceOf(FheInt);
    expect(FheInt8.deserialize(tagged.serialize()).tag).toEqual(bytes);
    expect(tagged.decrypt(clientKey)).toBe(-7);
    expect(FheBool.encrypt(true, clientKey).withTag(bytes).tag).toEqual(bytes);
  });

  test("are copies", () => {
    const given = bytes.slice();
    const tagged = FheInt8.encrypt(-7, clientKey).withTag(given);
    given.fill(0);
    tagged.tag.fill(0);
    expect(tagged.tag).toEqual(bytes);
    expect(() => tagged.withTag("tag" as never)).toThrow(TypeError);
  });
});
