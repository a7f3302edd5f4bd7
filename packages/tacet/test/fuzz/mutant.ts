/** One way to break the library: a text that is in a source file exactly once, and what takes its place. */
export interface Mutant {
  /** The file, as seen from `src`. */
  readonly file: string;
  /** What is broken, in words. */
  readonly what: string;
  readonly find: string;
  readonly replace: string;
}

/** Mutants of one file. */
export function of(
  file: string,
  mutants: readonly (readonly [what: string, find: string, replace: string])[],
): Mutant[] {
  return mutants.map(([what, find, replace]) => ({ file, what, find, replace }));
}
