import { describe } from "../describe.ts";
import { Place } from "../error.ts";
import { type Form, isTextName, nameOfType } from "../forms.ts";
import type { GraphInput } from "../graph.ts";
import type { GraphLimits } from "../limits.ts";
import {
  type ClearType,
  type Inputs,
  type InputType,
  isList,
  type ListType,
  type SizedText,
} from "../specification.ts";

/** What a program starts from, once the forms of its inputs are known. */
export interface Start {
  readonly inputs: readonly GraphInput[];
  /** The forms of all encrypted values, in order. */
  readonly forms: readonly Form[];
  /** Its arguments by name, `handle` making those of encrypted values by their numbers. */
  arguments(handle: (value: number) => unknown): Record<string, unknown>;
}

/**
 * Checks what is known of a program's inputs.
 *
 * @throws ProgramError for an input that lacks, or that the program does not take, or that is of another type.
 */
export function startOf(
  program: string,
  specification: Inputs,
  known: Readonly<Record<string, unknown>>,
  limits: GraphLimits,
): Start {
  const all = new Place(program).at("in");
  if (typeof known !== "object" || known === null)
    throw all.error("expected an object with what is known of inputs");
  for (const name of Object.keys(known)) {
    if (!Object.hasOwn(specification, name))
      throw all.error(`the program takes no input ${name.slice(0, 64)}`);
  }
  const inputs: GraphInput[] = [];
  const forms: Form[] = [];
  const makers: [string, (handle: (value: number) => unknown) => unknown][] = [];
  for (const [name, type] of Object.entries(specification)) {
    const place = all.at(name);
    if (!Object.hasOwn(known, name)) throw place.error("this input lacks");
    const given = known[name];
    const one = isList(type) ? (type.of as InputType) : type;
    const list = isList(type) ? checkLength(given, type, limits, place) : undefined;
    if (isClear(one)) {
      for (const [i, value] of (list ?? [given]).entries()) checkParameter(value, one, place.at(i));
      makers.push([name, () => (list === undefined ? given : [...list])]);
      continue;
    }
    const start = forms.length;
    const found = (list ?? [given]).map((value, i) =>
      checkForm(value, one, limits, list === undefined ? place : place.at(i)),
    );
    for (const form of found) forms.push(form);
    inputs.push(graphInput(name, one, found, list?.length, place));
    makers.push([
      name,
      (handle) => (list === undefined ? handle(start) : found.map((_, i) => handle(start + i))),
    ]);
  }
  return {
    inputs,
    forms,
    arguments: (handle) => Object.fromEntries(makers.map(([name, make]) => [name, make(handle)])),
  };
}

const isClear = (type: InputType): type is ClearType =>
  nameOfType(type) === undefined && (type as ClearType).kind === "clear";

function checkLength(given: unknown, type: ListType, limits: GraphLimits, place: Place): readonly unknown[] {
  if (!Array.isArray(given)) throw place.error(`expected a list, not ${describe(given)}`);
  if (type.length !== undefined && given.length !== type.length) {
    throw place.error(`expected a list of ${type.length}, not of ${given.length}`);
  }
  if (given.length <= limits.listLength) return given;
  throw place.error(`a list of ${given.length}; the most is ${limits.listLength}`);
}

function checkParameter(value: unknown, { name }: ClearType, place: Place): void {
  if (typeof value !== name) throw place.error(`expected a clear ${name}, not ${describe(value)}`);
}

/** The form of a value that is to be of a type. */
function checkForm(
  given: unknown,
  type: Exclude<InputType, ClearType>,
  limits: GraphLimits,
  place: Place,
): Form {
  const sized = nameOfType(type) === undefined ? (type as SizedText) : undefined;
  const expected = nameOfType(sized?.type ?? type);
  const { type: found, size, padded } = (given ?? {}) as Partial<Form>;
  if (typeof found !== "string") {
    throw place.error(`expected a ciphertext of type ${expected}, or its form, not ${describe(given)}`);
  }
  if (found !== expected) throw place.error(`expected a value of type ${expected}, not ${found}`);
  if (!isTextName(found)) return { type: found };
  if (!Number.isInteger(size) || (size as number) < 0 || typeof padded !== "boolean") {
    throw place.error("the form of a text has its size and whether it is padded");
  }
  if ((size as number) > limits.textSize) {
    throw place.error(`a text of ${size} characters; the most is ${limits.textSize}`);
  }
  if (sized !== undefined && !(size === sized.most + 1 && padded)) {
    throw place.error(
      `expected a text of up to ${sized.most} characters, encrypted with { size: ${sized.most + 1} } and zeros behind it`,
    );
  }
  return { type: found, size: size as number, padded };
}

/** An input of a graph. The texts of a list are of one size: what differs would be no secret. */
function graphInput(
  name: string,
  type: Exclude<InputType, ClearType>,
  forms: readonly Form[],
  length: number | undefined,
  place: Place,
): GraphInput {
  const typeName = nameOfType(nameOfType(type) === undefined ? (type as SizedText).type : type);
  const [first] = forms;
  const other = forms.findIndex((form) => form.size !== first.size || form.padded !== first.padded);
  if (other >= 0) {
    throw place
      .at(other)
      .error(
        "the texts of a list have one size: encrypt all of them with the same { size }, with zeros behind them",
      );
  }
  const text = typeName !== undefined && isTextName(typeName);
  return {
    name,
    type: typeName as GraphInput["type"],
    ...(length === undefined ? {} : { length }),
    ...(text ? { size: first?.size ?? 0 } : {}),
    ...(text && first?.padded === true ? { padded: true as const } : {}),
  };
}
