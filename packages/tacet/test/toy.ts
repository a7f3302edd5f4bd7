import { ClientKey, Engine, type EngineOptions, ServerKey } from "../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../src/parameters/sets.ts";

/** A client key at toy parameters: it hides nothing, and bootstraps in microseconds. */
export function toyClientKey(): Promise<ClientKey> {
  return ClientKey.generate({ parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, allowInsecureParameters: true });
}

/** A client and a server at toy parameters. */
export async function toyPair(options?: EngineOptions): Promise<{ clientKey: ClientKey; engine: Engine }> {
  const clientKey = await toyClientKey();
  return { clientKey, engine: await Engine.create(await ServerKey.from(clientKey), options) };
}
