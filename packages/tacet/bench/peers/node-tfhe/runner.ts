/** Zama's `node-tfhe`, measured on request: keys and values, since it does not compute. */
import { createRequire } from "node:module";
import * as tfhe from "node-tfhe";
import { type Request, serve } from "../driver/protocol.ts";
import { time } from "../driver/timing.ts";

const LIMIT = 2n ** 30n;
const { version } = createRequire(import.meta.url)("node-tfhe/package.json") as { version: string };
const generate = (): tfhe.TfheClientKey =>
  tfhe.TfheClientKey.generate(tfhe.TfheConfigBuilder.default().build());

let clientKey: tfhe.TfheClientKey | undefined;
let serverKey: tfhe.TfheCompressedServerKey | undefined;

async function measure({ group, on, operation }: Request): Promise<number | null> {
  clientKey ??= generate();
  const runs =
    group === "value" ? valueRuns(on, clientKey) : group === "key" ? keyRuns(on, operation, clientKey) : {};
  const run = runs[operation];
  return run === undefined ? null : time(run);
}

type Runs = Readonly<Record<string, () => unknown>>;

interface Value {
  free(): void;
  safe_serialize(limit: bigint): Uint8Array;
  decrypt(key: tfhe.TfheClientKey): unknown;
}

interface ValueType<Clear> {
  encrypt_with_client_key(value: Clear, key: tfhe.TfheClientKey): Value;
  safe_deserialize(bytes: Uint8Array, limit: bigint): Value;
}

function valueRuns(on: string, key: tfhe.TfheClientKey): Runs {
  switch (on) {
    case "FheBool":
      return runsOf(tfhe.FheBool, tfhe.CompressedFheBool, true, key);
    case "FheUint8":
      return runsOf(tfhe.FheUint8, tfhe.CompressedFheUint8, 42, key);
    case "FheUint64":
      return runsOf(tfhe.FheUint64, tfhe.CompressedFheUint64, 42n, key);
    default:
      return {};
  }
}

function runsOf<Clear>(
  type: ValueType<Clear>,
  compressed: { encrypt_with_client_key(value: Clear, key: tfhe.TfheClientKey): { free(): void } },
  value: Clear,
  key: tfhe.TfheClientKey,
): Runs {
  const encrypted = type.encrypt_with_client_key(value, key);
  const bytes = encrypted.safe_serialize(LIMIT);
  return {
    encrypt: () => type.encrypt_with_client_key(value, key).free(),
    "encrypt compressed": () => compressed.encrypt_with_client_key(value, key).free(),
    decrypt: () => encrypted.decrypt(key),
    serialize: () => encrypted.safe_serialize(LIMIT),
    deserialize: () => type.safe_deserialize(bytes, LIMIT).free(),
  };
}

function keyRuns(on: string, operation: string, key: tfhe.TfheClientKey): Runs {
  if (on === "ClientKey") return { generate: () => generate().free() };
  if (on !== "ServerKey") return {};
  const make = (): tfhe.TfheCompressedServerKey => tfhe.TfheCompressedServerKey.new(key);
  if (operation === "generate") return { generate: () => make().free() };
  serverKey ??= make();
  const [made, bytes] = [serverKey, serverKey.safe_serialize(LIMIT)];
  return {
    serialize: () => made.safe_serialize(LIMIT),
    deserialize: () => tfhe.TfheCompressedServerKey.safe_deserialize(bytes, LIMIT).free(),
  };
}

await serve({ name: "node-tfhe", version, platform: `Node.js ${process.versions.node}` }, measure);
