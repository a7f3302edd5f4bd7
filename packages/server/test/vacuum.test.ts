import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../src/database/open.ts";
import { DEFAULT_RETENTION, Maintenance } from "../src/service/maintenance.ts";
import { newFolder } from "./harness.ts";
import { seedFile } from "./setup.ts";

test("an embedded database uses the room again of what is gone", async () => {
  const folder = await newFolder();
  const database = await openDatabase({ folder: join(folder, "database") }, { seed: seedFile });
  const parts = { blobs: undefined as never, queue: undefined as never, retention: DEFAULT_RETENTION };
  const maintenance = new Maintenance({ ...parts, database, onError: () => {} });
  const bytes = async (): Promise<number> => {
    await database.query(
      "insert into tacet.audit(actor, action) select 'a', 'b' from generate_series(1, 5000)",
      [],
    );
    await database.query("delete from tacet.audit", []);
    await maintenance.vacuum();
    const [row] = await database.query<{ size: number }>(
      "select pg_relation_size('tacet.audit')::int as size",
      [],
    );
    return row!.size;
  };
  const first = await bytes();
  for (let rounds = 0; rounds < 3; rounds++) expect(await bytes()).toBeLessThanOrEqual(first);
  await database.close();
  await rm(folder, { recursive: true, force: true });
});
