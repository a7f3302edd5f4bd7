import { afterEach, expect, test, vi } from "vitest";
import { ask, compile } from "../../src/editor/language.ts";

/** A worker that says what a test has it say. */
class StubWorker extends EventTarget {
  static readonly made: StubWorker[] = [];
  terminated = false;
  constructor() {
    super();
    StubWorker.made.push(this);
  }
  postMessage(): void {}
  terminate(): void {
    this.terminated = true;
  }
}

vi.stubGlobal("Worker", StubWorker);
afterEach(() => void vi.useRealTimers());

test("a worker that cannot be loaded is an error, and the next question starts another", async () => {
  const question = compile({ inputs: [], text: "1" });
  const [worker] = StubWorker.made.splice(0);
  worker!.dispatchEvent(new Event("error"));
  await expect(question).rejects.toThrow("the language worker did not start");
  expect(worker!.terminated).toBe(true);

  await expect(ask(async () => 5)).resolves.toBe(5);
  expect(StubWorker.made).toHaveLength(1);
});

test("a worker that does not answer is given up", async () => {
  vi.useFakeTimers();
  const question = ask(() => new Promise(() => {}));
  const failed = expect(question).rejects.toThrow("takes too long");
  await vi.advanceTimersByTimeAsync(60_000);
  await failed;
  expect(StubWorker.made.at(-1)!.terminated).toBe(true);
});

test("what the worker throws passes on", async () => {
  await expect(ask(() => Promise.reject(new RangeError("no")))).rejects.toThrow(new RangeError("no"));
});
