import type { Aggregate, AggregateName } from "../plan/plan.ts";
import type { Expression } from "../value/expression.ts";
import { as, type Fields, type Node, open, some, stringsOf } from "./ast.ts";
import { ascending, rankOver } from "./base.ts";
import { type Context, errorAt, mentionsSecret, written } from "./context.ts";

const NAMES: Readonly<Record<string, AggregateName>> = {
  count: "count",
  sum: "sum",
  avg: "avg",
  min: "min",
  max: "max",
  bool_and: "bool_and",
  every: "bool_and",
  bool_or: "bool_or",
};

/** Whether a call is one of an aggregate function of the query itself. */
function isAggregate(fields: Fields): boolean {
  return fields.over === undefined && stringsOf(fields.funcname as Node[]).at(-1)! in NAMES;
}

/** Whether a node has an aggregate that is not one of a subquery. */
export function hasAggregate(node: Node): boolean {
  const [kind, fields] = open(node);
  if (kind === "FuncCall" && isAggregate(fields)) return true;
  if (kind === "SubLink") return false;
  return Object.values(fields).some(below);
}

function below(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(below);
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value);
  if (keys.length === 1 && /^[A-Z]/.test(keys[0]!)) return hasAggregate(value as Node);
  return Object.values(value).some(below);
}

/** Aggregates of a query, each once. */
export class Aggregates {
  readonly list: Aggregate[] = [];
  readonly #context: Context;
  readonly #known = new Map<string, number>();
  readonly #filtered: (filter: Node) => number;

  /** @param filtered has the formula of a FILTER with secrets, and gives its number. */
  constructor(context: Context, filtered: (filter: Node) => number) {
    this.#context = context;
    this.#filtered = filtered;
  }

  /** The aggregate that a node is, if it is one. */
  leafOf(node: Node): Expression | undefined {
    const call = as(node, "FuncCall") as Fields | undefined;
    if (call === undefined || !isAggregate(call)) return undefined;
    const key = written(node);
    const index = this.#known.get(key) ?? this.list.push(this.#read(node, call)) - 1;
    this.#known.set(key, index);
    return { kind: "aggregate", index };
  }

  #read(node: Node, call: Fields): Aggregate {
    const name = NAMES[stringsOf(call.funcname as Node[]).at(-1)!]!;
    const args = (call.args as Node[] | undefined) ?? [];
    const distinct = call.agg_distinct === true && !["min", "max", "bool_and", "bool_or"].includes(name);
    if (args.length !== (call.agg_star === true ? 0 : 1) || (call.agg_star === true && name !== "count")) {
      throw errorAt(this.#context, "this is no aggregate that is known here", node);
    }
    if (distinct && name !== "count") {
      throw errorAt(this.#context, `of secret selections, ${name}(DISTINCT …) is not known here`, node);
    }
    if (mentionsSecret(args, this.#context)) {
      throw errorAt(this.#context, "aggregates are of clear values: compute with secrets outside", node);
    }
    if (args.some(hasAggregate)) throw errorAt(this.#context, "aggregates are not in each other", node);
    const filter = call.agg_filter as Node | undefined;
    const secretFilter = filter !== undefined && mentionsSecret(filter, this.#context);
    const argument = withFilter(args[0], secretFilter ? undefined : filter);
    const { base } = this.#context;
    const ranked = name === "min" || name === "max" || distinct;
    return {
      name,
      argument: argument && base.add(argument),
      rank: ranked ? base.add(rankOver([ascending(argument!)])) : undefined,
      distinct,
      formula: secretFilter ? this.#filtered(filter) : 0,
    };
  }
}

/** A clear FILTER leaves NULL of what it leaves out, which no aggregate counts. */
function withFilter(argument: Node | undefined, filter: Node | undefined): Node | undefined {
  if (filter === undefined) return argument;
  const result: Node = argument ?? { A_Const: { ival: { ival: 1 } } };
  return { CaseExpr: { args: [{ CaseWhen: { expr: filter, result } }] } };
}

export function hasWindow(node: unknown): boolean {
  return some(node, "FuncCall", ({ over }) => over !== undefined);
}
