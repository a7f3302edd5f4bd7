import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  boolean,
  type Ciphertext,
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  CompressedCiphertextList,
  CompressedCompactPublicKey,
  CompressedKeyValueStore,
  CompressedPublicKey,
  CompressedXofKeySet,
  DecompressionUpgradeKey,
  Engine,
  ExpandedServerKey,
  FheAsciiString,
  FheBool,
  FheUint8,
  FheUtf8String,
  type Handle,
  KeySwitchingKey,
  PublicKey,
  ReRandomizer,
  ServerKey,
  shortint,
  type UintHandle,
  UpgradeKeyChain,
  XofKeySet,
  type XofOptions,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { underWay } from "../engine/under-way.ts";
import { TOY_COMPACT, TOY_COMPRESSION } from "../toy.ts";
import { entryPoints } from "./entry-points.ts";

const insecure = { allowInsecureParameters: true };
const toy = { parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, ...insecure };

let clientKey: ClientKey;
let serverKey: ServerKey;
let engine: Engine;

beforeAll(async () => {
  clientKey = await ClientKey.generate({ ...toy, compression: TOY_COMPRESSION });
  serverKey = await ServerKey.from(clientKey);
  engine = await Engine.create(serverKey, { threads: 1 });
});
afterAll(() => engine.dispose());

const keySetOptions: XofOptions = { ...toy, compactKey: TOY_COMPACT };

const chainOfOne = async (): Promise<UpgradeKeyChain> => {
  const tagged = await ClientKey.generate({ ...toy, compression: TOY_COMPRESSION, tag: Uint8Array.of(1) });
  const key = await KeySwitchingKey.from(tagged, clientKey, serverKey, insecure);
  return UpgradeKeyChain.of([key, await ServerKey.from(tagged)]);
};

/** What takes bytes, what it is given, and what it makes of it. */
interface BytesCase {
  readonly given: () => Uint8Array | Promise<Uint8Array>;
  readonly take: (bytes: Uint8Array) => unknown;
}

interface Serializable {
  serialize(): Uint8Array;
}

/** What reads what it has written. */
const reader = (
  make: () => Serializable | Promise<Serializable>,
  read: (bytes: Uint8Array, options: object) => Serializable,
): BytesCase => ({
  given: async () => (await make()).serialize(),
  take: (bytes) => createHash("sha256").update(read(bytes, insecure).serialize()).digest("hex"),
});

/** What reads files that only TFHE-rs writes: it is given another one. */
const refuser = (read: (bytes: Uint8Array) => unknown): BytesCase => ({
  given: () => boolean.Ciphertext.encryptTrivial(true).serialize(),
  take: read,
});

const seed: BytesCase["given"] = () => Uint8Array.from({ length: 16 }, (_, i) => 11 * i);

const decrypted = (handles: readonly Handle<Ciphertext>[]): Promise<unknown[]> =>
  Promise.all(handles.map(async (handle) => ((await handle.ciphertext()) as FheBool).decrypt(clientKey)));

const threeValues = () =>
  [1, 2, 3].map((value) => engine.load(FheUint8.encryptTrivial(value, toy.parameters)));

const sum = (): UintHandle<8> => engine.load(FheUint8.encrypt(2, clientKey)).add(3);

const compressedList = (options?: { signal: AbortSignal }): Promise<CompressedCiphertextList> =>
  engine.compress([sum()], options);

const storeOfOne = () => {
  const store = engine.keyValueStore(FheUint8, FheUint8);
  store.insert(1, engine.load(FheUint8.encrypt(2, clientKey)).add(3));
  return store;
};

const bytesCases: Record<string, BytesCase> = {
  "Ciphertext.withTag": {
    given: seed,
    take: (tag) => FheUint8.encryptTrivial(1, toy.parameters).withTag(tag).tag,
  },
  "Ciphertext.withReRandomizationMetadata": {
    given: seed,
    take: (metadata) =>
      FheUint8.encryptTrivial(1, toy.parameters).withReRandomizationMetadata(metadata)
        .reRandomizationMetadata,
  },
  "ClientKey.deserialize": reader(() => clientKey, ClientKey.deserialize),
  "ClientKey.generate": {
    given: seed,
    take: async (bytes) => (await ClientKey.generate({ ...toy, seed: bytes, tag: bytes })).serialize(),
  },
  "CompactCiphertextList.deserialize": reader(
    async () =>
      CompactCiphertextList.builder(await CompactPublicKey.from(clientKey))
        .push(FheUint8, 3)
        .build(),
    CompactCiphertextList.deserialize,
  ),
  "CompactCiphertextListBuilder.buildPackedSeeded": {
    given: seed,
    take: async (bytes) => {
      const key = await CompactPublicKey.from(await ClientKey.generate({ ...toy, seed: 5n }));
      const list = await CompactCiphertextList.builder(key).push(FheUint8, 3).buildPackedSeeded(bytes);
      return list.length;
    },
  },
  "CompactPublicKey.deserialize": reader(
    () => CompactPublicKey.from(clientKey),
    CompactPublicKey.deserialize,
  ),
  "CompressedCiphertext.withTag": {
    given: seed,
    take: async (tag) => (await FheBool.encryptCompressed(true, clientKey)).withTag(tag).tag,
  },
  "CompressedCiphertextList.deserialize": reader(compressedList, CompressedCiphertextList.deserialize),
  "CompressedCiphertextList.withTag": {
    given: seed,
    take: async (tag) => (await compressedList()).withTag(tag).tag,
  },
  "CompressedCompactPublicKey.deserialize": reader(
    () => CompressedCompactPublicKey.from(clientKey),
    CompressedCompactPublicKey.deserialize,
  ),
  "CompressedKeyValueStore.deserialize": reader(
    () => storeOfOne().compress(),
    (bytes) => CompressedKeyValueStore.deserialize(bytes, FheUint8, FheUint8),
  ),
  "CompressedPublicKey.deserialize": reader(
    () => CompressedPublicKey.from(clientKey),
    CompressedPublicKey.deserialize,
  ),
  "CompressedXofKeySet.deserialize": reader(
    async () => (await CompressedXofKeySet.generate(keySetOptions)).keySet,
    CompressedXofKeySet.deserialize,
  ),
  "CompressedXofKeySet.generate": {
    given: seed,
    take: async (bytes) => {
      const made = await CompressedXofKeySet.generate({ ...keySetOptions, seed: bytes, tag: bytes });
      return made.keySet.serialize().length;
    },
  },
  "EncryptedArray.shuffle": {
    given: seed,
    take: (bytes) => decrypted([...engine.array(threeValues()).shuffle({ seed: bytes })]),
  },
  "ReRandomizer.reRandomize": {
    given: seed,
    take: async (description) => {
      const reRandomizer = await ReRandomizer.from(
        await ServerKey.from(await ClientKey.generate({ ...toy, seed: 5n, reRandomization: "derived" })),
      );
      const [one] = await reRandomizer.reRandomize([FheUint8.encryptTrivial(3, toy.parameters)], {
        description,
      });
      return one.type;
    },
  },
  "ReRandomizer.reRandomizeRandom": {
    given: seed,
    take: async (bytes) => {
      const reRandomizer = await ReRandomizer.from(
        await ServerKey.from(await ClientKey.generate({ ...toy, seed: 5n, reRandomization: "derived" })),
      );
      const value = FheUint8.encryptTrivial(3, toy.parameters);
      return (await reRandomizer.reRandomizeRandom(value, { seed: bytes })).type;
    },
  },
  "Engine.random": {
    given: seed,
    take: (bytes) => decrypted([engine.random(FheUint8, { seed: bytes })]),
  },
  "Engine.shuffle": {
    given: seed,
    take: (bytes) => decrypted(engine.shuffle(threeValues(), { seed: bytes })),
  },
  "ExpandedServerKey.deserialize": reader(() => serverKey.expand(), ExpandedServerKey.deserialize),
  "FheAsciiString.deserialize": reader(
    () => FheAsciiString.encrypt("abc", clientKey),
    FheAsciiString.deserialize,
  ),
  "FheUtf8String.deserialize": reader(
    () => FheUtf8String.encrypt("abc", clientKey),
    FheUtf8String.deserialize,
  ),
  "FheBool.deserialize": reader(() => FheBool.encrypt(true, clientKey), FheBool.deserialize),
  "FheBool.deserializeCompressed": reader(
    () => FheBool.encryptCompressed(true, clientKey),
    FheBool.deserializeCompressed,
  ),
  "FheIntegerType.deserialize": reader(() => FheUint8.encrypt(7, clientKey), FheUint8.deserialize),
  "FheIntegerType.deserializeCompressed": reader(
    () => FheUint8.encryptCompressed(7, clientKey),
    FheUint8.deserializeCompressed,
  ),
  "KeySwitchingKey.deserialize": reader(
    () => KeySwitchingKey.from(clientKey, clientKey, serverKey, insecure),
    KeySwitchingKey.deserialize,
  ),
  "PublicKey.deserialize": reader(() => PublicKey.from(clientKey), PublicKey.deserialize),
  "ServerKey.deserialize": reader(() => serverKey, ServerKey.deserialize),
  "UpgradeKeyChain.upgrade": {
    given: seed,
    take: async (tag) => {
      const value = FheUint8.encryptTrivial(1, toy.parameters).withTag(tag);
      return (await UpgradeKeyChain.of([]).upgrade([value], tag)).length;
    },
  },
  "UpgradeKeyChain.upgradeList": {
    given: seed,
    take: async (tag) => {
      const list = (await compressedList()).withTag(tag);
      return outcome(() => UpgradeKeyChain.of([serverKey]).upgradeList(list, tag, { threads: 1 })).then(
        String,
      );
    },
  },
  "XofKeySet.deserialize": reader(
    async () => (await CompressedXofKeySet.generate(keySetOptions)).keySet.expand(),
    XofKeySet.deserialize,
  ),
  "boolean.Ciphertext.deserialize": reader(
    () => boolean.Ciphertext.encryptTrivial(true),
    boolean.Ciphertext.deserialize,
  ),
  "boolean.ClientKey.deserialize": reader(() => boolean.ClientKey.generate(), boolean.ClientKey.deserialize),
  "boolean.ClientKey.generate": {
    given: seed,
    take: async (bytes) => (await boolean.ClientKey.generate({ seed: bytes })).serialize(),
  },
  "boolean.CompressedCiphertext.deserialize": reader(
    async () => boolean.CompressedCiphertext.encrypt(true, await boolean.ClientKey.generate()),
    boolean.CompressedCiphertext.deserialize,
  ),
  "boolean.CompressedServerKey.deserialize": refuser(boolean.CompressedServerKey.deserialize),
  "boolean.PublicKey.deserialize": refuser(boolean.PublicKey.deserialize),
  "shortint.Ciphertext.deserialize": reader(
    async () => shortint.Ciphertext.encrypt(1, await shortint.ClientKey.generate()),
    shortint.Ciphertext.deserialize,
  ),
  "shortint.ClientKey.deserialize": reader(
    () => shortint.ClientKey.generate(),
    shortint.ClientKey.deserialize,
  ),
  "shortint.ClientKey.generate": {
    given: seed,
    take: async (bytes) => (await shortint.ClientKey.generate({ seed: bytes })).serialize(),
  },
  "shortint.CompressedCiphertext.deserialize": reader(
    async () => shortint.CompressedCiphertext.encrypt(1, await shortint.ClientKey.generate()),
    shortint.CompressedCiphertext.deserialize,
  ),
  "shortint.CompressedPublicKey.deserialize": refuser(shortint.CompressedPublicKey.deserialize),
  "shortint.CompressedServerKey.deserialize": refuser(shortint.CompressedServerKey.deserialize),
  "shortint.PublicKey.deserialize": refuser(shortint.PublicKey.deserialize),
};

/** What comes of a call: its result, or its error. */
async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

/** What a program gives in another realm. */
// biome-ignore lint/suspicious/noExplicitAny: it is what the program says that it is
const foreign = (program: string): any => runInNewContext(program);

/** The same bytes, as they come from elsewhere. */
const elsewhere: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  "another realm": (bytes) => new (foreign("Uint8Array"))(bytes),
  "another realm, in the middle of a buffer": (bytes) => {
    const room = new (foreign("Uint8Array"))(bytes.length + 7);
    room.set(bytes, 3);
    return room.subarray(3, bytes.length + 3);
  },
  "another realm, in shared memory": (bytes) => {
    const Shared = foreign("SharedArrayBuffer") as SharedArrayBufferConstructor;
    const shared = new (foreign("Uint8Array"))(new Shared(bytes.length));
    shared.set(bytes);
    return shared;
  },
  "a subclass of another realm": (bytes) =>
    (foreign("(class Mine extends Uint8Array {})") as unknown as Uint8ArrayConstructor).from(bytes),
  "Node's buffers": (bytes) => Buffer.from(bytes),
};

const impostors: Record<string, () => unknown> = {
  null: () => null,
  "a string": () => "bytes",
  "a number": () => 7,
  "an array": () => [1, 2, 3],
  "an ArrayBuffer": () => new ArrayBuffer(16),
  "a SharedArrayBuffer": () => new SharedArrayBuffer(16),
  "a DataView": () => new DataView(new ArrayBuffer(16)),
  "a Uint8ClampedArray": () => new Uint8ClampedArray(16),
  "an Int8Array": () => new Int8Array(16),
  "a BigUint64Array": () => new BigUint64Array(16),
  "an Int8Array of another realm that says it is something else": () =>
    foreign("Object.defineProperty(new Int8Array(16), Symbol.toStringTag, { value: 'Uint8Array' })"),
  "an ArrayBuffer of another realm": () => foreign("new ArrayBuffer(16)"),
  "what calls itself so": () => ({
    [Symbol.toStringTag]: "Uint8Array",
    length: 16,
    buffer: new ArrayBuffer(16),
  }),
  "what is of a class of that name": () => foreign("new (class Uint8Array {})()"),
  "what inherits its methods": () => Object.create(Uint8Array.prototype),
  "a proxy": () => new Proxy(new Uint8Array(16), {}),
};

/** Bytes whose memory has been transferred. */
function detached(Bytes: Uint8ArrayConstructor): Uint8Array {
  const bytes = new Bytes(16);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

describe("bytes", () => {
  test("are tried with every entry point that takes some", () => {
    expect(Object.keys(bytesCases).sort()).toEqual(entryPoints(/^(Uint8Array|Seed)$/));
  });

  describe.each(Object.entries(bytesCases))("to %s", (_, { given, take }) => {
    test("are accepted wherever they come from, and left as they are", async () => {
      const own = await given();
      const expected = await outcome(() => take(own));
      expect(expected).not.toBeInstanceOf(TypeError);
      for (const [where, from] of Object.entries(elsewhere)) {
        const bytes = from(own);
        expect(await outcome(() => take(bytes)), where).toEqual(expected);
        expect(Buffer.compare(bytes, own), where).toBe(0);
      }
    });

    test("are not mistaken", async () => {
      for (const [what, make] of Object.entries(impostors)) {
        const found = await outcome(() => take(make() as Uint8Array));
        expect(found, what).toBeInstanceOf(TypeError);
        expect((found as Error).message, what).toContain("Uint8Array");
      }
    });

    test("are refused for being detached where they are", async () => {
      for (const Bytes of [Uint8Array, foreign("Uint8Array")]) {
        const found = await outcome(() => take(detached(Bytes)));
        expect(found).toBeInstanceOf(TypeError);
        expect((found as Error).message).toContain("detached");
      }
    });
  });

  test("that are attached to a ciphertext are a copy", () => {
    const tag = Buffer.from("mine");
    const tagged = FheUint8.encryptTrivial(1, toy.parameters).withTag(tag);
    tag.fill(0);
    expect(Buffer.from(tagged.tag).toString()).toBe("mine");
  });

  test("of no number are accepted where any number is", async () => {
    for (const Bytes of [Uint8Array, foreign("Uint8Array") as Uint8ArrayConstructor]) {
      expect((await ClientKey.generate({ ...toy, tag: new Bytes(0) })).tag).toHaveLength(0);
    }
  });
});

type Cancellable = (options: { signal: AbortSignal; onProgress?: () => void }) => Promise<unknown>;

const randomizingKey = async (): Promise<ServerKey> =>
  ServerKey.from(await ClientKey.generate({ ...toy, reRandomization: "derived" }));

const signalCases: Record<string, Cancellable> = {
  "ClientKey.generate": (options) => ClientKey.generate({ ...toy, ...options }),
  "CompressedPublicKey.decompress": async (options) =>
    (await CompressedPublicKey.from(clientKey)).decompress(options),
  "CompressedPublicKey.encrypt": async (options) =>
    (await CompressedPublicKey.from(clientKey)).encrypt(FheBool, true, options),
  "CompressedPublicKey.from": (options) => CompressedPublicKey.from(clientKey, options),
  "EncryptedArray.ciphertexts": (options) => engine.array(threeValues()).add(1).ciphertexts(options),
  "CompressedXofKeySet.expand": async (options) =>
    (await CompressedXofKeySet.generate(keySetOptions)).keySet.expand(options),
  "BoolHandle.compress": (options) => sum().eq(3).compress(options),
  "CompressedXofKeySet.generate": (options) => CompressedXofKeySet.generate({ ...keySetOptions, ...options }),
  "DecompressionUpgradeKey.from": (options) =>
    DecompressionUpgradeKey.from(clientKey, clientKey, serverKey, {
      ...insecure,
      compression: TOY_COMPRESSION,
      ...options,
    }),
  "Engine.compress": compressedList,
  "Engine.create": async (options) => {
    (await Engine.create(serverKey, { threads: 1, ...options })).dispose();
  },
  "Handle.ciphertext": (options) => sum().ciphertext(options),
  "IntegerHandle.compress": (options) => sum().compress(options),
  "Handle.serialize": (options) => sum().serialize(options),
  "KeySwitchingKey.from": (options) =>
    KeySwitchingKey.from(clientKey, clientKey, serverKey, { ...insecure, ...options }),
  "KeyValueStore.ciphertexts": (options) => storeOfOne().ciphertexts(options),
  "KeyValueStore.compress": (options) => storeOfOne().compress(options),
  "PublicKey.encrypt": async (options) => (await PublicKey.from(clientKey)).encrypt(FheBool, true, options),
  "PublicKey.from": (options) => PublicKey.from(clientKey, options),
  "ReRandomizer.from": async (options) => {
    // The key switch takes a while to load; what is derived does not.
    const own = { ...toy, compactKey: TOY_COMPACT, reRandomization: TOY_COMPACT.casting };
    const key = await ClientKey.generate(own);
    const publicKey = await CompactPublicKey.from(key);
    (await ReRandomizer.from(await ServerKey.from(key), { publicKey, ...options })).dispose();
  },
  "ReRandomizer.reRandomize": async (options) =>
    (await ReRandomizer.from(await randomizingKey())).reRandomize([FheUint8.encrypt(3, clientKey)], {
      description: new Uint8Array(3),
      ...options,
    }),
  "ReRandomizer.reRandomizeRandom": async (options) =>
    (await ReRandomizer.from(await randomizingKey())).reRandomizeRandom(FheUint8.encrypt(3, clientKey), {
      seed: 5n,
      ...options,
    }),
  "ServerKey.expand": (options) => serverKey.expand(options),
  "ServerKey.from": (options) => ServerKey.from(clientKey, options),
  "UpgradeKeyChain.upgrade": async (options) => {
    const value = FheUint8.encryptTrivial(1, toy.parameters).withTag(Uint8Array.of(1));
    return (await chainOfOne()).upgrade([value], new Uint8Array(0), { threads: 1, ...options });
  },
  "UpgradeKeyChain.upgradeList": async (options) => {
    const list = (await compressedList()).withTag(Uint8Array.of(1));
    return (await chainOfOne()).upgradeList(list, new Uint8Array(0), { threads: 1, ...options });
  },
};

interface Controller {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

/** Controllers that are not the platform's: that of another realm, and one from before there were reasons. */
const controllers: Record<string, new () => Controller> = {
  "another realm's": foreign(`
    class Signal {
      aborted = false;
      #listeners = new Set();
      addEventListener(type, listener) { if (type === "abort") this.#listeners.add(listener); }
      removeEventListener(type, listener) { this.#listeners.delete(listener); }
      throwIfAborted() { if (this.aborted) throw this.reason; }
      abort(reason) {
        if (this.aborted) return;
        this.aborted = true;
        this.reason = reason;
        for (const listener of this.#listeners) listener.call(this, { type: "abort" });
      }
    }
    (class AbortController {
      signal = new Signal();
      abort(reason = new Error("of another realm")) { this.signal.abort(reason); }
    })`),
  "an old polyfill's": class {
    readonly signal = Object.assign(new EventTarget(), { aborted: false }) as unknown as AbortSignal;
    abort(): void {
      Object.assign(this.signal, { aborted: true });
      this.signal.dispatchEvent(new Event("abort"));
    }
  },
};

describe("signals", () => {
  test("are tried with every entry point that takes one", () => {
    expect(Object.keys(signalCases).sort()).toEqual(entryPoints(/^AbortSignal$/));
  });

  describe.each(Object.entries(signalCases))("to %s", (_, cancellable) => {
    test.each(Object.entries(controllers))("that are %s are heard", async (_, Controller) => {
      const controller = new Controller();
      await cancellable({ signal: controller.signal });
      controller.abort();
      const { reason } = controller.signal;
      const found = await outcome(() => cancellable({ signal: controller.signal }));
      if (reason === undefined) expect(found).toMatchObject({ name: "AbortError" });
      else expect(found).toBe(reason);
    });

    test("are not mistaken", async () => {
      const deaf = { aborted: false, throwIfAborted() {} };
      for (const signal of [null, 7, "signal", {}, new AbortController(), new EventTarget(), deaf]) {
        const found = await outcome(() => cancellable({ signal: signal as AbortSignal }));
        expect(found).toBeInstanceOf(TypeError);
        expect((found as Error).message).toContain("AbortSignal");
      }
    });
  });

  test.each(Object.entries(controllers))("that are %s cancel what is under way", async (_, Controller) => {
    const controller = new Controller();
    const onProgress = underWay(() => controller.abort("enough"));
    const x = engine.load(FheUint8.encrypt(5, clientKey));
    const found = await outcome(() => x.mul(x).ciphertext({ signal: controller.signal, onProgress }));
    if (controller.signal.reason === undefined) expect(found).toMatchObject({ name: "AbortError" });
    else expect(found).toBe("enough");
  });
});
