import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cluster, postgresFolder, startCluster } from "../../server/test/postgres.ts";
import { runCorpus } from "./corpus/run.ts";
import { postgresTarget } from "./corpus/target.ts";
import { sampleCount } from "./samples.ts";

describe.skipIf(postgresFolder === undefined)("on PostgreSQL", () => {
  let cluster: Cluster;
  let pool: pg.Pool;
  beforeAll(async () => {
    cluster = await startCluster();
    pool = new pg.Pool({ connectionString: cluster.url, max: 4 });
  });
  afterAll(async () => {
    await pool?.end();
    await cluster?.remove();
  });

  test("random queries with secrets have the answers that it gives in the clear", async () => {
    const count = sampleCount(160, 2_000);
    const { same, failed, beyond, filled } = await runCorpus(postgresTarget(pool), 7, count);
    expect([same + failed, beyond]).toEqual([count, 0]);
    expect(same).toBeGreaterThan(count * 0.95);
    expect(filled).toBeGreaterThan(count * 0.1);
  });
});
