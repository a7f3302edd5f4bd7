import type { MeasuredSpeed } from "../computation/speed.ts";
import type { Statements } from "../database/database.ts";

/** What a worker tells of itself every few seconds. Counts are of all its time. */
export interface WorkerDetails {
  readonly host: string;
  readonly pid: number;
  /** Tasks that it computes at the moment. */
  readonly running: number;
  readonly keys: number;
  readonly keyBytes: number;
  readonly keysAsked: number;
  readonly keyHits: number;
  readonly tasks: number;
  readonly bootstraps: number;
  /** Nothing before it has computed anything. */
  readonly speed?: MeasuredSpeed | undefined;
}

/** For so long, what workers said is not asked for again. */
const FRESH_MS = 5_000;

/** How fast the workers are, by what they tell. */
export class Fleet {
  readonly #statements: Statements;
  #asked: Promise<MeasuredSpeed | undefined> | undefined;
  #until = 0;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** The middle of those that live; `undefined` if none has measured anything. */
  async speed(): Promise<MeasuredSpeed | undefined> {
    if (this.#asked === undefined || performance.now() > this.#until) {
      this.#until = performance.now() + FRESH_MS;
      this.#asked = this.#ask().catch(() => undefined); // an estimate is worth no error
    }
    return await this.#asked;
  }

  async #ask(): Promise<MeasuredSpeed | undefined> {
    const rows = await this.#statements.query<{ speed: MeasuredSpeed }>(
      `select details->'speed' as speed from tacet.workers
       where seen_at > now() - interval '1 minute' and details ? 'speed' order by details->'speed'->'inBatchMs'`,
      [],
    );
    return rows[Math.floor(rows.length / 2)]?.speed;
  }
}
