import {
  ClientKey,
  type CompactParameterSet,
  type CompressionParameters,
  Engine,
  type EngineOptions,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  ServerKey,
} from "../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../src/parameters/sets.ts";

/** Packs results at toy parameters: of the polynomials of 256 coefficients, in lists of ciphertexts of 20 blocks. */
export const TOY_COMPRESSION: CompressionParameters = {
  ...{ name: "INSECURE_TOY_COMPRESSION", insecure: true, bootstrapLevel: 2, bootstrapBaseLog: 15 },
  ...{ packingLevel: 3, packingBaseLog: 4, noise: 20, polynomialSize: 256, glweDimension: 2 },
  ...{ ciphertextsPerGlwe: 20, storedBits: 11 },
};

/** A compact key with a secret key of its own, the ciphertexts of which are cast to the big key. */
export const TOY_COMPACT: CompactParameterSet & { readonly casting: { readonly destination: "big" } } = {
  ...PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  ...{ name: "INSECURE_TOY_COMPACT", lweDimension: 256, insecure: true },
  casting: { baseLog: 24, level: 1, destination: "big" },
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
