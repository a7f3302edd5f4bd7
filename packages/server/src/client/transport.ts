import { problemOf, ServiceProblem, UnreachableError } from "./problem.ts";

/** How the service is asked. */
export interface TransportOptions {
  /** The token of a tenant; none where the service asks for none. */
  readonly token?: string | undefined;
  /** Asks in place of the platform's own `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** For how many milliseconds a service that does not answer is tried again; a minute unless given. */
  readonly patienceMs?: number | undefined;
}

/** One request. */
export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: Uint8Array | string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Statuses that are answers as well, beside those of success. */
  readonly alsoFine?: readonly number[] | undefined;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

/** Statuses that pass by themselves. */
const PASSING = new Set([408, 425, 502, 503, 504]);

/** Asks the service, again if it does not answer: what is asked for can be asked for twice. */
export class Transport {
  readonly #url: URL;
  readonly #fetch: typeof fetch;
  readonly #token: string | undefined;
  readonly #patienceMs: number;

  constructor(url: string | URL, { token, fetch: given, patienceMs = 60_000 }: TransportOptions) {
    const base = new URL(url);
    if (!base.pathname.endsWith("/")) base.pathname += "/";
    this.#url = base;
    this.#fetch = given ?? ((...args) => fetch(...args));
    this.#token = token;
    this.#patienceMs = patienceMs;
  }

  /**
   * @throws ServiceProblem for what the service refuses, UnreachableError if it cannot be reached, the signal's reason.
   */
  async ask(request: Ask): Promise<Response> {
    const until = performance.now() + this.#patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const failure = await this.#once(request);
      if (failure instanceof Response) return failure;
      const wait = waitOf(failure, pause);
      if (performance.now() + wait > until) throw failure;
      await sleep(wait, request.signal);
    }
  }

  async json<T>(request: Ask): Promise<T> {
    return (await (await this.ask(request)).json()) as T;
  }

  /** @returns the answer, or a failure that may pass. */
  async #once({ method, path, body, headers, signal, alsoFine = [] }: Ask): Promise<Response | Error> {
    signal?.throwIfAborted();
    const all = new Headers(headers as Record<string, string>);
    if (this.#token !== undefined) all.set("authorization", `Bearer ${this.#token}`);
    if (typeof body === "string") all.set("content-type", "application/json");
    else if (body !== undefined) all.set("content-type", "application/octet-stream");
    const init: RequestInit = { method, headers: all };
    if (body !== undefined) init.body = body as BodyInit;
    if (signal !== undefined) init.signal = signal;
    let response: Response;
    try {
      response = await this.#fetch(new URL(path.replace(/^\//, ""), this.#url), init);
    } catch (cause) {
      signal?.throwIfAborted();
      return new UnreachableError(`the service at ${this.#url.origin} cannot be reached`, { cause });
    }
    if (response.ok || alsoFine.includes(response.status)) return response;
    const problem = await problemOf(response);
    if (PASSING.has(response.status)) return problem;
    throw problem;
  }
}

/** Not all clients at the same time: a part of the pause is random. */
function waitOf(failure: Error, pause: number): number {
  const asked = failure instanceof ServiceProblem ? failure.retryAfter : undefined;
  return asked === undefined ? pause * (0.5 + Math.random() / 2) : asked * 1000;
}

/** @throws the signal's reason. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
