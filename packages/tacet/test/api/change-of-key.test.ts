import { beforeAll, describe, expect, test } from "vitest";
import { switchOf } from "../../src/api/keys/key-switching-key.ts";
import {
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  DecompressionUpgradeKey,
  DeserializationError,
  Engine,
  ExpandedServerKey,
  FheAsciiString,
  FheBool,
  FheInt16,
  FheUint8,
  FheUint32,
  type GenerateOptions,
  KeySwitchingKey,
  MismatchError,
  ParameterError,
  ServerKey,
  UpgradeKeyChain,
} from "../../src/index.ts";
import { KNOWN_SETS } from "../../src/parameters/known-sets.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { switchFailureLog2 } from "../../src/scheme/noise.ts";
import {
  deserializeKeySwitchingKey,
  serializeKeySwitchingKey,
} from "../../src/wire/keys/key-switching-key.ts";
import { TOY_COMPACT, TOY_COMPRESSION } from "../toy.ts";
import { bytesOf, clientKeyOf, entries, INSECURE, readerOf } from "../wire/vectors.ts";

const toy = (tag: number, more: GenerateOptions = {}): Promise<ClientKey> =>
  ClientKey.generate({
    parameters: INSECURE_TOY_MESSAGE_2_CARRY_2,
    allowInsecureParameters: true,
    tag: Uint8Array.of(tag),
    ...more,
  });

let [former, clientKey, last]: ClientKey[] = [];
let [formerServerKey, serverKey, lastServerKey]: ServerKey[] = [];
let key: KeySwitchingKey;

beforeAll(async () => {
  former = await toy(1, { compression: TOY_COMPRESSION });
  clientKey = await toy(2);
  // Of another dimension, and with a compact key.
  const parameters = { ...INSECURE_TOY_MESSAGE_2_CARRY_2, name: "INSECURE", polynomialSize: 512 };
  last = await toy(3, { parameters, compactKey: TOY_COMPACT });
  formerServerKey = await ServerKey.from(former);
  serverKey = await ServerKey.from(clientKey);
  lastServerKey = await ServerKey.from(last);
  key = await KeySwitchingKey.from(former, clientKey, serverKey, INSECURE);
});

describe("a key-switching key of TFHE-rs", () => {
  const [entry] = entries.filter(({ type }) => type === "KeySwitchingKey");
  const of = entries.filter(
    ({ configuration, value }) => configuration === entry.former && value !== undefined,
  );

  test.each(of)("takes $file to another key", async (value) => {
    const read = KeySwitchingKey.deserialize(bytesOf(entry), INSECURE);
    expect(new TextDecoder().decode(read.formerTag)).toBe(entry.former);
    using engine = await Engine.create(read, { threads: 1 });
    const ciphertext = readerOf(value.type)(bytesOf(value)) as FheUint8 | FheInt16;
    const moved = await engine.keySwitch(ciphertext).ciphertext();
    expect(String(moved.decrypt(clientKeyOf(entry)))).toBe(value.value);
    expect(new TextDecoder().decode(moved.tag)).toBe(entry.tag);
  });
});

describe("a key-switching key", () => {
  test.each(["small", "big"] as const)(
    "takes every value to another key, to its %s key",
    async (destination) => {
      const keySwitch =
        destination === "small" ? undefined : ({ baseLog: 8, level: 3, destination } as const);
      const made = await KeySwitchingKey.from(former, clientKey, serverKey, { ...INSECURE, keySwitch });
      const bytes = made.serialize();
      const read = KeySwitchingKey.deserialize(bytes, INSECURE);
      expect(Buffer.compare(read.serialize(), bytes)).toBe(0);
      expect([read.formerTag, read.tag]).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
      expect(read.parameters).toEqual(clientKey.parameters);
      expect(switchOf(read).key.casting.destination).toBe(destination);
      using engine = await Engine.create(read, { threads: 1 });
      for (const value of [0, 1, 0xffff_ffff, 0x1234_5678]) {
        const handle = engine.keySwitch(FheUint32.encrypt(value, former));
        const result = await handle.ciphertext();
        expect(result.decrypt(clientKey)).toBe(value);
        expect(result.tag).toEqual(Uint8Array.of(2));
        expect((await handle.add(1).ciphertext()).decrypt(clientKey)).toBe((value + 1) >>> 0);
      }
      const negative = engine.keySwitch(FheInt16.encrypt(-12345, former));
      const truth = engine.keySwitch(FheBool.encrypt(true, former));
      const own = engine.load(FheInt16.encrypt(45, clientKey));
      const sum = truth.select(negative.add(own), own);
      expect((await sum.ciphertext()).decrypt(clientKey)).toBe(-12300);
      // What hides nothing, and what was computed under the former key.
      expect(
        (await engine.keySwitch(FheUint8.encryptTrivial(77, former.parameters)).ciphertext()).decrypt(
          clientKey,
        ),
      ).toBe(77);
      using before = await Engine.create(formerServerKey, { threads: 1 });
      const product = await before.load(FheUint8.encrypt(13, former)).mul(11).ciphertext();
      expect((await engine.keySwitch(product).ciphertext()).decrypt(clientKey)).toBe(143);
    },
  );

  test("leads to a key of another dimension, from an expanded server key", async () => {
    const expanded = await lastServerKey.expand();
    const further = await KeySwitchingKey.from(clientKey, last, expanded, INSECURE);
    using engine = await Engine.create(further, { threads: 0 });
    const value = engine.keySwitch(FheUint8.encrypt(99, clientKey));
    expect((await value.ciphertext()).decrypt(last)).toBe(99);
  });

  test("is for ciphertexts of the former key, and no others", async () => {
    using engine = await Engine.create(await KeySwitchingKey.from(last, clientKey, serverKey, INSECURE), {
      threads: 1,
    });
    expect(() => engine.keySwitch(FheUint8.encrypt(5, clientKey))).toThrow(
      /LWE dimension of the FheUint8 is 256; the former key has 512/,
    );
    expect(() => engine.keySwitch(5 as never)).toThrow(
      /expected an encrypted integer, boolean or text, not a number/,
    );
    const list = await CompactCiphertextList.builder(await CompactPublicKey.from(last))
      .push(FheUint8, 5)
      .buildPacked();
    expect(() => engine.expand(list)).toThrow(MismatchError);
    expect(() => engine.expand(list)).toThrow(/switches from a former key, and not from a compact key/);
    using other = await Engine.create(lastServerKey, { threads: 1 });
    expect(() => other.keySwitch(FheUint8.encrypt(5, last))).toThrow(
      /Engine.create\(keySwitchingKey\) makes/,
    );
    const value = engine.keySwitch(FheUint8.encrypt(6, last)); // it goes on
    expect((await value.ciphertext()).decrypt(clientKey)).toBe(6);
  });

  test("is refused where ciphertexts would err, or cannot be switched", async () => {
    const options = { keySwitch: { baseLog: 1, level: 1, destination: "small" } } as const;
    await expect(KeySwitchingKey.from(former, clientKey, serverKey, options)).rejects.toThrow(
      /would err with a probability/,
    );
    const wrong = (keySwitch: unknown) =>
      KeySwitchingKey.from(former, clientKey, serverKey, { keySwitch } as never);
    await expect(wrong({ baseLog: 4, level: 4, destination: "middle" })).rejects.toThrow(
      /is "small" or "big"/,
    );
    await expect(wrong({ baseLog: 40, level: 4, destination: "big" })).rejects.toThrow(ParameterError);
    await expect(wrong(5)).rejects.toThrow(TypeError);
    const moduli = { messageModulus: 2, carryModulus: 2, maxNoiseLevel: 3 };
    const one = await toy(5, {
      parameters: { ...INSECURE_TOY_MESSAGE_2_CARRY_2, name: "INSECURE", ...moduli },
    });
    const others = KeySwitchingKey.from(one, clientKey, serverKey, INSECURE);
    await expect(others).rejects.toThrow(/has other message and carry moduli/);
    await expect(KeySwitchingKey.from(former, clientKey, lastServerKey, INSECURE)).rejects.toThrow(
      /the server key is of INSECURE/,
    );
    await expect(KeySwitchingKey.from(former, clientKey, former as never)).rejects.toThrow(
      /expected a ServerKey/,
    );
    await expect(KeySwitchingKey.from(serverKey as never, clientKey, serverKey)).rejects.toThrow(
      /expected a ClientKey/,
    );
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(KeySwitchingKey.from(former, clientKey, serverKey, { ...INSECURE, signal })).rejects.toThrow(
      "enough",
    );
  });

  test("errs no more often than lookups do, at all published parameters", () => {
    const published = KNOWN_SETS.filter(({ insecure }) => !insecure);
    for (const from of published) {
      for (const to of published.filter(({ messageModulus }) => messageModulus === from.messageModulus)) {
        const { ksBaseLog: baseLog, ksLevel: level } = to;
        expect(switchFailureLog2(from, to, { baseLog, level, destination: "small" })).toBeLessThan(-128);
      }
    }
  });

  test("is read only if its parts go together", () => {
    const read = deserializeKeySwitchingKey(key.serialize(), INSECURE);
    const bytes = serializeKeySwitchingKey({ ...read, source: { ...read.destination } });
    expect(Buffer.compare(KeySwitchingKey.deserialize(bytes, INSECURE).serialize(), bytes)).toBe(0);
    const { rows } = read.casting;
    const wrong = { ...read, casting: { ...read.casting, rows: rows.subarray(0, rows.length / 2) } };
    const half = serializeKeySwitchingKey({ ...wrong, source: read.destination });
    expect(() => KeySwitchingKey.deserialize(half, INSECURE)).toThrow(DeserializationError);
    expect(() => KeySwitchingKey.deserialize(half, INSECURE)).toThrow(
      /input dimension of the key-switching key is 128; expected 256/,
    );
    expect(() => KeySwitchingKey.deserialize(key.serialize())).toThrow(DeserializationError);
  });
});

describe("a key that takes lists to another key", () => {
  const options = { ...INSECURE, compression: TOY_COMPRESSION };

  test("takes their values there", async () => {
    using before = await Engine.create(formerServerKey, { threads: 1 });
    const list = await before.compress([
      before.load(FheUint32.encrypt(0xdead_beef, former)),
      before.load(FheBool.encrypt(true, former)),
      before.load(FheInt16.encrypt(-2, former)),
    ]);
    const upgrade = await DecompressionUpgradeKey.from(former, clientKey, serverKey, options);
    expect([upgrade.formerTag, upgrade.tag]).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    const read = ExpandedServerKey.deserialize(upgrade.serverKey.serialize(), INSECURE);
    using engine = await Engine.create(read, { threads: 1 });
    const [x, truth, y] = engine.expand(list, [FheUint32, FheBool, FheInt16]);
    expect((await x.ciphertext()).decrypt(clientKey)).toBe(0xdead_beef);
    expect((await truth.select(y, y.neg()).ciphertext()).decrypt(clientKey)).toBe(-2);
    await expect(engine.compress([x])).rejects.toThrow(MismatchError);
  });

  test("of either kind is refused for the server key of another client key", async () => {
    for (const other of [formerServerKey, await formerServerKey.expand()]) {
      for (const make of [
        () => KeySwitchingKey.from(former, clientKey, other, INSECURE),
        () => DecompressionUpgradeKey.from(former, clientKey, other, options),
      ]) {
        await expect(make()).rejects.toThrow(MismatchError);
        await expect(make()).rejects.toThrow(/the server key is of another client key/);
      }
    }
  });

  test("is refused without lists, or for other parameters", async () => {
    const make = DecompressionUpgradeKey.from.bind(DecompressionUpgradeKey);
    await expect(make(clientKey, last, lastServerKey, options)).rejects.toThrow(
      /has no compression, and so no lists/,
    );
    await expect(make(former, clientKey, lastServerKey, options)).rejects.toThrow(ParameterError);
    await expect(make(former, clientKey, serverKey, { compression: TOY_COMPRESSION })).rejects.toThrow(
      ParameterError,
    );
    await expect(make(former, clientKey, serverKey, { bits: 5 } as never)).rejects.toThrow(/no option bits/);
  });
});

describe("a chain of keys", () => {
  test("takes ciphertexts and lists the shortest way", async () => {
    const further = await KeySwitchingKey.from(clientKey, last, lastServerKey, INSECURE);
    const back = await KeySwitchingKey.from(clientKey, former, formerServerKey, INSECURE);
    const upgrade = await DecompressionUpgradeKey.from(former, clientKey, serverKey, {
      ...INSECURE,
      compression: TOY_COMPRESSION,
    });
    const chain = UpgradeKeyChain.of([formerServerKey, serverKey, back, key, further, upgrade]);
    const values = [FheUint8.encrypt(5, former), FheUint8.encrypt(6, last), FheBool.encrypt(true, clientKey)];
    const [text] = await chain.upgrade(
      [FheAsciiString.encrypt("abc", former, { size: 4 })],
      Uint8Array.of(3),
    );
    expect([text.decrypt(last), text.padded, text.size]).toEqual(["abc", true, 4]);
    const seen: number[] = [];
    const options = { threads: 1, onProgress: (fraction: number) => seen.push(fraction) };
    const [a, b, c] = await chain.upgrade(values, Uint8Array.of(3), options);
    expect([a, b, c].map((value) => value.decrypt(last))).toEqual([5, 6, true]);
    expect(b).toBe(values[1]);
    expect(seen).toEqual([1 / 3, 2 / 3, 1]);

    using before = await Engine.create(formerServerKey, { threads: 1 });
    const list = await before.compress([
      before.load(FheUint8.encrypt(200, former)),
      before.load(FheBool.encrypt(true, former)),
      before.load(FheAsciiString.encrypt("abc", former)),
    ]);
    const there = await chain.upgradeList(list, Uint8Array.of(3), { threads: 1 });
    expect(there.map((value) => value.decrypt(last))).toEqual([200, true, "abc"]);
    const same = await chain.upgradeList(list, Uint8Array.of(1), { threads: 1 });
    expect(same.map((value) => value.decrypt(former))).toEqual([200, true, "abc"]);
    const many = await chain.upgrade(new Array(130).fill(values[0]), Uint8Array.of(2), { threads: 2 });
    expect(new Set(many.map((value) => value.decrypt(clientKey)))).toEqual(new Set([5]));
  });

  test("says which way it lacks", async () => {
    const chain = UpgradeKeyChain.of([key]);
    const value = FheUint8.encrypt(5, clientKey);
    await expect(chain.upgrade([value], Uint8Array.of(1))).rejects.toThrow(MismatchError);
    await expect(chain.upgrade([value], Uint8Array.of(1))).rejects.toThrow(
      /no keys lead from values with tag 02 to values with tag 01: the chain leads from values with tag 01 to values with tag 02/,
    );
    await expect(UpgradeKeyChain.of([]).upgrade([value], new Uint8Array())).rejects.toThrow(
      /from values with tag 02 to values with no tag: the chain leads from nothing/,
    );
    await expect(chain.upgrade([value, 5 as never], Uint8Array.of(1))).rejects.toThrow(/not a number/);
    await expect(chain.upgrade(value as never, Uint8Array.of(1))).rejects.toThrow(
      /expected an array of values/,
    );
    await expect(chain.upgradeList(value as never, Uint8Array.of(1))).rejects.toThrow(
      /expected a CompressedCiphertextList/,
    );
    expect(() => UpgradeKeyChain.of(key as never)).toThrow(/expected an array of keys/);
    expect(() => UpgradeKeyChain.of([former as never])).toThrow(/expected a KeySwitchingKey/);
    const same = await KeySwitchingKey.from(await toy(2), clientKey, serverKey, INSECURE);
    expect(() => UpgradeKeyChain.of([same])).toThrow(/with the same tag; give them different tags/);
  });
});
