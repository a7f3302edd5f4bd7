/**
 * What the client computes by itself: on secrets, and on aggregates that it has decrypted. Plain data. Types are those of
 * PostgreSQL, where they can be told from the text of the query.
 */
export type Expression =
  /** `type` is `unknown` for a quoted text, which takes the type of what it stands with. */
  | { readonly kind: "constant"; readonly type: ValueType; readonly value: string | null }
  /** A parameter of the query, numbered from 1 on; of unknown type. */
  | { readonly kind: "parameter"; readonly number: number }
  /** What PostgreSQL computed: an entry of a record that is fetched. */
  | { readonly kind: "clear"; readonly entry: number }
  | { readonly kind: "aggregate"; readonly index: number }
  | { readonly kind: "operator"; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly kind: "function"; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly kind: "and" | "or" | "coalesce"; readonly operands: readonly Expression[] }
  | { readonly kind: "not"; readonly operand: Expression }
  /** IS [NOT] TRUE and so on; `undefined` is NULL or UNKNOWN. */
  | {
      readonly kind: "is";
      readonly what: boolean | undefined;
      readonly negated: boolean;
      readonly operand: Expression;
    }
  | {
      readonly kind: "distinct";
      readonly negated: boolean;
      readonly operands: readonly [Expression, Expression];
    }
  | {
      readonly kind: "cast";
      readonly type: ValueType;
      readonly modifiers: readonly number[];
      readonly operand: Expression;
    }
  | {
      readonly kind: "case";
      readonly branches: readonly (readonly [when: Expression, then: Expression])[];
      readonly otherwise: Expression;
    };

/** The types that the client computes with, and `other` for those that it only passes on. */
export type ValueType = "bool" | "int2" | "int4" | "int8" | "numeric" | "text" | "unknown" | "other";

/** What an expression needs before it can be computed. */
export interface Needs {
  readonly records: boolean;
  readonly aggregates: ReadonlySet<number>;
}

/** Calls `visit` for an expression and all below it. */
export function visitExpression(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression);
  if ("operands" in expression) for (const operand of expression.operands) visitExpression(operand, visit);
  if ("operand" in expression) visitExpression(expression.operand, visit);
  if (expression.kind === "case") {
    for (const operand of [...expression.branches.flat(), expression.otherwise])
      visitExpression(operand, visit);
  }
}

export function needsOf(expressions: readonly Expression[]): Needs {
  const aggregates = new Set<number>();
  let records = false;
  for (const expression of expressions) {
    visitExpression(expression, (below) => {
      if (below.kind === "aggregate") aggregates.add(below.index);
      records ||= below.kind === "clear";
    });
  }
  return { records, aggregates };
}
