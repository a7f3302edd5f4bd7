import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("random programs and graphs are right for ten minutes", () => {
  const script = fileURLToPath(new URL("../fuzz/run.ts", import.meta.url));
  // Whether a change lands must not depend on luck: there, the programs are the same every time.
  const programs = process.env.CI === undefined ? [] : ["--seed", "901", "--count", "5000"];
  const args = [script, "--minutes", "10", ...programs];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  console.log(stdout);
  expect(status, stdout).toBe(0);
});
