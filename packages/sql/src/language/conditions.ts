import type { Test, Wanted } from "../plan/plan.ts";
import type { ColumnType } from "../schema/types.ts";
import type { Expression } from "../value/expression.ts";
import { as, type Fields, type Node, open, stringsOf } from "./ast.ts";
import { type Context, errorAt, mentionsColumn, mentionsSecret } from "./context.ts";
import { booleanTestOf, expressionOf } from "./expressions.ts";
import { typeOfValue } from "./value-type.ts";

/**
 * When a condition has an outcome that is wanted: a monotone tree over tests of one value each. Three-valued logic is in
 * what is wanted of the tests: of `NOT (a AND b)`, that `a` or `b` is false.
 */
export type Tree =
  | { readonly kind: "all" | "any"; readonly of: readonly Tree[] }
  /** What PostgreSQL computes: a Boolean column of the base query. */
  | { readonly kind: "clear"; readonly column: number }
  | {
      readonly kind: "test";
      /** The column of the base query. */
      readonly column: number;
      readonly type: ColumnType;
      readonly test: Test;
      readonly wanted: Wanted;
    };

const OPPOSITE: Readonly<Record<string, string>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/**
 * Reads a condition that mentions secrets.
 *
 * @throws QueryError for what cannot be told in secret.
 */
export function treeOf(node: Node, wanted: Wanted, context: Context): Tree {
  return new Conditions(context).tree(node, wanted);
}

class Conditions {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  tree(node: Node, wanted: Wanted): Tree {
    if (!mentionsSecret(node, this.#context) && !this.#context.hidden) return this.#clear(node, wanted);
    const [kind, fields] = open(node);
    switch (kind) {
      case "ColumnRef": {
        const constant: Expression = { kind: "constant", type: "bool", value: "true" };
        return this.#test(node, { kind: "equal", constant }, wanted);
      }
      case "BoolExpr":
        return this.#connective(fields, wanted);
      case "BooleanTest": {
        const { what, negated } = booleanTestOf(String(fields.booltesttype));
        return this.#outcome(fields.arg as Node, what, wanted.positive !== negated);
      }
      case "NullTest": {
        if (!isCondition(fields.arg as Node) && this.#context.hidden) {
          return this.#test(
            fields.arg as Node,
            { kind: "null" },
            negatedIf(fields.nulltesttype !== "IS_NULL", wanted),
          );
        }
        if (!isCondition(fields.arg as Node))
          throw this.#refuse("whether a secret is NULL is the client's to know", node);
        const positive = wanted.positive === (fields.nulltesttype === "IS_NULL");
        return this.#outcome(fields.arg as Node, undefined, positive);
      }
      case "A_Expr":
        return this.#comparison(node, fields, wanted);
      case "SubLink":
        throw this.#refuse("secrets in subqueries are not known here", node);
      default:
        throw this.#refuse("this cannot be told in secret", node);
    }
  }

  #refuse(message: string, node: unknown): Error {
    return errorAt(this.#context, message, node);
  }

  /** PostgreSQL tells it: the column is true or false. */
  #clear(node: Node, { positive, unknown }: Wanted): Tree {
    const booltesttype = positive
      ? unknown
        ? "IS_NOT_FALSE"
        : "IS_TRUE"
      : unknown
        ? "IS_NOT_TRUE"
        : "IS_FALSE";
    return { kind: "clear", column: this.#context.base.add({ BooleanTest: { arg: node, booltesttype } }) };
  }

  #connective(fields: Fields, wanted: Wanted): Tree {
    const args = fields.args as Node[];
    const { positive, unknown } = wanted;
    if (fields.boolop === "NOT_EXPR") return this.tree(args[0]!, { positive: !positive, unknown });
    const kind = (fields.boolop === "AND_EXPR") === positive ? "all" : "any";
    return { kind, of: args.map((arg) => this.tree(arg, wanted)) };
  }

  /** Whether a condition has, or has not, one outcome; which is never unknown itself. */
  #outcome(node: Node, what: boolean | undefined, positive: boolean): Tree {
    if (what !== undefined) return this.tree(node, { positive: what === positive, unknown: !positive });
    const [kind, unknown] = positive ? (["all", true] as const) : (["any", false] as const);
    const of = [true, false].map((side) => this.tree(node, { positive: side, unknown }));
    return { kind, of };
  }

  #comparison(node: Node, fields: Fields, wanted: Wanted): Tree {
    const [left, right] = [fields.lexpr as Node, fields.rexpr as Node];
    const name = stringsOf(fields.name as Node[]).at(-1)!;
    switch (fields.kind) {
      case "AEXPR_OP":
        return this.#operator(node, name === "!=" ? "<>" : name, left, right, wanted);
      case "AEXPR_DISTINCT":
      case "AEXPR_NOT_DISTINCT": {
        const [value, constant] = this.#sides(node, left, right);
        const positive = wanted.positive === (fields.kind === "AEXPR_NOT_DISTINCT");
        return this.#test(
          value,
          { kind: "same", constant: this.#constant(constant) },
          { ...wanted, positive },
        );
      }
      case "AEXPR_IN": {
        const items = as(right, "List")?.items ?? [];
        if (mentionsColumn(items) || mentionsSecret(left, this.#context)) {
          throw this.#refuse(
            "secrets stand in a list of constants, and what is compared with it is clear",
            node,
          );
        }
        const constants = items.map((item) => this.#constant(item));
        return this.#test(left, { kind: "in", constants }, negatedIf(name !== "=", wanted));
      }
      case "AEXPR_OP_ANY":
      case "AEXPR_OP_ALL": {
        const any = fields.kind === "AEXPR_OP_ANY";
        if (name !== (any ? "=" : "<>") || as(right, "ParamRef") === undefined) {
          throw this.#refuse("of secret arrays, only = ANY ($1) and <> ALL ($1) are known here", node);
        }
        return this.#test(left, { kind: "anyOf", array: this.#constant(right) }, negatedIf(!any, wanted));
      }
      case "AEXPR_LIKE":
      case "AEXPR_ILIKE":
        return this.#like(node, name, left, right, fields.kind === "AEXPR_ILIKE", wanted);
      case "AEXPR_BETWEEN":
      case "AEXPR_NOT_BETWEEN":
      case "AEXPR_BETWEEN_SYM":
      case "AEXPR_NOT_BETWEEN_SYM":
        return this.#between(fields, left, as(right, "List")?.items ?? [], wanted);
      default:
        throw this.#refuse("this cannot be told in secret", node);
    }
  }

  /** Which side is a value of the tables, and which the client's. */
  #sides(node: Node, left: Node, right: Node): readonly [value: Node, constant: Node, swapped: boolean] {
    for (const [value, constant, swapped] of [[left, right, false] as const, [right, left, true] as const]) {
      if (value === undefined || mentionsSecret(value, this.#context) || mentionsColumn(constant)) continue;
      return [value, constant, swapped];
    }
    const message =
      "secrets are compared with columns: have one side without secrets, the other without columns";
    throw this.#refuse(message, node);
  }

  #operator(node: Node, name: string, left: Node, right: Node, wanted: Wanted): Tree {
    if (OPPOSITE[name] === undefined) throw this.#refuse(`${name} cannot be told in secret`, node);
    const [value, side, swapped] = this.#sides(node, left, right);
    const constant = this.#constant(side);
    switch (swapped ? OPPOSITE[name] : name) {
      case "=":
        return this.#test(value, { kind: "equal", constant }, wanted);
      case "<>":
        return this.#test(value, { kind: "equal", constant }, negatedIf(true, wanted));
      case "<":
        return this.#test(value, { kind: "less", constant }, wanted);
      case ">=":
        return this.#test(value, { kind: "less", constant }, negatedIf(true, wanted));
      case "<=":
        return this.#test(value, { kind: "atMost", constant }, wanted);
      default:
        return this.#test(value, { kind: "atMost", constant }, negatedIf(true, wanted));
    }
  }

  /** As PostgreSQL defines it: two comparisons, or, if SYMMETRIC, those with the bounds either way. */
  #between(fields: Fields, value: Node, bounds: readonly Node[], wanted: Wanted): Tree {
    const kind = String(fields.kind);
    const location = fields.location as number;
    const compare = (name: string, bound: Node): Node => ({
      A_Expr: { kind: "AEXPR_OP", name: [{ String: { sval: name } }], lexpr: value, rexpr: bound, location },
    });
    const [low, high] = bounds as [Node, Node];
    const within = (from: Node, to: Node): Node => ({
      BoolExpr: { boolop: "AND_EXPR", args: [compare(">=", from), compare("<=", to)] },
    });
    const node: Node = kind.endsWith("SYM")
      ? { BoolExpr: { boolop: "OR_EXPR", args: [within(low, high), within(high, low)] } }
      : within(low, high);
    return this.tree(node, negatedIf(kind.startsWith("AEXPR_NOT"), wanted));
  }

  #like(node: Node, name: string, value: Node, right: Node, insensitive: boolean, wanted: Wanted): Tree {
    if (mentionsSecret(value, this.#context) || mentionsColumn(right)) {
      throw this.#refuse("of LIKE, the pattern is secret, and has no columns", node);
    }
    const { pattern, escaping } = this.#patternOf(right);
    const test: Test = { kind: "like", pattern: this.#constant(pattern), escaping, insensitive };
    const folded: Node = insensitive
      ? {
          FuncCall: {
            funcname: [{ String: { sval: "pg_catalog" } }, { String: { sval: "lower" } }],
            args: [value],
            funcformat: "COERCE_EXPLICIT_CALL",
          },
        }
      : value;
    const type = this.#typeOf(value);
    const positive = wanted.positive === !name.startsWith("!");
    if (type.type === "dictionary") return this.#test(value, test, { ...wanted, positive });
    if (type.type !== "text" || !type.like) {
      throw this.#refuse("LIKE needs a column of text({ like: true }), or a dictionary", node);
    }
    return this.#test(folded, test, { ...wanted, positive }, type);
  }

  #patternOf(node: Node): { readonly pattern: Node; readonly escaping: string } {
    const call = as(node, "FuncCall");
    if (call === undefined || stringsOf(call.funcname).at(-1) !== "like_escape")
      return { pattern: node, escaping: "\\" };
    const [pattern, given] = call.args as [Node, Node];
    const escaping = as(given, "A_Const")?.sval?.sval ?? (as(given, "A_Const")?.sval ? "" : undefined);
    if (escaping === undefined || [...escaping].length > 1)
      throw this.#refuse("ESCAPE has one character at most", node);
    return { pattern, escaping };
  }

  #constant(node: Node): Expression {
    const leafOf = (leaf: Node) => {
      const [kind, { arg }] = open(leaf) as [string, { arg?: Node }];
      // The type of what it is compared with says more than a cast of a lone parameter does.
      if (kind === "TypeCast" && arg !== undefined && ("ParamRef" in arg || "A_Const" in arg)) {
        return expressionOf(arg, this.#context, { leafOf: () => undefined });
      }
      return undefined;
    };
    return expressionOf(node, this.#context, { leafOf });
  }

  #typeOf(value: Node): ColumnType {
    return typeOfValue(value, this.#context);
  }

  #test(value: Node, test: Test, wanted: Wanted, type: ColumnType = this.#typeOf(value)): Tree {
    return { kind: "test", column: this.#context.base.add(value), type, test, wanted };
  }
}

function negatedIf(negated: boolean, { positive, unknown }: Wanted): Wanted {
  return { positive: positive !== negated, unknown };
}

/** Whether a node can only be a truth value. */
function isCondition(node: Node): boolean {
  const [kind, fields] = open(node);
  if (kind !== "A_Expr") return ["BoolExpr", "BooleanTest", "NullTest"].includes(kind);
  return (
    fields.kind !== "AEXPR_NULLIF" &&
    (fields.kind !== "AEXPR_OP" || /^(?:=|<>|!=|<=?|>=?)$/.test(stringsOf(fields.name as Node[]).at(-1)!))
  );
}
