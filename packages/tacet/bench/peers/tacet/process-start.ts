import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ServerKey } from "../../../src/index.ts";
import type { Keys } from "./keys.ts";

/** Nanoseconds from the start of a fresh process to an engine that has loaded a server key. */
export async function measureFirstTouch(keys: Keys): Promise<number> {
  const serverKey = await ServerKey.from(await keys.client());
  const folder = mkdtempSync(join(tmpdir(), "tacet-first-touch-"));
  try {
    const file = join(folder, "server-key.bin");
    writeFileSync(file, serverKey.serialize());
    const script = fileURLToPath(new URL("first-touch.js", import.meta.url));
    const { status, stdout } = spawnSync(process.execPath, [script, file, String(keys.threads)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (status !== 0) throw new Error(`${script} ended with ${status}`);
    return Number(stdout) * 1e6;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
