import { PatternError } from "../errors.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../opaque.ts";
import { checkNumber, checkOptions, type OptionNames } from "../options.ts";
import { type Automaton, accepts, type Encoding } from "./automaton.ts";
import { codesOf } from "./codes.ts";
import { MOST_STATES, makeAutomaton, type Recognizer } from "./make-automaton.ts";

/** How a regular expression is compiled. */
export interface PatternOptions {
  /** Flags in place of those that the expression has: of `d`, `g`, `i`, `m`, `s` and `u`. */
  readonly flags?: string | undefined;
  /** Most states that its automaton may have: 256, unless given, and no more. */
  readonly states?: number | undefined;
}

const NAMES: OptionNames<PatternOptions> = { flags: true, states: true };

/** What recognizes the texts of an encoding that match a pattern. */
export type RecognizerOf = (encoding: Encoding) => Recognizer;

interface Compiled {
  readonly source: string;
  readonly flags: string;
  readonly states: number;
  readonly recognizerOf: RecognizerOf;
}

/**
 * A regular expression as an automaton, which reads a text character by character, so that encrypted ones can be searched
 * for it.
 */
export class Pattern extends Opaque {
  readonly #source: string;
  readonly #flags: string;
  readonly #states: number;
  readonly #recognizerOf: RecognizerOf;
  readonly #automata = new Map<Encoding, Automaton>();

  static {
    introduce(Pattern, {
      name: "Pattern",
      noun: "a pattern",
      source: "compile(expression) of tacet/regex makes one",
      instead: "test(text) says whether it matches",
      written: "its source and its flags can",
    });
  }

  /** @internal */
  constructor(permit: Permit, compiled: Compiled) {
    super(permit);
    this.#source = compiled.source;
    this.#flags = compiled.flags;
    this.#states = compiled.states;
    this.#recognizerOf = compiled.recognizerOf;
  }

  /**
   * What `compile` makes, which parses and understands regular expressions: that is not part of this module.
   *
   * @internal
   */
  static compiled(
    expression: RegExp | string,
    options: PatternOptions = {},
    parse: (source: string, flags: string) => RecognizerOf,
  ): Pattern {
    const { source, flags: own } = sourceOf(expression);
    const { flags = own, states = MOST_STATES } = checkOptions(options, NAMES);
    if (typeof flags !== "string") throw new TypeError(`flags is a string, not ${describe(flags)}`);
    checkStates(states);
    return new Pattern(PERMIT, { source, flags, states, recognizerOf: parse(source, flags) });
  }

  /**
   * The automaton for texts of an encoding.
   *
   * @internal
   */
  static automatonOf(pattern: Pattern, encoding: Encoding): Automaton {
    if (pattern instanceof Pattern) return pattern.#automatonFor(encoding);
    throw new TypeError(
      `expected a Pattern, as compile() of tacet/regex makes them, not ${describe(pattern)}`,
    );
  }

  /** The expression, without slashes and flags. */
  get source(): string {
    return this.#source;
  }

  get flags(): string {
    return this.#flags;
  }

  /**
   * How many states the automaton has that reads texts in ASCII.
   *
   * @throws LimitError if they are more than allowed; PatternError if too many are met on the way to it.
   */
  get states(): number {
    return this.#automatonFor("ascii").next.length;
  }

  /**
   * Whether a text matches: what `RegExp.prototype.test` says of it, from the automaton.
   *
   * @throws TypeError for what is no text; RangeError for one with a character 0, or with half of a surrogate pair.
   * @throws PatternError for a text beyond ASCII, if the expression does not have the flag `u`; and as `states`.
   */
  test(text: string): boolean {
    if (typeof text !== "string") throw new TypeError(`expected a text, not ${describe(text)}`);
    const { encoding, codes } = codesOf(text);
    return accepts(this.#automatonFor(encoding), codes);
  }

  #automatonFor(encoding: Encoding): Automaton {
    const known = this.#automata.get(encoding);
    if (known !== undefined) return known;
    if (encoding === "utf8" && !this.#flags.includes("u")) {
      throw new PatternError("for texts beyond ASCII, the pattern needs the flag u");
    }
    const automaton = makeAutomaton(this.#recognizerOf(encoding), encoding, this.#states);
    this.#automata.set(encoding, automaton);
    return automaton;
  }
}

/** What an expression has in its source and its flags, be it of another realm. */
function sourceOf(expression: RegExp | string): { readonly source: string; readonly flags: string } {
  if (typeof expression === "string") return { source: expression, flags: "" };
  if (Object.prototype.toString.call(expression) === "[object RegExp]") {
    const { source, flags } = expression;
    if (typeof source === "string" && typeof flags === "string") return { source, flags };
  }
  throw new TypeError(`expected a regular expression or its source, not ${describe(expression)}`);
}

function checkStates(states: number): void {
  checkNumber("states", states);
  if (Number.isInteger(states) && states >= 1 && states <= MOST_STATES) return;
  throw new RangeError(`states is ${states}; expected an integer from 1 to ${MOST_STATES}`);
}
