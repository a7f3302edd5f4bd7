import type { TestProject } from "vitest/node";
import { installTarball } from "../package/packed.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder in which the packed tarball is installed. */
    readonly projectFolder: string;
  }
}

/** Installs the packed tarball once for all browser tests. */
export default async function setup(vitest: TestProject): Promise<() => Promise<void>> {
  const project = await installTarball();
  vitest.provide("projectFolder", project.folder);
  return () => project.remove();
}
