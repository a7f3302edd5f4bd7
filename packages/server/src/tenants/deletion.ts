import type { Blobs } from "../blobs/blobs.ts";
import { type Database, notify, type Transaction } from "../database/database.ts";
import type { Queue } from "../queue/queue.ts";
import { audit } from "./audit.ts";

/** What workers hear when a tenant's keys and computations are to go. */
export const FORGET_CHANNEL = "tacet_forget";

/** How much is removed from the store at once. */
const BATCH = 500;

/** What was written so long ago, and belongs to nothing, a crash has left. */
export const LEFT_MS: number = 24 * 3_600_000;

/** Removes all that a tenant has, and with it, if asked for, the tenant. */
export class Deletion {
  readonly #database: Database;
  readonly #blobs: Blobs;
  readonly #queue: Queue;

  constructor(database: Database, blobs: Blobs, queue: Queue) {
    this.#database = database;
    this.#blobs = blobs;
    this.#queue = queue;
  }

  /**
   * Removes jobs, results, programs, keys and values of a tenant, whatever is under way. What has been charged stays
   * charged, and the audit log stays: it has no contents.
   */
  async empty(tenant: string, actor: string): Promise<void> {
    const places = await this.#database.transaction(async (transaction) => {
      await audit(transaction, { tenant, actor, action: "tenant.empty" });
      return await this.#forget(transaction, tenant);
    });
    await this.#removeBytes(tenant, places);
  }

  /** Removes a tenant with tokens and all. */
  async remove(tenant: string, actor: string): Promise<void> {
    const places = await this.#database.transaction(async (transaction) => {
      const places = await this.#forget(transaction, tenant);
      await transaction.query("delete from tacet.tenants where id = $1", [tenant]);
      await audit(transaction, { tenant, actor, action: "tenant.delete" });
      return places;
    });
    await this.#removeBytes(tenant, places);
  }

  /** @returns the places of bytes that nothing refers to once the transaction has committed. */
  async #forget(transaction: Transaction, tenant: string): Promise<string[]> {
    await transaction.query("select 1 from tacet.tenants where id = $1 for no key update", [tenant]);
    const jobs = await transaction.query<{ job: string }>(
      "select distinct job from tacet.tasks where tenant = $1",
      [tenant],
    );
    for (const { job } of jobs) await this.#queue.cancel(transaction, job);
    await transaction.query("delete from tacet.jobs where tenant = $1", [tenant]);
    await transaction.query("delete from tacet.shared where tenant = $1", [tenant]);
    const segments = await transaction.query<{ place: string }>(
      "select place from tacet.segments where tenant = $1",
      [tenant],
    );
    await transaction.query("delete from tacet.blobs where tenant = $1", [tenant]);
    await transaction.query("delete from tacet.programs where owner = $1", [tenant]);
    await notify(transaction, FORGET_CHANNEL, tenant);
    return segments.map(({ place }) => place);
  }

  /**
   * Also what crashes have left. What is being written just now, whoever writes it removes, since there is no blob any
   * longer that it could become part of.
   */
  async #removeBytes(tenant: string, places: readonly string[]): Promise<void> {
    const left = await orphans(this.#database, this.#blobs, tenant, new Date(Date.now() - LEFT_MS));
    const removed = [...places, ...left];
    for (let at = 0; at < removed.length; at += BATCH) {
      await this.#blobs.store.remove(removed.slice(at, at + BATCH));
    }
  }
}

/** Places of the store that were written before some time, and that nothing refers to. */
export async function orphans(
  database: Database,
  blobs: Blobs,
  tenant: string | undefined,
  before: Date,
): Promise<string[]> {
  const found: string[] = [];
  let page: string[] = [];
  const check = async () => {
    if (page.length === 0) return;
    const known = await database.query<{ place: string }>(
      "select place from tacet.segments where place = any($1)",
      [page],
    );
    const places = new Set(known.map(({ place }) => place));
    found.push(...page.filter((place) => !places.has(place)));
    page = [];
  };
  for await (const { place, writtenAt } of blobs.store.list(tenant)) {
    if (writtenAt > before) continue;
    page.push(place);
    if (page.length === BATCH) await check();
  }
  await check();
  return found;
}
