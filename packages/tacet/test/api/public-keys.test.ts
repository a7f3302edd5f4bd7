import { beforeAll, describe, expect, it } from "vitest";
import {
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  CompressedCompactPublicKey,
  CompressedPublicKey,
  DisposedError,
  FheBool,
  FheInt8,
  FheUint2,
  FheUint8,
  FheUint64,
  FheUint256,
  ParameterError,
  type ParameterSet,
  PublicKey,
} from "../../src/index.ts";
import { PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 } from "../../src/parameters/compact-sets.ts";
import {
  DEFAULT_PARAMETERS,
  INSECURE_TOY_MESSAGE_2_CARRY_2,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";
import { toyClientKey } from "../toy.ts";

const insecure = { allowInsecureParameters: true };
const seed = new Uint8Array(16).fill(1);

let clientKey: ClientKey;
let compactKey: CompactPublicKey;
let classicalKey: CompressedPublicKey;

beforeAll(async () => {
  clientKey = await toyClientKey();
  compactKey = await CompactPublicKey.from(clientKey);
  classicalKey = await CompressedPublicKey.from(clientKey);
});

describe("what is no value", () => {
  it("is refused by keys", async () => {
    for (const key of [compactKey, classicalKey]) {
      await expect(key.encrypt(FheUint8, 256)).rejects.toThrow(RangeError);
      await expect(key.encrypt(FheUint8, -1)).rejects.toThrow(RangeError);
      await expect(key.encrypt(FheInt8, 128)).rejects.toThrow(RangeError);
      await expect(key.encrypt(FheUint8, 1.5)).rejects.toThrow(RangeError);
      // @ts-expect-error a value of another type
      await expect(key.encrypt(FheUint8, true)).rejects.toThrow(TypeError);
      // @ts-expect-error a value of another type
      await expect(key.encrypt(FheBool, 1)).rejects.toThrow(TypeError);
      // @ts-expect-error no type
      await expect(key.encrypt("FheUint8", 1)).rejects.toThrow(TypeError);
    }
  });

  it("is refused by lists, which stay as they were", () => {
    const builder = CompactCiphertextList.builder(compactKey);
    expect(() => builder.push(FheUint2, 4)).toThrow(RangeError);
    // @ts-expect-error a value of another type
    expect(() => builder.push(FheBool, 0)).toThrow(TypeError);
    // @ts-expect-error no type
    expect(() => builder.push(Number, 0)).toThrow(TypeError);
  });
});

describe("lists", () => {
  it("say what they hold", async () => {
    const builder = CompactCiphertextList.builder(compactKey);
    builder
      .push(FheUint256, 2n ** 255n)
      .push(FheBool, false)
      .push(FheInt8, -128);
    for (const list of [
      await builder.build(),
      await builder.buildPacked(),
      await builder.buildPackedSeeded(seed),
    ]) {
      expect(list.types).toEqual(["FheUint256", "FheBool", "FheInt8"]);
      expect(list.length).toBe(3);
      expect(list.requiresCasting).toBe(false);
      expect(CompactCiphertextList.deserialize(list.serialize()).types).toEqual(list.types);
    }
    expect((await builder.build()).packed).toBe(false);
    expect((await builder.buildPacked()).packed).toBe(true);
  });

  it("can be empty", async () => {
    const list = await CompactCiphertextList.builder(compactKey).buildPacked();
    expect(list.length).toBe(0);
    expect(CompactCiphertextList.deserialize(list.serialize()).types).toEqual([]);
  });

  it("hold what was pushed before they were built", async () => {
    const builder = CompactCiphertextList.builder(compactKey).push(FheUint8, 1);
    const first = builder.build();
    builder.push(FheUint8, 2);
    expect((await first).length).toBe(1);
    expect((await builder.build()).length).toBe(2);
  });

  it("depend on nothing but the seed if there is one", async () => {
    const builder = CompactCiphertextList.builder(compactKey).push(FheUint64, 7n);
    const mutable = seed.slice();
    const promise = builder.buildPackedSeeded(mutable);
    mutable.fill(9);
    const list = (await promise).serialize();
    expect(Buffer.compare(list, (await builder.buildPackedSeeded(seed)).serialize())).toBe(0);
    expect(Buffer.compare(list, (await builder.buildPackedSeeded(mutable)).serialize())).not.toBe(0);
    expect(Buffer.compare(list, (await builder.buildPacked()).serialize())).not.toBe(0);
  });

  it("take seeds of 16 bytes or more", async () => {
    const builder = CompactCiphertextList.builder(compactKey).push(FheUint8, 1);
    await expect(builder.buildPackedSeeded(new Uint8Array(15))).rejects.toThrow(RangeError);
    // @ts-expect-error no bytes
    await expect(builder.buildPackedSeeded("sixteen letters!")).rejects.toThrow(TypeError);
  });

  it("need a compact key", () => {
    // @ts-expect-error another kind of key
    expect(() => CompactCiphertextList.builder(classicalKey)).toThrow(TypeError);
  });
});

describe("keys", () => {
  it("carry the tag of the client key to all that is made with them", async () => {
    const tag = Uint8Array.of(1, 2, 3);
    const tagged = await ClientKey.generate({ parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, ...insecure, tag });
    const compact = await CompactPublicKey.from(tagged);
    for (const made of [
      compact,
      await CompressedCompactPublicKey.from(tagged),
      await CompressedPublicKey.from(tagged),
      await compact.encrypt(FheBool, true),
      await CompactCiphertextList.builder(compact).push(FheBool, true).build(),
    ]) {
      expect(made.tag).toEqual(tag);
    }
  });

  it("cannot be made of a key that was wiped", async () => {
    for (const make of [CompactPublicKey, CompressedCompactPublicKey, CompressedPublicKey, PublicKey]) {
      const key = await toyClientKey();
      key.dispose();
      await expect(make.from(key)).rejects.toThrow(DisposedError);
    }
  });

  it("with a secret key of their own fill lists alone", async () => {
    const client = await ClientKey.generate({
      compactKey: PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
    });
    const key = await CompactPublicKey.from(client);
    await expect(key.encrypt(FheUint8, 1)).rejects.toThrow(ParameterError);
    const list = await CompactCiphertextList.builder(key).push(FheUint8, 1).build();
    expect(list.requiresCasting).toBe(true);
  });

  it("need a dimension that is a power of two", async () => {
    const parameters: ParameterSet = { ...INSECURE_TOY_MESSAGE_2_CARRY_2, glweDimension: 3 };
    const client = await ClientKey.generate({ parameters, ...insecure });
    await expect(CompactPublicKey.from(client)).rejects.toThrow(ParameterError);
  });

  it("need blocks that make up a type", async () => {
    const client = await ClientKey.generate({ parameters: PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128 });
    const key = await CompactPublicKey.from(client);
    expect(() => CompactCiphertextList.builder(key).push(FheUint8, 1)).toThrow(ParameterError);
  });

  it("encrypt under default parameters", async () => {
    const client = await ClientKey.generate();
    const key = await CompactPublicKey.from(client);
    expect(key.parameters.name).toBe(DEFAULT_PARAMETERS.name);
    expect((await key.encrypt(FheUint64, 0xfedcba9876543210n)).decrypt(client)).toBe(0xfedcba9876543210n);
  });

  it("report progress and can be cancelled", async () => {
    const seen: number[] = [];
    await classicalKey.encrypt(FheUint256, 1n, { onProgress: (fraction) => seen.push(fraction) });
    expect(seen.at(-1)).toBe(1);
    const signal = AbortSignal.abort(new Error("no"));
    await expect(classicalKey.encrypt(FheUint8, 1, { signal })).rejects.toThrow("no");
    await expect(CompressedPublicKey.from(clientKey, { signal })).rejects.toThrow("no");
    await expect(PublicKey.from(clientKey, { signal })).rejects.toThrow("no");
    await expect(classicalKey.decompress({ signal })).rejects.toThrow("no");
  });
});
