import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { type ClientKey, Engine, FheUint8, ServerKey, WorkerError } from "../../src/index.ts";
import { toyClientKey } from "../toy.ts";

let clientKey: ClientKey;
let serverKey: ServerKey;

beforeAll(async () => {
  clientKey = await toyClientKey();
  serverKey = await ServerKey.from(clientKey);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A browser's worker that does nothing. */
class IdleWorker {
  static readonly all: IdleWorker[] = [];
  terminated = false;
  onerror: (event: { message?: string }) => void = () => {};

  constructor() {
    IdleWorker.all.push(this);
  }

  postMessage(): void {}

  terminate(): void {
    this.terminated = true;
  }
}

/** Has the library find what it finds in a browser, with workers of a kind. */
function leaveNode(Worker: typeof IdleWorker): void {
  const { getBuiltinModule } = process;
  vi.spyOn(process, "getBuiltinModule").mockImplementation(((name: string) =>
    name === "node:worker_threads" ? undefined : getBuiltinModule(name)) as typeof getBuiltinModule);
  vi.stubGlobal("Worker", Worker);
}

test("a policy that forbids workers by an error event is told of, with what it has to allow", async () => {
  leaveNode(
    class extends IdleWorker {
      constructor() {
        super();
        setTimeout(() => this.onerror({}));
      }
    },
  );
  IdleWorker.all.length = 0;
  const created = Engine.create(serverKey, { threads: 2 });
  await expect(created).rejects.toThrow(WorkerError);
  await expect(created).rejects.toThrow("Content-Security-Policy of the page has to allow worker-src blob:");
  expect(IdleWorker.all.map(({ terminated }) => terminated)).toEqual([true, true]);
});

test("so is one that forbids them at once", async () => {
  leaveNode(
    class extends IdleWorker {
      constructor() {
        super();
        throw new DOMException("no workers here", "SecurityError");
      }
    },
  );
  const created = Engine.create(serverKey, { threads: 2 });
  await expect(created).rejects.toThrow(WorkerError);
  await expect(created).rejects.toThrow("worker-src blob:");
});

test("what a worker's script throws is told", async () => {
  leaveNode(
    class extends IdleWorker {
      override postMessage(): void {
        setTimeout(() => this.onerror({ message: "Uncaught Error: of the worker" }));
      }
    },
  );
  const created = Engine.create(serverKey, { threads: 1 });
  await expect(created).rejects.toThrow("a worker stopped: Uncaught Error: of the worker");
});

test("workers are ended when the key cannot be loaded after all", async () => {
  leaveNode(IdleWorker);
  IdleWorker.all.length = 0;
  const controller = new AbortController();
  const reason = new Error("of the caller");
  const onProgress = (): void => controller.abort(reason);
  const created = Engine.create(serverKey, { threads: 2, signal: controller.signal, onProgress });
  await expect(created).rejects.toBe(reason);
  expect(IdleWorker.all.map(({ terminated }) => terminated)).toEqual([true, true]);
});

test("where there are no workers at all, the calling thread computes", async () => {
  const builtin = Object.getOwnPropertyDescriptor(process, "getBuiltinModule")!;
  Object.defineProperty(process, "getBuiltinModule", {
    value: undefined,
    configurable: true,
    writable: true,
  });
  try {
    using engine = await Engine.create(serverKey);
    expect(engine.info).toMatchObject({ threads: 1, sharedMemory: false });
    const sum = await engine.load(FheUint8.encrypt(20, clientKey)).add(22).ciphertext();
    expect(sum.decrypt(clientKey)).toBe(42);
  } finally {
    Object.defineProperty(process, "getBuiltinModule", builtin);
  }
});
