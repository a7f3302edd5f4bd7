import { ClientKey, DEFAULT_PARAMETERS, FheUint8, FheUint16, FheUint32, FheUint64 } from "../src/index.ts";
import type { Reporter } from "./reporter.ts";

/** Encrypting and decrypting integers of each width, and their way into bytes and back. */
export async function valueBenchmarks(reporter: Reporter): Promise<void> {
  const params = DEFAULT_PARAMETERS.name;
  const key = await ClientKey.generate();
  for (const type of [FheUint8, FheUint16, FheUint32, FheUint64]) {
    const ciphertext = type.encrypt(42, key);
    const bytes = ciphertext.serialize();
    const measure = (what: string, run: () => unknown): Promise<void> =>
      reporter.measure({ name: `${type.name} ${what}`, params, run });
    await measure("encrypt", () => type.encrypt(42, key));
    await measure("decrypt", () => ciphertext.decrypt(key));
    await measure("serialize", () => ciphertext.serialize());
    await measure("deserialize", () => type.deserialize(bytes));
  }
}
