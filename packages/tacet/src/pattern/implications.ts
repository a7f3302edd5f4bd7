import { type Decision, type Implications, type Literals, TRUE } from "./decisions.ts";
import type { Position, Positions } from "./positions.ts";

/** Most positions and most comparisons for which it is found out what implies what: a fraction of a second. */
const MOST_POSITIONS = 512;
const MOST_COMPARISONS = 2 ** 24;

const NOTHING: ReturnType<Implications> = { implied: new Set(), implying: new Set() };

/**
 * Which positions imply others: what follows may follow the others as well, as far as each step shows. (Simulation:
 * Milner, "An Algebraic Definition of Simulation Between Programs", 1971) Without it, `.{0,50}` has a state for each set
 * of places where it may have begun; with it, the last place counts.
 *
 * @param members which classes of characters are in the sets of the positions.
 */
export function implicationsOf(positions: Positions, members: readonly (readonly boolean[])[]): Implications {
  const found = new Simulation(positions, members).pairs();
  const all = new Map<number, { implied: Set<number>; implying: Set<number> }>();
  const entry = (variable: number): { implied: Set<number>; implying: Set<number> } => {
    const known = all.get(variable) ?? { implied: new Set(), implying: new Set() };
    all.set(variable, known);
    return known;
  };
  for (const [variable, other] of found) {
    entry(variable).implied.add(other);
    entry(other).implying.add(variable);
  }
  return (variable) => all.get(variable) ?? NOTHING;
}

class Simulation {
  readonly #positions: Positions;
  readonly #members: readonly (readonly boolean[])[];
  /** The variables that are positions. */
  readonly #all: readonly number[];
  readonly #literals = new Map<Decision, Literals | undefined>();
  /** For each variable, those that it has not been found not to imply. */
  readonly #implied = new Map<number, Set<number>>();
  #comparisons = 0;

  constructor(positions: Positions, members: readonly (readonly boolean[])[]) {
    this.#positions = positions;
    this.#members = members;
    this.#all = [...positions.variables.keys()].filter(
      (variable) => positions.variables[variable].kind === "position",
    );
  }

  /** Pairs of a position and another that it implies; none if it would take too long to find them. */
  pairs(): [number, number][] {
    if (this.#all.length > MOST_POSITIONS) return [];
    for (const variable of this.#all) {
      const others = this.#all.filter((other) => other !== variable && this.#takesLess(variable, other));
      this.#implied.set(variable, new Set(others));
    }
    while (this.#refine()) if (this.#comparisons > MOST_COMPARISONS) return [];
    return [...this.#implied].flatMap(([variable, others]) =>
      [...others].map((other): [number, number] => [variable, other]),
    );
  }

  /** @returns whether anything has changed. */
  #refine(): boolean {
    let changed = false;
    for (const [variable, others] of this.#implied) {
      for (const other of others) {
        if (this.#comparisons > MOST_COMPARISONS) return true;
        if (this.#follows(this.#position(variable).after, this.#position(other).after)) continue;
        others.delete(other);
        changed = true;
      }
    }
    return changed;
  }

  #position(variable: number): Position {
    return this.#positions.variables[variable] as Position;
  }

  #takesLess(variable: number, other: number): boolean {
    const [own, others] = [variable, other].map((each) => this.#members[this.#position(each).set]);
    return own === others || own!.every((takes, each) => !takes || others![each]);
  }

  /** Whether a function implies another one, as far as their literals show. */
  #follows(a: Decision, b: Decision): boolean {
    if (a === b || b === TRUE) return true;
    const [own, others] = [this.#literalsOf(a), this.#literalsOf(b)];
    if (own === undefined || others === undefined) return false;
    this.#comparisons += own.positive.length * others.positive.length + 1;
    return (
      own.positive.every((each) => others.positive.some((other) => this.#implies(each, other))) &&
      own.negative.every((each) => others.negative.some((other) => this.#implies(other, each)))
    );
  }

  #implies(variable: number, other: number): boolean {
    return variable === other || (this.#implied.get(variable)?.has(other) ?? false);
  }

  #literalsOf(decision: Decision): Literals | undefined {
    if (!this.#literals.has(decision)) {
      this.#literals.set(decision, this.#positions.decisions.literalsOf(decision));
    }
    return this.#literals.get(decision);
  }
}
