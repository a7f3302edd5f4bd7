import { vi } from "vitest";
import { READY } from "../../src/engine/threads/worker-setup.ts";

/** A browser's worker that says nothing, and does nothing. */
export class SilentWorker {
  static readonly all: SilentWorker[] = [];
  terminated = false;
  onerror: (event: { message?: string }) => void = () => {};
  onmessage: (event: { data: unknown }) => void = () => {};

  constructor() {
    SilentWorker.all.push(this);
  }

  postMessage(_message: unknown): void {}

  terminate(): void {
    this.terminated = true;
  }
}

/** One that comes up, and does nothing. */
export class IdleWorker extends SilentWorker {
  constructor() {
    super();
    setImmediate(() => this.onmessage({ data: READY }));
  }
}

/** Has the library find what it finds in a browser, with workers of a kind. To be undone by the caller. */
export function leaveNode(Worker: unknown): void {
  const { getBuiltinModule } = process;
  vi.spyOn(process, "getBuiltinModule").mockImplementation(((name: string) =>
    name === "node:worker_threads" ? undefined : getBuiltinModule(name)) as typeof getBuiltinModule);
  vi.stubGlobal("Worker", Worker);
}
