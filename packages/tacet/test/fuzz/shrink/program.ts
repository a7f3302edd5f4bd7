import { evaluate } from "../clear.ts";
import { Invalid } from "../clear-methods.ts";
import {
  type Arg,
  type Clear,
  type Crew,
  type Event,
  formatOf,
  type Input,
  type Item,
  isInteger,
  isText,
  isWord,
  type Program,
  refsIn,
  renamed,
  type Step,
  type TypeName,
  wrapTo,
  zeroOf,
} from "../program.ts";
import type { Setting } from "../run-program.ts";
import { simplerIntegers, withoutSome } from "./shrink.ts";

/** A program and how it is run. */
export interface Case {
  readonly program: Program;
  readonly setting: Setting;
}

/** Whether a program says nothing that nobody may say. */
export function isValid(program: Program): boolean {
  try {
    evaluate(program);
    return true;
  } catch (error) {
    if (error instanceof Invalid) return false;
    throw error;
  }
}

/** What can be left out of a case, or made simpler in it; not all of it is valid. */
export function* simplerCases({ program, setting }: Case): Generator<Case> {
  for (const simpler of simplerPrograms(program)) yield { program: simpler, setting };
  for (const crew of simplerCrews(setting.crew)) yield { program, setting: { ...setting, crew } };
  // What another crew would do is best asked for, and of that crew.
  for (const [at, item] of program.items.entries()) {
    if (item.do !== "explain") continue;
    const items = program.items.with(at, { do: "request", refs: item.refs });
    yield { program: { ...program, items }, setting: { ...setting, crew: item.crew ?? setting.crew } };
  }
}

function* simplerPrograms(program: Program): Generator<Program> {
  const { inputs, items } = program;
  const withItems = (changed: readonly Item[]): Program => ({ ...program, items: changed });
  for (const fewer of withoutSome(items)) yield withItems(renumbered(items, fewer));
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at];
    if (item.do === "step") yield* withoutStep(program, at, item);
  }
  for (const fewer of withoutSome(inputs)) yield { ...program, inputs: fewer };
  for (const [at, item] of items.entries()) {
    for (const simpler of simplerItems(item)) yield withItems(items.with(at, simpler));
  }
  yield* withSimplerTypes(program);
  yield* withSimplerInputs(program);
}

/** Items without some of them: the requests that are left have other numbers. */
export function renumbered<T extends { readonly do: string }>(
  items: readonly (T | Event)[],
  left: readonly (T | Event)[],
): (T | Event)[] {
  const requests = items.filter((item) => item.do === "request");
  const remaining = left.filter((item) => item.do === "request");
  const numbers = requests.map((request) => remaining.indexOf(request));
  return left
    .map((item) => ("request" in item ? { ...item, request: numbers[item.request] } : item))
    .filter((item) => !("request" in item) || item.request >= 0);
}

/** A step's results become inputs with the same values, or another value of the same type takes their place. */
function* withoutStep(program: Program, at: number, { results }: Step): Generator<Program> {
  const values = evaluate(program);
  const types = typesOf(program, at);
  const items = program.items.toSpliced(at, 1);
  for (const [id, type] of types) {
    if (results.length !== 1 || type !== results[0].type) continue;
    yield { ...program, items: items.map((item) => renamed(item, results[0].id, id)) };
  }
  const inputs = results.map(({ id, type }): Input => {
    const known = values.get(id)!.map((value) => value ?? zeroOf(type));
    return isText(type) ? { id, type, values: known, size: sizeFor(known) } : { id, type, values: known };
  });
  yield { ...program, inputs: [...program.inputs, ...inputs], items };
}

/** How many characters hold some texts: one more than the longest, where they differ in length. */
function sizeFor(texts: readonly Clear[]): number {
  const lengths = texts.map((text) => (text as string).length);
  const most = Math.max(...lengths);
  return lengths.some((length) => length < most) ? most + 1 : most;
}

/** The values that there are before an item. */
function typesOf({ inputs, items }: Program, at: number): Map<number, TypeName> {
  const types = new Map(inputs.map(({ id, type }) => [id, type]));
  for (const item of items.slice(0, at)) {
    if (item.do === "step") for (const { id, type } of item.results) types.set(id, type);
    if (item.do === "load" && types.has(item.of)) types.set(item.id, types.get(item.of)!);
  }
  return types;
}

function* simplerItems(item: Item): Generator<Item> {
  switch (item.do) {
    case "request":
    case "explain":
      for (const refs of withoutSome(item.refs)) if (refs.length > 0) yield { ...item, refs };
      if (item.do === "explain" && item.crew) {
        for (const crew of simplerCrews(item.crew)) yield { ...item, crew };
      }
      break;
    case "run":
      for (const moves of [0, item.moves >> 1, item.moves - 1])
        if (moves >= 0 && moves < item.moves) yield { ...item, moves };
      break;
    case "step":
      yield* simplerSteps(item);
  }
}

function* simplerSteps(step: Step): Generator<Step> {
  const lists = [step.target, ...step.args].filter((part) => Array.isArray(part));
  const longest = Math.max(0, ...lists.map((list) => list.length));
  // Elements that stand beside each other go together.
  for (let at = longest - 1; at >= 0 && longest > 1; at--) {
    const cut = <T>(part: T): T => (Array.isArray(part) ? (part.toSpliced(at, 1) as T) : part);
    const each = step.results.length / longest;
    const results = each === 1 || each === 2 ? step.results.toSpliced(at * each, each) : step.results;
    yield { ...step, target: cut(step.target), args: step.args.map(cut), results };
  }
  for (const [at, arg] of step.args.entries()) {
    for (const simpler of simplerArgs(arg)) {
      // Of fewer pieces, there are as many less.
      const inPieces = typeof simpler === "number" && step.method.startsWith("split");
      const results = inPieces ? step.results.slice(0, 2 * simpler) : step.results;
      yield { ...step, args: step.args.with(at, simpler), results };
    }
  }
  if (step.method === "select" && step.args.length === 2) {
    const [{ type }] = step.results;
    const zero: Arg = isText(type) ? { text: "" } : zeroOf(type);
    for (const at of [0, 1]) {
      if (refsIn(step.args[at]).length === 0) continue;
      const args = step.args.with(at, zero);
      const isKnown = isText(type) || args.some((arg) => refsIn(arg).length > 0);
      yield { ...step, args: isKnown ? args : [...args, type] };
    }
  }
}

function* simplerArgs(arg: Arg): Generator<Arg> {
  if (typeof arg === "bigint") yield* simplerIntegers(arg);
  else if (typeof arg === "number")
    for (const less of [0, arg >> 1, arg - 1]) if (less >= 0 && less < arg) yield less;
  if (typeof arg === "boolean" && arg) yield false;
  if (isWord(arg)) for (const text of simplerWords(arg.text)) yield { text };
  if (!Array.isArray(arg)) return;
  for (const [at, part] of (arg as readonly Arg[]).entries()) {
    for (const simpler of simplerArgs(part)) yield (arg as readonly Arg[]).with(at, simpler);
  }
}

/** Texts that are shorter, or have another character in some place. */
function* simplerWords(word: string): Generator<string> {
  if (word.length > 1) yield "";
  for (let at = 0; at < word.length; at++) yield word.slice(0, at) + word.slice(at + 1);
  for (let at = 0; at < word.length; at++)
    if (word[at] !== "a") yield `${word.slice(0, at)}a${word.slice(at + 1)}`;
}

const WIDTHS = [2, 4, 6, 8, 12, 16, 24, 32];

/** A type that takes the place of another everywhere. */
function* withSimplerTypes(program: Program): Generator<Program> {
  const types = new Set([...typesOf(program, program.items.length).values()]);
  for (const type of types) {
    const { width, signed } = formatOf(type);
    if (!isInteger(type)) continue;
    const narrower = WIDTHS.filter((other) => other < width).map(
      (other) => `${signed ? "FheInt" : "FheUint"}${other}`,
    );
    for (const other of [...narrower, ...(signed ? [`FheUint${width}`] : [])])
      yield withType(program, type, other);
  }
}

function withType(program: Program, from: TypeName, to: TypeName): Program {
  const types = typesOf(program, program.items.length);
  const name = (type: TypeName): TypeName => (type === from ? to : type);
  const inArg = (arg: Arg): Arg => {
    if (Array.isArray(arg)) return arg.map(inArg);
    if (typeof arg === "bigint") return wrapTo(to, arg);
    return typeof arg === "string" ? name(arg) : arg;
  };
  const inItem = (item: Item): Item => {
    if (item.do !== "step") return item;
    const concerned = [...refsIn(item.target), ...item.args.flatMap(refsIn)].some(
      (id) => types.get(id) === from,
    );
    const named = item.args.some((arg) => arg === from);
    const results = item.results.map(({ id, type }) => ({ id, type: name(type) }));
    return { ...item, args: concerned || named ? item.args.map(inArg) : item.args, results };
  };
  const inputs = program.inputs.map((input) =>
    input.type === from
      ? { ...input, type: to, values: input.values.map((value) => wrapTo(to, value as bigint)) }
      : input,
  );
  return { ...program, inputs, items: program.items.map(inItem) };
}

/** One input instead of two of a type, one world instead of many, and simpler values. */
function* withSimplerInputs(program: Program): Generator<Program> {
  const { inputs, items } = program;
  for (const { id, type } of inputs) {
    for (const other of inputs) {
      if (other.id === id || other.type !== type) continue;
      const fewer = inputs.filter((input) => input.id !== id);
      yield { ...program, inputs: fewer, items: items.map((item) => renamed(item, id, other.id)) };
    }
  }
  const all = (values: readonly Clear[], world: number): Clear[] => values.map(() => values[world]);
  for (let world = 0; world < inputs[0]?.values.length; world++) {
    const changed = inputs.map((input) => ({ ...input, values: all(input.values, world) }));
    if (inputs.some(({ values }) => values.some((value) => value !== values[0])))
      yield { ...program, inputs: changed };
  }
  for (const [at, input] of inputs.entries()) {
    for (const simpler of simplerTexts(input)) yield { ...program, inputs: inputs.with(at, simpler) };
    const [value] = input.values;
    if (input.values.some((other) => other !== value)) continue;
    if (typeof value === "string") continue;
    const simpler = typeof value === "bigint" ? [...simplerIntegers(value)] : value ? [false] : [];
    for (const other of simpler) {
      yield { ...program, inputs: inputs.with(at, { ...input, values: input.values.map(() => other) }) };
    }
  }
}

/** Texts in fewer characters, without zeros, or without a character in all worlds; or simpler ones, if they are alike. */
function* simplerTexts(input: Input): Generator<Input> {
  const { size } = input;
  if (size === undefined) return;
  yield { ...input, size: size - 1 };
  const values = input.values as readonly string[];
  for (let at = 0; at < size; at++) {
    const shorter = values.map((value) => value.slice(0, at) + value.slice(at + 1));
    yield { ...input, values: shorter, size: size - 1 };
  }
  if (values.some((value) => value !== values[0])) return;
  for (const simpler of simplerWords(values[0])) yield { ...input, values: values.map(() => simpler) };
}

export function* simplerCrews(crew: Crew): Generator<Crew> {
  const { threads, batch, deterministic } = crew;
  if (deterministic) yield { ...crew, deterministic: false };
  for (const fewer of [1, 2, 4, threads >> 1, threads - 1])
    if (fewer >= 1 && fewer < threads) yield { ...crew, threads: fewer };
  if (batch === 1) yield { ...crew, batch: 8 }; // as engines are
}
