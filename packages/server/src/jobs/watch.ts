import { Bell } from "../bell.ts";
import type { Database } from "../database/database.ts";
import { isFinal, JOB_COLUMNS, type Job } from "./job.ts";
import { JOB_CHANNEL } from "./jobs.ts";

/** Notifications can get lost: so who watches is told at least this often. */
const POLL_MS = 2_000;

/** Tells of the changes of jobs. */
export class JobWatch {
  readonly #database: Database;
  readonly #bells = new Map<string, { bell: Bell; watchers: number }>();
  #unlisten: (() => Promise<void>) | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#database.listen(JOB_CHANNEL, (id) => this.#bells.get(id)?.bell.ring());
  }

  async stop(): Promise<void> {
    await this.#unlisten?.();
    for (const { bell } of this.#bells.values()) bell.ring();
  }

  /**
   * A job as it is, and again whenever it has changed, until it is finished, or gone.
   *
   * @param goesOn is asked between two looks.
   */
  async *changes(tenant: string, id: string, goesOn: () => boolean): AsyncGenerator<Job> {
    const entry = this.#bells.get(id) ?? { bell: new Bell(), watchers: 0 };
    this.#bells.set(id, entry);
    entry.watchers++;
    try {
      let last = "";
      while (goesOn()) {
        const { heard } = entry.bell;
        const [job] = await this.#database.query<Job>(
          `select ${JOB_COLUMNS} from tacet.jobs where tenant = $1 and id = $2`,
          [tenant, id],
        );
        if (job === undefined) return;
        const now = `${job.state} ${job.progress} ${job.attempts}`;
        if (now !== last) yield job;
        if (isFinal(job.state)) return;
        last = now;
        await entry.bell.wait(heard, POLL_MS);
      }
    } finally {
      entry.watchers--;
      if (entry.watchers === 0) this.#bells.delete(id);
    }
  }
}
