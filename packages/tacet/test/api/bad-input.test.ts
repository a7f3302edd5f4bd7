import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ClientKey,
  DEFAULT_PARAMETERS,
  DeserializationError,
  DisposedError,
  Engine,
  FheBool,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  MismatchError,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
  ParameterError,
  ServerKey,
  TacetError,
  type UintHandle,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { toyClientKey } from "../toy.ts";

let clientKey: ClientKey;
let serverKey: ServerKey;
let engine: Engine;
let small: UintHandle<8>;

beforeAll(async () => {
  clientKey = await toyClientKey();
  serverKey = await ServerKey.from(clientKey);
  engine = await Engine.create(serverKey, { threads: 1 });
  small = engine.load(FheUint8.encrypt(5, clientKey));
});
afterAll(() => engine.dispose());

/** A value that the types would refuse. */
const wrong = (value: unknown): never => value as never;

describe("values", () => {
  test.each([256, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, 256n, -1n])(
    "%s is no 8-bit integer",
    (value) => {
      expect(() => FheUint8.encrypt(value, clientKey)).toThrow(RangeError);
      expect(() => FheUint8.encryptTrivial(value)).toThrow(RangeError);
      expect(() => small.add(value)).toThrow(RangeError);
      expect(() => small.lt(value)).toThrow(RangeError);
    },
  );

  test("the largest of each width are accepted", () => {
    for (const type of [FheUint8, FheUint16, FheUint32, FheUint64]) {
      const top = 2n ** BigInt(type.width) - 1n;
      expect(BigInt(type.encrypt(top, clientKey).decrypt(clientKey))).toBe(top);
      expect(() => type.encrypt(top + 1n, clientKey)).toThrow(RangeError);
    }
  });

  test.each(["5", null, undefined, {}, true, [1]])("%o is no integer", (value) => {
    expect(() => FheUint8.encrypt(wrong(value), clientKey)).toThrow(TypeError);
    expect(() => small.mul(wrong(value))).toThrow(TypeError);
  });

  test.each([0, 1n, "true", null])("%o is no boolean", (value) => {
    expect(() => FheBool.encrypt(wrong(value), clientKey)).toThrow(TypeError);
    expect(() => small.eq(1).and(wrong(value))).toThrow(TypeError);
  });

  test.each([-1, 0.5, Number.NaN])("%s is no shift", (amount) => {
    expect(() => small.shl(amount)).toThrow(RangeError);
    expect(() => small.shr(amount)).toThrow(RangeError);
  });

  test("errors do not repeat the value", () => {
    const secret = 98_765;
    expect(() => FheUint8.encrypt(secret, clientKey)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("98") }),
    );
  });
});

describe("operands", () => {
  test("of another width or kind are a TypeError that names both", () => {
    const large = engine.load(FheUint32.encrypt(1, clientKey));
    const condition = small.eq(5);
    expect(() => small.add(wrong(large))).toThrow(/FheUint8.*FheUint32/);
    expect(() => small.add(wrong(condition))).toThrow(TypeError);
    expect(() => condition.and(wrong(small))).toThrow(TypeError);
    expect(() => condition.select(small, wrong(large))).toThrow(TypeError);
    expect(() => condition.select(small, wrong(condition))).toThrow(TypeError);
    expect(() => condition.select(condition, wrong(small))).toThrow(TypeError);
    expect(() => condition.select(wrong(1), wrong(2))).toThrow(TypeError);
    expect(() => small.shl(wrong(condition))).toThrow(TypeError);
    expect(() => small.shl(wrong("1"))).toThrow(TypeError);
  });

  test("of another engine are a TypeError", async () => {
    using other = await Engine.create(serverKey, { threads: 1 });
    const foreign = other.load(FheUint8.encrypt(1, clientKey));
    expect(() => small.add(foreign)).toThrow(/another engine/);
    expect(() => small.eq(1).select(foreign, foreign)).toThrow(/another engine/);
    expect(() => engine.explain(foreign)).toThrow(/another engine/);
  });

  test("that have been disposed of are a DisposedError", async () => {
    const gone = engine.load(FheUint8.encrypt(1, clientKey));
    gone.dispose();
    gone.dispose();
    expect(() => gone.add(1)).toThrow(DisposedError);
    expect(() => small.add(gone)).toThrow(DisposedError);
    await expect(gone.serialize()).rejects.toThrow(DisposedError);
    expect(FheUint8.deserialize(await small.add(1).serialize()).decrypt(clientKey)).toBe(6);
  });
});

describe("keys and ciphertexts", () => {
  test("of other parameters than the engine's are a MismatchError", async () => {
    const other = await ClientKey.generate();
    const ciphertext = FheUint8.encrypt(1, other);
    expect(() => engine.load(ciphertext)).toThrow(MismatchError);
    expect(() => ciphertext.decrypt(clientKey)).toThrow(MismatchError);
    expect(() => engine.load(FheUint8.encryptTrivial(1, DEFAULT_PARAMETERS))).toThrow(MismatchError);
  });

  test.each([undefined, {}, "key", new Uint8Array(8)])("%o is neither key nor ciphertext", async (value) => {
    expect(() => FheUint8.encrypt(1, wrong(value))).toThrow(TypeError);
    expect(() => FheUint8.encrypt(1, clientKey).decrypt(wrong(value))).toThrow(TypeError);
    await expect(ServerKey.from(wrong(value))).rejects.toThrow(TypeError);
    await expect(Engine.create(wrong(value))).rejects.toThrow(TypeError);
    expect(() => engine.load(wrong(value))).toThrow(TypeError);
  });

  test("that are wiped while their server key is made do not spoil it", async () => {
    const key = await toyClientKey();
    const copy = ClientKey.deserialize(key.serialize(), { allowInsecureParameters: true });
    const making = ServerKey.from(key);
    key.dispose();
    using other = await Engine.create(await making, { threads: 1 });
    const sum = await other.load(FheUint8.encrypt(5, copy)).add(1).ciphertext();
    expect(sum.decrypt(copy)).toBe(6);
  });

  test("that are wiped are a DisposedError", async () => {
    const wiped = await toyClientKey();
    wiped.dispose();
    expect(() => FheUint8.encrypt(1, wiped)).toThrow(DisposedError);
    expect(() => wiped.serialize()).toThrow(DisposedError);
    await expect(ServerKey.from(wiped)).rejects.toThrow(DisposedError);
  });

  test("whose bytes are damaged are a DeserializationError", () => {
    const bytes = FheUint16.encrypt(1, clientKey).serialize();
    expect(() => FheUint16.deserialize(bytes.subarray(0, bytes.length - 1))).toThrow(DeserializationError);
    expect(() => FheUint32.deserialize(bytes)).toThrow(DeserializationError);
    expect(() => FheBool.deserialize(bytes)).toThrow(DeserializationError);
    expect(() => FheUint16.deserialize(bytes, { sizeLimit: 100 })).toThrow(DeserializationError);
    expect(() => FheUint16.deserialize(wrong("bytes"))).toThrow(TypeError);
    expect(() => ClientKey.deserialize(bytes)).toThrow(DeserializationError);
    expect(() => ServerKey.deserialize(bytes)).toThrow(DeserializationError);
  });

  test("do not show their secrets when they are printed", () => {
    for (const depth of [0, 10]) {
      const text = inspect(clientKey, { depth, showHidden: true });
      expect(text).not.toMatch(/lwe|glwe|\[0, *1|Uint8Array/);
    }
  });
});

describe("parameters", () => {
  test("that hide nothing are not reached by accident", async () => {
    await expect(ClientKey.generate({ parameters: toy })).rejects.toThrow(ParameterError);
    const weakened = { ...DEFAULT_PARAMETERS, lweDimension: 100 };
    await expect(ClientKey.generate({ parameters: weakened })).rejects.toThrow(ParameterError);
    expect(() => ClientKey.deserialize(clientKey.serialize())).toThrow(DeserializationError);
    expect(() => ServerKey.deserialize(serverKey.serialize())).toThrow(DeserializationError);
    const allowed = { allowInsecureParameters: true };
    const key = ClientKey.deserialize(clientKey.serialize(), allowed);
    expect(FheUint8.encrypt(7, clientKey).decrypt(key)).toBe(7);
    expect(ServerKey.deserialize(serverKey.serialize(), allowed).serialize()).toEqual(serverKey.serialize());
  });

  test.each([
    { polynomialSize: 1000 },
    { polynomialSize: 128 },
    { lweDimension: 0 },
    { glweDimension: 1.5 },
    { pbsBaseLog: 0 },
    { pbsLevel: 9 },
    { ksLevel: 100 },
    { messageModulus: 3 },
    { carryModulus: 2 ** 10 },
  ])("that are malformed are refused: %o", async (change) => {
    const parameters = { ...toy, ...change };
    await expect(ClientKey.generate({ parameters, allowInsecureParameters: true })).rejects.toThrow(
      ParameterError,
    );
  });

  test("whose blocks do not make up whole integers encrypt none", async () => {
    const key = await ClientKey.generate({ parameters: PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128 });
    expect(() => FheUint8.encrypt(1, key)).toThrow(ParameterError);
    expect(FheBool.encrypt(true, key).decrypt(key)).toBe(true);
  });
});

describe("options", () => {
  test.each([{ threads: "2" }, { deterministic: "no" }, { onProgress: 1 }, { signal: {} }, null])(
    "%o are none",
    async (options) => {
      await expect(Engine.create(serverKey, wrong(options))).rejects.toThrow(TypeError);
      if (options !== null && "threads" in options) return;
      if (options !== null && "deterministic" in options) return;
      await expect(small.add(1).serialize(wrong(options))).rejects.toThrow(TypeError);
      await expect(ServerKey.from(clientKey, wrong(options))).rejects.toThrow(TypeError);
    },
  );

  test("that name no type are a TypeError", () => {
    for (const type of [FheUint8.encryptTrivial, { width: 24 }, { width: 8 }, undefined]) {
      expect(() => small.cast(wrong(type))).toThrow(TypeError);
    }
    expect(() => engine.explain(wrong(null))).toThrow(TypeError);
    expect(() => FheUint8.encryptTrivial(1, wrong({}))).toThrow(ParameterError);
  });

  test.each([-1, 1.5, Number.NaN, 10_000])("%s is no number of threads", async (threads) => {
    await expect(Engine.create(serverKey, { threads })).rejects.toThrow(RangeError);
  });

  test("signals cancel key generation and loading", async () => {
    const signal = AbortSignal.abort();
    await expect(ClientKey.generate({ signal })).rejects.toThrow(/abort/i);
    await expect(ServerKey.from(clientKey, { signal })).rejects.toThrow(/abort/i);
    await expect(Engine.create(serverKey, { signal })).rejects.toThrow(/abort/i);
    const controller = new AbortController();
    const slow = ServerKey.from(await ClientKey.generate(), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(slow).rejects.toThrow(/abort/i);
  });
});

test("all errors that are Tacet's own are TacetErrors with a name", () => {
  for (const type of [DisposedError, MismatchError, ParameterError]) {
    const error = new type("x");
    expect(error).toBeInstanceOf(TacetError);
    expect(error.name).toBe(type.name);
  }
});
