import { freeSignature, isMethod, methodSignature } from "./catalogue/index.ts";
import { digitsTaken } from "./catalogue/operation.ts";
import type { Call, CheckedCall, Signature } from "./catalogue/signature.ts";
import type { Place } from "./error.ts";
import { type Form, isTextName } from "./forms.ts";
import type { GraphNode, Json } from "./graph.ts";
import type { GraphLimits } from "./limits.ts";

/** What is known of a node that is what it should be. */
export interface CheckedNode {
  readonly node: GraphNode;
  readonly signature: Signature;
  readonly results: readonly Form[];
  /** About how many table lookups it takes. */
  readonly work: number;
}

/** How regular expressions are checked; see `Call.pattern`. */
export type PatternCheck = Call["pattern"];

/** Checks nodes one after the other, and counts what all of them take together. */
export class NodeChecker {
  /** The forms of all values so far. */
  readonly forms: Form[];
  readonly limits: GraphLimits;
  readonly #pattern: PatternCheck;
  #work = 0;
  #patternCharacters = 0;

  constructor(inputs: readonly Form[], limits: GraphLimits, pattern: PatternCheck = () => {}) {
    this.forms = [...inputs];
    this.limits = limits;
    this.#pattern = pattern;
  }

  /**
   * Checks a node; its results are then values that the next ones may take.
   *
   * @throws ProgramError for an operation that there is not, for arguments that it does not take, and beyond a limit.
   */
  add(op: unknown, given: readonly unknown[], place: Place): CheckedNode {
    const signature = this.#signatureOf(op, given, place);
    const call: Call = {
      given,
      place,
      limits: this.limits,
      form: (value, at) => this.#form(value, at),
      pattern: (source, flags, at) => this.#checkPattern(source, flags, at),
    };
    const of = checkArguments(signature, op as string, call);
    const checked: CheckedCall = { of, form: (value) => this.forms[value as number] };
    const work = this.#count(signature, checked, place);
    const results = signature.gives(checked);
    this.#admit(results, place);
    for (const form of results) this.forms.push(form);
    return { node: { op: op as string, of }, signature, results, work };
  }

  #signatureOf(op: unknown, given: readonly unknown[], place: Place): Signature {
    if (typeof op !== "string") throw place.at("op").error("expected the name of an operation, a string");
    const free = freeSignature(op);
    if (free !== undefined) return free;
    if (!isMethod(op)) throw place.at("op").error(`there is no operation ${JSON.stringify(op.slice(0, 40))}`);
    const at = place.at("of").at(0);
    if (given.length === 0) throw place.at("of").error(`${op} is an operation of a value, which lacks`);
    const form = this.#form(given[0], at);
    const signature = methodSignature(op, form);
    if (signature !== undefined) return signature;
    throw at.error(`values of type ${form.type} have no operation ${op}`);
  }

  #form(value: unknown, place: Place): Form {
    const count = this.forms.length;
    if (typeof value !== "number") throw place.error("expected an encrypted value, by its number");
    if (Number.isInteger(value) && value >= 0 && value < count) return this.forms[value];
    throw place.error(`there is no value of this number here: there are ${count} before, counted from 0`);
  }

  #checkPattern(source: string, flags: string, place: Place): void {
    this.#patternCharacters += source.length;
    const most = this.limits.patternCharacters;
    if (this.#patternCharacters > most)
      throw place.error(`patterns of more than ${most} characters together`);
    this.#pattern(source, flags, place);
  }

  #count(signature: Signature, call: CheckedCall, place: Place): number {
    const work = signature.work?.(call) ?? digitsTaken(call);
    this.#work += work;
    if (this.#work <= this.limits.work) return work;
    throw place.error(
      `the graph is too large: up to here it takes more than some ${this.limits.work} lookups`,
    );
  }

  #admit(results: readonly Form[], place: Place): void {
    const { values, textSize } = this.limits;
    if (this.forms.length + results.length > values) {
      throw place.error(`the graph has more than ${values} values`);
    }
    const long = results.find(({ type, size = 0 }) => isTextName(type) && size > textSize);
    if (long !== undefined) {
      throw place.error(`gives a text of ${long.size} characters; the most is ${textSize}`);
    }
  }
}

function checkArguments(signature: Signature, op: string, call: Call): Json[] {
  const { takes } = signature;
  const { given, place } = call;
  const at = place.at("of");
  const least = takes.filter(({ optional }) => optional !== true).length;
  if (given.length < least || given.length > takes.length) {
    const expected = least === takes.length ? `${least}` : `${least} to ${takes.length}`;
    throw at.error(`${op} takes ${expected} arguments, with what it is called on, not ${given.length}`);
  }
  return given.map((argument, i) => takes[i].check(argument, at.at(i), call));
}
