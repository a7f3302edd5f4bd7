import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { environment } from "./packed.ts";

/** Where the examples of the documentation have the service. */
export const USUAL_URL = "http://127.0.0.1:8100";

/** The README, or a document. */
export async function documentOf(name: "README" | "docs/service"): Promise<string> {
  return await readFile(new URL(`../../../../${name}.md`, import.meta.url), "utf8");
}

/** The files in TypeScript that a document shows, by the names that their first lines say. */
export function filesIn(document: string): Map<string, string> {
  const files = document.matchAll(/```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)```/g);
  return new Map([...files].map(([, name, code]) => [name!, code!]));
}

/** All that a document has for a shell, one after the other: it is one script. */
export function scriptIn(document: string): string {
  const parts = [...document.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code!);
  return ["set -euo pipefail", ...parts].join("\n");
}

/** The command, as installed, in a project. */
export interface StartedCommand {
  readonly child: ChildProcess;
  /** Where it answers; what it says if it is a worker. */
  readonly url: string;
  /** What it ended with, and all that it printed. */
  readonly ended: Promise<{ code: number | null; printed: string }>;
}

const running = new Set<ChildProcess>();

/** Ends what tests that failed have left. */
export function endAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Starts the command in a project, and waits until it is ready. */
export async function startCommand(
  folder: string,
  args: readonly string[],
  env: Record<string, string | undefined> = environment(),
): Promise<StartedCommand> {
  const child = spawn(join(folder, "node_modules/.bin/tacet-server"), ["--port", "0", ...args], {
    cwd: folder,
    env: env as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  running.add(child);
  const ended = once(child, "close").then(([code]) => {
    running.delete(child);
    return { code: code as number | null, printed };
  });
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        printed += data;
        if (/answers at|tacet-server works/.test(printed)) resolve();
      });
    }
  });
  await Promise.race([ready, ended]);
  const url = /answers at (\S+)/.exec(printed)?.[1] ?? /tacet-server works/.exec(printed)?.[0];
  if (url === undefined) throw new Error(`the service did not start: ${printed}`);
  return { child, url, ended };
}

/** Writes files into a project, in which the service is where it is. */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  url: string,
): Promise<void> {
  for (const [name, code] of files) await writeFile(join(folder, name), code.replaceAll(USUAL_URL, url));
}
