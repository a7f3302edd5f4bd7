import type { Database } from "../database/database.ts";
import { ServiceError } from "../errors.ts";
import type { SegmentStore, StoredSegment } from "./store.ts";

/** Larger values take PostgreSQL much memory on both sides. */
const SEGMENT_BYTES = 2 ** 20;
const PAGE = 1_000;

/** What PostgreSQL calls a full disk. */
const DISK_FULL = "53100";

/** Segments as rows of PostgreSQL: for few and small ones, where there is nothing else to operate. */
export class DatabaseStore implements SegmentStore {
  readonly name = "database";
  readonly segmentBytes = SEGMENT_BYTES;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async write(place: string, bytes: Uint8Array): Promise<void> {
    const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      await this.#database.query("insert into tacet.segment_bytes(place, bytes) values ($1, $2)", [
        place,
        value,
      ]);
    } catch (cause) {
      if ((cause as { code?: string }).code !== DISK_FULL) throw cause;
      throw new ServiceError("storage-full", "The service has no room left to store bytes.", { cause });
    }
  }

  async read(place: string): Promise<Uint8Array> {
    const [row] = await this.#database.query<{ bytes: Uint8Array }>(
      "select bytes from tacet.segment_bytes where place = $1",
      [place],
    );
    if (row === undefined)
      throw new ServiceError("unavailable", "Stored bytes are missing.", { retryAfter: 5 });
    return row.bytes;
  }

  async remove(places: readonly string[]): Promise<void> {
    await this.#database.query("delete from tacet.segment_bytes where place = any($1)", [places]);
  }

  async *list(tenant: string | undefined): AsyncIterable<StoredSegment> {
    const prefix = tenant === undefined ? "" : `${tenant}/`;
    let after = "";
    for (;;) {
      const rows = await this.#database.query<{ place: string; at: Date }>(
        `select place, written_at as at from tacet.segment_bytes
         where starts_with(place, $1) and place > $2 order by place limit $3`,
        [prefix, after, PAGE],
      );
      for (const { place, at } of rows) yield { place, writtenAt: at };
      if (rows.length < PAGE) return;
      after = rows.at(-1)!.place;
    }
  }

  async check(): Promise<void> {
    await this.#database.query("select 1", []);
  }
}
