import { type Decision, type Decisions, FALSE, type Implications, TRUE } from "./decisions.ts";
import type { Machine } from "./determinize.ts";
import { implicationsOf } from "./implications.ts";
import type { Behind, Position, Positions } from "./positions.ts";

/** What is known of a text at a place of it. */
export interface Reading {
  /** What has to follow for the text to match. */
  readonly wanted: Decision;
  /** For each thing that may lie behind, and each position of it: what has to follow for a way to have led there. */
  readonly ways: readonly (readonly Decision[])[];
  /** What has to follow for each of these things to lie behind. */
  readonly behind: readonly Decision[];
}

/** One step on a way through what may lie behind: what has to follow there for it to be one. */
type Steps = ReadonlyMap<number, Decision>;

interface Trail {
  readonly behind: Behind;
  /** Where it begins, and from each of its positions. */
  readonly first: Steps;
  readonly further: readonly Steps[];
}

/** Results of substitutions, for some values of what lies behind. */
interface Known {
  readonly now: Map<Decision, Decision>;
  /** For each class of characters. */
  readonly after: Map<Decision, Decision>[];
}

/**
 * Reads a text in front of which an expression begins. What has to follow is derived by each character. (Brzozowski,
 * "Derivatives of Regular Expressions", 1964, on Boolean functions of positions) What may lie behind is read along,
 * beginning at every character.
 */
export class Reader implements Machine<Reading> {
  readonly #positions: Positions;
  readonly #decisions: Decisions;
  readonly #members: readonly (readonly boolean[])[];
  readonly #trails: readonly Trail[];
  readonly #implications: Implications;
  readonly #simplified = new Map<Decision, Decision>();
  readonly #known = new Map<string, Known>();

  /** @param members which classes of characters are in the sets of the positions. */
  constructor(positions: Positions, members: readonly (readonly boolean[])[]) {
    this.#positions = positions;
    this.#decisions = positions.decisions;
    this.#members = members;
    this.#implications = implicationsOf(positions, members);
    this.#trails = positions.behinds.map((behind) => ({
      behind,
      first: this.#stepsOf(behind.entry, behind),
      further: behind.own.map((variable) => this.#stepsOf(this.#position(variable).after, behind)),
    }));
  }

  get start(): Reading {
    const behind: Decision[] = [];
    const ways = this.#trails.map((trail) => {
      const none = trail.further.map(() => FALSE);
      behind.push(this.#arrivals(trail, none, behind).get(trail.behind.end) ?? FALSE);
      return none;
    });
    return this.#reading(this.#now(this.#positions.entry, behind), ways, behind);
  }

  next(reading: Reading, characterClass: number): Reading {
    this.#decisions.spend();
    const behind: Decision[] = [];
    const ways = this.#trails.map((trail, i) => {
      const arrivals = this.#arrivals(trail, reading.ways[i], reading.behind);
      const arrived = trail.behind.own.map((variable) => {
        this.#decisions.spend();
        if (!this.#takes(variable, characterClass)) return FALSE;
        return this.#after(arrivals.get(variable) ?? FALSE, characterClass, behind);
      });
      behind.push(this.#arrivals(trail, arrived, behind).get(trail.behind.end) ?? FALSE);
      return this.#withoutImplied(trail.behind.own, arrived);
    });
    return this.#reading(this.#after(reading.wanted, characterClass, behind), ways, behind);
  }

  accepts({ wanted }: Reading): boolean {
    return this.#decisions.ofNone(wanted);
  }

  keyOf({ wanted, ways }: Reading): string {
    return [wanted, ...ways.flat()].join();
  }

  #reading(
    mayFollow: Decision,
    ways: readonly (readonly Decision[])[],
    behind: readonly Decision[],
  ): Reading {
    const wanted = this.#decisions.simplify(mayFollow, this.#implications, this.#simplified);
    // Once it is sure whether the text matches, nothing else matters.
    const sure = wanted === TRUE || wanted === FALSE;
    return sure
      ? { wanted, ways: ways.map((all) => all.map(() => FALSE)), behind }
      : { wanted, ways, behind };
  }

  /** Of ways that have led to several positions, those to positions that imply none of the others. */
  #withoutImplied(own: readonly number[], ways: readonly Decision[]): Decision[] {
    const reached = new Set(own.filter((_, i) => ways[i] === TRUE));
    for (const variable of reached) {
      const { implied } = this.#implications(variable);
      if ([...implied].some((other) => reached.has(other))) reached.delete(variable);
    }
    return ways.map((way, i) => (way === TRUE && !reached.has(own[i]) ? FALSE : way));
  }

  #position(variable: number): Position {
    return this.#positions.variables[variable] as Position;
  }

  #takes(variable: number, characterClass: number): boolean {
    return this.#members[this.#position(variable).set][characterClass];
  }

  /** Where ways lead on to: positions, or the end; and what has to follow for one to have led there. */
  #arrivals(
    { first, further }: Trail,
    ways: readonly Decision[],
    behind: readonly Decision[],
  ): Map<number, Decision> {
    const decisions = this.#decisions;
    const arrivals = new Map<number, Decision>();
    const lead = (way: Decision, steps: Steps): void => {
      for (const [target, condition] of steps) {
        decisions.spend();
        const arrival = decisions.and(way, this.#now(condition, behind));
        arrivals.set(target, decisions.or(arrivals.get(target) ?? FALSE, arrival));
      }
    };
    lead(TRUE, first);
    for (const [i, way] of ways.entries()) if (way !== FALSE) lead(way, further[i]);
    return arrivals;
  }

  /** The steps that a function has: it says of several positions that any of them has to follow, each if something holds. */
  #stepsOf(decision: Decision, { own, end }: Behind): Steps {
    const targets = new Set([...own, end]);
    const present = [...this.#decisions.variablesOf(decision)].filter((variable) => targets.has(variable));
    const condition = (target: number): Decision =>
      this.#decisions.substitute(decision, (variable) => {
        if (variable === target) return TRUE;
        return targets.has(variable) ? FALSE : this.#decisions.literal(variable);
      });
    return new Map(present.map((target) => [target, condition(target)]));
  }

  /** A function with the values of what lies behind. */
  #now(decision: Decision, behind: readonly Decision[]): Decision {
    if (decision === TRUE || decision === FALSE) return decision;
    const { behinds, variables } = this.#positions;
    const replacement = (number: number): Decision => {
      const variable = variables[number];
      return variable.kind === "behind" ? behind[behinds.indexOf(variable)] : this.#decisions.literal(number);
    };
    return this.#decisions.substitute(decision, replacement, this.#knownFor(behind).now);
  }

  /** What has to follow a character, at a place with other values of what lies behind. */
  #after(decision: Decision, characterClass: number, behind: readonly Decision[]): Decision {
    if (decision === TRUE || decision === FALSE) return decision;
    const replacement = (variable: number): Decision =>
      this.#takes(variable, characterClass) ? this.#now(this.#position(variable).after, behind) : FALSE;
    const { after } = this.#knownFor(behind);
    after[characterClass] ??= new Map();
    return this.#decisions.substitute(decision, replacement, after[characterClass]);
  }

  #knownFor(behind: readonly Decision[]): Known {
    const key = behind.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#decisions.spend(behind.length);
    const made: Known = { now: new Map(), after: [] };
    this.#known.set(key, made);
    return made;
  }
}
