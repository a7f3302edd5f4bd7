import {
  ClientKey,
  Engine,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
  type ParameterSet,
  ServerKey,
} from "../../../src/index.ts";
import { Laboratory } from "../../../test/laboratory.ts";

const SETS: Readonly<Record<string, ParameterSet>> = {
  "1_1": PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  "2_2": PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  "3_3": PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
};

export interface Server {
  readonly clientKey: ClientKey;
  readonly engine: Engine;
}

/** Keys and engines, made when they are first needed. */
export class Keys {
  readonly threads: number;
  readonly #servers = new Map<string, Promise<Server>>();
  readonly #laboratories = new Map<string, Promise<Laboratory>>();
  #client: Promise<ClientKey> | undefined;

  constructor(threads: number) {
    this.threads = threads;
  }

  /** A client key with the parts that one of TFHE-rs's default configuration has. */
  client(): Promise<ClientKey> {
    this.#client ??= ClientKey.generate({ oprfKey: true });
    return this.#client;
  }

  /** An engine with as many threads as are to be measured. */
  server(set: string): Promise<Server> {
    return cached(this.#servers, set, async () => {
      const clientKey = await ClientKey.generate({ parameters: SETS[set] });
      const engine = await Engine.create(await ServerKey.from(clientKey), { threads: this.threads });
      return { clientKey, engine };
    });
  }

  /** The same whose server key has the keys for lists. */
  lists(): Promise<Server> {
    return cached(this.#servers, "lists", async () => {
      const clientKey = await ClientKey.generate({ compression: true });
      const engine = await Engine.create(await ServerKey.from(clientKey), { threads: this.threads });
      return { clientKey, engine };
    });
  }

  /** The bootstrap by itself, on the main thread. */
  laboratory(set: string): Promise<Laboratory> {
    return cached(this.#laboratories, set, () => Laboratory.create(SETS[set]));
  }

  async dispose(): Promise<void> {
    for (const server of this.#servers.values()) (await server).engine.dispose();
  }
}

function cached<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const value = cache.get(key) ?? make();
  cache.set(key, value);
  return value;
}
