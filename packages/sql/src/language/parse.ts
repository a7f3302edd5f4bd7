import { hasSqlDetails, loadModule, parseSync } from "libpg-query";
import { deparseSync } from "pgsql-deparser";
import { QueryError } from "../errors.ts";
import { as, type Node, type SelectStmt } from "./ast.ts";
import { placeOf } from "./place.ts";

/** The longest text of a query, in UTF-16 code units. */
export const LONGEST_QUERY = 65_536;
/** PostgreSQL's parser goes down for each parenthesis; its stack is as small as WebAssembly's. */
const DEEPEST = 200;

let loaded: Promise<void> | undefined;

/** Has the parser ready; after that, `parseSelect` and `print` can be called. */
export function loadParser(): Promise<void> {
  loaded ??= loadModule();
  return loaded;
}

/**
 * Parses one SELECT by PostgreSQL's own grammar.
 *
 * @throws QueryError for what is none.
 */
export function parseSelect(text: string): SelectStmt {
  if (text.length > LONGEST_QUERY) throw new QueryError(`a query has ${LONGEST_QUERY} characters at most`);
  if (text.includes("\0")) throw new QueryError("a query has no zero bytes");
  checkDepth(text);
  const statements = parseOrThrow(text);
  if (statements.length !== 1) throw new QueryError(`a query is one statement, not ${statements.length}`);
  const select = as(statements[0]!.stmt, "SelectStmt");
  if (select === undefined) throw new QueryError("only SELECT is answered", { place: placeOf(text, 0) });
  return select;
}

function parseOrThrow(text: string) {
  try {
    return parseSync(text).stmts ?? [];
  } catch (error) {
    if (!hasSqlDetails(error)) throw new QueryError("the query cannot be parsed", { cause: error });
    const { message, cursorPosition } = error.sqlDetails!;
    throw new QueryError(message, { place: placeOf(text, cursorPosition), cause: error });
  }
}

function checkDepth(text: string): void {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === "(" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === ")" || character === "]") depth--;
  }
  if (deepest > DEEPEST) throw new QueryError(`a query has ${DEEPEST} parentheses in each other at most`);
}

/**
 * A statement as text. It is parsed once more: what does not mean the same is an error, so that a fault of the printer
 * never becomes a wrong answer.
 *
 * @throws QueryError if the printer does not know how to.
 */
export function print(select: SelectStmt): string {
  for (const node of [{ SelectStmt: select }, enclosed({ SelectStmt: select })]) {
    const text = deparseSync(node, { pretty: false });
    if (canonical(parsed(text)) === canonical(node)) return text;
  }
  throw new QueryError("the query cannot be printed for the database");
}

function parsed(text: string): Node | undefined {
  try {
    return parseOrThrow(text)[0]?.stmt;
  } catch {
    return undefined;
  }
}

const OPERATIONS: ReadonlySet<string> = new Set(["A_Expr", "BoolExpr", "BooleanTest", "NullTest"]);

/**
 * The printer forgets parentheses of some operands, as in `(NOT a) IS TRUE`. COALESCE of one operand is that operand, and
 * encloses it.
 */
function enclosed<T>(value: T, within = false): T {
  if (Array.isArray(value)) return value.map((element) => enclosed(element, within)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, below]) => {
      if (!OPERATIONS.has(key)) return [key, enclosed(below, within && !/^[A-Z]/.test(key))];
      const inside = enclosed(below, true);
      return within ? ["CoalesceExpr", { args: [{ [key]: inside }] }] : [key, inside];
    }),
  ) as T;
}

/** A tree as text, without places and without what stands for nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (key, below) => {
    if (/location$|^(?:rexpr_list_(?:start|end))$/.test(key) || below === undefined) return undefined;
    if (typeof below !== "object" || below === null || Array.isArray(below)) return below;
    const entries = Object.entries(below).filter(([name, field]) => !isDefault(name, field));
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** How something was written, where both ways mean the same. */
function isDefault(name: string, field: unknown): boolean {
  return name === "funcformat" || name === "limitOption" || field === undefined;
}
