import type { Blobs } from "../blobs/blobs.ts";
import type { Database } from "../database/database.ts";
import { finishLost } from "../jobs/jobs.ts";
import type { Queue } from "../queue/queue.ts";
import { LEFT_MS, orphans } from "../tenants/deletion.ts";

/** For how long things are kept. */
export interface Retention {
  /** Seconds after which finished jobs go, and blobs that nobody has used since. */
  readonly seconds: number;
  /** Seconds after which uploads go that were not completed. */
  readonly uploadSeconds: number;
  /** Seconds after which lines of the audit log go. */
  readonly auditSeconds: number;
}

export const DEFAULT_RETENTION: Retention = {
  seconds: 7 * 86_400,
  uploadSeconds: 86_400,
  auditSeconds: 365 * 86_400,
};

/** After pg-boss has taken a task back, it waits so long at most until it can be taken again. */
const RECONCILE_MS = { postgres: 500, pglite: 1_000 };
const EXPIRE_MS = 60_000;
const SWEEP_MS = 24 * 3_600_000;
/** How often an embedded database is tidied up: it has nothing that does so by itself, as PostgreSQL has. */
const VACUUM_MS = 300_000;
/** What parts give each other goes with their job; what they have given after that, later. */
const SHARED_SECONDS = 3_600;

/** How much is removed in one transaction. */
const BATCH = 1_000;
/** Usage is looked at for no longer than the longest window. */
const USAGE_SECONDS = 366 * 86_400;

/** What maintenance works on. */
export interface MaintenanceContext {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly queue: Queue;
  readonly retention: Retention;
  readonly onError: (error: unknown) => void;
}

/** Sees to the queue, and removes what nobody needs any longer. Any number of processes may do so at the same time. */
export class Maintenance {
  readonly #context: MaintenanceContext;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #busy = new Set<Promise<void>>();

  constructor(context: MaintenanceContext) {
    this.#context = context;
  }

  start(): void {
    const { queue, database } = this.#context;
    this.#every(RECONCILE_MS[database.kind], () => queue.reconcile(finishLost));
    this.#every(EXPIRE_MS, () => this.expire());
    this.#every(SWEEP_MS, () => this.sweep());
    if (database.kind === "pglite") this.#every(VACUUM_MS, () => this.vacuum());
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#busy);
  }

  /** Removes what is old. */
  async expire(): Promise<void> {
    const { database, retention } = this.#context;
    for (;;) {
      const rows = await database.query(
        `delete from tacet.jobs where id in (
           select id from tacet.jobs where finished_at < now() - make_interval(secs => $1) limit $2) returning 1`,
        [retention.seconds, BATCH],
      );
      if (rows.length < BATCH) break;
    }
    while ((await this.#expireBlobs()) === BATCH);
    await database.query(
      `delete from tacet.programs p where used_at < now() - make_interval(secs => $1) and name is null
         and not exists (select 1 from tacet.jobs j where j.program_owner = p.owner and j.program = p.id)`,
      [retention.seconds],
    );
    await database.query("delete from tacet.usage where slot < now() - make_interval(secs => $1)", [
      USAGE_SECONDS,
    ]);
    await database.query("delete from tacet.audit where at < now() - make_interval(secs => $1)", [
      retention.auditSeconds,
    ]);
    await database.query("delete from tacet.shared where given_at < now() - make_interval(secs => $1)", [
      SHARED_SECONDS,
    ]);
    await database.query("delete from tacet.workers where seen_at < now() - interval '1 day'", []);
  }

  /**
   * Has an embedded database use the room again of what is gone, and know how much there is of what: else it would read
   * whole tables where an index helps. All else waits meanwhile, so it is done table by table.
   */
  async vacuum(): Promise<void> {
    const { database } = this.#context;
    // What has been done in the last second is not counted yet.
    await database.query("select pg_stat_force_next_flush()", []);
    const tables = await database.query<{ name: string }>(
      `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
       where schemaname in ('tacet', 'pgboss') and n_tup_ins + n_tup_upd + n_tup_del > 0`,
      [],
    );
    for (const { name } of tables) await database.query(`vacuum (analyze) ${name}`);
  }

  /** Removes bytes that crashes have left. */
  async sweep(): Promise<void> {
    const { database, blobs } = this.#context;
    const places = await orphans(database, blobs, undefined, new Date(Date.now() - LEFT_MS));
    for (let at = 0; at < places.length; at += BATCH) await blobs.store.remove(places.slice(at, at + BATCH));
  }

  async #expireBlobs(): Promise<number> {
    const { database, blobs, retention } = this.#context;
    const removed = await database.transaction(async (transaction) => {
      const old = await transaction.query<{ tenant: string; sha256: string }>(
        `select tenant, sha256 from tacet.blobs b
         where used_at < now() - make_interval(secs => case when complete then $1 else $2 end::float8)
           and not exists (select 1 from tacet.job_blobs j where j.tenant = b.tenant and j.sha256 = b.sha256)
         limit $3 for update skip locked`,
        [retention.seconds, retention.uploadSeconds, BATCH],
      );
      if (old.length === 0) return { count: 0, places: [] };
      const names = [old.map(({ tenant }) => tenant), old.map(({ sha256 }) => sha256)];
      const segments = await transaction.query<{ start: number; length: number; place: string }>(
        `select start::float8 as start, length, place from tacet.segments
         where (tenant, sha256) in (select * from unnest($1::text[], $2::text[]))`,
        names,
      );
      await transaction.query(
        "delete from tacet.blobs where (tenant, sha256) in (select * from unnest($1::text[], $2::text[]))",
        names,
      );
      return { count: old.length, places: segments };
    });
    await blobs.removeBytes(removed.places);
    return removed.count;
  }

  #every(milliseconds: number, work: () => Promise<void>): void {
    let running = false;
    const timer = setInterval(() => {
      if (running) return;
      running = true;
      const done: Promise<void> = work()
        .catch(this.#context.onError)
        .finally(() => {
          running = false;
          this.#busy.delete(done);
        });
      this.#busy.add(done);
    }, milliseconds);
    this.#timers.push(timer);
  }
}
