import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import type { Reporter } from "../reporter.ts";
import { CASES } from "./cases.ts";
import type { Outcome } from "./measure.ts";

/** How time, the longest block of the event loop and memory grow with what is asked for. */
export function growthBenchmarks(reporter: Reporter): void {
  for (const [name, { sizes }] of Object.entries(CASES)) {
    for (const size of sizes) {
      const line = `growth: ${name} ${size}`;
      if (!reporter.wants(line)) continue;
      const { ms, blockMs, bytes } = measure(name, size);
      const one = { name: line, params: toy.name, threads: 1, medianMs: ms, minMs: ms, pbs: 0 };
      reporter.report({ ...one, growth: { blockMs, bytes } });
    }
  }
}

function measure(name: string, size: number): Outcome {
  const program = fileURLToPath(new URL("./measure.ts", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [program, name, String(size)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${name} at ${size} ended with status ${status}`);
  return JSON.parse(stdout) as Outcome;
}
