import type { Exchange } from "tacet/cut";
import type { Database } from "../database/database.ts";
import type { Task } from "../queue/task.ts";

/* What parts of a job give each other while they are computed goes through the database, in a table that is not logged. */

const SHARED_CHANNEL = "tacet_shared";

/**
 * Carries bytes between the parts of a team. What goes wrong on the way is told, and is no failure: a part computes by
 * itself what does not arrive.
 *
 * @param team tells it from other teams of the job.
 */
export function exchangeThrough(
  database: Database,
  { job, tenant }: Task,
  team: number,
  onError: (error: unknown) => void,
): Exchange {
  const sender = crypto.randomUUID();
  const name = `${job}:${team}`;
  return {
    async join(heard) {
      const reader = new Reader(database, job, team, sender, heard);
      const read = () => reader.read().catch(onError);
      try {
        const leave = await database.listen(SHARED_CHANNEL, (told) => {
          if (told.startsWith(`${name}:`) && !told.endsWith(sender)) void read();
        });
        await read();
        return () => {
          reader.close();
          leave().catch(onError);
        };
      } catch (error) {
        onError(error);
        return () => undefined;
      }
    },
    async give(bytes) {
      try {
        await database.query(
          `with given as (
             insert into tacet.shared(tenant, job, team, sender, bytes) values ($1, $2, $3, $4, $5)
           ) select pg_notify('${SHARED_CHANNEL}', $6)`,
          [tenant, job, team, sender, bytes, `${name}:${sender}`],
        );
      } catch (error) {
        onError(error);
      }
    },
  };
}

/** Reads what others give, each thing once, one after the other. */
class Reader {
  readonly #database: Database;
  readonly #team: readonly [job: string, team: number, sender: string];
  readonly #heard: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** The last that was read of each sender, whose rows come in order; those of different senders need not. */
  readonly #last = new Map<string, string>();
  #reading: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(
    database: Database,
    job: string,
    team: number,
    sender: string,
    heard: (bytes: Uint8Array<ArrayBuffer>) => void,
  ) {
    this.#database = database;
    this.#team = [job, team, sender];
    this.#heard = heard;
  }

  close(): void {
    this.#closed = true;
  }

  /** Resolves when all has been read that was there when this was called. */
  async read(): Promise<void> {
    this.#again = true;
    while (this.#again || this.#reading !== undefined) {
      if (this.#reading === undefined) {
        this.#again = false;
        this.#reading = this.#once().finally(() => {
          this.#reading = undefined;
        });
      }
      await this.#reading;
    }
  }

  async #once(): Promise<void> {
    const rows = await this.#database.query<{ id: string; sender: string; bytes: Uint8Array }>(
      `select id::text, sender, bytes from tacet.shared
       where job = $1 and team = $2 and sender <> $3 and id > coalesce(($4::jsonb ->> sender)::bigint, 0) order by id`,
      [...this.#team, JSON.stringify(Object.fromEntries(this.#last))],
    );
    for (const { id, sender, bytes } of rows) {
      if (this.#closed) return;
      this.#last.set(sender, id);
      this.#heard(new Uint8Array(bytes));
    }
  }
}
