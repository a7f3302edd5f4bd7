/** What the codes of a text are: characters 1..127 of ASCII, or bytes 1..255 of UTF-8. 0 is none: it pads texts. */
export type Encoding = "ascii" | "utf8";

/** A complete deterministic automaton over the codes of a text, minimal and numbered in one way only. */
export interface Automaton {
  /** The class of each code, of 128 or 256: no state tells codes of one class apart. That of 0 is 0, and unused. */
  readonly classes: readonly number[];
  /** The state in front of the text: 0. */
  readonly start: number;
  /** `next[state][class]`: the state after a code. */
  readonly next: readonly (readonly number[])[];
  /** Whether a text may end in a state. */
  readonly accepting: readonly boolean[];
}

/** Whether an automaton accepts a text, given as its codes. */
export function accepts({ classes, start, next, accepting }: Automaton, codes: Iterable<number>): boolean {
  let state = start;
  for (const code of codes) state = next[state][classes[code]];
  return accepting[state];
}
