/** The packed tarball, installed and used as a user would. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const library = fileURLToPath(new URL("../..", import.meta.url));

/** What npm says of the tarball. */
export interface Tarball {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** A project that has nothing but the packed tarball, installed without a network. */
export interface Project {
  readonly folder: string;
  readonly tarball: Tarball;
  /** The folder of the installed package. */
  readonly installed: string;
  remove(): Promise<void>;
}

export async function installTarball(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "tacet-package-"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const tarball = await pack(folder);
  const install = ["install", `./${tarball.filename}`, "--offline", "--cache", join(folder, "cache")];
  await userRun(folder, "npm", install);
  return {
    folder,
    tarball,
    installed: join(folder, "node_modules", "tacet"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Packs a package, the library unless another one is named, as it was built last. */
export async function pack(folder: string, source: string = library): Promise<Tarball> {
  const args = ["pack", source, "--json", "--ignore-scripts", "--pack-destination", folder];
  return JSON.parse((await userRun(folder, "npm", args)).stdout)[0];
}

/** Runs a program in a folder as a user would: on the machine's own Node.js, without what npm adds for scripts. */
export async function userRun(
  folder: string,
  command: string,
  args: readonly string[],
  { env = {}, timeout = 4 * 60_000 }: { env?: Record<string, string>; timeout?: number } = {},
): Promise<{ stdout: string; stderr: string }> {
  const shell = process.platform === "win32" && command === "npm";
  try {
    const options = { cwd: folder, env: userEnvironment(env), shell, timeout, maxBuffer: 2 ** 24 };
    return await promisify(execFile)(command, args, options);
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed\n${stdout ?? ""}${stderr ?? ""}`);
  }
}

/** The environment of this process without what npm adds for scripts, and with some variables more. */
export function userEnvironment(variables: Record<string, string> = {}): Record<string, string | undefined> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|VITEST)/i.test(name)),
  );
  const path = (env.PATH ?? "").split(delimiter).filter((entry) => !entry.includes("node_modules"));
  return { ...env, ...variables, PATH: path.join(delimiter) };
}

/** The JavaScript examples of a document, each with what its comments say that it prints. */
export function examplesIn(document: string): { code: string; prints: string[] }[] {
  return [...document.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => {
    const comments = code!.matchAll(/console\.log\(.*\); \/\/ (.*)/g);
    return { code: code!, prints: [...comments].map(([, comment]) => comment!) };
  });
}
