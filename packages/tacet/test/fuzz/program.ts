import type { Workforce } from "../../src/graph/workforce/batch.ts";

/** The name of a type of encrypted values. */
export type TypeName = string;

/** The type of texts. */
export const TEXT: TypeName = "FheAsciiString";

/** What a type's values are. */
export interface Format {
  readonly kind: "boolean" | "integer" | "text";
  readonly boolean: boolean;
  /** Of a text: none. */
  readonly width: number;
  readonly signed: boolean;
}

/** A value that an earlier step or an input has given, by its number. */
export interface Ref {
  readonly ref: number;
}

/** A clear text; a string alone is the name of a type. */
export interface Word {
  readonly text: string;
}

/** A regular expression. */
export interface Expression {
  readonly pattern: string;
  readonly flags: string;
}

/** An operand: a value, a clear one (integers are bigints), a position, the name of a type, options, or a list. */
export type Arg = Ref | bigint | boolean | number | TypeName | Word | Expression | Options | readonly Arg[];
export interface Options {
  readonly descending?: boolean;
  readonly escape?: string;
  readonly ignoreCase?: boolean;
  readonly fromEnd?: boolean;
  readonly pieces?: number;
  readonly separators?: "behind" | "inside";
}

/** An encrypted value that a program starts from. */
export interface Input {
  readonly id: number;
  readonly type: TypeName;
  /** One for each world that the program is run in. */
  readonly values: readonly Clear[];
  /** Of a text: its characters with the zeros behind it, of which there are some in all worlds, or none in any. */
  readonly size?: number;
}

/** A call of a method of a value, of the engine, or of the array of some values. */
export interface Step {
  readonly do: "step";
  readonly target: Ref | readonly Ref[] | "engine";
  readonly method: string;
  readonly args: readonly Arg[];
  /** The values that it gives. */
  readonly results: readonly { readonly id: number; readonly type: TypeName }[];
}

/** Loads the ciphertext of an input once more. */
export interface Reload {
  readonly do: "load";
  readonly id: number;
  readonly of: number;
}

/** What happens between the steps. */
export type Event =
  /** Asks for values, in this order and in one turn of the event loop. Requests are numbered in their order. */
  | { readonly do: "request"; readonly refs: readonly number[] }
  /** Lets the threads make some moves. */
  | { readonly do: "run"; readonly moves: number }
  /** Waits until all requests are answered. */
  | { readonly do: "finish" }
  /** Gives a request up. */
  | { readonly do: "abort"; readonly request: number }
  /** Has the engine explain what it would do for values, as if nothing were under way: with another crew, if given. */
  | { readonly do: "explain"; readonly refs: readonly number[]; readonly crew?: Crew }
  /** Lets go of a value, which later steps and requests do not name. */
  | { readonly do: "dispose"; readonly ref: number };

/** Who computes. */
export interface Crew extends Workforce {
  /** Whether plans are made as for one thread with batches, whatever the crew. */
  readonly deterministic: boolean;
}

export type Item = Step | Reload | Event;

/** A program of the public API as plain data. Everything it computes is asked for by its requests. */
export interface Program {
  readonly parameters: ParametersName;
  readonly inputs: readonly Input[];
  readonly items: readonly Item[];
}

/** Message and carry bits of the blocks. */
export type ParametersName = "1_1" | "2_2" | "3_3";

/** A clear value; nothing is said of what is `undefined`: it is what an operation gives where its docs promise nothing. */
export type Clear = bigint | boolean | string | undefined;

const formats = new Map<TypeName, Format>();

export function formatOf(type: TypeName): Format {
  let format = formats.get(type);
  if (format === undefined) {
    const [, name, digits] = type.match(/^Fhe(Bool|Uint|Int|AsciiString)(\d*)$/)!;
    const kind = name === "Bool" ? "boolean" : name === "AsciiString" ? "text" : "integer";
    const width = { boolean: 1, integer: Number(digits), text: Number.NaN }[kind];
    format = { kind, boolean: kind === "boolean", width, signed: name === "Int" };
    formats.set(type, format);
  }
  return format;
}

export function isInteger(type: TypeName): boolean {
  return formatOf(type).kind === "integer";
}

export function isText(type: TypeName): boolean {
  return formatOf(type).kind === "text";
}

/** What is least in a type. */
export function zeroOf(type: TypeName): bigint | boolean | string {
  return { boolean: false, integer: 0n, text: "" }[formatOf(type).kind];
}

/** The integer of a type that a value is equal to modulo 2^width. */
export function wrapTo(type: TypeName, value: bigint): bigint {
  const { width, signed } = formatOf(type);
  return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}

export function isRef(arg: Arg): arg is Ref {
  return typeof arg === "object" && "ref" in arg;
}

export function isWord(arg: unknown): arg is Word {
  return typeof arg === "object" && arg !== null && "text" in arg;
}

export function isExpression(arg: unknown): arg is Expression {
  return typeof arg === "object" && arg !== null && "pattern" in arg;
}

/** The values that an operand names. */
export function refsIn(arg: Arg | Step["target"]): number[] {
  if (Array.isArray(arg)) return (arg as readonly Arg[]).flatMap(refsIn);
  return typeof arg === "object" && "ref" in arg ? [arg.ref] : [];
}

/** An item with one value in the place of another. */
export function renamed(item: Item, from: number, to: number): Item {
  const name = (id: number): number => (id === from ? to : id);
  const inArg = (arg: Arg): Arg => {
    if (Array.isArray(arg)) return arg.map(inArg);
    return typeof arg === "object" && "ref" in arg ? { ref: name(arg.ref) } : arg;
  };
  switch (item.do) {
    case "step":
      return { ...item, target: inArg(item.target) as Step["target"], args: item.args.map(inArg) };
    case "request":
    case "explain":
      return { ...item, refs: [...new Set(item.refs.map(name))] };
    case "dispose":
      return { ...item, ref: name(item.ref) };
    default:
      return item;
  }
}
