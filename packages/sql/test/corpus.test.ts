import { PGlite } from "@electric-sql/pglite";
import { expect, test } from "vitest";
import { runCorpus } from "./corpus/run.ts";
import { pgliteTarget } from "./corpus/target.ts";
import { sampleCount } from "./samples.ts";

test("random queries with secrets have the answers that PGlite gives in the clear", async () => {
  const pglite = await PGlite.create();
  const count = sampleCount(400, 10_000);
  const { same, failed, beyond, filled } = await runCorpus(pgliteTarget(pglite), 1, count);
  expect([same + failed, beyond]).toEqual([count, 0]);
  expect(same).toBeGreaterThan(count * 0.95);
  expect(filled).toBeGreaterThan(count * 0.4);
  await pglite.close();
});
