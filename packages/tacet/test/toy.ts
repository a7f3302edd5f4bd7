import type { CompressionParameters } from "../src/index.ts";
import { ClientKey, Engine, type EngineOptions, ServerKey } from "../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../src/parameters/sets.ts";

/** Packs results at toy parameters: of the polynomials of 256 coefficients, in lists of ciphertexts of 20 blocks. */
export const TOY_COMPRESSION: CompressionParameters = {
  ...{ name: "INSECURE_TOY_COMPRESSION", insecure: true, bootstrapLevel: 2, bootstrapBaseLog: 15 },
  ...{ packingLevel: 3, packingBaseLog: 4, noise: 20, polynomialSize: 256, glweDimension: 2 },
  ...{ ciphertextsPerGlwe: 20, storedBits: 11 },
};

/** A client key at toy parameters: it hides nothing, and bootstraps in microseconds. */
export function toyClientKey(): Promise<ClientKey> {
  return ClientKey.generate({ parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, allowInsecureParameters: true });
}

/** A client and a server at toy parameters. */
export async function toyPair(options?: EngineOptions): Promise<{ clientKey: ClientKey; engine: Engine }> {
  const clientKey = await toyClientKey();
  return { clientKey, engine: await Engine.create(await ServerKey.from(clientKey), options) };
}
