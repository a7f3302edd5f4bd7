import { ProgramError } from "../error.ts";

/**
 * What stands in place of `clear.ts` where a bundler makes a page of it (package.json, under "browser"): tests use it, and
 * visitors would have to download twice as much.
 */
export async function runClear(): Promise<never> {
  throw new ProgramError(
    "clear() is for tests on Node.js, and is no part of what bundlers make for browsers",
  );
}
