import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Program } from "../program/program.ts";
import { TracedProgram } from "../programs/traced-program.ts";
import { SettingError } from "./flags.ts";

/**
 * The programs that a module exports: by themselves, or in a list.
 *
 * @throws SettingError if it cannot be loaded, or has none.
 */
export async function programsOf(file: string): Promise<TracedProgram[]> {
  let exported: object;
  try {
    exported = (await import(pathToFileURL(resolve(file)).href)) as object;
  } catch (error) {
    throw new SettingError(`the programs in ${file} cannot be loaded: ${(error as Error).message}`);
  }
  const programs = Object.values(exported)
    .flat()
    .filter((one): one is Program => one instanceof Program);
  if (programs.length === 0)
    throw new SettingError(`${file} exports no programs: export const payroll = program(…)`);
  return [...new Set(programs)].map((one) => new TracedProgram(one));
}
