import { Worker as NodeWorker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { NoClearCounterpart, runClear } from "../../src/program/clear/index.ts";
import type { Input } from "../../src/program/types.ts";

/** A browser's worker, by Node's means. */
class WebWorker extends EventTarget {
  static readonly running = new Set<WebWorker>();
  readonly #worker: NodeWorker;

  constructor(url: URL) {
    super();
    WebWorker.running.add(this);
    const program = `
      const { parentPort } = require("node:worker_threads");
      globalThis.addEventListener = (_, listener) => parentPort.on("message", (data) => listener({ data }));
      globalThis.postMessage = (data) => parentPort.postMessage(data);
      import(${JSON.stringify(url.href)});
    `;
    this.#worker = new NodeWorker(program, { eval: true });
    this.#worker.on("message", (data) => this.dispatchEvent(new MessageEvent("message", { data })));
    this.#worker.on("error", (error) =>
      this.dispatchEvent(Object.assign(new Event("error"), { message: String(error) })),
    );
  }

  postMessage(data: unknown): void {
    this.#worker.postMessage(data);
  }

  terminate(): void {
    WebWorker.running.delete(this);
    void this.#worker.terminate();
  }
}

beforeAll(() => void vi.stubGlobal("Worker", WebWorker));
afterAll(() => {
  expect(WebWorker.running.size).toBe(0);
  vi.unstubAllGlobals();
});

const inputs: readonly Input[] = [
  { name: "a", type: "FheUint8", value: 200 },
  { name: "b", type: "FheInt64", value: -(2n ** 63n) },
  { name: "t", type: "FheBool", value: true },
];
/** Node takes a while to start a worker. */
const slow = { timeLimit: 20_000 };

describe("a program in clear", () => {
  test("gives values as the library decrypts them", async () => {
    const results = await runClear("return { sum: a.add(100), least: b.neg(), t };", inputs, slow);
    expect([...results]).toEqual([
      ["sum", 44],
      ["least", -(2n ** 63n)],
      ["t", true],
    ]);
  });

  test("is stopped when it runs for too long", async () => {
    const run = runClear("for (;;) {}", inputs, { timeLimit: 300 });
    await expect(run).rejects.toMatchObject({
      name: "TimeoutError",
      message: expect.stringContaining("0.3 s"),
    });
  });

  test("can be cancelled, also before it begins", async () => {
    const controller = new AbortController();
    const run = runClear("for (;;) {}", inputs, { ...slow, signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(run).rejects.toThrow("enough");
    await expect(runClear("return a", inputs, { signal: controller.signal })).rejects.toThrow("enough");
  });

  test("says what it does not know", async () => {
    const run = runClear("return engine.random(FheUint8);", inputs, slow);
    await expect(run).rejects.toThrow(NoClearCounterpart);
    await expect(run).rejects.toThrow("the clear check does not know engine.random");
  });

  test.each([
    ["throw new RangeError('no');", "RangeError", "no"],
    ["throw 'no';", "Error", "no"],
    ["return (;", "SyntaxError", ""],
    ["return 1;", "ResultError", "the program gave a number, not an encrypted value"],
    ["return a.div(0);", "RangeError", "cannot divide by 0"],
    ["const f = () => f(); f();", "RangeError", "call stack"],
  ])("passes on what is thrown: %s", async (javascript, name, message) => {
    const error = await runClear(javascript, inputs, slow).catch((error: Error) => error);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, message: expect.stringContaining(message) });
  });

  test("has no way to what other programs or the page have", async () => {
    await runClear("globalThis.left = 1; return a;", inputs, slow);
    const results = await runClear("return globalThis.left === undefined ? a : b;", inputs, slow);
    expect([...results.values()]).toEqual([200]);
    expect("left" in globalThis).toBe(false);
  });
});
