import { LimitError, RequestError } from "../errors.ts";
import { expectWithin, type Limits } from "./limits.ts";

/** Records that a client may still take some of. */
export interface KeptAnswer {
  readonly engine: string;
  readonly shelves: readonly (readonly Uint8Array[])[];
}

interface Kept extends KeptAnswer {
  readonly until: number;
  /** How many records of each shelf can still be taken. */
  readonly left: number[];
}

/**
 * Keeps the records of answers for a while. Each of their shelves is asked once, and for so many records at most as the
 * query says: that is all that a client gets to know of the tables.
 */
export class Answers {
  readonly #kept = new Map<string, Kept>();
  readonly #limits: Limits;
  readonly #now: () => number;

  constructor(limits: Limits, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
  }

  /** @returns the ticket. @throws LimitError if too many are kept. */
  keep(answer: KeptAnswer, allowed: readonly number[]): string {
    this.#expire();
    if (this.#kept.size >= this.#limits.answers)
      throw new LimitError("too many answers wait for their clients");
    const ticket = crypto.randomUUID();
    this.#kept.set(ticket, {
      ...answer,
      left: [...allowed],
      until: this.#now() + this.#limits.answerMilliseconds,
    });
    return ticket;
  }

  /** The shelf, of which `asked` tells how many records are taken. @throws RequestError, LimitError */
  take(
    ticket: string,
    shelf: number,
    asked: (answer: KeptAnswer, count: number) => number,
  ): readonly Uint8Array[] {
    this.#expire();
    const kept = this.#kept.get(ticket);
    const records = kept?.shelves[shelf];
    if (kept === undefined || records === undefined)
      throw new RequestError("there is no such answer (any more)");
    const count = asked(kept, records.length);
    if (count > kept.left[shelf]!) {
      throw new LimitError(`${count} records are asked for, and the query allows ${kept.left[shelf]!} more`);
    }
    expectWithin(count, this.#limits, "records", "records");
    kept.left[shelf]! -= count;
    if (kept.left.every((left) => left === 0)) this.#kept.delete(ticket);
    return records;
  }

  engineOf(ticket: string): string | undefined {
    return this.#kept.get(ticket)?.engine;
  }

  #expire(): void {
    const now = this.#now();
    for (const [ticket, { until }] of this.#kept) if (until <= now) this.#kept.delete(ticket);
  }
}
