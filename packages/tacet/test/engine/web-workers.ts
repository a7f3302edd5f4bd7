import { vi } from "vitest";

/** A browser's worker that does nothing. */
export class SilentWorker {
  static readonly all: SilentWorker[] = [];
  terminated = false;
  onerror: (event: { message?: string }) => void = () => {};

  constructor() {
    SilentWorker.all.push(this);
  }

  postMessage(_message: unknown): void {}

  terminate(): void {
    this.terminated = true;
  }
}

/** Has the library find what it finds in a browser, with workers of a kind. To be undone by the caller. */
export function leaveNode(Worker: unknown): void {
  const { getBuiltinModule } = process;
  vi.spyOn(process, "getBuiltinModule").mockImplementation(((name: string) =>
    name === "node:worker_threads" ? undefined : getBuiltinModule(name)) as typeof getBuiltinModule);
  vi.stubGlobal("Worker", Worker);
}
