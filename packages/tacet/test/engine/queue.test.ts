import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { EDGE_BYTES, JOB_HEADER_BYTES, JobQueue, QUEUE_BYTES } from "../../src/engine/queue.ts";
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
      expect(() => queue.take(1, 1)).toThrow(WorkerError);
    }
  });

  test("hands out the most urgent jobs first, those as urgent together, and a fair share", () => {
    const heap = new Heap({ shared: false });
    const queueAddress = heap.allocate(QUEUE_BYTES);
    const area = heap.allocate(10 * JOB_HEADER_BYTES);
    const jobs = Array.from({ length: 10 }, (_, i) => area + i * JOB_HEADER_BYTES);
    const queue = new JobQueue(heap.memory, queueAddress, false);
    queue.moveReady(heap.allocate(40));
    const priorities = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    queue.submit(
      jobs,
      priorities,
      jobs.map(() => []),
      0,
    );
    const taken = (limit: number, threads: number): number[] =>
      queue.take(limit, threads).map((job) => priorities[jobs.indexOf(job)]);
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
});
