import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCorpus } from "./corpus/run.ts";
import { sampleCount } from "./samples.ts";

let pglite: PGlite;
beforeAll(async () => {
  pglite = await PGlite.create();
});
afterAll(() => pglite.close());

test("random queries with secrets have the answers that PostgreSQL gives in the clear", async () => {
  const count = sampleCount(400, 10_000);
  const { same, failed, filled } = await runCorpus(pglite, 1, count);
  expect(same + failed).toBe(count);
  expect(same).toBeGreaterThan(count * 0.8);
  expect(filled).toBeGreaterThan(count * 0.4);
});
