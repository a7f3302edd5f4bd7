import { DataError, QueryError } from "../errors.ts";
import {
  add,
  ceiling,
  compare,
  type Decimal,
  divide,
  floor,
  formatDecimal,
  multiply,
  negate,
  parseDecimal,
  remainder,
  round,
  truncate,
} from "./decimal.ts";
import type { Expression, ValueType } from "./expression.ts";
import type { Value } from "./value.ts";

/** What an expression stands on. */
export interface Environment {
  parameter(number: number): string | null;
  clear(entry: number): Value;
  aggregate(index: number): Value;
}

/** An environment for what stands on parameters alone. */
export function parametersOnly(parameter: (number: number) => string | null): Environment {
  const none = (): never => {
    throw new QueryError("this is no constant");
  };
  return { parameter, clear: none, aggregate: none };
}

const INTEGERS: readonly ValueType[] = ["int2", "int4", "int8"];
const BITS: Readonly<Record<string, bigint>> = { int2: 16n, int4: 32n, int8: 64n };
const NUMBERS: readonly ValueType[] = [...INTEGERS, "numeric"];

/**
 * Computes an expression as PostgreSQL would.
 *
 * @throws DataError for what PostgreSQL has an error for: division by zero, numbers out of range.
 * @throws QueryError for types that do not go together, or that are not known here.
 */
export function evaluate(expression: Expression, environment: Environment): Value {
  const all = (operands: readonly Expression[]) => operands.map((operand) => evaluate(operand, environment));
  switch (expression.kind) {
    case "constant":
      return { type: expression.type, text: expression.value };
    case "parameter":
      return { type: "unknown", text: environment.parameter(expression.number) };
    case "clear":
      return environment.clear(expression.entry);
    case "aggregate":
      return environment.aggregate(expression.index);
    case "operator":
      return operate(expression.name, all(expression.operands));
    case "function":
      return call(expression.name, all(expression.operands));
    case "and":
    case "or":
      return connect(expression.kind === "or", all(expression.operands));
    case "not":
      return booleanValue(opposite(truthOf(evaluate(expression.operand, environment))));
    case "is":
      return booleanValue(
        is(expression.what, evaluate(expression.operand, environment)) !== expression.negated,
      );
    case "distinct":
      return booleanValue(distinct(all(expression.operands)) !== expression.negated);
    case "coalesce": {
      const values = all(expression.operands);
      const found = values.find(({ text }) => text !== null);
      return { type: commonType(values), text: found?.text ?? null };
    }
    case "cast":
      return cast(evaluate(expression.operand, environment), expression.type, expression.modifiers);
    case "case":
      return choose(expression, environment);
  }
}

function choose(expression: Extract<Expression, { kind: "case" }>, environment: Environment): Value {
  for (const [when, then] of expression.branches) {
    if (truthOf(evaluate(when, environment)) === true) return evaluate(then, environment);
  }
  return evaluate(expression.otherwise, environment);
}

function booleanValue(value: boolean | undefined): Value {
  return { type: "bool", text: value === undefined ? null : value ? "t" : "f" };
}

/** A truth value, `undefined` for NULL. */
export function truthOf({ type, text }: Value): boolean | undefined {
  if (type !== "bool" && type !== "unknown") throw new QueryError("a condition is true or false");
  if (text === null) return undefined;
  if (text === "t" || text === "true") return true;
  if (text === "f" || text === "false") return false;
  throw new QueryError("a condition is true or false");
}

function opposite(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function connect(decisive: boolean, values: readonly Value[]): Value {
  const truths = values.map(truthOf);
  if (truths.includes(decisive)) return booleanValue(decisive);
  return booleanValue(truths.includes(undefined) ? undefined : !decisive);
}

function is(what: boolean | undefined, value: Value): boolean {
  if (what === undefined) return value.text === null;
  return truthOf(value) === what;
}

function distinct([a, b]: readonly Value[]): boolean {
  if (a!.text === null || b!.text === null) return a!.text !== b!.text;
  return compareValues(a!, b!) !== 0;
}

/** The type that both operands are taken to have. */
function commonType(values: readonly Value[]): ValueType {
  const types = [...new Set(values.map(({ type }) => type).filter((type) => type !== "unknown"))];
  if (types.length === 0) return "text";
  if (types.length === 1) return types[0]!;
  if (!types.every((type) => NUMBERS.includes(type))) throw new QueryError("types do not go together");
  return NUMBERS[Math.max(...types.map((type) => NUMBERS.indexOf(type)))]!;
}

function decimalOf({ text }: Value): Decimal {
  const value = parseDecimal(text!);
  if (value === undefined) throw new QueryError("this is no finite number");
  return value;
}

/** Less than 0, 0 or more than 0, of values that are not NULL. @throws QueryError for types without an order here. */
export function compareValues(a: Value, b: Value): number {
  const type = commonType([a, b]);
  if (NUMBERS.includes(type)) return compare(decimalOf(a), decimalOf(b));
  if (type === "bool") return Number(truthOf({ ...a, type })) - Number(truthOf({ ...b, type }));
  if (a.text === b.text) return 0;
  throw new QueryError(`the client does not compare values of type ${type}`);
}

function operate(name: string, operands: readonly Value[]): Value {
  const type = commonType(operands);
  if (name === "||") return concatenate(operands, type);
  const none = operands.some(({ text }) => text === null);
  if (/^[=<>]/.test(name)) {
    if (none) return booleanValue(undefined);
    if (type === "text" && name !== "=" && name !== "<>")
      throw new QueryError("the client does not order texts");
    return booleanValue(holds(name, equalOrCompare(name, operands, type)));
  }
  if (!NUMBERS.includes(type)) throw new QueryError(`${name} is for numbers`);
  if (none) return { type, text: null };
  const [a, b] = operands.map(decimalOf);
  return number(compute(name, a!, b, type), type);
}

/** Texts, and what is of types that the client does not know, are equal if they are printed alike. */
function equalOrCompare(name: string, [a, b]: readonly Value[], type: ValueType): number {
  if (type === "other") throw new QueryError(`the client does not compare (${name}) values of this type`);
  if (type === "text") return a!.text === b!.text ? 0 : 1;
  return compareValues(a!, b!);
}

function holds(name: string, order: number): boolean {
  switch (name) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

function concatenate(operands: readonly Value[], type: ValueType): Value {
  if (type !== "text") throw new QueryError("|| is for texts");
  const texts = operands.map(({ text }) => text);
  return { type, text: texts.includes(null) ? null : texts.join("") };
}

function compute(name: string, a: Decimal, b: Decimal | undefined, type: ValueType): Decimal {
  if (b === undefined) return negate(a);
  switch (name) {
    case "+":
      return add(a, b);
    case "-":
      return add(a, negate(b));
    case "*":
      return multiply(a, b);
    case "/":
      return type === "numeric" ? divide(a, b) : whole(a, b);
    default:
      return remainder(a, b);
  }
}

function whole(a: Decimal, b: Decimal): Decimal {
  if (b.unscaled === 0n) throw new DataError("division by zero");
  return { unscaled: a.unscaled / b.unscaled, scale: 0 };
}

/** A number as a value. @throws DataError if it is out of the type's range. */
function number(value: Decimal, type: ValueType): Value {
  const bits = BITS[type];
  if (bits !== undefined && BigInt.asIntN(Number(bits), value.unscaled) !== value.unscaled) {
    throw new DataError(`a number is out of the range of ${type}`);
  }
  return { type, text: formatDecimal(value) };
}

function call(name: string, operands: readonly Value[]): Value {
  const [value, digits] = operands;
  if (value === undefined || operands.length > 2) throw new QueryError(`${name} has one operand`);
  const type = value.type === "unknown" ? "numeric" : value.type;
  if (!NUMBERS.includes(type)) throw new QueryError(`${name} is for numbers`);
  // PostgreSQL rounds integers as double precision, which the client does not compute with.
  if (name !== "abs" && type !== "numeric")
    throw new QueryError(`${name} is for numeric: cast what it is of`);
  if (operands.some(({ text }) => text === null)) return { type, text: null };
  const scale = digits === undefined ? 0 : Number(digits.text);
  if (
    digits !== undefined &&
    (!["round", "trunc"].includes(name) || !Number.isInteger(scale) || Math.abs(scale) > 1000)
  ) {
    throw new QueryError(`${name} does not take this`);
  }
  return number(apply(name, decimalOf(value), scale), type);
}

function apply(name: string, value: Decimal, scale: number): Decimal {
  switch (name) {
    case "round":
      return round(value, scale);
    case "trunc":
      return truncate(value, scale);
    case "abs":
      return value.unscaled < 0n ? negate(value) : value;
    case "ceil":
      return ceiling(value);
    default:
      return floor(value);
  }
}

function cast(value: Value, type: ValueType, modifiers: readonly number[]): Value {
  const { text } = value;
  if (text === null) return { type, text };
  if (type === "text") {
    if (value.type === "other") throw new QueryError("the client does not cast values of this type");
    return { type, text: value.type === "bool" ? (truthOf(value) ? "true" : "false") : text };
  }
  if (type === "bool") {
    if (INTEGERS.includes(value.type)) return booleanValue(text !== "0");
    return booleanValue(truthOf(value));
  }
  if (value.type === "bool" && type === "int4") return { type, text: truthOf(value) ? "1" : "0" };
  if (!NUMBERS.includes(value.type) && !["unknown", "text"].includes(value.type)) {
    throw new QueryError("the client does not cast values of this type");
  }
  const exact = decimalOf(value);
  if (type !== "numeric") {
    const quoted = value.type === "unknown" || value.type === "text";
    if (quoted && !/^\s*[+-]?\d+\s*$/.test(text)) throw new QueryError(`this is no ${type}`);
    return number(round(exact, 0), type);
  }
  const [precision, scale = 0] = modifiers;
  if (precision === undefined) return { type, text: formatDecimal(exact) };
  const rounded = round(exact, scale);
  const magnitude = rounded.unscaled < 0n ? -rounded.unscaled : rounded.unscaled;
  if (magnitude.toString().length > precision && magnitude !== 0n)
    throw new DataError("numeric field overflow");
  return { type, text: formatDecimal(rounded) };
}
