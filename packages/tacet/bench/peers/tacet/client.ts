import {
  ClientKey,
  CompressedXofKeySet,
  Engine,
  FheBool,
  FheUint8,
  FheUint64,
  PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  ServerKey,
  type XofOptions,
} from "../../../src/index.ts";
import type { Request } from "../driver/protocol.ts";
import { time, timeEach } from "../driver/timing.ts";
import type { Keys } from "./keys.ts";

/** Encrypting and decrypting values, and their way into bytes and back. */
export async function measureValue(keys: Keys, { on, operation }: Request): Promise<number | null> {
  const key = await keys.client();
  const forms = {
    FheBool: () => valueRuns(FheBool, true, key),
    FheUint8: () => valueRuns(FheUint8, 42, key),
    FheUint64: () => valueRuns(FheUint64, 42n, key),
  };
  const run = forms[on as keyof typeof forms]?.()[operation];
  return run === undefined ? null : time(run);
}

interface ValueType<Clear> {
  encrypt(value: Clear, key: ClientKey): { decrypt(key: ClientKey): unknown; serialize(): Uint8Array };
  encryptCompressed(value: Clear, key: ClientKey): Promise<unknown>;
  deserialize(bytes: Uint8Array): unknown;
}

function valueRuns<Clear>(
  type: ValueType<Clear>,
  value: Clear,
  key: ClientKey,
): Readonly<Record<string, () => unknown>> {
  const encrypted = type.encrypt(value, key);
  const bytes = encrypted.serialize();
  return {
    encrypt: () => type.encrypt(value, key),
    "encrypt compressed": () => type.encryptCompressed(value, key),
    decrypt: () => encrypted.decrypt(key),
    serialize: () => encrypted.serialize(),
    deserialize: () => type.deserialize(bytes),
  };
}

/** Making, moving and loading keys. */
export async function measureKey(keys: Keys, { on, operation }: Request): Promise<number | null> {
  const measure = KEY_MEASURES[`${on} ${operation}`];
  return measure === undefined ? null : measure(await keys.client(), keys.threads);
}

/** All parts that Tacet computes with. */
const KEY_SET: XofOptions = {
  compactKey: PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  compression: true,
  reRandomization: "derived",
  oprfKey: true,
};

const KEY_MEASURES: Readonly<Record<string, (key: ClientKey, threads: number) => Promise<number>>> = {
  "ClientKey generate": () => time(() => ClientKey.generate({ oprfKey: true })),
  "ServerKey generate": (key) => time(() => ServerKey.from(key)),
  "KeySet generate": () => time(() => CompressedXofKeySet.generate(KEY_SET)),
  "KeySet expand": async () => {
    const { keySet } = await CompressedXofKeySet.generate(KEY_SET);
    return time(() => keySet.expand());
  },
  "ServerKey serialize": async (key) => {
    const serverKey = await ServerKey.from(key);
    return time(() => serverKey.serialize());
  },
  "ServerKey deserialize": async (key) => {
    const bytes = await serverKeyBytes(key);
    return time(() => ServerKey.deserialize(bytes));
  },
  "ServerKey load": async (key, threads) => {
    const serverKey = await serverKeyBytes(key);
    return timeEach({
      prepare: () => serverKey,
      run: (bytes) => Engine.create(ServerKey.deserialize(bytes), { threads }),
      finish: (_, engine) => engine.dispose(),
    });
  },
};

async function serverKeyBytes(key: ClientKey): Promise<Uint8Array> {
  return (await ServerKey.from(key)).serialize();
}
