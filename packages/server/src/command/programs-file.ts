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
    throw new SettingError(`the programs in ${file} cannot be loaded: ${reasonOf(file, error as Error)}`);
  }
  const all = Object.values(exported).flat() as unknown[];
  const programs = all.filter((one): one is Program => one instanceof Program);
  if (programs.length > 0) return [...new Set(programs)].map((one) => new TracedProgram(one));
  if (all.some(looksLikeProgram)) {
    throw new SettingError(
      `the programs in ${file} were made by another copy of tacet-server than this one: start the one that is installed beside them, with npx tacet-server in their folder`,
    );
  }
  throw new SettingError(`${file} exports no programs: export const payroll = program(…)`);
}

/** What Node.js says, and what to do. */
function reasonOf(file: string, error: Error & { code?: unknown }): string {
  const { code, message } = error;
  const isTypeScript = /\.[cm]?ts$/.test(file);
  if (code === "ERR_UNKNOWN_FILE_EXTENSION" && isTypeScript) {
    return (
      `Node.js ${process.versions.node} does not run TypeScript by itself. Versions from 22.18 on do; before, ` +
      "NODE_OPTIONS=--experimental-strip-types has it do so; or compile the file to JavaScript"
    );
  }
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" || code === "ERR_INVALID_TYPESCRIPT_SYNTAX") {
    return `${message}. Node.js leaves out types, and compiles nothing: write it otherwise, or compile the file to JavaScript`;
  }
  const lacking = /^Cannot find package '((?:@[^/']+\/)?[^/']+)/.exec(message)?.[1];
  if (code === "ERR_MODULE_NOT_FOUND" && lacking !== undefined) {
    return `they import ${lacking}, which is not installed beside them: npm install ${lacking}`;
  }
  return message;
}

/** Whether something has what a program has, though it is none of this copy's. */
function looksLikeProgram(one: unknown): boolean {
  return typeof one === "object" && one !== null && typeof (one as Partial<Program>).trace === "function";
}
