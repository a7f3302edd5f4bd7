import type { Statements } from "../database/database.ts";
import { isPartLane, keyLaneOf } from "./task.ts";

/** Tasks of one tenant that wait in one lane. */
export interface Waiting {
  readonly lane: number;
  readonly tenant: string;
  /** Seconds that the oldest has waited; for what was noted in the future, before the clock was set back, by so much. */
  readonly seconds: number;
  /** Tasks of the tenant that are being computed. */
  readonly running: number;
  /** When the tenant was last given a worker, in seconds. */
  readonly served: number;
  /** Whether a worker that lives has keys of the lane loaded. */
  readonly owned: boolean;
}

/** After so long, a worker that is idle takes tasks whose key another one has. */
const STEAL_SECONDS = 0.5;
/** After so long, a worker that is busy does as well. */
const OVERDUE_SECONDS = 30;

/**
 * Who waits where. However many tasks there are, only the first of each lane and tenant is looked at: the recursion goes
 * from one to the next in the index (PostgreSQL's wiki calls it a loose index scan).
 */
export async function waitingTasks(statements: Statements): Promise<Waiting[]> {
  return await statements.query<Waiting>(
    `with recursive firsts as (
       (select lane, tenant, created_at from tacet.tasks where state = 'waiting'
        order by lane, tenant, created_at limit 1)
       union all
       select next.* from firsts cross join lateral (
         select lane, tenant, created_at from tacet.tasks t
         where t.state = 'waiting' and (t.lane, t.tenant) > (firsts.lane, firsts.tenant)
         order by lane, tenant, created_at limit 1) next
     )
     select f.lane, f.tenant, abs(extract(epoch from clock_timestamp() - f.created_at))::float8 as seconds,
       (select count(*) from tacet.tasks r where r.state = 'running' and r.tenant = f.tenant)::int as running,
       extract(epoch from t.served_at)::float8 as served,
       exists(select 1 from tacet.workers w
         where w.seen_at between now() - interval '10 seconds' and now() + interval '10 seconds'
           and f.lane = any(w.lanes)) as owned
     from firsts f join tacet.tenants t on t.id = f.tenant`,
    [],
  );
}

/**
 * In which order a worker tries them. First come tasks whose key it has, or nobody has, and parts of jobs, which are there
 * for many workers; then, after half a second, those of others' keys. Among them, the tenant that has the fewest tasks computed at the moment, and then the one that has
 * waited longest for its turn: so that a tenant with a thousand jobs does not keep one with a single job waiting.
 */
export function inOrder(waiting: readonly Waiting[], mine: ReadonlySet<number>): Waiting[] {
  const rank = ({ lane, owned, seconds }: Waiting): number =>
    isPartLane(lane) || mine.has(lane) || !owned || seconds >= OVERDUE_SECONDS
      ? 0
      : seconds >= STEAL_SECONDS
        ? 1
        : 2;
  return waiting
    .filter((one) => rank(one) < 2)
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        a.running - b.running ||
        a.served - b.served ||
        Number(mine.has(keyLaneOf(b.lane))) - Number(mine.has(keyLaneOf(a.lane))) ||
        b.seconds - a.seconds,
    );
}
