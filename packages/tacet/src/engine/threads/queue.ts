import { WorkerError } from "../../errors.ts";
import { type Ready, takeBatch, type Workforce } from "../../graph/workforce/batch.ts";
import { time } from "../../realm.ts";

/*
 * The queue of jobs, in shared memory, worked on by all threads alike: whoever finishes a job makes those ready
 * that waited for it, so that no worker waits for the main thread. All of it is 32-bit words behind one mutex;
 * a critical section takes microseconds, a job milliseconds.
 */

/**
 * Words of the queue's header. `READY` is a binary heap of job addresses, the most urgent first. All jobs that nobody has
 * taken, ready or not, are waiting; those that somebody has and that are not finished, running.
 */
const LOCK = 0;
const SIGNAL = 1;
const MEMORY_PAGES = 2;
const READY_ADDRESS = 3;
const READY_COUNT = 4;
const WAITING_COUNT = 5;
const RUNNING_COUNT = 6;
export const QUEUE_BYTES = 28;

/** Words of a job's header. What there is to compute follows it and is none of the queue's business. */
const STATE = 0;
const PRIORITY = 1;
const PENDING = 2;
const FIRST_EDGE = 3;
export const JOB_HEADER_BYTES = 16;

/** States of a job. */
const WAITING = 0;
const TAKEN = 1;
const DONE = 2;
const CANCELLED = 3;

/** Words of an edge: a job that waits, and the next edge in the list of the job that is waited for. */
const EDGE_JOB = 0;
const EDGE_NEXT = 1;
export const EDGE_BYTES = 8;

const PAGE_BYTES = 65536;

/** How long a thread that may have been told to stop waits for the queue before it looks. */
const GLANCE_MS = 100;

/** States of the mutex (Drepper, "Futexes are tricky", mutex 2). */
const FREE = 0;
const LOCKED = 1;
const CONTENDED = 2;

export class JobQueue {
  readonly #memory: WebAssembly.Memory;
  readonly #header: number;
  readonly #mayBlock: boolean;
  readonly #patience: number;
  readonly #stopped: () => boolean;
  #words: Int32Array;

  /**
   * Attaches to the queue whose zeroed header lies at `address`.
   *
   * @param mayBlock false on a thread that must not sleep: a page's main thread.
   * @param patience how many milliseconds to wait at most for another thread to let go of the queue. Beyond, it
   *   must have died, and every method throws WorkerError.
   * @param stopped whether this thread has been told to stop: then it waits no longer, but throws WorkerError.
   */
  constructor(
    memory: WebAssembly.Memory,
    address: number,
    mayBlock: boolean,
    patience: number = Number.POSITIVE_INFINITY,
    stopped: () => boolean = () => false,
  ) {
    this.#memory = memory;
    this.#header = address >>> 2;
    this.#mayBlock = mayBlock;
    this.#patience = patience;
    this.#stopped = stopped;
    this.#words = new Int32Array(memory.buffer);
  }

  /**
   * Gives the heap of ready jobs another place, with room for at least as many jobs as are unfinished.
   * Returns the place it had.
   */
  moveReady(address: number): number {
    return this.#locked((words) => {
      const before = words[this.#header + READY_ADDRESS] >>> 0;
      const count = words[this.#header + READY_COUNT];
      words.copyWithin(address >>> 2, before >>> 2, (before >>> 2) + count);
      words[this.#header + READY_ADDRESS] = address;
      return before;
    });
  }

  /**
   * Submits jobs.
   *
   * @param jobs addresses of the jobs; the queue writes their headers.
   * @param dependencies for each job the jobs that it waits for, finished or not, which must not be cancelled.
   * @param edges room for one edge for each dependency. It must outlast the jobs that are waited for.
   */
  submit(
    jobs: readonly number[],
    priorities: readonly number[],
    dependencies: readonly (readonly number[])[],
    edges: number,
  ): void {
    this.#locked((words) => {
      words[this.#header + MEMORY_PAGES] = this.#memory.buffer.byteLength / PAGE_BYTES;
      for (const [i, job] of jobs.entries()) {
        const at = job >>> 2;
        words[at + STATE] = WAITING;
        words[at + PRIORITY] = priorities[i];
        words[at + PENDING] = 0;
        words[at + FIRST_EDGE] = 0;
      }
      let edge = edges;
      for (const [i, job] of jobs.entries()) {
        for (const dependency of dependencies[i]) {
          const from = dependency >>> 2;
          if (words[from + STATE] === DONE) continue;
          words[(edge >>> 2) + EDGE_JOB] = job;
          words[(edge >>> 2) + EDGE_NEXT] = words[from + FIRST_EDGE];
          words[from + FIRST_EDGE] = edge;
          words[(job >>> 2) + PENDING] += 1;
          edge += EDGE_BYTES;
        }
      }
      for (const job of jobs) if (words[(job >>> 2) + PENDING] === 0) this.#push(words, job);
      words[this.#header + WAITING_COUNT] += jobs.length;
      this.#signal(words);
    });
  }

  /** Takes an equal share of the ready jobs, the most urgent first; see `takeBatch`. */
  take(workforce: Workforce): number[] {
    return this.#locked((words) => {
      const running = words[this.#header + RUNNING_COUNT];
      const jobs = takeBatch(this.#ready(words), running, words[this.#header + WAITING_COUNT], workforce);
      for (const job of jobs) words[(job >>> 2) + STATE] = TAKEN;
      words[this.#header + WAITING_COUNT] -= jobs.length;
      words[this.#header + RUNNING_COUNT] += jobs.length;
      return jobs;
    });
  }

  /** Marks jobs as finished and makes ready what waited for nothing else. */
  complete(jobs: readonly number[]): void {
    this.#locked((words) => {
      const before = words[this.#header + READY_COUNT];
      for (const job of jobs) {
        words[(job >>> 2) + STATE] = DONE;
        for (
          let edge = words[(job >>> 2) + FIRST_EDGE] >>> 2;
          edge !== 0;
          edge = words[edge + EDGE_NEXT] >>> 2
        ) {
          const waiting = words[edge + EDGE_JOB] >>> 0;
          const pending = --words[(waiting >>> 2) + PENDING];
          if (pending === 0 && words[(waiting >>> 2) + STATE] === WAITING) this.#push(words, waiting);
        }
      }
      words[this.#header + RUNNING_COUNT] -= jobs.length;
      if (words[this.#header + READY_COUNT] > before) this.#signal(words);
    });
  }

  /**
   * Sees to it that jobs are not started. Says which of them are out of reach, having been taken already: those
   * finish, or have finished.
   */
  cancel(jobs: readonly number[]): number[] {
    return this.#locked((words) => {
      const taken = jobs.filter((job) => words[(job >>> 2) + STATE] !== WAITING);
      for (const job of jobs)
        if (words[(job >>> 2) + STATE] === WAITING) words[(job >>> 2) + STATE] = CANCELLED;
      words[this.#header + WAITING_COUNT] -= jobs.length - taken.length;
      const ready = words[this.#header + READY_ADDRESS] >>> 2;
      const left = words.slice(ready, ready + words[this.#header + READY_COUNT]);
      words[this.#header + READY_COUNT] = 0;
      for (const job of left) if (words[(job >>> 2) + STATE] === WAITING) this.#push(words, job >>> 0);
      return taken;
    });
  }

  /** What to pass to `wait`; to be read before looking for work. */
  get signal(): number {
    return Atomics.load(this.#refresh(), this.#header + SIGNAL);
  }

  /** Sleeps until jobs became ready after `seen` was read. */
  wait(seen: number): void {
    Atomics.wait(this.#words, this.#header + SIGNAL, seen);
  }

  /** Has the threads that sleep look up. */
  wake(): void {
    this.#signal(this.#refresh());
  }

  #signal(words: Int32Array): void {
    Atomics.add(words, this.#header + SIGNAL, 1);
    Atomics.notify(words, this.#header + SIGNAL);
  }

  /**
   * A view of the memory that reaches at least as far as when jobs were last submitted. V8 now and then fails to tell
   * a thread that another has had the memory grow; growing it by nothing brings the news.
   */
  #refresh(): Int32Array {
    for (;;) {
      const buffer = this.#memory.buffer;
      if (buffer.byteLength !== this.#words.byteLength) this.#words = new Int32Array(buffer);
      const least = Atomics.load(this.#words, this.#header + MEMORY_PAGES) * PAGE_BYTES;
      if (buffer.byteLength >= least) return this.#words;
      this.#memory.grow(0);
    }
  }

  #locked<T>(section: (words: Int32Array) => T): T {
    this.#lock();
    try {
      return section(this.#refresh());
    } finally {
      if (Atomics.exchange(this.#words, this.#header + LOCK, FREE) === CONTENDED)
        Atomics.notify(this.#words, this.#header + LOCK, 1);
    }
  }

  #lock(): void {
    const words = this.#refresh();
    const at = this.#header + LOCK;
    if (Atomics.compareExchange(words, at, FREE, LOCKED) === FREE) return;
    const deadline = time() + this.#patience;
    while (Atomics.exchange(words, at, CONTENDED) !== FREE) {
      if (time() > deadline) throw new WorkerError("a worker stopped while it held the queue");
      if (this.#stopped()) throw new WorkerError("told to stop while another thread held the queue");
      if (this.#mayBlock) Atomics.wait(words, at, CONTENDED, Math.min(GLANCE_MS, this.#patience));
    }
  }

  #ready(words: Int32Array): Ready<number> {
    const size = this.#header + READY_COUNT;
    const heap = words[this.#header + READY_ADDRESS] >>> 2;
    return {
      get size() {
        return words[size];
      },
      urgency: () => words[(words[heap] >>> 2) + PRIORITY],
      take: () => this.#pop(words),
    };
  }

  #push(words: Int32Array, job: number): void {
    const heap = words[this.#header + READY_ADDRESS] >>> 2;
    const priority = words[(job >>> 2) + PRIORITY];
    let at = words[this.#header + READY_COUNT]++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = words[heap + parent];
      if (words[(above >>> 2) + PRIORITY] >= priority) break;
      words[heap + at] = above;
      at = parent;
    }
    words[heap + at] = job;
  }

  #pop(words: Int32Array): number {
    const heap = words[this.#header + READY_ADDRESS] >>> 2;
    const top = words[heap] >>> 0;
    const count = --words[this.#header + READY_COUNT];
    const moved = words[heap + count];
    const priority = words[(moved >>> 2) + PRIORITY];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      const right = child + 1;
      const priorityOf = (index: number): number => words[(words[heap + index] >>> 2) + PRIORITY];
      if (right < count && priorityOf(right) > priorityOf(child)) child = right;
      if (priorityOf(child) <= priority) break;
      words[heap + at] = words[heap + child];
      at = child;
    }
    words[heap + at] = moved;
    return top;
  }
}
