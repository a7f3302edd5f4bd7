import { as, type Fields, type Node, open, type SelectStmt } from "./ast.ts";
import { type Context, errorAt, mentionsSecret } from "./context.ts";

/** What stands between ANDs. */
export function conjunctsOf(node: Node | undefined): Node[] {
  if (node === undefined) return [];
  const expression = as(node, "BoolExpr");
  return expression?.boolop === "AND_EXPR" ? (expression.args ?? []).flatMap(conjunctsOf) : [node];
}

/** FROM without conditions that mention secrets, and these beside those of WHERE. */
export interface Lifted {
  readonly from: Node[] | undefined;
  readonly conditions: readonly Node[];
}

/**
 * Takes secret conditions out of the ON of inner joins, where they mean the same as in WHERE.
 *
 * @throws QueryError for those of outer joins, which would have to tell in secret which rows there are.
 */
export function liftConditions(select: SelectStmt, context: Context): Lifted {
  const lifted: Node[] = [];
  const from = select.fromClause?.map((item) => lift(item, context, true, lifted));
  return { from, conditions: [...lifted, ...conjunctsOf(select.whereClause)] };
}

function lift(item: Node, context: Context, inner: boolean, lifted: Node[]): Node {
  const [kind, fields] = open(item);
  if (kind !== "JoinExpr") {
    if (mentionsSecret(item, context))
      throw errorAt(context, "secrets in subqueries are not known here", item);
    return item;
  }
  const { jointype, larg, rarg, quals } = fields as {
    jointype: string;
    larg: Node;
    rarg: Node;
    quals?: Node;
  };
  const here = inner && jointype === "JOIN_INNER";
  const sides = { larg: lift(larg, context, here, lifted), rarg: lift(rarg, context, here, lifted) };
  if (!mentionsSecret(quals, context)) return { JoinExpr: { ...fields, ...sides } } as Node;
  if (!here) throw errorAt(context, "the ON of an outer join has no secrets", quals);
  const all = conjunctsOf(quals);
  lifted.push(...all.filter((condition) => mentionsSecret(condition, context)));
  const left = all.filter((condition) => !mentionsSecret(condition, context));
  return { JoinExpr: { ...fields, ...sides, quals: joined(left) } as Fields } as Node;
}

/** A join with ON keeps one: without, it would not be a join of PostgreSQL's grammar. */
function joined(conditions: readonly Node[]): Node {
  if (conditions.length === 0) return { A_Const: { boolval: { boolval: true } } };
  return conditions.length === 1
    ? conditions[0]!
    : { BoolExpr: { boolop: "AND_EXPR", args: [...conditions] } };
}
