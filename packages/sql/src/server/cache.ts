import { LRUCache } from "lru-cache";
import type { Plan } from "../plan/plan.ts";
import type { Prepared } from "./answer.ts";
import type { Reader } from "./database.ts";

/** Bytes that a truth takes, about. */
const TRUTH_BYTES = 100;

interface Kept {
  readonly snapshot: string;
  readonly prepared: Prepared;
}

/**
 * What was prepared of queries, for the next of the same form. It holds for the same snapshot of the database alone: as
 * PostgreSQL's own `pg_current_snapshot` says which transactions are seen, two that are equal see the same rows, whatever
 * wrote them. That any transaction writes anywhere in the database makes it prepare anew.
 */
export class PreparedCache {
  readonly #kept: LRUCache<string, Kept>;

  constructor(maxSize: number) {
    this.#kept = new LRUCache({ maxSize, sizeCalculation: ({ prepared }) => sizeOf(prepared) });
  }

  /** @param key what the preparation follows from, beside the tables; `undefined` if it is not kept. */
  async get(key: string | undefined, reader: Reader, prepare: () => Promise<Prepared>): Promise<Prepared> {
    if (key === undefined) return await prepare();
    const snapshot = await snapshotOf(reader);
    const kept = this.#kept.get(key);
    if (kept?.snapshot === snapshot) return kept.prepared;
    const prepared = await prepare();
    this.#kept.set(key, { snapshot, prepared });
    return prepared;
  }
}

/** Hashes are salted anew for each query, and the time goes on. */
export function isRepeatable({ slots, base }: Plan): boolean {
  return base.timeless && !slots.some((slot) => slot.kind === "equal" && slot.hashed);
}

async function snapshotOf(reader: Reader): Promise<string> {
  let snapshot = "";
  for await (const { rows } of reader.read("select pg_current_snapshot()::text", [])) snapshot = rows[0]![0]!;
  return snapshot;
}

function sizeOf({ truths, asked, sums, shelves }: Prepared): number {
  const weights = sums.reduce((sum, { truths: of }) => sum + of.length, 0);
  const records = shelves.reduce((sum, shelf) => sum + shelf.bytes, 0);
  return 1 + TRUTH_BYTES * truths.length + 8 * asked.length + 24 * weights + records;
}
