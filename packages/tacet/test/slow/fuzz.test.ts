import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("random programs and graphs are right for ten minutes", () => {
  const script = fileURLToPath(new URL("../fuzz/run.ts", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [script, "--minutes", "10"], { encoding: "utf8" });
  console.log(stdout);
  expect(status, stdout).toBe(0);
});
