import { TacetError } from "tacet";

/**
 * A program, or the graph that somebody sent for one, is not what it should be. The message says where, what was wrong and
 * what would be right; it shows types and operations, and no values.
 */
export class ProgramError extends TacetError {
  override readonly name = "ProgramError";
  /** Where: in a graph `nodes[3].of[1]`, while a program is traced `payroll.min()[1]`; empty if it is the whole. */
  readonly path: string;

  constructor(reason: string, path: string = "", options?: ErrorOptions) {
    super(path === "" ? reason : `${path}: ${reason}`);
    this.path = path;
    if (options !== undefined) this.cause = options.cause;
  }
}

/** A place in a graph, whose name is only put together when there is something to say about it. */
export class Place {
  readonly #parent: Place | undefined;
  readonly #step: string | number;

  constructor(step: string | number, parent?: Place) {
    this.#step = step;
    this.#parent = parent;
  }

  /** A place inside this one: an index, or a key. */
  at(step: string | number): Place {
    return new Place(step, this);
  }

  get path(): string {
    const step = typeof this.#step === "number" ? `[${this.#step}]` : this.#step;
    if (this.#parent === undefined) return step;
    const before = this.#parent.path;
    return typeof this.#step === "number" || before === "" ? `${before}${step}` : `${before}.${step}`;
  }

  error(reason: string, options?: ErrorOptions): ProgramError {
    return new ProgramError(reason, this.path, options);
  }
}
