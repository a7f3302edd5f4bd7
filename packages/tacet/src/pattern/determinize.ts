import { PatternError } from "../errors.ts";

/** What reads a text character by character, of which only the class matters. */
export interface Machine<State> {
  readonly start: State;
  next(state: State, characterClass: number): State;
  /** Whether the text may end. */
  accepts(state: State): boolean;
  /** The same for states that are the same. */
  keyOf(state: State): string;
}

/** A complete deterministic automaton, which need be neither minimal nor numbered in some way; it starts in state 0. */
export interface Table {
  readonly next: readonly (readonly number[])[];
  readonly accepting: readonly boolean[];
}

/** Most states on the way to an automaton, all of which are held in memory. */
export const MOST_STATES_ON_THE_WAY = 10_000;

/** @throws PatternError for what has too many states. */
export function tooManyStates(): PatternError {
  return new PatternError(
    `the pattern leads to more than ${MOST_STATES_ON_THE_WAY} states: what it repeats, or leaves open, has to become ` +
      "less, or it has to become several patterns",
  );
}

/**
 * All states that a machine reaches: the subset construction.
 *
 * @throws PatternError if there are too many.
 */
export function determinize<State>(machine: Machine<State>, classes: number): Table {
  const states: State[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (state: State): number => {
    const key = machine.keyOf(state);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (states.length === MOST_STATES_ON_THE_WAY) throw tooManyStates();
    numbers.set(key, states.length);
    return states.push(state) - 1;
  };
  numberOf(machine.start);
  const next: number[][] = [];
  for (const state of states) {
    next.push(Array.from({ length: classes }, (_, each) => numberOf(machine.next(state, each))));
  }
  return { next, accepting: states.map((state) => machine.accepts(state)) };
}
