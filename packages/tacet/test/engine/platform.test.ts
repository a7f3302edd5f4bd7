import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { type ClientKey, Engine, FheUint8, ServerKey, WorkerError } from "../../src/index.ts";
import { toyClientKey } from "../toy.ts";
import { leaveNode, SilentWorker } from "./web-workers.ts";

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

test("a policy that forbids workers by an error event is told of, with what it has to allow", async () => {
  leaveNode(
    class extends SilentWorker {
      constructor() {
        super();
        setTimeout(() => this.onerror({}));
      }
    },
  );
  SilentWorker.all.length = 0;
  const created = Engine.create(serverKey, { threads: 2 });
  await expect(created).rejects.toThrow(WorkerError);
  await expect(created).rejects.toThrow("Content-Security-Policy of the page has to allow worker-src blob:");
  expect(SilentWorker.all.map(({ terminated }) => terminated)).toEqual([true, true]);
});

test("so is one that forbids them at once", async () => {
  leaveNode(
    class extends SilentWorker {
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
    class extends SilentWorker {
      override postMessage(): void {
        setTimeout(() => this.onerror({ message: "Uncaught Error: of the worker" }));
      }
    },
  );
  const created = Engine.create(serverKey, { threads: 1 });
  await expect(created).rejects.toThrow("a worker stopped: Uncaught Error: of the worker");
});

test("workers are ended when the key cannot be loaded after all", async () => {
  leaveNode(SilentWorker);
  SilentWorker.all.length = 0;
  const controller = new AbortController();
  const reason = new Error("of the caller");
  const onProgress = (): void => controller.abort(reason);
  const created = Engine.create(serverKey, { threads: 2, signal: controller.signal, onProgress });
  await expect(created).rejects.toBe(reason);
  expect(SilentWorker.all.map(({ terminated }) => terminated)).toEqual([true, true]);
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
