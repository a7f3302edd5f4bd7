import type { Statements } from "../database/database.ts";
import { ServiceError } from "../errors.ts";

/** What of a tenant's quota matters here. */
export interface WindowQuota {
  readonly windowBootstraps: number | null;
  readonly windowSeconds: number;
}

/** How long a slot is: what was charged in its last moment counts for the whole window, and so does the rest of it. */
const SLOT_SECONDS = 60;

/** Bootstraps charged in one minute. */
interface Slot {
  /** Seconds until it leaves the window. */
  readonly leaves: number;
  readonly bootstraps: number;
}

/**
 * Charges bootstraps to a tenant, whose row the transaction has locked.
 *
 * @returns when they were charged, for `refund`.
 * @throws ServiceError `quota-exceeded` if the window has no room for them, with the seconds after which it will, if
 *   nothing else is asked for meanwhile; `too-large` if it never will.
 */
export async function charge(
  statements: Statements,
  tenant: string,
  quota: WindowQuota,
  bootstraps: number,
): Promise<Date> {
  const limit = quota.windowBootstraps;
  if (limit !== null) {
    if (bootstraps > limit) {
      throw new ServiceError(
        "too-large",
        `The job takes ${bootstraps} bootstraps, and the quota is ${limit} in ${quota.windowSeconds} seconds.`,
      );
    }
    const retryAfter = secondsUntil(await slots(statements, tenant, quota.windowSeconds), limit - bootstraps);
    if (retryAfter > 0) {
      throw new ServiceError(
        "quota-exceeded",
        `The quota of ${limit} bootstraps in ${quota.windowSeconds} seconds has no room for ${bootstraps} more at present.`,
        { retryAfter },
      );
    }
  }
  const [row] = await statements.query<{ slot: Date }>(
    `insert into tacet.usage(tenant, slot, bootstraps) values ($1, date_trunc('minute', now()), $2)
     on conflict (tenant, slot) do update set bootstraps = tacet.usage.bootstraps + excluded.bootstraps
     returning slot`,
    [tenant, bootstraps],
  );
  return row!.slot;
}

/** Takes a charge back, for what has not been computed. */
export async function refund(
  statements: Statements,
  tenant: string,
  chargedAt: Date,
  bootstraps: number,
): Promise<void> {
  await statements.query(
    "update tacet.usage set bootstraps = greatest(0, bootstraps - $3) where tenant = $1 and slot = $2",
    [tenant, chargedAt, bootstraps],
  );
}

/** Where the clock has been set back, what was charged in the future counts when that comes: else nothing would till then. */
async function slots(statements: Statements, tenant: string, windowSeconds: number): Promise<Slot[]> {
  return await statements.query<Slot>(
    `select extract(epoch from slot + make_interval(secs => $2) - now())::float8 as leaves,
       bootstraps::float8 as bootstraps
     from tacet.usage
     where tenant = $1 and slot > now() - make_interval(secs => $2) and slot <= now() order by slot`,
    [tenant, windowSeconds + SLOT_SECONDS],
  );
}

/** Seconds until no more than `room` is left in the window; 0 if that is so now. */
function secondsUntil(slots: readonly Slot[], room: number): number {
  let used = slots.reduce((sum, { bootstraps }) => sum + bootstraps, 0);
  let seconds = 0;
  for (const { leaves, bootstraps } of slots) {
    if (used <= room) break;
    used -= bootstraps;
    seconds = Math.max(1, Math.ceil(leaves));
  }
  return seconds;
}
