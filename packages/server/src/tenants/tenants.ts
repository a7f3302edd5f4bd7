import type { Database, Statements } from "../database/database.ts";
import { ServiceError } from "../errors.ts";

/** What a tenant may use. */
export interface Quota {
  /** Bootstraps that may be asked for within a window; any number if `null`. */
  readonly windowBootstraps: number | null;
  readonly windowSeconds: number;
  /** Bytes of keys, values and results together; any number if `null`. */
  readonly storedBytes: number | null;
  /** Jobs that may wait or run at the same time. */
  readonly waitingJobs: number;
}

/** Somebody whose data are apart from everybody else's. */
export interface Tenant extends Quota {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** Who everybody is where no tokens are asked for: on the machine itself. */
export const LOCAL_TENANT = "local";

const COLUMNS = `id, name, window_bootstraps::float8 as "windowBootstraps", window_seconds as "windowSeconds",
  stored_bytes::float8 as "storedBytes", waiting_jobs as "waitingJobs", created_at as "createdAt"`;

/** Who there is, and what they may use. */
export class Tenants {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws ServiceError `conflict` if the name is taken. */
  async create(name: string, quota: Partial<Quota> = {}, id: string = newTenantId()): Promise<Tenant> {
    const [tenant] = await this.#database.query<Tenant>(
      `insert into tacet.tenants(id, name, window_bootstraps, window_seconds, stored_bytes, waiting_jobs)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning ${COLUMNS}`,
      [
        id,
        name,
        quota.windowBootstraps ?? null,
        quota.windowSeconds ?? 3600,
        quota.storedBytes ?? null,
        quota.waitingJobs ?? 10_000,
      ],
    );
    if (tenant === undefined) throw new ServiceError("conflict", `There is a tenant "${name}" already.`);
    return tenant;
  }

  /** The tenant that everybody is where no tokens are asked for. */
  async local(): Promise<Tenant> {
    await this.#database.query("insert into tacet.tenants(id, name) values ($1, $1) on conflict do nothing", [
      LOCAL_TENANT,
    ]);
    return (await this.find(LOCAL_TENANT))!;
  }

  async find(id: string): Promise<Tenant | undefined> {
    const [tenant] = await this.#database.query<Tenant>(
      `select ${COLUMNS} from tacet.tenants where id = $1`,
      [id],
    );
    return tenant;
  }

  async list(): Promise<Tenant[]> {
    return await this.#database.query<Tenant>(`select ${COLUMNS} from tacet.tenants order by name`, []);
  }

  async setQuota(id: string, quota: Partial<Quota>): Promise<void> {
    const present = await this.find(id);
    if (present === undefined) throw new ServiceError("not-found", "There is no such tenant.");
    const { windowBootstraps, windowSeconds, storedBytes, waitingJobs } = { ...present, ...quota };
    await this.#database.query(
      `update tacet.tenants set window_bootstraps = $2, window_seconds = $3, stored_bytes = $4, waiting_jobs = $5
       where id = $1`,
      [id, windowBootstraps, windowSeconds, storedBytes, waitingJobs],
    );
  }
}

/** Names of tenants are parts of files' names and of URLs, so they are made, not given. */
function newTenantId(): string {
  return `t${Buffer.from(crypto.getRandomValues(new Uint8Array(10))).toString("hex")}`;
}

/** Whether there is anybody but the local tenant. */
export async function hasTokens(statements: Statements): Promise<boolean> {
  const [row] = await statements.query<{ some: boolean }>(
    "select exists(select 1 from tacet.tokens) as some",
    [],
  );
  return row!.some;
}
