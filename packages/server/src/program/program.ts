import { LRUCache } from "lru-cache";
import type { Engine } from "tacet";
import { ProgramError } from "./error.ts";
import { nameOfType } from "./forms.ts";
import { type Graph, RESULT } from "./graph.ts";
import { type GraphLimits, limitsWith } from "./limits.ts";
import {
  type ArgumentsOf,
  checkInputs,
  type Inputs,
  isList,
  isProgramName,
  type KnownInputs,
  namedOutputs,
  type Outputs,
  type PlainInputs,
  type PlainOutputs,
  type ResultOf,
} from "./specification.ts";
import { trace } from "./trace/trace.ts";

/** How many nodes the graphs have together that a program keeps. */
const MOST_NODES_KEPT = 200_000;

/** What a program takes and gives. */
export interface Interface<In extends Inputs, Out extends Outputs> {
  readonly in: In;
  readonly out: Out;
  /**
   * The inputs whose values may hold anything, as those of strangers do: each digit of them takes a bootstrap more, after
   * which it is one. Values that whoever has the result has encrypted need none: what they spoil is theirs. Lists of the
   * library (`CompactCiphertextList`), in which strangers send values, are checked in any case.
   */
  readonly checked?: readonly (keyof In & string)[] | undefined;
}

/** A program on encrypted values: what it takes and gives, and a function of handles that says what becomes of what. */
export class Program<In extends Inputs = Inputs, Out extends Outputs = Outputs> {
  readonly name: string;
  readonly in: In;
  readonly out: Out;
  readonly checked: readonly string[];
  readonly #compute: (inputs: never, engine: Engine) => unknown;
  readonly #graphs = new LRUCache<string, Graph>({
    maxSize: MOST_NODES_KEPT,
    sizeCalculation: ({ nodes }) => nodes.length + 1,
  });

  constructor(
    name: string,
    { in: inputs, out, checked = [] }: Interface<In, Out>,
    compute: (inputs: ArgumentsOf<In>, engine: Engine) => ResultOf<Out>,
  ) {
    if (!isProgramName(name)) {
      throw new ProgramError(
        "the name of a program is a letter, and then up to 99 letters, digits and _ . -",
      );
    }
    if (typeof compute !== "function") throw new ProgramError("expected the function that computes", name);
    checkInputs(inputs, name);
    namedOutputs(out, name, RESULT);
    this.name = name;
    this.in = Object.freeze({ ...inputs });
    this.out = out;
    for (const input of checked) {
      if (Object.hasOwn(inputs, input) && !isClear(inputs[input])) continue;
      throw new ProgramError(`checked names no encrypted input: ${String(input).slice(0, 64)}`, name);
    }
    this.checked = Object.freeze([...checked]);
    this.#compute = compute;
  }

  /** The function of the program. (A method, so that a list of programs may have any of them.) */
  compute(inputs: ArgumentsOf<In>, engine: Engine): ResultOf<Out> {
    return this.#compute(inputs as never, engine) as ResultOf<Out>;
  }

  /**
   * The graph of the program for what is known of its inputs: ciphertexts, or their forms; clear parameters as they are.
   * It is made by running the function, and kept for other inputs of the same forms.
   *
   * @throws ProgramError for inputs that the program does not take, and for what the function must not do; and whatever the
   *   function throws.
   */
  trace(known: KnownInputs<In>, limits?: Partial<GraphLimits>): Graph {
    const key = this.#takes(known) ? this.shapeOf(known) + JSON.stringify(limits ?? {}) : undefined;
    const found = key === undefined ? undefined : this.#graphs.get(key);
    if (found !== undefined) return found;
    const graph = trace(this, known, limitsWith(limits));
    if (key !== undefined) this.#graphs.set(key, graph);
    return graph;
  }

  /** Whether there are as many inputs as there should be; what they are is for tracing to check. */
  #takes(known: unknown): boolean {
    if (typeof known !== "object" || known === null) return false;
    return Object.keys(known).length === Object.keys(this.in).length;
  }

  /** A text that is the same for inputs for which the graph is the same: of forms and clear parameters. */
  shapeOf(known: KnownInputs<In>): string {
    return JSON.stringify(
      Object.keys(this.in).map((name) => shape((known as Record<string, unknown>)[name])),
    );
  }

  /**
   * What the program gives for plain values, computed without any encryption: for tests.
   *
   * @throws ProgramError, and as the library's operations.
   */
  async clear(values: PlainInputs<In>): Promise<PlainOutputs<Out>> {
    const { runClear } = await import("./run/clear.ts");
    return runClear(this, values);
  }
}

function isClear(type: unknown): boolean {
  const one = isList(type) ? type.of : type;
  return nameOfType(one) === undefined && (one as { kind?: unknown }).kind === "clear";
}

/** What of an input a graph depends on. */
function shape(known: unknown): unknown {
  if (Array.isArray(known)) return known.map(shape);
  if (typeof known !== "object" || known === null)
    return [typeof known, Object.is(known, -0) ? "-0" : String(known)];
  const { type, size, padded } = known as Record<string, unknown>;
  return { type, size, padded };
}

/**
 * A program on encrypted values: its name, what it takes and gives, and a function that is given handles, as an engine
 * has them, and returns handles.
 *
 * ```ts
 * const payroll = program(
 *   "payroll",
 *   { in: { salary: list(FheUint32), cap: FheUint32 }, out: FheUint32 },
 *   ({ salary, cap }, engine) => engine.sum(salary.map((one) => one.min(cap))),
 * );
 * ```
 *
 * The function is run when the program is traced, and not when it computes: once for each length of lists, size of texts
 * and value of clear parameters. It is to do the same each time, and cannot know what is encrypted: `if (x)`, `!x` and
 * `x === y` only ask whether there is an object, and JavaScript lets nobody catch that. Nor are the handles that it gets
 * instances of the library's classes.
 *
 * @throws ProgramError for a name or types that are none.
 */
export function program<const In extends Inputs, const Out extends Outputs>(
  name: string,
  types: Interface<In, Out>,
  compute: (inputs: ArgumentsOf<In>, engine: Engine) => ResultOf<Out>,
): Program<In, Out> {
  return new Program(name, types, compute);
}
