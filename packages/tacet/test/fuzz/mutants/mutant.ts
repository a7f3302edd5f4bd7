/** A text that is in a source file exactly once, and what takes its place. */
interface Change {
  /** The file, as seen from `src`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** One way to break the library. */
export interface Mutant extends Change {
  /** What is broken, in words. */
  readonly what: string;
  /** A change that breaks nothing, but brings to light what the other one breaks. */
  readonly with?: Change;
}

/** Mutants of one file. */
export function of(
  file: string,
  mutants: readonly (readonly [what: string, find: string, replace: string])[],
): Mutant[] {
  return mutants.map(([what, find, replace]) => ({ file, what, find, replace }));
}

/** The same where all hashes are alike: what finds equal things must compare them, however seldom hashes meet by chance. */
export function withoutHashes(mutants: readonly Mutant[]): Mutant[] {
  return mutants.map((mutant) => ({ ...mutant, with: WITHOUT_HASHES }));
}

const WITHOUT_HASHES: Change = {
  file: "graph/hash.ts",
  find: "return (mixed ^ (mixed >>> 15)) & 0x3fffffff;",
  replace: "return mixed & 15;",
};
