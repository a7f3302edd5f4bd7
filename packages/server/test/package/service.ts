import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { environment } from "./packed.ts";

const readme = new URL("../../../../README.md", import.meta.url);

/** Where the examples of the documentation have the service. */
export const USUAL_URL = "http://127.0.0.1:8100";

/** The files of the README's part on the service, by the names that their first lines say. */
export async function readmeFiles(): Promise<Map<string, string>> {
  const text = await readFile(readme, "utf8");
  const files = [...text.matchAll(/```ts\n\/\/ (\S+\.ts)\b.*\n([\s\S]*?)```/g)];
  return new Map(files.map(([, name, code]) => [name!, code!]));
}

/** The command, as installed, in a project. */
export interface StartedCommand {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it ended with, and all that it printed. */
  readonly ended: Promise<{ code: number | null; printed: string }>;
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
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      printed += data;
    });
  }
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, printed }));
  await expect.poll(() => child.exitCode !== null || printed.includes("answers at")).toBe(true);
  const url = /answers at (\S+)/.exec(printed)?.[1];
  if (url === undefined) throw new Error(`the service did not start: ${printed}`);
  return { child, url, ended };
}

/** Writes the README's client for a service. @returns its name. */
export async function writeClient(folder: string, files: ReadonlyMap<string, string>, url: string) {
  const code = files.get("client.ts")!;
  expect(code).toContain(USUAL_URL);
  await writeFile(join(folder, "client.ts"), code.replaceAll(USUAL_URL, url));
  return "client.ts";
}
