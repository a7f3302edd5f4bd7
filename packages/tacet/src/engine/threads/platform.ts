/*
 * What differs between Node (and Deno and Bun, which follow it) and browsers about threads.
 * Node's modules are asked for at run time, so that bundlers for browsers find nothing to resolve.
 */

/** A running worker thread. */
export interface Thread {
  post(message: unknown): void;
  /** Ends the thread wherever it is, now or soon. Resolves to whether it certainly touches no memory any more. */
  terminate(): Promise<boolean>;
  /** Whether the thread keeps the process alive. */
  keepAlive(value: boolean): void;
}

/** What a thread's creator hears of it: its messages, and that it came to an end which nobody asked for. */
export interface ThreadListener {
  onMessage(message: unknown): void;
  onExit(reason: string, error?: unknown): void;
}

interface NodeBuiltins {
  readonly versions?: { readonly node?: string };
  getBuiltinModule?(name: "node:worker_threads"): typeof import("node:worker_threads") | undefined;
  getBuiltinModule?(name: "node:os"): typeof import("node:os") | undefined;
}

const node = (globalThis as { process?: NodeBuiltins }).process;

/** Number of processors that the program may use. */
export function processorCount(): number {
  const os = node?.getBuiltinModule?.("node:os");
  return os?.availableParallelism?.() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** Why there can be no threads here that share memory, in words; `undefined` if there can. */
export function whyNoThreads(): string | undefined {
  if ((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false)
    return "the page is not cross-origin isolated, so that it may not share memory";
  if (typeof SharedArrayBuffer !== "function") return "this platform has no memory that threads share";
  if (node?.getBuiltinModule !== undefined || typeof Worker === "function") return undefined;
  return node?.versions?.node === undefined
    ? "this platform has no workers, as in service workers"
    : "this Node.js has no process.getBuiltinModule: 20.16, 22.3 and later have";
}

/** Whether this thread may block on an atomic wait. */
export function mayBlock(): boolean {
  return node?.getBuiltinModule !== undefined || !("document" in globalThis);
}

/** Starts a worker from source text: a classic script, which finds its port as `workerPort` below does. */
export function startThread(source: string, listener: ThreadListener): Thread {
  const threads = node?.getBuiltinModule?.("node:worker_threads");
  return threads === undefined
    ? startWebWorker(source, listener)
    : startNodeWorker(threads, source, listener);
}

function startNodeWorker(
  threads: typeof import("node:worker_threads"),
  source: string,
  listener: ThreadListener,
): Thread {
  const worker = new threads.Worker(source, { eval: true, name: "tacet", execArgv: [] });
  let ended = false;
  const end = (reason: string, error?: unknown): void => {
    if (!ended) listener.onExit(reason, error);
    ended = true;
  };
  worker.on("message", (message) => listener.onMessage(message));
  worker.on("messageerror", (error) => end(error.message));
  worker.on("error", (error) => end(error instanceof Error ? error.message : String(error), error));
  worker.on("exit", (code) => end(`exit code ${code}`));
  return {
    post: (message) => worker.postMessage(message),
    terminate: async () => {
      ended = true;
      await worker.terminate();
      return true;
    },
    keepAlive: (value) => (value ? worker.ref() : worker.unref()),
  };
}

/** What browsers do not tell when they refuse a worker. */
const REFUSED = "its script was refused; a Content-Security-Policy of the page has to allow worker-src blob:";

function startWebWorker(source: string, listener: ThreadListener): Thread {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = constructWorker(url);
  URL.revokeObjectURL(url);
  worker.onmessage = (event) => listener.onMessage(event.data);
  worker.onmessageerror = () => listener.onExit("a message could not be read");
  // Errors of the script have a message; that it could not be had is an event without one.
  worker.onerror = (event) => listener.onExit(event.message || REFUSED);
  return {
    post: (message) => worker.postMessage(message),
    terminate: async () => {
      worker.terminate();
      return false; // Chromium lets a worker go on for two seconds, and no browser tells when it has stopped
    },
    keepAlive: () => {},
  };
}

function constructWorker(url: string): Worker {
  try {
    return new Worker(url, { name: "tacet" });
  } catch (cause) {
    URL.revokeObjectURL(url);
    throw (cause as { name?: unknown } | null)?.name === "SecurityError"
      ? new Error(REFUSED, { cause })
      : cause;
  }
}

/** The worker's side: calls `handler` with every message, and gives the function that answers. */
export function workerPort(handler: (message: unknown) => void): (message: unknown) => void {
  const port = node?.getBuiltinModule?.("node:worker_threads")?.parentPort;
  if (port) {
    port.on("message", handler);
    return (message) => port.postMessage(message);
  }
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  scope.onmessage = (event) => handler(event.data);
  return (message) => scope.postMessage(message);
}
