import { ClientKey, FheUint64, ReRandomizer, ServerKey } from "../../../src/index.ts";
import type { Request } from "../driver/protocol.ts";
import { time } from "../driver/timing.ts";
import type { Keys } from "./keys.ts";

/** Giving ciphertexts new randomness, together. */
export async function measureInput(_: Keys, { on, operation, batch }: Request): Promise<number | null> {
  if (on !== "FheUint64" || operation !== "re-randomize") return null;
  const clientKey = await ClientKey.generate({ reRandomization: "derived" });
  using reRandomizer = await ReRandomizer.from(await ServerKey.from(clientKey));
  const values = Array.from({ length: batch }, (_, i) => FheUint64.encrypt(i, clientKey));
  const description = new Uint8Array(48);
  return (await time(() => reRandomizer.reRandomize(values, { description }))) / batch;
}
