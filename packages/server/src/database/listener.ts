import type pg from "pg";

/** After a connection is lost, the next is tried after so long. */
const RETRY_MS = 1_000;

type Heard = (payload: string) => void;

/** Holds the one connection of a process that hears notifications, and makes it anew when it is lost. */
export class Listener {
  readonly #channels = new Map<string, Set<Heard>>();
  readonly #connect: () => pg.Client;
  readonly #onError: (error: Error) => void;
  #client: Promise<pg.Client> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connect: () => pg.Client, onError: (error: Error) => void) {
    this.#connect = connect;
    this.#onError = onError;
  }

  async listen(channel: string, heard: Heard): Promise<() => Promise<void>> {
    let all = this.#channels.get(channel);
    if (all === undefined) {
      all = new Set();
      this.#channels.set(channel, all);
      const client = await (this.#client ??= this.#open());
      await client.query(`listen "${channel}"`);
    }
    all.add(heard);
    return async () => {
      all.delete(heard);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await (await this.#client?.catch(() => undefined))?.end().catch(() => undefined);
  }

  async #open(): Promise<pg.Client> {
    const client = this.#connect();
    client.on("notification", ({ channel, payload = "" }) => {
      for (const heard of this.#channels.get(channel) ?? []) heard(payload);
    });
    client.on("error", (error) => this.#lost(client, error));
    client.on("end", () => this.#lost(client));
    await client.connect();
    for (const channel of this.#channels.keys()) await client.query(`listen "${channel}"`);
    return client;
  }

  #lost(client: pg.Client, error?: Error): void {
    if (this.#closed) return;
    if (error !== undefined) this.#onError(error);
    client.removeAllListeners("end");
    client.end().catch(() => undefined);
    this.#again();
  }

  #again(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#client = this.#open();
      this.#client.catch((error: Error) => {
        this.#onError(error);
        if (!this.#closed) this.#again();
      });
    }, RETRY_MS);
  }
}
