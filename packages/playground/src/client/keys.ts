import { type ReadonlySignal, signal } from "@preact/signals";
import { ClientKey, ServerKey } from "tacet";
import type { Bytes } from "../wire/protocol.ts";

/** A client key with the server key that belongs to it. */
export interface Keys {
  readonly client: ClientKey;
  readonly server: ServerKey;
  /** Their sizes when serialized, in bytes. */
  readonly clientSize: number;
  readonly serverSize: number;
  /** How long it took to make them, in milliseconds. */
  readonly milliseconds: number;
  /** The file that the client key was read from, if it was not made here. */
  readonly file: string | undefined;
}

/** Where the making of keys stands. */
export type KeyState =
  | { readonly kind: "making"; readonly fraction: number }
  | { readonly kind: "made"; readonly keys: Keys }
  | { readonly kind: "failed"; readonly message: string };

/** Makes keys, one pair after the other, and holds the latest. */
export class KeyRing {
  readonly #state = signal<KeyState>({ kind: "making", fraction: 0 });
  #making = new AbortController();

  get state(): ReadonlySignal<KeyState> {
    return this.#state;
  }

  /** The keys at hand. @throws Error while there are none. */
  get keys(): Keys {
    const state = this.#state.value;
    if (state.kind !== "made") throw new Error("there are no keys yet");
    return state.keys;
  }

  /**
   * Makes a client key, and the server key of it.
   *
   * @returns the server key's bytes; undefined if other keys have been asked for meanwhile.
   */
  make(): Promise<Bytes | undefined> {
    return this.#take(() => ClientKey.generate(), undefined);
  }

  /** Takes a client key from a file, and makes the server key of it. @returns as `make`. */
  take(client: ClientKey, file: string): Promise<Bytes | undefined> {
    return this.#take(async () => client, file);
  }

  async #take(client: () => Promise<ClientKey>, file: string | undefined): Promise<Bytes | undefined> {
    this.#making.abort();
    const { signal } = (this.#making = new AbortController());
    this.#state.value = { kind: "making", fraction: 0 };
    try {
      const start = performance.now();
      const key = await client();
      const server = await ServerKey.from(key, {
        signal,
        onProgress: (fraction) => (this.#state.value = { kind: "making", fraction }),
      });
      signal.throwIfAborted();
      const bytes = server.serialize();
      this.#state.value = {
        kind: "made",
        keys: {
          client: key,
          server,
          clientSize: key.serialize().length,
          serverSize: bytes.length,
          milliseconds: performance.now() - start,
          file,
        },
      };
      return bytes;
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#state.value = { kind: "failed", message: error instanceof Error ? error.message : String(error) };
      throw error;
    }
  }
}
