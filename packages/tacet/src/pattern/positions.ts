import { PatternError } from "../errors.ts";
import { type Decision, type Decisions, FALSE, TRUE } from "./decisions.ts";
import type { Characters, Expression, Look, Repetition } from "./expression.ts";

/*
 * An expression becomes a set of positions: its characters, repetitions written out. (Glushkov, "The abstract theory of
 * automata", 1961) What is left of a text has to match from some of several positions on, or from several at once, or must
 * not: looking ahead and around makes a Boolean function of positions out of Glushkov's sets.
 *
 * As a variable in such a function, a position says that the next character is one of its own, and that what follows is
 * as its own function says. What lies behind is another variable, whose value is known where it is asked for.
 */

/** A character of an expression. */
export interface Position {
  readonly kind: "position";
  /** The number of the set of its characters. */
  readonly set: number;
  /** What has to follow. */
  readonly after: Decision;
}

/** Whether the text so far ends with something. */
export interface Behind {
  readonly kind: "behind";
  readonly variable: number;
  /** The variables of the positions of what it ends with, but of none that is only looked for. */
  readonly own: readonly number[];
  /** The variable for having come to the end of it. */
  readonly end: number;
  /** What has to follow where it begins. */
  readonly entry: Decision;
}

/** A repetition without end, while it is made: what follows one pass. */
interface Loop {
  readonly kind: "loop";
  readonly after: Decision;
}

/** The end of what lies behind. */
interface End {
  readonly kind: "end";
}

export type Variable = Position | Behind | Loop | End;

/** Most positions: a path of functions calling each other may lead through all of them. */
const MOST_POSITIONS = 2_000;

/** The positions of an expression. */
export class Positions {
  readonly decisions: Decisions;
  readonly variables: Variable[] = [];
  /** What lies behind: each after those that are inside it. */
  readonly behinds: Behind[] = [];
  /** The sets of characters, each once. */
  readonly sets: Characters[] = [];
  /** What has to follow at the start. */
  readonly entry: Decision;
  readonly #known = new Map<string | Expression, number>();

  /** @throws PatternError for an expression that is too large. */
  constructor(expression: Expression, decisions: Decisions) {
    this.decisions = decisions;
    const entry = this.#make(expression, TRUE, []);
    const known = new Map<Decision, Decision>();
    const withoutLoops = (decision: Decision): Decision =>
      decisions.substitute(
        decision,
        (number) => {
          const variable = this.variables[number];
          return variable.kind === "loop" ? withoutLoops(variable.after) : decisions.literal(number);
        },
        known,
      );
    this.entry = withoutLoops(entry);
    for (const [number, variable] of this.variables.entries()) {
      if (variable.kind !== "position") continue;
      this.variables[number] = { ...variable, after: withoutLoops(variable.after) };
    }
  }

  /**
   * What has to follow for an expression to match and something to follow that.
   *
   * @param own takes the positions that are read one after another, and not only looked for.
   */
  #make(expression: Expression, after: Decision, own: number[]): Decision {
    const { decisions } = this;
    decisions.spend();
    if (after === FALSE) return FALSE;
    switch (expression.kind) {
      case "character":
      case "characters":
        return this.#position(expression, after, own);
      case "sequence":
        return expression.parts.reduceRight((rest, part) => this.#make(part, rest, own), after);
      case "choice":
        return expression.options.reduce(
          (others, option) => decisions.or(others, this.#make(option, after, own)),
          FALSE,
        );
      case "repetition":
        return this.#repetition(expression, after, own);
      case "look":
        return decisions.and(this.#look(expression), after);
    }
  }

  #position(characters: Characters, after: Decision, own: number[]): Decision {
    const set = this.#setOf(characters);
    const variable = this.#once(`${set} ${after}`, () => this.#variable({ kind: "position", set, after }));
    own.push(variable);
    return this.decisions.literal(variable);
  }

  #setOf(characters: Characters): number {
    return this.#once(characters, () =>
      this.#once(JSON.stringify(characters), () => this.sets.push(characters) - 1),
    );
  }

  #repetition({ body, min, max }: Repetition, after: Decision, own: number[]): Decision {
    let result = after;
    let required = min;
    if (max === Number.POSITIVE_INFINITY) {
      result = this.#loop(body, min, after, own);
      required = Math.max(0, min - 1);
    } else {
      for (let i = min; i < max; i++) result = this.decisions.or(after, this.#make(body, result, own));
    }
    for (let i = 0; i < required; i++) result = this.#make(body, result, own);
    return result;
  }

  /** Any number of passes, or at least one if any is required. */
  #loop(body: Expression, min: number, after: Decision, own: number[]): Decision {
    const { decisions } = this;
    const variable = this.#variable({ kind: "loop", after: FALSE });
    const pass = this.#make(body, decisions.literal(variable), own);
    const passBefore = (next: Decision): Decision =>
      decisions.substitute(pass, (each) => (each === variable ? next : decisions.literal(each)));
    // A pass that reads nothing leads back to where it was, and may as well not be.
    const passes = decisions.or(after, passBefore(FALSE));
    this.variables[variable] = { kind: "loop", after: passes };
    return min === 0 ? passes : passBefore(passes);
  }

  #look({ direction, negative, body }: Look): Decision {
    const found = direction === "ahead" ? this.#make(body, TRUE, []) : this.#behind(body);
    return negative ? this.decisions.not(found) : found;
  }

  #behind(body: Expression): Decision {
    // The edges of lines and words are many and alike.
    const isOne = body.kind === "character" || body.kind === "characters";
    const variable = this.#once(isOne ? `behind ${this.#setOf(body)}` : body, () => {
      const end = this.#variable({ kind: "end" });
      const own: number[] = [];
      const entry = this.#make(body, this.decisions.literal(end), own);
      const number = this.variables.length;
      const behind: Behind = { kind: "behind", variable: number, own: [...new Set(own)], end, entry };
      this.behinds.push(behind);
      return this.#variable(behind);
    });
    return this.decisions.literal(variable);
  }

  #variable(variable: Variable): number {
    if (this.variables.length === MOST_POSITIONS) {
      throw new PatternError(
        `the pattern has more than ${MOST_POSITIONS} characters, those that it repeats written out`,
      );
    }
    return this.variables.push(variable) - 1;
  }

  /** The number of what has a name, or is an object: one that is made the first time. */
  #once(name: string | Expression, make: () => number): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const number = make();
    this.#known.set(name, number);
    return number;
  }
}
