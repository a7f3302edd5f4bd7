import type { Statements, Transaction } from "../database/database.ts";
import type { Queue } from "../queue/queue.ts";
import { partLaneOf, priorityOf, type Task } from "../queue/task.ts";
import type { NewPart } from "../worker/computation.ts";
import { JOB_CHANNEL } from "./job.ts";

/* Parts of jobs that have been cut, in the database. A part waits for as many others as it needs; then it is a task. */

/** A part as it is computed. */
export interface StoredPart {
  readonly data: string;
  /** The hashes of the results that it needs, by part. */
  readonly needed: readonly { readonly index: number; readonly result: string }[];
}

/** How many parts go into the database with one statement. */
const AT_ONCE = 20;

/** Notes the parts of a job, and queues those that need no other. */
export async function addParts(
  transaction: Transaction,
  queue: Queue,
  task: Task,
  serverKey: string,
  parts: readonly NewPart[],
): Promise<void> {
  const rows = parts.map((part, index) => ({ index, ...part }));
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    await transaction.query(
      `insert into tacet.parts(job, index, data, needs, waiting, bootstraps)
       select $1, index, data, needs, cardinality(needs), bootstraps
       from jsonb_to_recordset($2::text::jsonb) as part(index int, data text, needs int[], bootstraps int)`,
      [task.job, JSON.stringify(rows.slice(at, at + AT_ONCE))],
    );
  }
  for (const { index, needs } of rows)
    if (needs.length === 0) await send(transaction, queue, task, serverKey, index);
}

/** @returns undefined if the part is not there, or has been computed. */
export async function findPart(
  statements: Pick<Statements, "query">,
  { job, part }: Task,
): Promise<StoredPart | undefined> {
  const [row] = await statements.query<StoredPart>(
    `select p.data, coalesce((
       select jsonb_agg(jsonb_build_object('index', n.index, 'result', n.result)) from tacet.parts n
       where n.job = p.job and n.index = any(p.needs)), '[]') as needed
     from tacet.parts p where p.job = $1 and p.index = $2 and p.result is null`,
    [job, part],
  );
  return row;
}

/** Notes the result of a part, and queues those that waited for nothing else. */
export async function finishPart(
  transaction: Transaction,
  queue: Queue,
  task: Task,
  serverKey: string,
  result: string,
): Promise<void> {
  await transaction.query("update tacet.parts set result = $3 where job = $1 and index = $2", [
    task.job,
    task.part,
    result,
  ]);
  await transaction.query(
    `insert into tacet.job_blobs(job, tenant, sha256) values ($1, $2, $3) on conflict do nothing`,
    [task.job, task.tenant, result],
  );
  const ready = await transaction.query<{ index: number }>(
    `with next as (
       update tacet.parts set waiting = waiting - 1 where job = $1 and $2::int = any(needs) returning index, waiting
     )
     select index from next where waiting = 0 order by index`,
    [task.job, task.part],
  );
  for (const { index } of ready) await send(transaction, queue, task, serverKey, index);
  await transaction.query(
    `with done as (
       select sum(bootstraps) filter (where result is not null)::float8 / greatest(sum(bootstraps), 1) as fraction
       from tacet.parts where job = $1
     )
     update tacet.jobs set progress = least(1, greatest(progress, done.fraction)) from done where id = $1`,
    [task.job],
  );
  await transaction.query(`select pg_notify('${JOB_CHANNEL}', $1::text)`, [task.job]);
}

/** Removes the parts of a job that is over. What they have computed is of no use any longer, and goes before long. */
export async function removeParts(transaction: Transaction, job: string): Promise<void> {
  await transaction.query(
    `with gone as (delete from tacet.parts where job = $1 returning result)
     update tacet.blobs b set used_at = 'epoch' from gone, tacet.jobs j
     where j.id = $1 and b.tenant = j.tenant and b.sha256 = gone.result`,
    [job],
  );
  await transaction.query("delete from tacet.shared where job = $1", [job]);
}

async function send(
  transaction: Transaction,
  queue: Queue,
  { job, tenant }: Task,
  serverKey: string,
  part: number,
): Promise<void> {
  const priority = priorityOf(Number.POSITIVE_INFINITY);
  const lane = partLaneOf(serverKey);
  await queue.send(transaction, { id: crypto.randomUUID(), job, tenant, lane, priority, part });
}

/** Number of workers that live. */
export async function countWorkers(statements: Pick<Statements, "query">): Promise<number> {
  const [row] = await statements.query<{ count: number }>(
    "select count(*)::int as count from tacet.workers where seen_at > now() - interval '10 seconds'",
    [],
  );
  return row!.count;
}
