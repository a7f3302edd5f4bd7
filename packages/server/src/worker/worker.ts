import { hostname } from "node:os";
import { Bell } from "../bell.ts";
import { ServiceError } from "../errors.ts";
import { JOB_CHANNEL } from "../jobs/jobs.ts";
import { BEAT_MS, WORK_CHANNEL } from "../queue/queue.ts";
import type { Task } from "../queue/task.ts";
import { inSpan } from "../telemetry/spans.ts";
import { FORGET_CHANNEL } from "../tenants/deletion.ts";
import { type AttemptContext, attempt, type Outcome } from "./attempt.ts";
import type { WorkerDetails } from "./fleet.ts";

/** A worker that hears nothing looks for tasks this often. */
const POLL_MS = 500;
/** After something went wrong with the database, it waits for so long. */
const TROUBLE_MS = 1_000;
/** How often it tells which keys it has. */
const TELL_MS = 3_000;

/** How a worker works. */
export interface WorkerOptions {
  /** Tasks at the same time: each uses all threads of its engine; a second one uses them while the first one waits. */
  readonly concurrency: number;
  /** Hears of each task that was done, or not. */
  readonly onTask?: ((outcome: Outcome, milliseconds: number, bootstraps: number) => void) | undefined;
}

/** What is being computed. */
interface Running {
  readonly task: Task;
  readonly controller: AbortController;
}

/** In the trace of the request that asked for it. */
function traced(task: Task, work: () => Promise<Outcome>): Promise<Outcome> {
  const attributes = {
    "tacet.job": task.job,
    "tacet.bootstraps": task.bootstraps,
    "tacet.attempt": task.attempt,
  };
  const inTask = async (note: (attributes: { "tacet.outcome": Outcome }) => void) => {
    const outcome = await work();
    note({ "tacet.outcome": outcome });
    return outcome;
  };
  return inSpan("tacet.task", attributes, inTask, task.trace);
}

/** Takes tasks, one after the other, and computes them. */
export class Worker {
  readonly id: string = crypto.randomUUID();
  readonly #context: AttemptContext;
  readonly #options: WorkerOptions;
  readonly #running = new Set<Running>();
  readonly #bell = new Bell();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #unlisten: (() => Promise<void>)[] = [];
  #loops: Promise<void>[] = [];
  #tasks = 0;
  #bootstraps = 0;
  #stopping = false;

  constructor(context: AttemptContext, options: WorkerOptions) {
    this.#context = context;
    this.#options = options;
  }

  get running(): number {
    return this.#running.size;
  }

  async start(): Promise<void> {
    const { database } = this.#context;
    await this.#tell();
    this.#unlisten.push(
      await database.listen(WORK_CHANNEL, () => this.#bell.ring()),
      await database.listen(JOB_CHANNEL, (job) => this.#changed(job)),
      await database.listen(FORGET_CHANNEL, (tenant) => this.#forget(tenant)),
    );
    this.#every(BEAT_MS, () => this.#beat());
    this.#every(TELL_MS, () => this.#tell());
    this.#loops = Array.from({ length: this.#options.concurrency }, (_, i) => this.#loop(i === 0));
  }

  /** Takes no more tasks, lets those under way end for so long, and gives the others back. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#bell.ring();
    const timer = setTimeout(() => {
      for (const { controller } of this.#running) controller.abort(new Error("the worker stops"));
    }, graceMs);
    await Promise.all(this.#loops);
    clearTimeout(timer);
    for (const one of this.#timers) clearInterval(one);
    for (const one of this.#unlisten) await one().catch(() => undefined);
    const { database, keys } = this.#context;
    keys.clear();
    await database.query("delete from tacet.workers where id = $1", [this.id]).catch(() => undefined);
  }

  async #loop(parts: boolean): Promise<void> {
    const { queue, keys, onError } = this.#context;
    while (!this.#stopping) {
      const heard = this.#bell.heard;
      try {
        const task = await queue.take(this.id, keys.lanes, parts);
        if (task === undefined) await this.#bell.wait(heard, POLL_MS);
        else await this.#do(task);
      } catch (error) {
        onError(error);
        await this.#bell.wait(this.#bell.heard, TROUBLE_MS);
      }
    }
  }

  async #do(task: Task): Promise<void> {
    const started = performance.now();
    const controller = new AbortController();
    const running = { task, controller };
    this.#running.add(running);
    try {
      const outcome = await traced(task, () => attempt(this.#context, task, controller.signal));
      this.#tasks++;
      if (outcome === "succeeded") this.#bootstraps += task.bootstraps;
      this.#options.onTask?.(outcome, performance.now() - started, task.bootstraps);
    } finally {
      this.#running.delete(running);
    }
  }

  /** Says that the tasks are still being worked on, and gives those up that are no longer this worker's. */
  async #beat(): Promise<void> {
    for (const { task, controller } of this.#running) {
      if (!(await this.#context.queue.touch(task))) controller.abort(unwanted());
    }
  }

  /** Jobs change when they are cancelled, and also when they make progress. */
  #changed(job: string): void {
    for (const running of this.#running) {
      if (running.task.job === job) this.#check(running).catch(this.#context.onError);
    }
  }

  async #check({ task, controller }: Running): Promise<void> {
    const [row] = await this.#context.database.query<{ state: string }>(
      "select state from tacet.jobs where id = $1",
      [task.job],
    );
    if (row?.state !== "running") controller.abort(unwanted());
  }

  #forget(tenant: string): void {
    this.#context.keys.forget(tenant);
    for (const { task, controller } of this.#running) {
      if (task.tenant === tenant) controller.abort(unwanted());
    }
  }

  async #tell(): Promise<void> {
    const { keys, database, computation } = this.#context;
    const { asked, hits } = keys.counts;
    const details: WorkerDetails = {
      host: hostname(),
      pid: process.pid,
      running: this.#running.size,
      keys: keys.size,
      keyBytes: keys.bytes,
      keysAsked: asked,
      keyHits: hits,
      tasks: this.#tasks,
      bootstraps: this.#bootstraps,
      speed: computation.speed,
    };
    await database.query(
      `insert into tacet.workers(id, lanes, details) values ($1, $2::int[], $3::text::jsonb)
       on conflict (id) do update set seen_at = now(), lanes = excluded.lanes, details = excluded.details`,
      [this.id, [...keys.lanes], JSON.stringify(details)],
    );
  }

  #every(milliseconds: number, work: () => Promise<void>): void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      work()
        .catch(this.#context.onError)
        .finally(() => {
          busy = false;
        });
    }, milliseconds);
    this.#timers.push(timer);
  }
}

function unwanted(): ServiceError {
  return new ServiceError("cancelled", "The job is no longer wanted here.");
}
