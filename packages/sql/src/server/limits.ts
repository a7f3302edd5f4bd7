import { LimitError, SchemaError } from "../errors.ts";

/** What queries may take at most. */
export interface Limits {
  /** Candidates that a query goes through. */
  readonly rows: number;
  /** Records that an answer gives: what a client can get to know of the tables with one query. */
  readonly records: number;
  /** Groups of an answer. */
  readonly groups: number;
  /** Flags that a query sends: each is eight bytes. */
  readonly flags: number;
  /** Bytes of the records that are kept for a client to choose from. */
  readonly recordBytes: number;
  /** Flags that all truths of a query read, which is about what it costs. */
  readonly work: number;
  /** Time that PostgreSQL may take for a statement. */
  readonly statementMilliseconds: number;
  /** Time that a client has to choose its records. */
  readonly answerMilliseconds: number;
  /** Answers that are kept for that at the same time. */
  readonly answers: number;
  /** Bytes of what is kept of tables that do not change, about. */
  readonly cacheBytes: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  rows: 100_000,
  records: 100,
  groups: 10_000,
  flags: 2 ** 20,
  recordBytes: 2 ** 26,
  work: 2 ** 24,
  statementMilliseconds: 30_000,
  answerMilliseconds: 60_000,
  answers: 100,
  cacheBytes: 2 ** 27,
});

/** Limits with what is left out. @throws SchemaError for a name or a number that is none. */
export function limitsWith(given: Partial<Limits> = {}): Limits {
  for (const [name, limit] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new SchemaError(`there is no limit ${name}; there are ${Object.keys(DEFAULT_LIMITS).join(", ")}`);
    }
    if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 1)) {
      throw new SchemaError(`the limit ${name} is a whole number from 1 on`);
    }
  }
  const known = Object.entries(given).filter(([, limit]) => limit !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(known) };
}

/** @throws LimitError if there is more than a limit allows. */
export function expectWithin(amount: number, limits: Limits, name: keyof Limits, what: string): void {
  if (amount > limits[name])
    throw new LimitError(`${what}: ${amount}, and the limit (${name}) is ${limits[name]}`);
}
