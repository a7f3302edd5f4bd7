import { ConstantError } from "../errors.ts";
import { ordinalOf, type Position } from "../schema/ordinal.ts";
import type { ColumnType } from "../schema/types.ts";
import { evaluate, parametersOnly } from "../value/evaluate.ts";
import { type Expression, visitExpression } from "../value/expression.ts";

/** A parameter as PostgreSQL would get it: as text, NULL, or an array of those. */
export type Parameter = string | null | readonly (string | null)[];

/** The constants of a query, which only the client has. */
export class Constants {
  readonly #parameters: readonly Parameter[];

  constructor(parameters: readonly Parameter[]) {
    this.#parameters = parameters;
  }

  /** A constant as text; `null` for NULL. @throws ConstantError if it is an array, or cannot be computed. */
  textOf(expression: Expression): string | null {
    return evaluate(
      expression,
      parametersOnly((number) => this.#single(number)),
    ).text;
  }

  /** The elements of an array; `null` for NULL. @throws ConstantError if it is none. */
  arrayOf(expression: Expression): readonly (string | null)[] | null {
    const value = expression.kind === "parameter" ? this.#parameters[expression.number - 1] : undefined;
    if (value === null || Array.isArray(value)) return value;
    throw new ConstantError(`${nameOf(expression)} is compared by ANY or ALL, and so is an array`);
  }

  /** Where a constant stands in the order of a type; `null` for NULL. @throws ConstantError if it does not fit the type. */
  positionOf(expression: Expression, type: ColumnType): Position | null {
    return this.position(this.textOf(expression), type, expression);
  }

  position(text: string | null, type: ColumnType, expression: Expression): Position | null {
    if (text === null) return null;
    const position = ordinalOf(type)!.positionOf(text);
    if (position === undefined)
      throw new ConstantError(`${nameOf(expression)} is no value of its column: ${nounOf(type)}`);
    return position;
  }

  #single(number: number): string | null {
    const value = this.#parameters[number - 1];
    if (value === undefined) throw new ConstantError(`there is no value for $${number}`);
    if (typeof value === "string" || value === null) return value;
    throw new ConstantError(`$${number} is an array, and only ANY and ALL take one`);
  }
}

/** A constant as errors name it: by its parameters, and never by its value. */
export function nameOf(expression: Expression): string {
  const numbers = new Set<number>();
  visitExpression(expression, (below) => {
    if (below.kind === "parameter") numbers.add(below.number);
  });
  return numbers.size === 0 ? "a constant" : [...numbers].map((number) => `$${number}`).join(" and ");
}

function nounOf(type: ColumnType): string {
  switch (type.type) {
    case "integer":
      return `a whole number from ${type.minimum} to ${type.maximum}`;
    case "decimal":
      return "a number";
    case "boolean":
      return "true or false";
    case "date":
      return type.from === undefined ? "a date, as in 2024-02-29" : `a date from ${type.from} to ${type.to}`;
    case "timestamp":
      return "a time, as in 2024-02-29 12:30:00";
    case "uuid":
      return "a UUID";
    default:
      return "a text";
  }
}
