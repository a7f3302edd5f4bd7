import { PatternError } from "../errors.ts";

/** A Boolean function of numbered variables. Equal functions are the same number. */
export type Decision = number;

export const FALSE: Decision = 0;
export const TRUE: Decision = 1;

/** A function that is true if any of some variables is true, or any of others is false. */
export interface Literals {
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

/** What a variable implies, and by what it is implied. */
export type Implications = (variable: number) => {
  readonly implied: ReadonlySet<number>;
  readonly implying: ReadonlySet<number>;
};

/** Most nodes of all functions together, and most steps to compute them: a second or two. */
const MOST_NODES = 2 ** 17;
const MOST_STEPS = 2 ** 22;

/**
 * Boolean functions as ordered decision diagrams, where each has one form only. (Bryant, "Graph-Based Algorithms for
 * Boolean Function Manipulation", 1986)
 */
export class Decisions {
  readonly #variables: number[] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  readonly #lows: Decision[] = [FALSE, TRUE];
  readonly #highs: Decision[] = [FALSE, TRUE];
  readonly #nodes = new Map<number, Decision>();
  readonly #choices = new Map<number, Decision>();
  #steps = 0;

  /** Counts what is done with a pattern. @throws PatternError once it is more than patterns may need. */
  spend(steps = 1): void {
    this.#steps += steps;
    if (this.#steps > MOST_STEPS) throw tooComplex();
  }

  literal(variable: number): Decision {
    return this.#node(variable, FALSE, TRUE);
  }

  not(a: Decision): Decision {
    return this.choose(a, FALSE, TRUE);
  }

  and(a: Decision, b: Decision): Decision {
    return this.choose(a, b, FALSE);
  }

  or(a: Decision, b: Decision): Decision {
    return this.choose(a, TRUE, b);
  }

  /** `a ? b : c` */
  choose(a: Decision, b: Decision, c: Decision): Decision {
    if (a === TRUE || b === c) return b;
    if (a === FALSE) return c;
    if (b === TRUE && c === FALSE) return a;
    const key = keyOf(a, b, c);
    const known = this.#choices.get(key);
    if (known !== undefined) return known;
    this.spend();
    const all = [a, b, c] as const;
    const variable = Math.min(...all.map((each) => this.#variables[each]));
    const half = (nodes: readonly Decision[]): Decision => {
      const [x, y, z] = all.map((each) => (this.#variables[each] === variable ? nodes[each] : each));
      return this.choose(x!, y!, z!);
    };
    const found = this.#node(variable, half(this.#lows), half(this.#highs));
    this.#choices.set(key, found);
    return found;
  }

  /**
   * A function with others in place of its variables.
   *
   * @param known the results of the same substitution in parts of other functions, to which new ones are added.
   */
  substitute(
    a: Decision,
    replacement: (variable: number) => Decision,
    known: Map<Decision, Decision> = new Map(),
  ): Decision {
    if (a === TRUE || a === FALSE) return a;
    const found = known.get(a);
    if (found !== undefined) return found;
    this.spend();
    const low = this.substitute(this.#lows[a], replacement, known);
    const high = this.substitute(this.#highs[a], replacement, known);
    const result = this.choose(replacement(this.#variables[a]), high, low);
    known.set(a, result);
    return result;
  }

  /**
   * A function that is the same wherever some variables imply others, and depends on fewer of them.
   *
   * @param implications what each variable implies, and by what it is implied.
   * @param known the results for parts of other functions, to which new ones are added.
   */
  simplify(a: Decision, implications: Implications, known: Map<Decision, Decision> = new Map()): Decision {
    if (a === TRUE || a === FALSE) return a;
    const found = known.get(a);
    if (found !== undefined) return found;
    const variable = this.#variables[a];
    const { implied, implying } = implications(variable);
    // What the variable implies, if it is true; what implies it is false, if it is false.
    const high = this.simplify(this.#fix(this.#highs[a], implied, TRUE), implications, known);
    const low = this.simplify(this.#fix(this.#lows[a], implying, FALSE), implications, known);
    // What it is without the variable may be right as well where it is true.
    const without = this.#fix(low, implied, TRUE) === high;
    const result = without ? low : this.choose(this.literal(variable), high, low);
    known.set(a, result);
    return result;
  }

  #fix(a: Decision, variables: ReadonlySet<number>, value: Decision): Decision {
    if (variables.size === 0) return a;
    return this.substitute(a, (each) => (variables.has(each) ? value : this.literal(each)));
  }

  /** What a function is where all variables are false. */
  ofNone(a: Decision): boolean {
    let node = a;
    while (node !== TRUE && node !== FALSE) node = this.#lows[node];
    return node === TRUE;
  }

  /** The variables that matter to a function. */
  variablesOf(a: Decision): Set<number> {
    const nodes = new Set([a]);
    for (const node of nodes) {
      if (node === TRUE || node === FALSE) continue;
      nodes.add(this.#lows[node]).add(this.#highs[node]);
    }
    nodes.delete(TRUE);
    nodes.delete(FALSE);
    return new Set([...nodes].map((node) => this.#variables[node]));
  }

  /** What a function says, if all that it says is that some variables are true or others false. */
  literalsOf(a: Decision): Literals | undefined {
    const positive: number[] = [];
    const negative: number[] = [];
    let node = a;
    while (node !== TRUE && node !== FALSE) {
      const [variable, low, high] = [this.#variables[node], this.#lows[node], this.#highs[node]];
      if (high === TRUE) positive.push(variable);
      else if (low === TRUE) negative.push(variable);
      else return undefined;
      node = high === TRUE ? low : high;
    }
    return node === FALSE ? { positive, negative } : undefined;
  }

  #node(variable: number, low: Decision, high: Decision): Decision {
    if (low === high) return low;
    const key = keyOf(variable, low, high);
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const node = this.#variables.length;
    if (node === MOST_NODES) throw tooComplex();
    this.#variables.push(variable);
    this.#lows.push(low);
    this.#highs.push(high);
    this.#nodes.set(key, node);
    return node;
  }
}

/** Three numbers below `MOST_NODES` as one. */
function keyOf(a: number, b: number, c: number): number {
  return (a * MOST_NODES + b) * MOST_NODES + c;
}

function tooComplex(): PatternError {
  return new PatternError(
    "the pattern is too complex: what it repeats, or looks ahead or back for, has to become less, or it has to become " +
      "several patterns",
  );
}
