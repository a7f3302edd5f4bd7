import { expect, test, vi } from "vitest";
import { nextTask } from "../../src/progress.ts";

test("a test that stops the time does not stop an engine", async () => {
  vi.useFakeTimers();
  try {
    const tasks = { done: 0 };
    for (; tasks.done < 3; tasks.done++) await nextTask();
    expect(tasks.done).toBe(3);
  } finally {
    vi.useRealTimers();
  }
});
