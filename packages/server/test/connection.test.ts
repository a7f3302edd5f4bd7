import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openPostgres } from "../src/database/postgres.ts";
import { passes } from "../src/patience.ts";
import { postgresFolder, startCluster } from "./postgres.ts";

test.skipIf(postgresFolder === undefined)(
  "a connection that is lost within a transaction, between two statements, is an error of the transaction alone",
  async () => {
    const cluster = await startCluster();
    const errors: Error[] = [];
    const database = openPostgres(cluster.url, { onError: (error) => errors.push(error) });
    const failed = database.transaction(async (transaction) => {
      await transaction.query("select 1", []);
      await cluster.kill();
      await sleep(300);
      await transaction.query("select 1", []);
    });
    const error = await failed.catch((caught: unknown) => caught);
    expect(passes(error)).toBe(true);
    expect(errors.length).toBeGreaterThan(0);
    await cluster.start();
    expect(await database.query("select 1 as one", [])).toEqual([{ one: 1 }]);
    await database.close();
    await cluster.remove();
  },
);
