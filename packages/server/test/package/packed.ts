/** The packed tarballs of the service and of the library, side by side in a project as a user would have them. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack, type Tarball, userEnvironment } from "../../../tacet/test/package/packed.ts";

const server = fileURLToPath(new URL("../..", import.meta.url));
const root = join(server, "../..");

/** A project that has the two packages, and what the service says that it needs. */
export interface ServiceProject {
  readonly folder: string;
  readonly tarball: Tarball;
  /** The folder of the installed service. */
  readonly installed: string;
  remove(): Promise<void>;
}

/**
 * Installs without a network: packages that the service names as its dependencies are the repository's, and those that it
 * does not name are not there. `npm install` itself is left to a slow test.
 */
export async function installService(): Promise<ServiceProject> {
  const folder = await mkdtemp(join(tmpdir(), "tacet-service-"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const modules = join(folder, "node_modules");
  const tarballs = await Promise.all([pack(folder), pack(folder, server)]);
  for (const [name, { filename }] of [
    ["tacet", tarballs[0]],
    ["tacet-server", tarballs[1]],
  ] as const) {
    const target = join(modules, name);
    await mkdir(target, { recursive: true });
    execFileSync("tar", ["-xzf", join(folder, filename), "-C", target, "--strip-components=1"]);
  }
  const installed = join(modules, "tacet-server");
  const { dependencies, bin } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    const places = [server, root].map((place) => join(place, "node_modules", name));
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(places.find((place) => existsSync(place))!, join(modules, name), "junction");
  }
  await mkdir(join(modules, ".bin"));
  const command = join(installed, bin["tacet-server"]);
  await chmod(command, 0o755);
  await symlink(command, join(modules, ".bin/tacet-server"));
  return {
    folder,
    tarball: tarballs[1],
    installed,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The environment of a user whose Node.js is the one that is given, or the repository's. */
export function environment(node: string = process.execPath): Record<string, string | undefined> {
  const { PATH, ...rest } = userEnvironment();
  return { ...rest, PATH: [dirname(node), PATH].join(delimiter) };
}
