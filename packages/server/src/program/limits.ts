import { ProgramError } from "./error.ts";

/** What graphs from outside may have at most. */
export interface GraphLimits {
  /** Bytes of its JSON. */
  readonly bytes: number;
  readonly nodes: number;
  /** Values that it starts from, and that its nodes give, together. */
  readonly values: number;
  /** Elements of a list that it starts from. */
  readonly listLength: number;
  /** Characters of a text, or bytes of UTF-8: the library has 65,535 at most. */
  readonly textSize: number;
  /** Characters of all patterns together: regular expressions and those of `like`. */
  readonly patternCharacters: number;
  /**
   * About how many table lookups all of it may take. An engine has to build a graph of as many before it can tell how many
   * bootstraps there are: some hundred bytes each.
   */
  readonly work: number;
}

export const DEFAULT_LIMITS: GraphLimits = Object.freeze({
  bytes: 2 ** 23,
  nodes: 100_000,
  values: 500_000,
  listLength: 10_000,
  textSize: 4096,
  patternCharacters: 10_000,
  work: 2 ** 21,
});

/** Limits with what is left out. @throws ProgramError for a name or a number that is none. */
export function limitsWith(given: Partial<GraphLimits> = {}): GraphLimits {
  for (const [name, limit] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new ProgramError(
        `there is no limit ${name}; there are ${Object.keys(DEFAULT_LIMITS).join(", ")}`,
      );
    }
    if (limit !== undefined && !(typeof limit === "number" && limit >= 0)) {
      throw new ProgramError(`the limit ${name} is a number from 0 on`);
    }
  }
  const known = Object.entries(given).filter(([, limit]) => limit !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(known) };
}
