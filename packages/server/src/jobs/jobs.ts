import type { Database, Transaction } from "../database/database.ts";
import { notify } from "../database/database.ts";
import { notFound, type Problem, ServiceError } from "../errors.ts";
import type { Queue } from "../queue/queue.ts";
import { audit } from "../tenants/audit.ts";
import { refund } from "../tenants/usage.ts";
import { isFinal, JOB_CHANNEL, JOB_COLUMNS, type Job, type JobState } from "./job.ts";
import { removeParts } from "./parts.ts";

export { JOB_CHANNEL };

/** What becomes of jobs that are in. */
export class Jobs {
  readonly #database: Database;
  readonly #queue: Queue;

  constructor(database: Database, queue: Queue) {
    this.#database = database;
    this.#queue = queue;
  }

  /** @throws ServiceError `not-found`. */
  async find(tenant: string, id: string): Promise<Job> {
    const [job] = await this.#database.query<Job>(
      `select ${JOB_COLUMNS} from tacet.jobs where tenant = $1 and id = $2`,
      [tenant, id],
    );
    if (job === undefined) throw notFound("job");
    return job;
  }

  /** The latest first. */
  async list(tenant: string, limit: number, before: Date | undefined): Promise<Job[]> {
    return await this.#database.query<Job>(
      `select ${JOB_COLUMNS} from tacet.jobs
       where tenant = $1 and ($2::timestamptz is null or created_at < $2) order by created_at desc limit $3`,
      [tenant, before ?? null, limit],
    );
  }

  /**
   * Cancels a job that is not finished; one that is stays as it is. What had not begun is not charged.
   *
   * @throws ServiceError `not-found`.
   */
  async cancel(tenant: string, actor: string, id: string): Promise<Job> {
    await this.#database.transaction(async (transaction) => {
      const [job] = await transaction.query<{ state: JobState; bootstraps: number; chargedAt: Date }>(
        `select state, bootstraps::float8 as bootstraps, charged_at as "chargedAt" from tacet.jobs
         where tenant = $1 and id = $2 for update`,
        [tenant, id],
      );
      if (job === undefined) throw notFound("job");
      if (isFinal(job.state)) return;
      await this.#queue.cancel(transaction, id);
      await finish(transaction, [id], "cancelled");
      if (job.state === "queued") await refund(transaction, tenant, job.chargedAt, job.bootstraps);
      await audit(transaction, { tenant, actor, action: "job.cancel", subject: id });
    });
    return await this.find(tenant, id);
  }
}

/**
 * Ends jobs that are not finished without results.
 *
 * @returns how many there were.
 */
export async function finish(
  transaction: Transaction,
  ids: readonly string[],
  state: "failed" | "cancelled",
  problem?: Problem,
): Promise<number> {
  const rows = await transaction.query<{ id: string }>(
    `with finished as (
       update tacet.jobs set state = $2, finished_at = now(), problem = $3::text::jsonb
       where id = any($1::uuid[]) and state in ('queued', 'running') returning id
     ), released as (
       delete from tacet.job_blobs using finished where job = finished.id
     )
     select id from finished`,
    [ids, state, problem === undefined ? null : JSON.stringify(problem)],
  );
  for (const { id } of rows) {
    await removeParts(transaction, id);
    await notify(transaction, JOB_CHANNEL, id);
  }
  return rows.length;
}

/** Ends jobs that every worker lost that took them. */
export async function finishLost(transaction: Transaction, ids: readonly string[]): Promise<void> {
  const lost = new ServiceError(
    "worker-lost",
    "Each worker that took the job ended, or gave it up, before it was done.",
  );
  await finish(transaction, ids, "failed", lost.problem);
}
