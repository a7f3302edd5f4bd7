import { BlobClient } from "./blobs.ts";
import { finished, type Hashes, type JobStatus } from "./job.ts";
import { ServiceProblem } from "./problem.ts";
import { Transport, type TransportOptions } from "./transport.ts";

/** Values in bytes, by name. */
export type Bytes = Uint8Array | readonly Bytes[];

/**
 * A program, as far as the client needs to know it: how inputs become bytes, and bytes results.
 *
 * @typeParam Key what encrypts and decrypts.
 */
export interface RunnableProgram<Key, Inputs, Outputs> {
  /** Encrypts, and says what is to be computed: which may depend on how many inputs there are, and on clear ones. */
  prepare(inputs: Inputs, key: Key): Promise<Prepared> | Prepared;
  /** Decrypts. */
  decrypt(outputs: Readonly<Record<string, Bytes>>, key: Key): Promise<Outputs> | Outputs;
}

/** What a service is to compute. */
export interface Prepared {
  /** The graph, as JSON has it. */
  readonly graph: unknown;
  readonly values: Readonly<Record<string, Bytes>>;
  /** Clear inputs that are no part of the graph, as JSON has them. */
  readonly parameters?: unknown;
}

/** How to connect. */
export interface ConnectOptions<Key> extends TransportOptions {
  /** What encrypts and decrypts. It does not leave the client. */
  readonly clientKey: Key;
  /** Makes the bytes of the server key, when they are needed for the first time. */
  readonly serverKey: (clientKey: Key) => Promise<Uint8Array>;
}

/** How a program is run. */
export interface RunOptions {
  /** Called with the fraction of the computation that is done, from 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Gives the job up, and has the service cancel it. */
  readonly signal?: AbortSignal | undefined;
  /**
   * With the same key, the same job: what it computes is not computed again if the page was closed meanwhile. A new one for
   * each call unless given.
   */
  readonly idempotencyKey?: string | undefined;
}

/** What a program takes. */
export interface Estimate {
  readonly bootstraps: number;
  readonly depth: number;
  readonly seconds: number;
}

/** How many graphs are not sent again. */
const PROGRAMS_KEPT = 100;

/** A service, to have programs computed with one client key. */
export class Connection<Key> {
  readonly #transport: Transport;
  readonly #blobs: BlobClient;
  readonly #options: ConnectOptions<Key>;
  /** Hashes of the graphs that the service has, by their text. */
  readonly #programs = new Map<string, Promise<string>>();
  #serverKey: Promise<Uint8Array> | undefined;

  constructor(url: string | URL, options: ConnectOptions<Key>) {
    this.#transport = new Transport(url, options);
    this.#blobs = new BlobClient(this.#transport);
    this.#options = options;
  }

  /**
   * Encrypts, has the service compute, waits and decrypts. The server key is uploaded with the first run, unless the
   * service has it, values unless it has them.
   *
   * @throws ServiceProblem for what the service refuses, or fails to do; UnreachableError; the signal's reason.
   */
  async run<Inputs, Outputs>(
    program: RunnableProgram<Key, Inputs, Outputs>,
    inputs: Inputs,
    options: RunOptions = {},
  ): Promise<Outputs> {
    const { signal } = options;
    signal?.throwIfAborted();
    const { clientKey } = this.#options;
    const outputs = await this.#compute(await program.prepare(inputs, clientKey), options);
    const entries = Object.entries(outputs).map(
      async ([name, hashes]) => [name, await this.#fetch(hashes, signal)] as const,
    );
    return await program.decrypt(Object.fromEntries(await Promise.all(entries)), clientKey);
  }

  /** What a graph takes, before anything runs. */
  async estimate(graph: unknown): Promise<Estimate> {
    const body = JSON.stringify({ graph });
    return await this.#transport.json<Estimate>({ method: "POST", path: "v1/estimates", body });
  }

  /** Has the service delete all that it has of the tenant. */
  async deleteEverything(): Promise<void> {
    await this.#transport.ask({ method: "DELETE", path: "v1/tenant" });
    this.#blobs.forget();
  }

  async #compute(
    { graph, values, parameters }: Prepared,
    { signal, onProgress, idempotencyKey = crypto.randomUUID() }: RunOptions,
  ): Promise<Readonly<Record<string, Hashes>>> {
    const submit = async (): Promise<JobStatus> => {
      const [id, serverKey, entries] = await Promise.all([
        this.#program(graph),
        this.#key(signal),
        Promise.all(
          Object.entries(values).map(
            async ([name, value]) => [name, await this.#send(value, signal)] as const,
          ),
        ),
      ]);
      const body = JSON.stringify({
        program: id,
        serverKey,
        inputs: Object.fromEntries(entries),
        parameters,
      });
      const headers = { "idempotency-key": idempotencyKey };
      return await this.#transport.json<JobStatus>({
        method: "POST",
        path: "v1/jobs",
        body,
        headers,
        signal,
      });
    };
    const job = await submit().catch(async (error: unknown) => {
      // What the service had, it has deleted meanwhile: then all is sent again.
      if (!(error instanceof ServiceProblem && error.status === 404)) throw error;
      this.#blobs.forget();
      this.#programs.clear();
      return await submit();
    });
    const onStatus = ({ progress }: JobStatus) => onProgress?.(progress);
    try {
      return (await finished(this.#transport, job, { signal, onStatus })).outputs!;
    } catch (error) {
      if (signal?.aborted) await this.#cancel(job.id);
      throw error;
    }
  }

  /** Best effort: whoever gave the job up does not wait for it. */
  async #cancel(id: string): Promise<void> {
    await this.#transport.ask({ method: "DELETE", path: `v1/jobs/${id}` }).catch(() => undefined);
  }

  #program(graph: unknown): Promise<string> {
    const body = JSON.stringify(graph);
    let stored = this.#programs.get(body);
    if (stored === undefined) {
      stored = this.#transport
        .json<{ id: string }>({ method: "POST", path: "v1/programs", body })
        .then(({ id }) => id);
      if (this.#programs.size >= PROGRAMS_KEPT) this.#programs.clear();
      this.#programs.set(body, stored);
      stored.catch(() => this.#programs.delete(body));
    }
    return stored;
  }

  async #key(signal: AbortSignal | undefined): Promise<string> {
    this.#serverKey ??= this.#options.serverKey(this.#options.clientKey);
    this.#serverKey.catch(() => {
      this.#serverKey = undefined;
    });
    return await this.#blobs.put(await this.#serverKey, { signal });
  }

  async #send(value: Bytes, signal: AbortSignal | undefined): Promise<Hashes> {
    if (value instanceof Uint8Array) return await this.#blobs.put(value, { signal });
    const hashes: Hashes[] = [];
    for (const one of value) hashes.push(await this.#send(one, signal));
    return hashes;
  }

  async #fetch(hashes: Hashes, signal: AbortSignal | undefined): Promise<Bytes> {
    if (typeof hashes === "string") return await this.#blobs.get(hashes, { signal });
    const values: Bytes[] = [];
    for (const one of hashes) values.push(await this.#fetch(one, signal));
    return values;
  }
}
