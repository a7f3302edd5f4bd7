import type { Rotation } from "../plan.ts";

/**
 * The number of rounds in which some threads carry rotations out, each one rotation a round, if they always take those
 * that the longest chains wait for (list scheduling: Graham, "Bounds on Multiprocessing Timing Anomalies", 1969).
 */
export function roundsOf(rotations: readonly Rotation[], threads: number): number {
  const missing = rotations.map(({ dependencies }) => dependencies.length);
  const waiting: number[][] = rotations.map(() => []);
  for (const { index, dependencies } of rotations) for (const need of dependencies) waiting[need].push(index);

  const ready = new ReadyQueue(rotations);
  for (const [index, count] of missing.entries()) if (count === 0) ready.add(index);
  let rounds = 0;
  for (; ready.size > 0; rounds++) {
    const taken = Array.from({ length: Math.min(threads, ready.size) }, () => ready.take());
    for (const index of taken)
      for (const later of waiting[index]) if (--missing[later] === 0) ready.add(later);
  }
  return rounds;
}

/** Rotations that can start, those of the highest priority first: a binary heap. */
class ReadyQueue {
  readonly #rotations: readonly Rotation[];
  readonly #heap: number[] = [];

  constructor(rotations: readonly Rotation[]) {
    this.#rotations = rotations;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(index: number): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(index, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = index;
  }

  take(): number {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop()!;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && this.#before(heap[child + 1], heap[child])) child++;
      if (!this.#before(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    if (heap.length > 0) heap[at] = last;
    return first;
  }

  #before(a: number, b: number): boolean {
    return this.#rotations[a].priority > this.#rotations[b].priority;
  }
}
