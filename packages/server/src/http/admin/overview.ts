import type { Statements } from "../../database/database.ts";
import { queueByTenant } from "../../queue/queue.ts";
import type { WorkerDetails } from "../../worker/fleet.ts";

/** The most computations that are listed. */
const MOST = 100;

/** What waits, what is computed, and by whom: made to be asked for every few seconds. */
export async function overview(statements: Statements): Promise<object> {
  const [queues, names, workers, running, [finished]] = await Promise.all([
    queueByTenant(statements),
    statements.query<{ id: string; name: string }>(
      "select id, name from tacet.tenants where id in (select tenant from tacet.tasks)",
      [],
    ),
    statements.query<{ id: string; startedAt: Date; seenAt: Date; details: WorkerDetails }>(
      `select id, started_at as "startedAt", seen_at as "seenAt", details from tacet.workers
       where seen_at > now() - interval '1 minute' order by started_at`,
      [],
    ),
    statements.query(
      `select j.id, j.tenant, t.worker, j.progress, j.bootstraps::float8 as bootstraps, j.attempts,
         j.started_at as "startedAt"
       from tacet.tasks t join tacet.jobs j on j.id = t.job where t.state = 'running' order by j.started_at
       limit $1`,
      [MOST],
    ),
    statements.query(
      `select (count(*) filter (where state = 'succeeded'))::int as succeeded,
         (count(*) filter (where state = 'failed'))::int as failed,
         (count(*) filter (where state = 'cancelled'))::int as cancelled,
         coalesce(sum(bootstraps) filter (where state = 'succeeded'), 0)::float8 as bootstraps
       from tacet.jobs where finished_at > now() - interval '1 minute'`,
      [],
    ),
  ]);
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  return {
    queues: queues.map((queue) => ({ ...queue, name: nameOf.get(queue.tenant) ?? queue.tenant })),
    workers,
    running,
    finished,
  };
}

/** What tenants use, and what they may: it reads much, and is not to be asked for every few seconds. */
export async function usageByTenant(statements: Statements): Promise<object[]> {
  return await statements.query(
    `select t.id, t.name, t.window_bootstraps::float8 as "windowBootstraps", t.window_seconds as "windowSeconds",
       t.stored_bytes::float8 as "storedBytes",
       (select coalesce(sum(u.bootstraps), 0)::float8 from tacet.usage u
        where u.tenant = t.id and u.slot > now() - make_interval(secs => t.window_seconds)) as "usedBootstraps",
       (select coalesce(sum(b.length), 0)::float8 from tacet.blobs b where b.tenant = t.id) as "usedBytes",
       (select count(*)::int from tacet.jobs j where j.tenant = t.id) as jobs
     from tacet.tenants t order by t.name`,
    [],
  );
}
