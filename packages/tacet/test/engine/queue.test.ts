import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { EDGE_BYTES, JOB_HEADER_BYTES, JobQueue, QUEUE_BYTES } from "../../src/engine/threads/queue.ts";
import { WorkerError } from "../../src/errors.ts";
import { Heap } from "../../src/kernel/heap.ts";
import type { QueueSetup } from "./queue-worker.ts";

/** Random dependencies on earlier jobs. */
function randomDependencies(count: number): number[][] {
  return Array.from({ length: count }, (_, job) =>
    Array.from({ length: Math.min(job, Math.floor(Math.random() * 4)) }, () =>
      Math.floor(Math.random() * job),
    ),
  ).map((list) => [...new Set(list)]);
}

/** A queue on one thread, room for some jobs, and a way to submit jobs that wait for nothing. */
function queueOf(count: number): {
  readonly queue: JobQueue;
  readonly jobs: readonly number[];
  readonly submit: (some: readonly number[], priority: (i: number) => number) => void;
} {
  const heap = new Heap({ shared: false });
  const queue = new JobQueue(heap.memory, heap.allocate(QUEUE_BYTES), false);
  queue.moveReady(heap.allocate(4 * count));
  const area = heap.allocate(count * JOB_HEADER_BYTES);
  return {
    queue,
    jobs: Array.from({ length: count }, (_, i) => area + i * JOB_HEADER_BYTES),
    submit: (some, priority) =>
      queue.submit(
        some,
        some.map((_, i) => priority(i)),
        some.map(() => []),
        0,
      ),
  };
}

describe("the queue", () => {
  test("starts no job before those that it waits for are finished, and loses none", async () => {
    const threads = 4;
    const count = 20_000;
    const heap = new Heap({ shared: true });
    const queueAddress = heap.allocate(QUEUE_BYTES);
    const tally = heap.allocate(8);
    const setup: QueueSetup = {
      memory: heap.memory,
      queue: queueAddress,
      threads,
      tally,
      places: heap.allocate(8 * count),
    };
    const workers = Array.from(
      { length: threads },
      () => new Worker(new URL("queue-worker.ts", import.meta.url)),
    );
    const done = workers.map((worker) => once(worker, "message"));
    for (const worker of workers) worker.postMessage(setup);
    heap.allocate(2 ** 25); // has the memory grow while the threads receive it

    const dependencies = randomDependencies(count);
    const edges = dependencies.flat().length;
    const jobBytes = JOB_HEADER_BYTES + 8;
    const area = heap.allocate(count * jobBytes + edges * EDGE_BYTES);
    const jobs = Array.from({ length: count }, (_, i) => area + i * jobBytes);
    const words = new Int32Array(heap.memory.buffer);
    for (const [i, job] of jobs.entries()) words[(job + JOB_HEADER_BYTES) >> 2] = i;
    words[(tally >> 2) + 1] = 2 * count;
    const queue = new JobQueue(heap.memory, queueAddress, true);
    queue.moveReady(heap.allocate(4 * count));
    queue.submit(
      jobs,
      jobs.map((_, i) => count - i),
      dependencies.map((list) => list.map((i) => jobs[i])),
      area + count * jobBytes,
    );
    while (Atomics.load(words, tally >> 2) < 2 * count)
      await new Promise((resolve) => setTimeout(resolve, 5));
    // Threads that found nothing more to do sleep until they are woken for the end.
    const wake = setInterval(() => Atomics.notify(words, (queueAddress >> 2) + 1), 5);
    const bump = setInterval(() => Atomics.add(words, (queueAddress >> 2) + 1, 1), 5);
    await Promise.all(done);
    clearInterval(wake);
    clearInterval(bump);

    const started = (i: number): number => words[(setup.places >> 2) + 2 * i];
    const finished = (i: number): number => words[(setup.places >> 2) + 2 * i + 1];
    for (const [i, list] of dependencies.entries()) {
      for (const earlier of list) expect(finished(earlier)).toBeLessThan(started(i));
    }
    const places = jobs.flatMap((_, i) => [started(i), finished(i)]);
    expect(new Set(places).size).toBe(2 * count);
  });

  test("does not wait for ever for a thread that died with the lock in its hand", () => {
    const heap = new Heap({ shared: true });
    const queueAddress = heap.allocate(QUEUE_BYTES);
    new Int32Array(heap.memory.buffer, queueAddress, 1)[0] = 1; // locked
    for (const mayBlock of [true, false]) {
      const queue = new JobQueue(heap.memory, queueAddress, mayBlock, 20);
      expect(() => queue.take({ threads: 1, batch: 1 })).toThrow(WorkerError);
    }
  });

  test("hands out the most urgent jobs first, those as urgent together, and a fair share", () => {
    const { queue, jobs, submit } = queueOf(10);
    const priorities = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    submit(jobs, (i) => priorities[i]);
    const taken = (batch: number, threads: number): number[] => {
      const some = queue.take({ threads, batch });
      queue.complete(some);
      return some.map((job) => priorities[jobs.indexOf(job)]);
    };
    expect(taken(4, 5)).toEqual([9]);
    expect(taken(4, 1)).toEqual([6]);
    expect(taken(3, 1)).toEqual([5, 5]);
    expect(taken(3, 1)).toEqual([4]);
    expect(taken(3, 5)).toEqual([3]);
    expect(taken(8, 1)).toEqual([3]);
    expect(taken(8, 1)).toEqual([2]);
    expect(taken(8, 2)).toEqual([1]);
    const beyondReach = queue.cancel(jobs);
    expect(beyondReach.length).toBe(9);
    expect(taken(8, 1)).toEqual([]);
  });

  test("hands out as many jobs as leave all threads with as much to do", () => {
    const { queue, jobs, submit } = queueOf(13);
    submit(jobs.slice(0, 10), () => 0);
    const workforce = { threads: 2, batch: 8 };
    const first = queue.take(workforce);
    expect(first.length).toBe(5);
    expect(queue.take(workforce).length).toBe(5);
    expect(queue.take(workforce)).toEqual([]);
    queue.complete(first);
    submit(jobs.slice(10), () => 0);
    expect(queue.take(workforce).length).toBe(3); // the other thread is at 5
  });

  test("hands out less urgent jobs together with others where there is much to do besides the longest chain", () => {
    const { queue, jobs, submit } = queueOf(16);
    const taken = (): number => queue.take({ threads: 2, batch: 8 }).length;
    submit(jobs.slice(0, 8), (i) => i);
    expect(taken()).toBe(1); // a chain of 8, and 8 in all
    submit(jobs.slice(8), () => 0);
    expect(taken()).toBe(1); // a chain of 7, and 15 in all
    queue.complete(jobs.slice(6, 8));
    queue.cancel(jobs.slice(2, 6));
    expect(taken()).toBe(3); // a chain of 2, and 10 in all: for two threads, 2.5 side by side
    expect(taken()).toBe(5); // of equal urgency, 7, and 3 that the other thread is at
  });
});
