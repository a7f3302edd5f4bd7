import { describe, expect, test } from "vitest";
import {
  type Ciphertext,
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  DisposedError,
  Engine,
  ExpandedServerKey,
  FheBool,
  FheInt16,
  FheUint8,
  type GenerateOptions,
  MismatchError,
  ReRandomizer,
  ServerKey,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { TOY_COMPACT } from "../toy.ts";
import { bytesOf, clientKeyOf, type Entry, entries, INSECURE, readerOf } from "../wire/vectors.ts";

const toy: GenerateOptions = { parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, allowInsecureParameters: true };
const description = Uint8Array.of(1, 2, 3);

describe("ciphertexts with new randomness are those of TFHE-rs:", () => {
  const all = entries.filter(({ configuration }) => configuration.startsWith("re-randomized"));
  const find = (configuration: string, file: string): Entry =>
    all.find((entry) => entry.file === `${configuration}/${file}.bin`)!;
  const names = ["uint8", "int16", "bool"];
  const theirs = Uint8Array.of(...new TextEncoder().encode("a + b, if c; "), ...new Array(32).fill(7));

  test.each(
    ["re-randomized", "re-randomized-by-others"].flatMap((configuration) =>
      (["blake3", "shake256"] as const).map((hash) => [configuration, hash] as const),
    ),
  )("%s, %s", async (configuration, hash) => {
    const read = (file: string): Ciphertext => {
      const entry = find(configuration, file);
      return readerOf(entry.type)(bytesOf(entry)) as Ciphertext;
    };
    const serverKey = ServerKey.deserialize(bytesOf(find(configuration, "compressed-server-key")), INSECURE);
    const others = configuration === "re-randomized-by-others";
    const publicKey = others
      ? CompactPublicKey.deserialize(bytesOf(find(configuration, "compact-public-key")), INSECURE)
      : undefined;
    using reRandomizer = await ReRandomizer.from(serverKey, { publicKey });
    const before = names.map((name) => read(`${name}-before`));
    const after = await reRandomizer.reRandomize(before, { description: theirs, hash });
    for (const [i, name] of names.entries()) {
      expect(Buffer.compare(after[i].serialize(), bytesOf(find(configuration, `${name}-${hash}`)))).toBe(0);
    }
    // The same with the expanded key, read from its bytes.
    const expanded = (await serverKey.expand()).serialize();
    using another = await ReRandomizer.from(ExpandedServerKey.deserialize(expanded, INSECURE), { publicKey });
    const [again] = await another.reRandomize(before, { description: theirs, hash });
    expect(Buffer.compare(again.serialize(), after[0].serialize())).toBe(0);
    // Random values, of the whole type and of fewer bits than it has.
    for (const [name, seed, bits] of [
      ["uint8", 77n, undefined],
      ["int16", 78n, 5],
    ] as const) {
      const random = await reRandomizer.reRandomizeRandom(read(`${name}-random-before`), {
        seed,
        bits,
        hash,
      });
      const expected = bytesOf(find(configuration, `${name}-random-${hash}`));
      expect(Buffer.compare(random.serialize(), expected)).toBe(0);
    }
    const key = clientKeyOf(find(configuration, "compressed-server-key"));
    expect((after[1] as FheInt16).decrypt(key)).toBe(-12345);
  });
});

test("values stay, and can be computed with; the same context gives the same, another another", async () => {
  const clientKey = await ClientKey.generate({ ...toy, reRandomization: "derived" });
  const serverKey = await ServerKey.from(clientKey);
  using reRandomizer = await ReRandomizer.from(serverKey);
  const x = FheUint8.encrypt(200, clientKey).withTag(Uint8Array.of(5));
  const y = FheBool.encryptTrivial(true, clientKey.parameters);
  const [a, b] = await reRandomizer.reRandomize([x, y], { description });
  expect([a.decrypt(clientKey), b.decrypt(clientKey)]).toEqual([200, true]);
  expect(a.tag).toEqual(Uint8Array.of(5));
  const contexts = [
    { description },
    { description: Uint8Array.of(1, 2) },
    { description, hash: "shake256" },
    { description, seedSeparator: "mine" + "mine" },
    { description, encryptionSeparator: "mine" + "mine" },
  ] as const;
  const results = await Promise.all(contexts.map((context) => reRandomizer.reRandomize([x, y], context)));
  const texts = results.map(([one]) => Buffer.from(one.serialize()).toString("hex"));
  expect(texts[0]).toBe(Buffer.from(a.serialize()).toString("hex"));
  expect(new Set(texts).size).toBe(contexts.length);
  // What else is computed with, and metadata, count as well.
  const [alone] = await reRandomizer.reRandomize([x], { description });
  const [marked] = await reRandomizer.reRandomize([x.withReRandomizationMetadata(Uint8Array.of(9)), y], {
    description,
  });
  expect(alone.serialize()).not.toEqual(a.serialize());
  expect(marked.serialize()).not.toEqual(a.serialize());
  expect(marked.reRandomizationMetadata).toHaveLength(0);
  using engine = await Engine.create(serverKey, { threads: 1 });
  const sum = await engine.load(a).add(100).ciphertext();
  expect(sum.decrypt(clientKey)).toBe(44);
});

test("random values get other ciphertexts, of those blocks that are random", async () => {
  const clientKey = await ClientKey.generate({ ...toy, reRandomization: "derived" });
  const serverKey = await ServerKey.from(clientKey);
  using reRandomizer = await ReRandomizer.from(serverKey);
  using engine = await Engine.create(serverKey, { threads: 1 });
  const seed = Uint8Array.of(1, 2, 3);
  const value = await engine.random(FheUint8, { seed, bits: 3 }).ciphertext();
  const other = await reRandomizer.reRandomizeRandom(value, { seed, bits: 3 });
  expect(other.decrypt(clientKey)).toBe(value.decrypt(clientKey));
  const all = await reRandomizer.reRandomizeRandom(value, { seed });
  expect(all.decrypt(clientKey)).toBe(value.decrypt(clientKey));
  const texts = [value, other, all].map((one) => Buffer.from(one.serialize()).toString("hex"));
  expect(new Set(texts).size).toBe(3);
  const truth = await engine.random(FheBool, { seed }).ciphertext();
  expect((await reRandomizer.reRandomizeRandom(truth, { seed })).decrypt(clientKey)).toBe(
    truth.decrypt(clientKey),
  );
  const wrong = (bits: number) => reRandomizer.reRandomizeRandom(value, { seed, bits });
  await expect(wrong(9)).rejects.toThrow(/bits is 9; expected an integer from 0 to 8/);
  await expect(wrong(1.5)).rejects.toThrow(RangeError);
  await expect(reRandomizer.reRandomizeRandom(value, {} as never)).rejects.toThrow(/no seed/);
});

test("lists of a compact key, of the big key or its own", async () => {
  for (const options of [{ ...toy }, { ...toy, compactKey: TOY_COMPACT }]) {
    const reRandomization = "compactKey" in options ? TOY_COMPACT.casting : "derived";
    const clientKey = await ClientKey.generate({ ...options, reRandomization });
    const serverKey = await ServerKey.from(clientKey);
    const publicKey = await CompactPublicKey.from(clientKey);
    using reRandomizer = await ReRandomizer.from(serverKey, { publicKey });
    const list = await CompactCiphertextList.builder(publicKey)
      .push(FheUint8, 200)
      .push(FheBool, true)
      .push(FheInt16, -5)
      .buildPacked();
    const x = FheUint8.encrypt(7, clientKey);
    const [again, y] = await reRandomizer.reRandomize([list, x], { description });
    expect(again.types).toEqual(list.types);
    expect(again.serialize()).not.toEqual(list.serialize());
    expect(y.decrypt(clientKey)).toBe(7);
    using engine = await Engine.create(serverKey, { threads: 1 });
    const values = await Promise.all(engine.expand(again).map((handle) => handle.ciphertext()));
    expect(values.map((value) => value.decrypt(clientKey))).toEqual([200, true, -5]);
  }
});

describe("what does not fit is refused:", async () => {
  const clientKey = await ClientKey.generate({ ...toy, reRandomization: "derived" });
  const reRandomizer = await ReRandomizer.from(await ServerKey.from(clientKey));
  const x = FheUint8.encrypt(7, clientKey);

  test("keys without the part, or that need another", async () => {
    const plain = await ServerKey.from(await ClientKey.generate(toy));
    await expect(ReRandomizer.from(plain)).rejects.toThrow(MismatchError);
    await expect(ReRandomizer.from(plain)).rejects.toThrow(/reRandomization: "derived"/);
    const dedicated = { ...toy, compactKey: TOY_COMPACT, reRandomization: TOY_COMPACT.casting };
    const others = await ServerKey.from(await ClientKey.generate(dedicated));
    await expect(ReRandomizer.from(others)).rejects.toThrow(/give it as publicKey/);
    const publicKey = await CompactPublicKey.from(
      await ClientKey.generate({ ...toy, compactKey: { ...TOY_COMPACT, lweDimension: 512 } }),
    );
    await expect(ReRandomizer.from(others, { publicKey })).rejects.toThrow(
      /dimension of the public key is 512; the key has 256/,
    );
  });

  test("ciphertexts with more noise, of other parameters, and what is none", async () => {
    const noisy = entries.find(
      ({ file, version }) => version === "1.8" && file === "plain/uint8-with-carries.bin",
    )!;
    const carries = readerOf(noisy.type)(bytesOf(noisy)) as FheUint8;
    await expect(reRandomizer.reRandomize([carries], { description })).rejects.toThrow(/noise level 2/);
    const larger = { ...INSECURE_TOY_MESSAGE_2_CARRY_2, name: "INSECURE_LARGER", polynomialSize: 512 };
    const other = await ClientKey.generate({ ...toy, parameters: larger });
    const foreign = FheUint8.encrypt(7, other);
    await expect(reRandomizer.reRandomize([foreign], { description })).rejects.toThrow(MismatchError);
    const list = await CompactCiphertextList.builder(await CompactPublicKey.from(other))
      .push(FheUint8, 1)
      .build();
    await expect(reRandomizer.reRandomize([list], { description })).rejects.toThrow(
      /dimension of the list is 512/,
    );
    for (const wrong of [3, null, [x], clientKey]) {
      await expect(reRandomizer.reRandomize([wrong as never], { description })).rejects.toThrow(TypeError);
    }
  });

  test("contexts that are none", async () => {
    for (const wrong of [
      {},
      { description: "x" },
      { description, hash: "md5" },
      { description, seedSeparator: "short" },
    ]) {
      await expect(reRandomizer.reRandomize([x], wrong as never)).rejects.toThrow(TypeError);
    }
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(reRandomizer.reRandomize([x], { description, signal })).rejects.toThrow("enough");
    const going = reRandomizer.reRandomize([x], { description });
    reRandomizer.dispose();
    await expect(going).rejects.toThrow(DisposedError);
  });
});
