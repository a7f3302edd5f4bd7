import { PgBoss } from "pg-boss";
import type { Database, Statements, Transaction } from "../database/database.ts";
import { notify } from "../database/database.ts";
import { type Carrier, currentTrace } from "../telemetry/spans.ts";
import { inOrder, waitingTasks } from "./choose.ts";
import { DEAD_QUEUE, isPartLane, LANES, type NewTask, queueName, type Task } from "./task.ts";

/** What workers hear when there is something to do. */
export const WORK_CHANNEL = "tacet_work";

/** A worker that is not heard of for so long has lost its tasks. pg-boss takes no less. */
const HEARTBEAT_SECONDS = 10;
/** How often a worker says that it is still at a task. */
export const BEAT_MS = 3_000;
/** So often a task is tried again that workers have died of. */
const RETRIES = 4;
/** Longer than any computation. */
const EXPIRE_SECONDS = 23 * 3600;
/** What is finished stays in the service's own tables. */
const KEEP_FINISHED_SECONDS = 300;
const KEEP_WAITING_SECONDS = 30 * 86_400;

/** Any number that nobody else uses. */
const INSTALL_LOCK = 7_301_223_902;

/** How many lanes a worker tries in one transaction. */
const TRIES = 3;

/** How the queue is started. */
export interface QueueOptions {
  /** Whether this process sees to the queue as well: takes tasks back from workers that died. At least one has to. */
  readonly supervise: boolean;
  readonly onError: (error: Error) => void;
}

/** The queue of tasks: pg-boss's, with what the service knows of its own about who waits for whom. */
export class Queue {
  readonly #database: Database;
  readonly #boss: PgBoss;

  private constructor(database: Database, boss: PgBoss) {
    this.#database = database;
    this.#boss = boss;
  }

  static async start(database: Database, { supervise, onError }: QueueOptions): Promise<Queue> {
    // Where there is a single process, nobody else can lose tasks: its own are taken back when it starts.
    const seconds = database.kind === "postgres" ? 1 : 5;
    const boss = new PgBoss({
      db: database.boss,
      backend: database.kind,
      supervise,
      superviseIntervalSeconds: seconds,
      monitorIntervalSeconds: seconds,
      flowIntervalSeconds: 1,
      maintenanceIntervalSeconds: 60,
      schedule: false,
      registerInstance: false,
      reindex: database.kind === "postgres",
      monitorVacuum: database.kind === "postgres",
    });
    boss.on("error", onError);
    const install = async () => {
      await boss.start();
      await createQueues(boss);
    };
    // Of processes that start at the same time, one makes what is missing. An embedded database has a single process.
    if (database.kind === "pglite") await install();
    else {
      await database.transaction(async (transaction) => {
        await transaction.query("select pg_advisory_xact_lock($1::bigint)", [INSTALL_LOCK]);
        await install();
      });
    }
    return new Queue(database, boss);
  }

  /** Puts a task in, when the transaction commits. */
  async send(transaction: Transaction, task: NewTask): Promise<void> {
    // Who listens hears of it when the transaction commits, and then all of it is there.
    await transaction.query(
      `with task as (insert into tacet.tasks(id, job, tenant, lane, part) values ($1, $2, $3, $4, $5) returning lane)
       select pg_notify('${WORK_CHANNEL}', lane::text) from task`,
      [task.id, task.job, task.tenant, task.lane, task.part ?? null],
    );
    await this.#boss.send(
      queueName(task.lane),
      { job: task.job, ...currentTrace() },
      { id: task.id, priority: task.priority, group: { id: task.tenant }, db: transaction.boss },
    );
  }

  /**
   * Takes a task out, for a worker that has keys of some lanes.
   *
   * @param parts whether it may be a part of a job: a worker computes one at a time, for others to have some as well.
   * @returns undefined if there is none for it at present.
   */
  async take(worker: string, mine: ReadonlySet<number>, parts: boolean): Promise<Task | undefined> {
    const all = await waitingTasks(this.#database);
    const waiting = parts ? all : all.filter(({ lane }) => !isPartLane(lane));
    for (const { lane, tenant } of inOrder(waiting, mine).slice(0, TRIES)) {
      const others = waiting
        .filter((one) => one.lane === lane && one.tenant !== tenant)
        .map((one) => one.tenant);
      try {
        const task = await this.#database.transaction((transaction) =>
          this.#takeFrom(transaction, worker, lane, others),
        );
        if (task !== undefined) return task;
      } catch (error) {
        if (!(error instanceof BeingChanged)) throw error;
      }
    }
    return undefined;
  }

  async #takeFrom(
    transaction: Transaction,
    worker: string,
    lane: number,
    ignoreGroups: readonly string[],
  ): Promise<Task | undefined> {
    const options = {
      includeMetadata: true as const,
      ignoreGroups: [...ignoreGroups],
      ignoreStartAfter: true, // nothing is deferred, and a clock that is set back must not have it seem so
      db: transaction.boss,
    };
    const [taken] = await this.#boss.fetch<{ job: string } & Carrier>(queueName(lane), options);
    if (taken === undefined) return undefined;
    const [task] = await transaction.query<{
      job: string;
      tenant: string;
      part: number | null;
      bootstraps: number;
    }>(
      `with task as (
         update tacet.tasks set state = 'running', worker = $2 where id = $1 returning job, tenant, part
       ), served as (
         update tacet.tenants set served_at = clock_timestamp() from task where id = task.tenant
       )
       select task.job, task.tenant, task.part, coalesce(p.bootstraps, j.bootstraps)::float8 as bootstraps
       from task join tacet.jobs j on j.id = task.job
       left join tacet.parts p on p.job = task.job and p.index = task.part`,
      [taken.id, worker],
    );
    if (task === undefined) {
      // Its job is gone: with its tenant, say.
      await this.#boss.cancel(queueName(lane), taken.id, { db: transaction.boss });
      return undefined;
    }
    if (!(await start(transaction, task.job))) throw new BeingChanged();
    const { traceparent } = taken.data;
    return {
      ...{ id: taken.id, ...task, part: task.part ?? undefined },
      ...{ lane, trace: { traceparent }, attempt: taken.retryCount },
    };
  }

  /** @returns whether the task is still this attempt's. */
  async touch(task: Task): Promise<boolean> {
    return affected(await this.#boss.touch(queueName(task.lane), attemptOf(task))) > 0;
  }

  /**
   * Ends a task, in the transaction that notes what came of it.
   *
   * @returns whether the task was still this attempt's; if not, the transaction must not commit.
   */
  async complete(transaction: Transaction, task: Task): Promise<boolean> {
    await transaction.query("delete from tacet.tasks where id = $1", [task.id]);
    const options = { db: transaction.boss };
    return affected(await this.#boss.complete(queueName(task.lane), attemptOf(task), null, options)) > 0;
  }

  /** Gives a task back that this attempt could not do, for another one. */
  async giveBack(task: Task): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const options = { db: transaction.boss };
      if (affected(await this.#boss.fail(queueName(task.lane), attemptOf(task), null, options)) === 0) return;
      await this.#waitAgain(transaction);
      await notify(transaction, WORK_CHANNEL, String(task.lane));
    });
  }

  /** Takes the tasks of a job out for good. */
  async cancel(transaction: Transaction, job: string): Promise<void> {
    const tasks = await transaction.query<{ id: string; lane: number }>(
      "delete from tacet.tasks where job = $1 returning id, lane",
      [job],
    );
    for (const { id, lane } of tasks) await this.#boss.cancel(queueName(lane), id, { db: transaction.boss });
  }

  /**
   * Takes back all that is being computed: for the start of a service that is a single process, which then cannot be
   * computing anything.
   */
  async takeAllBack(): Promise<number> {
    return await this.#database.transaction(async (transaction) => {
      const tasks = await transaction.query<{ id: string; lane: number }>(
        "select id, lane from tacet.tasks where state = 'running'",
        [],
      );
      for (const { id, lane } of tasks)
        await this.#boss.fail(queueName(lane), id, null, { db: transaction.boss });
      await this.#waitAgain(transaction);
      return tasks.length;
    });
  }

  /**
   * Brings what the service knows in line with what pg-boss has decided: tasks that it took back from a worker wait again.
   *
   * @param lost is told, in the same transaction, of jobs whose tasks were taken by too many workers in vain.
   */
  async reconcile(lost: (transaction: Transaction, jobs: readonly string[]) => Promise<void>): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await mendHeartbeats(transaction);
      if ((await this.#waitAgain(transaction)) > 0) await notify(transaction, WORK_CHANNEL, "");
      const dead = await this.#dead(transaction);
      if (dead.length > 0) await lost(transaction, dead);
    });
  }

  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: 5_000 });
  }

  async #waitAgain(transaction: Transaction): Promise<number> {
    const rows = await transaction.query(
      `update tacet.tasks t set state = 'waiting', worker = null from pgboss.job p
       where t.state = 'running' and p.id = t.id and p.name = 'tacet-' || t.lane and p.state in ('created', 'retry')
       returning 1`,
      [],
    );
    return rows.length;
  }

  async #dead(transaction: Transaction): Promise<string[]> {
    const dead = await this.#boss.fetch<{ job: string }>(DEAD_QUEUE, {
      batchSize: 100,
      db: transaction.boss,
    });
    if (dead.length === 0) return [];
    const ids = dead.map(({ id }) => id);
    await this.#boss.complete(DEAD_QUEUE, ids, null, { db: transaction.boss });
    const jobs = dead.map(({ data }) => data.job);
    for (const job of new Set(jobs)) await this.cancel(transaction, job);
    return jobs;
  }
}

async function createQueues(boss: PgBoss): Promise<void> {
  const there = new Set((await boss.getQueues()).map(({ name }) => name));
  const limits = {
    retryLimit: RETRIES,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: EXPIRE_SECONDS,
    retentionSeconds: KEEP_WAITING_SECONDS,
    deleteAfterSeconds: KEEP_FINISHED_SECONDS,
  };
  if (!there.has(DEAD_QUEUE))
    await boss.createQueue(DEAD_QUEUE, { deleteAfterSeconds: KEEP_FINISHED_SECONDS });
  for (let lane = 0; lane < 2 * LANES; lane++) {
    const name = queueName(lane);
    if (!there.has(name)) await boss.createQueue(name, { ...limits, deadLetter: DEAD_QUEUE });
  }
}

/** Where the clock has been set back, a worker that has died since would count as alive until the old time comes again. */
async function mendHeartbeats(transaction: Transaction): Promise<void> {
  await transaction.query(
    `update pgboss.job p set heartbeat_on = now() from tacet.tasks t
     where t.state = 'running' and p.id = t.id and p.name = 'tacet-' || t.lane and p.state = 'active'
       and p.heartbeat_on > now() + make_interval(secs => $1)`,
    [HEARTBEAT_SECONDS],
  );
}

/** Somebody cancels the job at the same time: then it is left to them. */
class BeingChanged extends Error {}

/** @returns whether the job runs now; not if somebody else has it locked, for whom waiting could mean for ever. */
async function start(transaction: Transaction, job: string): Promise<boolean> {
  const rows = await transaction.query(
    `with free as (
       select id from tacet.jobs where id = $1 and state in ('queued', 'running') for no key update skip locked
     )
     update tacet.jobs j set state = 'running', started_at = coalesce(started_at, now()), attempts = attempts + 1
     from free where j.id = free.id returning 1`,
    [job],
  );
  return rows.length === 1;
}

/** Its declarations leave out what pg-boss answers; that attempts are fenced hangs on it, so it is not taken on trust. */
function affected(response: object): number {
  const { affected: count } = response as { affected?: unknown };
  if (typeof count !== "number") throw new Error("pg-boss does not say how many jobs it has changed");
  return count;
}

function attemptOf({ id, attempt }: Task): { id: string; retryCount: number } {
  return { id, retryCount: attempt };
}

/** Tasks that wait and that run, by tenant. */
export async function queueByTenant(
  statements: Statements,
): Promise<{ tenant: string; waiting: number; running: number }[]> {
  return await statements.query(
    `select tenant, (count(*) filter (where state = 'waiting'))::int as waiting,
       (count(*) filter (where state = 'running'))::int as running
     from tacet.tasks group by tenant`,
    [],
  );
}
