import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

/** Where the comparison runs. */
export interface Machine {
  readonly processor: string;
  /** Number of processors that the comparison may use. */
  readonly processors: number;
  /** The one that runners of one thread are pinned to; none where nothing can be pinned. */
  readonly core: number | undefined;
}

export function thisMachine(): Machine {
  const processor = cpus()[0]?.model.trim() || process.arch;
  return { processor, processors: availableParallelism(), core: lastCore() };
}

/** Whether a program is on the path. */
export function exists(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** The last of the processors that this process may use, on Linux. */
function lastCore(): number | undefined {
  if (process.platform !== "linux" || !exists("taskset")) return undefined;
  const allowed = /^Cpus_allowed_list:.*?(\d+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return allowed === null ? undefined : Number(allowed[1]);
}
