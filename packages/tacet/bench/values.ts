import {
  ClientKey,
  DEFAULT_PARAMETERS,
  FheBool,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
} from "../src/index.ts";
import type { Reporter } from "./reporter.ts";

/** Encrypting and decrypting integers of each width, and their way into bytes and back. */
export async function valueBenchmarks(reporter: Reporter): Promise<void> {
  const params = DEFAULT_PARAMETERS.name;
  const key = await ClientKey.generate();
  const types = [FheUint8, FheUint16, FheUint32, FheUint64].map((type) => ({
    name: type.name,
    encrypt: () => type.encrypt(42, key),
    deserialize: (bytes: Uint8Array) => type.deserialize(bytes),
  }));
  const bool = {
    name: "FheBool",
    encrypt: () => FheBool.encrypt(true, key),
    deserialize: (bytes: Uint8Array) => FheBool.deserialize(bytes),
  };
  for (const type of [bool, ...types]) {
    const ciphertext = type.encrypt();
    const bytes = ciphertext.serialize();
    const measure = (what: string, run: () => unknown): Promise<void> =>
      reporter.measure({ name: `${type.name} ${what}`, params, run });
    await measure("encrypt", type.encrypt);
    await measure("decrypt", () => ciphertext.decrypt(key));
    await measure("serialize", () => ciphertext.serialize());
    await measure("deserialize", () => type.deserialize(bytes));
  }
}
