import { as, type Fields, type Node, replace } from "./ast.ts";
import { parseSelect, print } from "./parse.ts";

/** A query with parameters in place of the constants that its conditions compare with. */
export interface HiddenConstants {
  readonly text: string;
  /** The constants, as PostgreSQL reads them. */
  readonly constants: readonly string[];
}

const COMPARED = new Set([
  "AEXPR_OP",
  "AEXPR_IN",
  "AEXPR_LIKE",
  "AEXPR_ILIKE",
  "AEXPR_BETWEEN",
  "AEXPR_NOT_BETWEEN",
  "AEXPR_BETWEEN_SYM",
  "AEXPR_NOT_BETWEEN_SYM",
  "AEXPR_DISTINCT",
  "AEXPR_NOT_DISTINCT",
]);
const COMPARISONS = /^(?:=|<>|!=|<=?|>=?|!?~~\*?|BETWEEN.*|NOT BETWEEN.*)$/;

/**
 * Takes the constants out of WHERE and HAVING of a query that was written with all of them in the text, so that they can be
 * secret. Those of subqueries, and those that are computed with, stay. `loadParser` must have been waited for.
 *
 * @throws QueryError if the text is no SELECT.
 */
export function hideConstants(text: string): HiddenConstants {
  const select = parseSelect(text);
  const constants: string[] = [];
  const hide = (condition: Node) => hideIn(condition, constants, 0);
  const hidden = {
    ...select,
    ...(select.whereClause && { whereClause: hide(select.whereClause) }),
    ...(select.havingClause && { havingClause: hide(select.havingClause) }),
  };
  return { text: print(hidden), constants };
}

/**
 * A condition with parameters in place of its constants, which are added to a list.
 *
 * @param before how many parameters come before those.
 */
export function hideIn(condition: Node, constants: string[], before: number): Node {
  const hide = (condition: Node): Node =>
    replace(condition, (node) => {
      if ("SubLink" in node) return node;
      const expression = as(node, "A_Expr") as Fields | undefined;
      if (expression === undefined || !isComparison(expression)) return undefined;
      const operand = (side: unknown) =>
        side === undefined ? undefined : hideOperand(side as Node, hide, constants, before);
      return {
        A_Expr: { ...expression, lexpr: operand(expression.lexpr), rexpr: operand(expression.rexpr) },
      } as Node;
    });
  return hide(condition);
}

function isComparison({ kind, name }: Fields): boolean {
  const operator = as((name as Node[]).at(-1), "String")?.sval ?? "";
  return COMPARED.has(String(kind)) && COMPARISONS.test(operator);
}

function hideOperand(node: Node, hide: (node: Node) => Node, constants: string[], before: number): Node {
  const list = as(node, "List");
  if (list !== undefined) {
    return {
      List: { ...list, items: (list.items ?? []).map((item) => hideOperand(item, hide, constants, before)) },
    };
  }
  const constant = as(node, "A_Const") as Fields | undefined;
  if (constant === undefined || constant.isnull === true) return hide(node);
  return { ParamRef: { number: before + constants.push(textOf(constant)) } };
}

function textOf({ ival, fval, boolval, sval }: Fields): string {
  if (sval !== undefined) return (sval as { sval?: string }).sval ?? "";
  if (fval !== undefined) return (fval as { fval: string }).fval;
  if (boolval !== undefined) return String((boolval as { boolval?: boolean }).boolval ?? false);
  return String((ival as { ival?: number }).ival ?? 0);
}
