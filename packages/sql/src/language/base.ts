import { QueryError } from "../errors.ts";
import type { BaseQuery } from "../plan/plan.ts";
import type { Schema } from "../schema/schema.ts";
import { as, type Fields, type Node, replace, type SelectStmt, some } from "./ast.ts";
import { print } from "./parse.ts";
import { placeOf } from "./place.ts";
import { tableName } from "./scope.ts";

/** The columns of the base query, each once. */
export class BaseColumns {
  readonly #columns = new Map<string, Node>();

  /** The place of a column that has this, from 0 on. */
  add(node: Node): number {
    const key = JSON.stringify(node, (name, below) => (/location$/.test(name) ? undefined : below));
    if (!this.#columns.has(key)) this.#columns.set(key, node);
    return [...this.#columns.keys()].indexOf(key);
  }

  at(column: number): Node {
    return [...this.#columns.values()][column]!;
  }

  /** As they stand in SELECT; at least one. */
  targets(): Node[] {
    const columns = [...this.#columns.values()];
    if (columns.length === 0) columns.push({ A_Const: { ival: { ival: 1 } } });
    return columns.map((val, index) => ({ ResTarget: { name: `c${index}`, val } }));
  }
}

/** `dense_rank() OVER (ORDER BY …)`: numbers what is equal alike, in order. */
export function rankOver(order: readonly Node[]): Node {
  return {
    FuncCall: {
      funcname: [{ String: { sval: "pg_catalog" } }, { String: { sval: "dense_rank" } }],
      over: { orderClause: [...order], frameOptions: 1058 },
      funcformat: "COERCE_EXPLICIT_CALL",
    },
  };
}

/** An item of ORDER BY, in PostgreSQL's default order. */
export function ascending(node: Node): Node {
  return { SortBy: { node, sortby_dir: "SORTBY_DEFAULT", sortby_nulls: "SORTBY_NULLS_DEFAULT" } };
}

/**
 * The text of the base query. Tables are replaced by selections of the columns that the schema has of them: what it does
 * not name cannot be asked for. Parameters are numbered anew.
 */
export function baseQueryOf(select: SelectStmt, schema: Schema, text: string): BaseQuery {
  const parameters: number[] = [];
  const numbered = replace(select, (node) => {
    const number = as(node, "ParamRef")?.number;
    if (number === undefined) return undefined;
    if (!parameters.includes(number)) parameters.push(number);
    return { ParamRef: { number: parameters.indexOf(number) + 1 } };
  });
  const timeless = !some(select, "SQLValueFunction");
  return { text: print(new Protection(schema, text).protect(numbered, new Set())), parameters, timeless };
}

/** Replaces tables, but for names of WITH, which hide them. */
class Protection {
  readonly #schema: Schema;
  readonly #text: string;

  constructor(schema: Schema, text: string) {
    this.#schema = schema;
    this.#text = text;
  }

  protect<T>(value: T, named: ReadonlySet<string>): T {
    if (Array.isArray(value)) return value.map((element) => this.protect(element, named)) as T;
    if (typeof value !== "object" || value === null) return value;
    const range = as(value as unknown as Node, "RangeVar") as Fields | undefined;
    if (range !== undefined) {
      const hidden = range.schemaname === undefined && named.has(String(range.relname));
      return hidden ? value : (this.#selectionOf(range) as T);
    }
    const { withClause, ...rest } = value as { withClause?: { ctes?: Node[] } };
    if (withClause === undefined) return mapFields(value, (below) => this.protect(below, named));
    const inside = new Set(named);
    const ctes = (withClause.ctes ?? []).map((cte) => {
      const done = this.protect(cte, inside);
      inside.add(as(cte, "CommonTableExpr")!.ctename!);
      return done;
    });
    return {
      ...mapFields(rest, (below) => this.protect(below, inside)),
      withClause: { ...withClause, ctes },
    } as T;
  }

  #selectionOf(range: Fields): Node {
    const name = tableName(range);
    const { tables } = this.#schema;
    if (!Object.hasOwn(tables, name)) {
      const place = placeOf(this.#text, range.location as number | undefined);
      throw new QueryError(`there is no table ${name}`, { place });
    }
    const { alias, ...table } = range;
    const subquery: Node = {
      SelectStmt: {
        targetList: Object.keys(tables[name]!).map((column) => ({
          ResTarget: { val: { ColumnRef: { fields: [{ String: { sval: column } }] } } },
        })),
        fromClause: [{ RangeVar: table }],
        limitOption: "LIMIT_OPTION_DEFAULT",
        op: "SETOP_NONE",
      },
    };
    return {
      RangeSubselect: {
        subquery,
        alias: (alias as Fields | undefined) ?? { aliasname: String(range.relname) },
      },
    };
  }
}

function mapFields<T extends object>(value: T, change: (below: unknown) => unknown): T {
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, change(below)])) as T;
}
