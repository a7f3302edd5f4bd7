import { type Block, formOf, isRandom } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import type { Rotation, RotationTable } from "../graph/plan.ts";
import { type Heap, rounded } from "../kernel/heap.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { centreOf, outputCoefficient } from "../scheme/lookup-table.ts";
import { encode } from "../scheme/lwe/encoding.ts";
import type { Job, JobOutput, Run } from "./run.ts";
import type { CiphertextStore } from "./store.ts";
import { TableCache } from "./table-cache.ts";
import { jobBytes, writeJob } from "./threads/job.ts";
import { EDGE_BYTES, JobQueue, QUEUE_BYTES } from "./threads/queue.ts";

const WORD_BYTES = 4;
const INITIAL_READY_CAPACITY = 1024;
/** Threads hold the queue for microseconds; one that holds it for so long will never let go. */
const PATIENCE_MS = 10_000;
/** Number of jobs that are laid out in one go. */
const PIECE = 64;

/** What a plan takes of the memory that threads share. */
export interface Size {
  /** Of each job. */
  readonly jobs: readonly number[];
  /** Of all jobs and the edges to them. */
  readonly memoryBytes: number;
  /** The same with a slot for each result. */
  readonly bytes: number;
}

/** What has been submitted of a plan. */
export interface Submission {
  readonly run: Run;
  readonly jobs: readonly Job[];
}

/** The jobs that are under way: how they lie in shared memory, and who counts on them. */
export class Workload {
  readonly #builder: Builder;
  readonly #store: CiphertextStore;
  readonly #heap: Heap;
  readonly #parameters: ParameterSet;
  readonly #tables: TableCache;
  readonly #queueAddress: number;
  readonly #queue: JobQueue;
  #readyAddress: number;
  #readyCapacity = INITIAL_READY_CAPACITY;
  readonly #runs = new Set<Run>();
  /** The jobs that are not over, by address. */
  readonly #jobs = new Map<number, Job>();
  /** The job that computes a block. */
  readonly #inFlight = new Map<Block, Job>();
  /** Cancelled jobs of which the queue has not heard. */
  readonly #unwanted = new Set<Job>();
  /** Finished jobs that read what has not been heard of yet. */
  readonly #early = new Set<Job>();

  /** @param queueAddress `QUEUE_BYTES` bytes. */
  constructor(builder: Builder, store: CiphertextStore, heap: Heap, queueAddress: number, mayBlock: boolean) {
    this.#builder = builder;
    this.#store = store;
    this.#heap = heap;
    this.#parameters = builder.parameters;
    this.#tables = new TableCache(heap, builder.parameters);
    this.#queueAddress = queueAddress;
    this.#readyAddress = heap.allocate(INITIAL_READY_CAPACITY * WORD_BYTES);
    this.#queue = new JobQueue(heap.memory, queueAddress, mayBlock, PATIENCE_MS);
    this.#reset();
  }

  /** Whether anything is under way. */
  get busy(): boolean {
    return this.#runs.size > 0;
  }

  /** The job that is about to compute a block. */
  producerOf(block: Block): Job | undefined {
    return this.#inFlight.get(block);
  }

  sizeOf(rotations: readonly Rotation[]): Size {
    const jobs = rotations.map(({ terms, tables }) => jobBytes(terms.length, tables.length));
    const edges = rotations.reduce((sum, { terms }) => sum + terms.length, 0);
    const results = rotations.reduce((sum, { tables }) => sum + tables.length, 0);
    const memoryBytes = jobs.reduce((sum, size) => sum + size, 0) + edges * EDGE_BYTES;
    return { jobs, memoryBytes, bytes: rounded(memoryBytes) + results * rounded(this.#store.slotBytes) };
  }

  /**
   * Lays the jobs of a plan out in shared memory, all or none, in small pieces of work after each of which it gives the
   * fraction that is done; then hands them to the queue. Each has one user, to be taken by `dismiss`.
   *
   * @param firstId number of the first job; the others follow.
   * @throws OutOfMemoryError, WorkerError, the fault of what is to be read, if it turns out meanwhile.
   */
  *submit(
    rotations: readonly Rotation[],
    { jobs: sizes, memoryBytes }: Size,
    firstId: number,
  ): Generator<number, Submission> {
    this.#ensureReadyCapacity(rotations.length);
    const memory = this.#heap.allocate(memoryBytes);
    const jobCount = rotations.length;
    const run: Run = {
      ...{ memory, memoryBytes, jobCount, left: jobCount },
      ...{ upstream: new Set(), downstream: new Set(), listeners: [], reported: 0 },
    };
    const jobs: Job[] = [];
    let submitted = false;
    try {
      let address = memory;
      for (const [i, rotation] of rotations.entries()) {
        jobs.push(this.#layOut(rotation, firstId + i, address, run));
        address += sizes[i];
        if (i % PIECE === PIECE - 1) yield i / jobCount;
      }
      for (const job of jobs) {
        const faulty = job.producers.find(({ fault }) => fault !== undefined);
        if (faulty !== undefined) throw faulty.fault; // what it was to read is gone
        job.producers = job.producers.filter(({ over }) => !over);
      }
      this.#queue.submit(
        jobs.map((job) => job.address),
        rotations.map((rotation) => rotation.priority),
        jobs.map((job) => job.producers.map((producer) => producer.address)),
        address,
      );
      submitted = true;
      this.#adopt(run, jobs);
      return { run, jobs };
    } finally {
      if (!submitted) {
        for (const job of jobs.reverse()) {
          this.#forget(job);
          this.#discard(job);
        }
        this.#heap.free(memory, memoryBytes);
      }
    }
  }

  /**
   * Takes the news that jobs have been finished. Gives those that were still wanted, those with a `fault` among them,
   * whose outputs are gone.
   */
  finish(addresses: readonly number[]): Job[] {
    const finished: Job[] = [];
    for (const address of addresses) {
      const job = this.#jobs.get(address);
      if (job !== undefined) this.#early.add(job);
    }
    // News of what a job read may come after its own, from another thread.
    for (let left = -1; left !== this.#early.size; ) {
      left = this.#early.size;
      for (const job of this.#early) {
        if (job.producers.some(({ over }) => !over)) continue;
        this.#early.delete(job);
        if (job.cancelled)
          this.#discard(job); // by now, somebody else may be computing the same blocks
        else {
          this.#take(job);
          finished.push(job);
        }
        this.#end(job);
      }
    }
    return finished;
  }

  /** Takes the outputs of a finished job, if they can be used. */
  #take(job: Job): void {
    job.fault =
      job.producers.find(({ fault }) => fault !== undefined)?.fault ?? this.#store.faultOf(job.terms);
    if (job.fault !== undefined) this.#discard(job);
    else {
      this.#tables.release(job.tableKey);
      for (const { block, slot } of job.outputs) {
        this.#store.assignResult(block, slot, job.terms);
        this.#builder.resolve(block);
      }
    }
    this.#forget(job);
  }

  /**
   * Takes one user from each of some jobs, and cancels those that nobody counts on any longer; the queue hears of them
   * by `sweep`. Gives them.
   */
  dismiss(jobs: Iterable<Job>): Job[] {
    const cancelled: Job[] = [];
    const stack = [...jobs];
    for (let job = stack.pop(); job !== undefined; job = stack.pop()) {
      if (--job.users > 0 || job.over || job.cancelled) continue;
      job.cancelled = true;
      this.#forget(job);
      this.#unwanted.add(job);
      cancelled.push(job);
      for (const producer of job.producers) stack.push(producer);
      job.producers = [];
    }
    return cancelled;
  }

  /** Has cancelled jobs not started; those that threads have taken finish for nothing. @throws WorkerError */
  sweep(): void {
    const jobs = [...this.#unwanted];
    this.#unwanted.clear();
    if (jobs.length === 0) return;
    const taken = new Set(this.#queue.cancel(jobs.map((job) => job.address)));
    for (const job of jobs) {
      if (taken.has(job.address)) continue;
      this.#discard(job);
      this.#end(job);
    }
  }

  /**
   * Gives up all that is under way. Gives what was still wanted, and what to call once no thread touches the memory
   * any more.
   */
  abandon(): { lost: Job[]; clear: () => void } {
    const runs = [...this.#runs];
    const jobs = [...this.#jobs.values()];
    const lost = jobs.filter((job) => !job.cancelled);
    for (const job of jobs) job.over = true;
    for (const job of lost) this.#forget(job);
    this.#runs.clear();
    this.#jobs.clear();
    this.#unwanted.clear();
    this.#early.clear();
    const clear = (): void => {
      for (const job of jobs) this.#discard(job);
      for (const run of runs) this.#heap.free(run.memory, run.memoryBytes);
      this.#reset();
    };
    return { lost, clear };
  }

  /** Writes one job. */
  #layOut({ terms, constant, size, anywhere, tables }: Rotation, id: number, address: number, run: Run): Job {
    const producers = new Set<Job>();
    const located = terms.map(({ source, coefficient }) => {
      const producer = this.#inFlight.get(source);
      if (producer === undefined) return { address: this.#store.address(source), coefficient };
      producers.add(producer);
      const { slot } = producer.outputs.find(({ block }) => block === source) as JobOutput;
      return { address: slot, coefficient };
    });
    const [{ source: first }] = terms;
    const centres = tables.map(({ output }) => (anywhere ? centreOf(output) : 0));
    const table = isRandom(first)
      ? this.#tables.acquireRandom(size)
      : this.#tables.acquire(tables, size, centres);
    const outputs = this.#reserve(tables, table.key);
    const form = formOf(first);
    writeJob(this.#heap.memory, address, {
      form: form === "unchecked" ? "big" : form,
      terms: located,
      constant: encode(constant, this.#parameters),
      table: table.address,
      outputs: outputs.map(({ slot }, i) => ({
        coefficient: outputCoefficient(i, size, this.#parameters),
        address: slot,
        offset: encode(centres[i], this.#parameters),
      })),
    });
    const job: Job = {
      ...{ id, address, run, terms, outputs, tableKey: table.key, producers: [...producers] },
      ...{ waiters: [], users: 1, cancelled: false, over: false, fault: undefined },
    };
    for (const { block } of outputs) {
      this.#inFlight.set(block, job);
      this.#builder.retain([block]);
    }
    // Where lookups have been composed, the graph alone would not keep the inputs.
    this.#builder.retain(terms.map(({ source }) => source));
    return job;
  }

  /** Slots for the results of a job, whose table is given back if there are not enough. */
  #reserve(tables: readonly RotationTable[], tableKey: string): JobOutput[] {
    const outputs: JobOutput[] = [];
    try {
      for (const { output } of tables) outputs.push({ block: output, slot: this.#store.reserve() });
      return outputs;
    } catch (error) {
      this.#discard({ tableKey, outputs });
      throw error;
    }
  }

  /** Notes what has been submitted. */
  #adopt(run: Run, jobs: readonly Job[]): void {
    this.#runs.add(run);
    for (const job of jobs) {
      this.#jobs.set(job.address, job);
      for (const producer of job.producers) {
        producer.users++;
        if (producer.run === run) continue;
        run.upstream.add(producer.run);
        producer.run.downstream.add(run);
      }
    }
    if (jobs.length === 0) this.#clearAway(run);
  }

  /** A job's blocks are no longer about to be computed, and it needs its inputs no more. */
  #forget(job: Job): void {
    for (const { block } of job.outputs) {
      this.#inFlight.delete(block);
      this.#builder.release([block]);
    }
    this.#builder.release(job.terms.map(({ source }) => source));
  }

  /** Gives back what a job holds that nobody waits for any longer. */
  #discard({ tableKey, outputs }: Pick<Job, "tableKey" | "outputs">): void {
    this.#tables.release(tableKey);
    for (const { slot } of outputs) this.#store.discard(slot);
  }

  /** A job is over. */
  #end(job: Job): void {
    job.over = true;
    job.producers = []; // or each would keep all those before it
    this.#jobs.delete(job.address);
    this.#unwanted.delete(job);
    job.run.left--;
    this.#clearAway(job.run);
  }

  /** Gives the memory of a run back if nothing is left in it, and that of those which have waited for it alone. */
  #clearAway(first: Run): void {
    const stack = [first];
    for (let run = stack.pop(); run !== undefined; run = stack.pop()) {
      if (run.left > 0 || run.upstream.size > 0 || !this.#runs.delete(run)) continue;
      this.#heap.free(run.memory, run.memoryBytes);
      for (const other of run.downstream) {
        other.upstream.delete(run);
        stack.push(other);
      }
    }
  }

  /** Empties the queue; no thread may be working on it. */
  #reset(): void {
    new Uint8Array(this.#heap.memory.buffer, this.#queueAddress, QUEUE_BYTES).fill(0);
    this.#queue.moveReady(this.#readyAddress);
  }

  #ensureReadyCapacity(more: number): void {
    const needed = this.#jobs.size + more;
    if (needed <= this.#readyCapacity) return;
    const capacity = 2 * needed;
    const address = this.#heap.allocate(capacity * WORD_BYTES);
    this.#heap.free(this.#queue.moveReady(address), this.#readyCapacity * WORD_BYTES);
    this.#readyAddress = address;
    this.#readyCapacity = capacity;
  }
}
