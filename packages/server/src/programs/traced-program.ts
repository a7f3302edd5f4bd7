import { ServiceError } from "../errors.ts";
import type { Tree } from "../jobs/tree.ts";
import { ProgramError } from "../program/error.ts";
import { type Form, isTextName, nameOfType } from "../program/forms.ts";
import { RESULT } from "../program/graph.ts";
import type { Program } from "../program/program.ts";
import { type ClearType, type Inputs, isList, isSingle, type SizedText } from "../program/specification.ts";
import type { ProgramDescription } from "../worker/computation.ts";
import type { NamedProgram } from "./named-program.ts";

/** A program of the operator's in TypeScript: which graph it is depends on how many inputs there are, and on clear ones. */
export class TracedProgram implements NamedProgram {
  readonly name: string;
  readonly description: ProgramDescription;
  readonly #program: Program;

  constructor(program: Program) {
    this.name = program.name;
    this.#program = program;
    const outputs = isSingle(program.out) ? { [RESULT]: program.out } : program.out;
    this.description = { name: program.name, inputs: described(program.in), outputs: described(outputs) };
  }

  /** @throws ServiceError `invalid-request` for inputs and parameters that the program does not take. */
  graphFor(inputs: Readonly<Record<string, Tree<string>>>, parameters: unknown): unknown {
    const clear = (typeof parameters === "object" && parameters !== null ? parameters : {}) as Record<
      string,
      unknown
    >;
    const known = Object.entries(this.#program.in).map(([name, type]) => [
      name,
      knownOf(name, type, inputs[name], clear),
    ]);
    try {
      return this.#program.trace(Object.fromEntries(known));
    } catch (error) {
      if (error instanceof ProgramError)
        throw new ServiceError("invalid-request", error.message, { cause: error });
      throw error;
    }
  }
}

function knownOf(
  name: string,
  type: Inputs[string],
  given: Tree<string> | undefined,
  parameters: Readonly<Record<string, unknown>>,
): unknown {
  if (isList(type)) {
    if (isClear(type.of)) return parameters[name];
    if (!Array.isArray(given)) throw wrong(name, "expected a list of hashes");
    const form = formOf(name, type.of);
    return given.map(() => form);
  }
  return isClear(type) ? clearOf(name, type, parameters[name]) : formOf(name, type);
}

function isClear(type: unknown): type is ClearType {
  return nameOfType(type) === undefined && (type as ClearType).kind === "clear";
}

/** JSON has no large integers: they come as text. */
function clearOf(name: string, type: ClearType, given: unknown): unknown {
  if (type.name !== "bigint") return given;
  if (typeof given === "string" && /^-?\d{1,700}$/.test(given)) return BigInt(given);
  if (Number.isSafeInteger(given)) return BigInt(given as number);
  throw wrong(name, "expected an integer as text, in decimal", "parameters");
}

function formOf(name: string, type: unknown): Form {
  const own = nameOfType(type);
  if (own === undefined) {
    const { type: text, most } = type as SizedText;
    return { type: nameOfType(text) as Form["type"], size: most + 1, padded: true };
  }
  if (isTextName(own)) throw wrong(name, "texts of any length have to come with a graph of the client's");
  return { type: own };
}

function wrong(name: string, reason: string, where = "inputs"): ServiceError {
  const pointer = `/${where}/${name}`;
  return new ServiceError("invalid-request", `${pointer}: ${reason}.`, { members: { pointer } });
}

/** Types by their names. */
function described(types: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [name, describedType(type)]));
}

function describedType(type: unknown): unknown {
  const own = nameOfType(type);
  if (own !== undefined) return own;
  if (isList(type))
    return { list: describedType(type.of), ...(type.length === undefined ? {} : { length: type.length }) };
  if (isClear(type)) return { clear: type.name };
  const { type: text, most } = type as SizedText;
  return { text: nameOfType(text), most };
}
