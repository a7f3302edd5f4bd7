import type { Expression, ValueType } from "../value/expression.ts";
import { as, type Fields, type Node, open, stringsOf } from "./ast.ts";
import { type Context, errorAt } from "./context.ts";

/** What an expression may stand on, beside constants and parameters. */
export interface Leaves {
  /** Takes a node as a whole, if it is a leaf. */
  leafOf(node: Node): Expression | undefined;
}

const OPERATORS: ReadonlySet<string> = new Set([
  "=",
  "<>",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "+",
  "-",
  "*",
  "/",
  "%",
  "||",
]);
const FUNCTIONS: ReadonlySet<string> = new Set(["round", "trunc", "abs", "ceil", "ceiling", "floor"]);
const TYPES: ReadonlySet<string> = new Set(["bool", "int2", "int4", "int8", "numeric", "text"]);
const LARGEST_INT4 = 2n ** 31n - 1n;
const LARGEST_INT8 = 2n ** 63n - 1n;

/**
 * Reads an expression for the client to compute.
 *
 * @throws QueryError for what it does not know how to.
 */
export function expressionOf(node: Node, context: Context, leaves: Leaves): Expression {
  return new Reader(context, leaves).read(node);
}

class Reader {
  readonly #context: Context;
  readonly #leaves: Leaves;

  constructor(context: Context, leaves: Leaves) {
    this.#context = context;
    this.#leaves = leaves;
  }

  read(node: Node): Expression {
    const [kind, fields] = open(node);
    if (kind === "A_Const") return constantOf(fields);
    if (kind === "ParamRef") return { kind: "parameter", number: fields.number as number };
    return this.#leaves.leafOf(node) ?? this.#compound(node, kind, fields);
  }

  #compound(node: Node, kind: string, fields: Fields): Expression {
    switch (kind) {
      case "A_Expr":
        return this.#operator(node, fields);
      case "BoolExpr":
        return this.#connective(fields);
      case "NullTest": {
        const negated = fields.nulltesttype === "IS_NOT_NULL";
        return { kind: "is", what: undefined, negated, operand: this.read(fields.arg as Node) };
      }
      case "BooleanTest":
        return {
          kind: "is",
          ...booleanTestOf(String(fields.booltesttype)),
          operand: this.read(fields.arg as Node),
        };
      case "TypeCast":
        return this.#cast(node, fields);
      case "CoalesceExpr":
        return { kind: "coalesce", operands: this.#all(fields.args as Node[]) };
      case "CaseExpr":
        return this.#case(fields);
      case "FuncCall":
        return this.#call(node, fields);
      default:
        throw this.#refuse(node);
    }
  }

  #all(nodes: readonly Node[]): Expression[] {
    return nodes.map((node) => this.read(node));
  }

  #refuse(node: Node): Error {
    return errorAt(this.#context, "the client cannot compute this from secrets or aggregates", node);
  }

  #operator(node: Node, fields: Fields): Expression {
    const name = stringsOf(fields.name as Node[]).at(-1)!;
    const [left, right] = [fields.lexpr as Node | undefined, fields.rexpr as Node];
    switch (fields.kind) {
      case "AEXPR_OP":
        if (!OPERATORS.has(name) || (left === undefined && name !== "-")) throw this.#refuse(node);
        return operator(
          name === "!=" ? "<>" : name,
          ...this.#all(left === undefined ? [right] : [left, right]),
        );
      case "AEXPR_DISTINCT":
      case "AEXPR_NOT_DISTINCT": {
        const operands: [Expression, Expression] = [this.read(left!), this.read(right)];
        return { kind: "distinct", negated: fields.kind === "AEXPR_NOT_DISTINCT", operands };
      }
      case "AEXPR_IN": {
        const value = this.read(left!);
        const items = this.#all(as(right, "List")?.items ?? []);
        const found: Expression = { kind: "or", operands: items.map((item) => operator("=", value, item)) };
        return name === "=" ? found : { kind: "not", operand: found };
      }
      case "AEXPR_BETWEEN":
      case "AEXPR_NOT_BETWEEN": {
        const [value, low, high] = [left!, ...(as(right, "List")?.items ?? [])].map((item) =>
          this.read(item),
        );
        const between: Expression = {
          kind: "and",
          operands: [operator(">=", value!, low!), operator("<=", value!, high!)],
        };
        return fields.kind === "AEXPR_BETWEEN" ? between : { kind: "not", operand: between };
      }
      case "AEXPR_NULLIF": {
        const value = this.read(left!);
        const none: Expression = { kind: "constant", type: "unknown", value: null };
        return { kind: "case", branches: [[operator("=", value, this.read(right)), none]], otherwise: value };
      }
      default:
        throw this.#refuse(node);
    }
  }

  #connective(fields: Fields): Expression {
    const operands = this.#all(fields.args as Node[]);
    if (fields.boolop === "NOT_EXPR") return { kind: "not", operand: operands[0]! };
    return { kind: fields.boolop === "AND_EXPR" ? "and" : "or", operands };
  }

  #cast(node: Node, fields: Fields): Expression {
    const { names, typmods, arrayBounds } = fields.typeName as {
      names?: Node[];
      typmods?: Node[];
      arrayBounds?: Node[];
    };
    const type = stringsOf(names).at(-1)!;
    if (!TYPES.has(type) || arrayBounds !== undefined) throw this.#refuse(node);
    const modifiers = (typmods ?? []).map((modifier) => as(modifier, "A_Const")?.ival?.ival ?? 0);
    return { kind: "cast", type: type as ValueType, modifiers, operand: this.read(fields.arg as Node) };
  }

  #case(fields: Fields): Expression {
    const subject = fields.arg === undefined ? undefined : this.read(fields.arg as Node);
    const branches = (fields.args as Node[]).map((branch) => {
      const { expr, result } = as(branch, "CaseWhen")!;
      const when = this.read(expr!);
      return [subject === undefined ? when : operator("=", subject, when), this.read(result!)] as const;
    });
    const otherwise = fields.defresult as Node | undefined;
    const none: Expression = { kind: "constant", type: "unknown", value: null };
    return { kind: "case", branches, otherwise: otherwise === undefined ? none : this.read(otherwise) };
  }

  #call(node: Node, fields: Fields): Expression {
    const name = stringsOf(fields.funcname as Node[]).at(-1)!;
    if (!FUNCTIONS.has(name) || fields.over !== undefined) throw this.#refuse(node);
    return {
      kind: "function",
      name: name === "ceiling" ? "ceil" : name,
      operands: this.#all((fields.args as Node[] | undefined) ?? []),
    };
  }
}

function operator(name: string, ...operands: Expression[]): Expression {
  return { kind: "operator", name, operands };
}

function constantOf(fields: Fields): Expression {
  const { isnull, ival, fval, boolval, sval } = fields as {
    isnull?: boolean;
    ival?: { ival?: number };
    fval?: { fval: string };
    boolval?: { boolval?: boolean };
    sval?: { sval?: string };
  };
  if (isnull === true) return { kind: "constant", type: "unknown", value: null };
  if (boolval !== undefined)
    return { kind: "constant", type: "bool", value: String(boolval.boolval ?? false) };
  if (sval !== undefined) return { kind: "constant", type: "unknown", value: sval.sval ?? "" };
  const value = fval?.fval ?? String(ival?.ival ?? 0);
  return { kind: "constant", type: typeOfNumber(value), value };
}

function typeOfNumber(value: string): ValueType {
  if (!/^-?\d+$/.test(value)) return "numeric";
  const number = BigInt(value);
  if (number <= LARGEST_INT4 && number >= -LARGEST_INT4 - 1n) return "int4";
  return number <= LARGEST_INT8 && number >= -LARGEST_INT8 - 1n ? "int8" : "numeric";
}

/** What IS … TRUE, FALSE or UNKNOWN asks. */
export function booleanTestOf(type: string): {
  readonly what: boolean | undefined;
  readonly negated: boolean;
} {
  const negated = type.startsWith("IS_NOT_");
  const what = type.endsWith("TRUE") ? true : type.endsWith("FALSE") ? false : undefined;
  return { what, negated };
}
