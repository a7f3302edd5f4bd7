import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Engine, FheUint8, FheUint64, OutOfMemoryError, ServerKey } from "../../src/index.ts";
import { obtainMemory } from "../../src/kernel/memories.ts";
import { memoryError } from "../../src/memory.ts";
import { takesAllSamples } from "../samples.ts";
import { toyClientKey } from "../toy.ts";
import { underWay } from "./under-way.ts";

let clientKey: Awaited<ReturnType<typeof toyClientKey>>;
let serverKey: ServerKey;

beforeAll(async () => {
  clientKey = await toyClientKey();
  serverKey = await ServerKey.from(clientKey);
});

afterEach(() => {
  threads.Worker = Worker;
  vi.restoreAllMocks();
});

describe.skipIf(process.platform !== "linux")("in a process that may have only so much address space", () => {
  const program = join(import.meta.dirname, "short-of-memory.ts");

  // V8 itself ends a process in which it has no room for its own code: with less than that, and always with workers.
  test.each(takesAllSamples ? [1.1, 1.3, 1.5, 1.7, 2] : [1.1, 1.5])(
    "of %d GB, everything works or ends in an OutOfMemoryError",
    async (size) => {
      expect(await outcome(size)).toMatch(
        /^everything$|, then OutOfMemoryError$|^FATAL ERROR: .*out of memory$|^# Fatal/m,
      );
    },
  );

  test("that suffices, everything works", async () => {
    expect(await outcome(8)).toBe("everything");
  });

  async function outcome(gigabytes: number): Promise<string> {
    const script = `ulimit -v ${Math.round(gigabytes * 1e6)}; exec "$0" "$1" 0`;
    const child = promisify(execFile)("bash", ["-c", script, process.execPath, program]);
    const { stdout, stderr }: { stdout: string; stderr: string } = await child.catch((error) => error);
    return stdout.trim() || stderr;
  }
});

/** Errors of platforms that have no memory left. */
const errors: Record<string, () => Error> = {
  "WebAssembly.Memory": () => new RangeError("WebAssembly.Memory(): could not allocate memory"),
  "WebAssembly.Memory.grow": () =>
    new RangeError("WebAssembly.Memory.grow(): Unable to grow instance memory"),
  "WebAssembly.Instance": () =>
    new RangeError("WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance"),
  "a buffer": () => new RangeError("Array buffer allocation failed"),
  "an array": () => new RangeError("Invalid typed array length: 99999999999"),
  JavaScriptCore: () => new RangeError("Out of memory"),
  "a worker": () => Object.assign(new Error("Worker terminated"), { code: "ERR_WORKER_OUT_OF_MEMORY" }),
};

test.each(Object.entries(errors))(
  "what is said of %s is an OutOfMemoryError that says what to do",
  (_, make) => {
    const error = make();
    const known = memoryError(error);
    expect(known).toBeInstanceOf(OutOfMemoryError);
    expect(known).toMatchObject({ cause: error, message: expect.stringContaining("dispose of engines") });
  },
);

test("what is wrong otherwise stays as it is", () => {
  const others = [
    new RangeError("memoryLimitBytes is -1; expected a positive number"),
    new TypeError("no"),
    "text",
  ];
  for (const error of others) expect(memoryError(error)).toBe(error);
});

test("a platform without room for a memory, or for one that grows, has no engine", async () => {
  vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(() => {
    throw errors["WebAssembly.Memory.grow"]();
  });
  await expect(Engine.create(serverKey, { threads: 2, memoryLimitBytes: 2 ** 26 })).rejects.toThrow(
    OutOfMemoryError,
  );
  vi.restoreAllMocks();
  for (let i = 0; i < 10; i++) obtainMemory(true, 512); // those of earlier engines
  class Full {
    constructor() {
      throw errors["WebAssembly.Memory"]();
    }
  }
  const { Memory } = WebAssembly;
  try {
    WebAssembly.Memory = Full as unknown as typeof Memory;
    const created = Engine.create(serverKey, { threads: 2, memoryLimitBytes: 2 ** 25 });
    await expect(created).rejects.toThrow(OutOfMemoryError);
  } finally {
    WebAssembly.Memory = Memory;
  }
});

const threads = process.getBuiltinModule("node:worker_threads");
const { Worker } = threads;

/** Has workers fail for want of memory. */
function starveWorkers(when: "start" | "work"): void {
  threads.Worker = class extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      if (when === "start") this.starve();
    }

    /** What is to be done does not come to it, so that it cannot be done before the worker fails. */
    override postMessage(): void {
      this.starve();
    }

    starve(): void {
      setImmediate(() => this.emit("error", errors["a worker"]()));
    }
  };
}

test.each(["start", "work"] as const)(
  "workers without memory at their %s are an OutOfMemoryError",
  async (when) => {
    starveWorkers(when);
    await expect(Engine.create(serverKey, { threads: 2 })).rejects.toThrow(OutOfMemoryError);
    threads.Worker = Worker;
    using engine = await Engine.create(serverKey, { threads: 2 });
    expect((await engine.load(FheUint8.encrypt(1, clientKey)).add(3).ciphertext()).decrypt(clientKey)).toBe(
      4,
    );
  },
);

test("a memory that cannot grow ends what does not fit, and nothing else", async () => {
  using engine = await Engine.create(serverKey, { threads: 1 });
  const x = engine.load(FheUint64.encrypt(7n, clientKey));
  vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(() => {
    throw errors["WebAssembly.Memory.grow"]();
  });
  const load = (): void => {
    for (let i = 0; i < 100_000; i++) kept.push(engine.load(FheUint64.encrypt(BigInt(i), clientKey)));
  };
  const kept: { dispose(): void }[] = [];
  expect(load).toThrow(OutOfMemoryError);
  for (const handle of kept) handle.dispose();
  expect((await x.add(1).ciphertext({ onProgress: underWay(() => {}) })).decrypt(clientKey)).toBe(8n);
});

test("bytes for which there is no array are an OutOfMemoryError, in writing and in reading", () => {
  const ciphertext = FheUint8.encrypt(1, clientKey);
  const bytes = ciphertext.serialize();
  vi.stubGlobal("Buffer", undefined);
  vi.stubGlobal("Uint8Array", NoArray(Uint8Array, "a buffer"));
  vi.stubGlobal("BigUint64Array", NoArray(BigUint64Array, "an array"));
  try {
    expect(() => serverKey.serialize()).toThrow(OutOfMemoryError);
    expect(() => FheUint8.deserialize(bytes)).toThrow(OutOfMemoryError);
  } finally {
    vi.unstubAllGlobals();
  }
  expect(FheUint8.deserialize(ciphertext.serialize()).decrypt(clientKey)).toBe(1);
});

/** A kind of array for which there is only memory if it is small. */
function NoArray<T extends Uint8ArrayConstructor | BigUint64ArrayConstructor>(Type: T, error: string): T {
  return new Proxy(Type, {
    construct: (target, [first, ...rest], newTarget) => {
      const size = typeof first === "number" ? first : first?.length; // of a buffer, only a view is made
      if (size > 1000) throw errors[error]();
      return Reflect.construct(target, [first, ...rest], newTarget);
    },
  });
}
