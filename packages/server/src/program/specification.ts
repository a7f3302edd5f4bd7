import type {
  BoolHandle,
  Clear,
  FheAsciiString,
  FheBool,
  FheIntType,
  FheUintType,
  FheUtf8String,
  Integer,
  IntHandle,
  StringHandle,
  UintHandle,
} from "tacet";
import { ProgramError } from "./error.ts";
import { type EncryptedType, type Form, isTextName, nameOfType, type TextType } from "./forms.ts";

/* What a program says of the values that it takes and gives. */

/** Texts of up to so many characters, which nobody can tell apart by their lengths. */
export interface SizedText<Type extends TextType = TextType> {
  readonly kind: "text";
  readonly type: Type;
  /** The most characters, or bytes of UTF-8. */
  readonly most: number;
}

/** A clear parameter: everybody knows it, and the function gets it as it is. */
export interface ClearType<Value = ClearParameter> {
  readonly kind: "clear";
  readonly name: "number" | "bigint" | "string" | "boolean";
  /** There is none: it tells TypeScript what the values are. */
  readonly value?: Value;
}
export type ClearParameter = number | bigint | string | boolean;

/** A list of values of a type. */
export interface ListType<Type = unknown> {
  readonly kind: "list";
  readonly of: Type;
  /** Its length, if it is always the same. */
  readonly length: number | undefined;
}

/** What single values a program may take. */
export type InputType = EncryptedType | SizedText | ClearType;
/** What a program takes, by name. */
export type Inputs = Readonly<Record<string, InputType | ListType<InputType>>>;
/** What a program gives: a value, a list of values, or several of these by name. */
export type Output = EncryptedType | ListType<EncryptedType>;
export type Outputs = Output | { readonly [name: string]: Output };

/** A list of values of a type: of any length, or of a given one. @throws ProgramError for a length that is none. */
export function list<const Type extends InputType>(of: Type, length?: number): ListType<Type> {
  if (length !== undefined && !(Number.isSafeInteger(length) && length >= 1)) {
    throw new ProgramError("the length of a list is an integer from 1 on");
  }
  return Object.freeze({ kind: "list", of, length });
}

/**
 * A text of up to so many characters, or bytes of UTF-8: it is encrypted with zeros behind it, so that its length is no
 * secret of anybody's but stays one. A type of texts by itself is for texts whose lengths everybody may see.
 *
 * @throws ProgramError for what is no type of texts, or a number that is none.
 */
export function text<const Type extends TextType>(type: Type, most: number): SizedText<Type> {
  const name = nameOfType(type);
  if (name === undefined || !isTextName(name)) {
    throw new ProgramError("expected a type of texts: FheAsciiString or FheUtf8String");
  }
  if (!(Number.isInteger(most) && most >= 0 && most < 65_535)) {
    throw new ProgramError("the most characters of a text are an integer from 0 to 65,534");
  }
  return Object.freeze({ kind: "text", type, most });
}

/**
 * Clear parameters. The function gets their values while it is traced, and may do with them whatever JavaScript can:
 * count, compare, loop. So they become a part of the graph, which is another one for other values.
 */
export const clear: {
  readonly number: ClearType<number>;
  readonly bigint: ClearType<bigint>;
  readonly string: ClearType<string>;
  readonly boolean: ClearType<boolean>;
} = Object.freeze({
  number: Object.freeze({ kind: "clear", name: "number" }),
  bigint: Object.freeze({ kind: "clear", name: "bigint" }),
  string: Object.freeze({ kind: "clear", name: "string" }),
  boolean: Object.freeze({ kind: "clear", name: "boolean" }),
});

/** The handles of values of a type. */
export type HandleOf<Type> =
  Type extends FheUintType<infer W>
    ? UintHandle<W>
    : Type extends FheIntType<infer W>
      ? IntHandle<W>
      : Type extends typeof FheAsciiString
        ? StringHandle
        : Type extends typeof FheUtf8String
          ? StringHandle<FheUtf8String>
          : Type extends typeof FheBool
            ? BoolHandle
            : never;

/** What the function of a program gets for an input. */
export type ArgumentOf<Type> =
  Type extends ListType<infer One>
    ? ArgumentOf<One>[]
    : Type extends ClearType<infer Value>
      ? Value
      : Type extends SizedText<infer One>
        ? HandleOf<One>
        : HandleOf<Type>;
export type ArgumentsOf<In extends Inputs> = { readonly [Name in keyof In]: ArgumentOf<In[Name]> };

/** What the function of a program has to give for an output. */
export type ResultOf<Out> =
  Out extends ListType<infer One>
    ? Iterable<HandleOf<One>>
    : Out extends EncryptedType
      ? HandleOf<Out>
      : { readonly [Name in keyof Out]: ResultOf<Out[Name]> };

/** A value outside encryption, as users give it. */
type GivenValue<Type> =
  Type extends FheUintType<infer _W>
    ? Integer
    : Type extends FheIntType<infer _W>
      ? Integer
      : Type extends typeof FheBool
        ? boolean
        : string;
/** A value outside encryption, as users get it. */
type PlainValue<Type> =
  Type extends FheUintType<infer W>
    ? Clear<W>
    : Type extends FheIntType<infer W>
      ? Clear<W>
      : Type extends typeof FheBool
        ? boolean
        : string;

/** What users give for an input. */
export type PlainInput<Type> =
  Type extends ListType<infer One>
    ? readonly PlainInput<One>[]
    : Type extends ClearType<infer Value>
      ? Value
      : Type extends SizedText
        ? string
        : GivenValue<Type>;
export type PlainInputs<In extends Inputs> = { readonly [Name in keyof In]: PlainInput<In[Name]> };

/** What users get for an output. */
export type PlainOutputs<Out> =
  Out extends ListType<infer One>
    ? PlainValue<One>[]
    : Out extends EncryptedType
      ? PlainValue<Out>
      : { [Name in keyof Out]: PlainOutputs<Out[Name]> };

/**
 * What is known of an input before it is computed with: of encrypted values their forms, which ciphertexts have themselves;
 * clear parameters as they are.
 */
export type Known<Type> =
  Type extends ListType<infer One>
    ? readonly Known<One>[]
    : Type extends ClearType<infer Value>
      ? Value
      : Form;
export type KnownInputs<In extends Inputs> = { readonly [Name in keyof In]: Known<In[Name]> };

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Whether an input or output may be called so: a name that no object has by itself. */
export function isName(name: unknown): name is string {
  return typeof name === "string" && NAME.test(name) && !(name in Object.prototype);
}

/** Whether a program may be called so. */
export function isProgramName(name: unknown): name is string {
  return (
    typeof name === "string" && /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/.test(name) && !(name in Object.prototype)
  );
}

export const NAMES_ARE: string = "a letter, and then up to 63 letters, digits and underscores";

/** Whether something is a type of single values that a program may take. */
function isInputType(type: unknown): type is InputType {
  if (nameOfType(type) !== undefined) return true;
  const kind = (type as { kind?: unknown } | null | undefined)?.kind;
  return kind === "text" || kind === "clear";
}

export function isList(type: unknown): type is ListType {
  return (type as { kind?: unknown } | null | undefined)?.kind === "list" && nameOfType(type) === undefined;
}

/** @throws ProgramError for inputs that are none. */
export function checkInputs(inputs: Inputs, program: string): void {
  for (const [name, type] of Object.entries(inputs)) {
    if (!isName(name))
      throw new ProgramError(`an input cannot be called so: names are ${NAMES_ARE}`, `${program}.in`);
    if (isInputType(isList(type) ? type.of : type)) continue;
    throw new ProgramError(
      "expected a type, such as FheUint8, list(FheUint8) or clear.number",
      `${program}.in.${name}`,
    );
  }
}

/** The outputs of a program by their names; a single one is called `result`. @throws ProgramError for what are none. */
export function namedOutputs(outputs: Outputs, program: string, single: string): [string, Output][] {
  const isOne = (type: unknown): type is Output =>
    nameOfType(type) !== undefined || (isList(type) && nameOfType(type.of) !== undefined);
  if (isOne(outputs)) return [[single, outputs]];
  const entries = typeof outputs === "object" && outputs !== null ? Object.entries(outputs) : [];
  for (const [name, type] of entries) {
    if (!isName(name))
      throw new ProgramError(`an output cannot be called so: names are ${NAMES_ARE}`, `${program}.out`);
    if (!isOne(type))
      throw new ProgramError("expected a type, such as FheUint8 or list(FheUint8)", `${program}.out.${name}`);
  }
  if (entries.length > 0) return entries as [string, Output][];
  throw new ProgramError("expected a type, a list of a type, or an object of these", `${program}.out`);
}

/** Whether outputs are a single one. */
export function isSingle(outputs: Outputs): outputs is Output {
  return nameOfType(outputs) !== undefined || isList(outputs);
}
