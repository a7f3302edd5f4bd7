import type { ColumnRef } from "@pgsql/types";
import { QueryError } from "../errors.ts";
import type { Schema } from "../schema/schema.ts";
import type { ColumnType } from "../schema/types.ts";
import { as, column as columnNode, type Fields, type Node, open, type SelectStmt, stringsOf } from "./ast.ts";
import { placeOf } from "./place.ts";

/** A column that queries can name, and its type where that is known. */
export interface ScopeColumn {
  readonly name: string;
  readonly type: ColumnType | undefined;
}

/** What stands in FROM under one name. */
interface Relation {
  readonly alias: string;
  readonly columns: readonly ScopeColumn[];
}

/** A column of what FROM gives together, in the order that `*` has. */
interface Joined extends ScopeColumn {
  /** Which relation it is of; `undefined` for one that USING has merged. */
  readonly relation: string | undefined;
}

/** What the columns that a SELECT names are. */
export interface Scope {
  readonly relations: readonly Relation[];
  readonly columns: readonly Joined[];
  /** @throws QueryError if there is no such column, or there are several. */
  resolve(reference: Reference): ScopeColumn;
  /** The same, but `undefined` for what is not one column of these. */
  find(reference: Reference): ScopeColumn | undefined;
  /** The whole name of a column: that of its table, unless USING has merged it, and its own. */
  owner(reference: Reference): readonly string[] | undefined;
  /** What `*` or `relation.*` stands for, as references. */
  expand(relation: string | undefined, location: number | undefined): readonly Expanded[];
}

/** A column that a star stands for. */
export interface Expanded {
  readonly name: string;
  readonly reference: Node;
}

/** A column as a query names it. */
export type Reference = ColumnRef;

/** Named queries (WITH) that are known at some place. */
export type NamedQueries = ReadonlyMap<string, readonly ScopeColumn[]>;

/** What FROM of a SELECT has. @param text the query, for places. */
export function scopeOf(
  select: SelectStmt,
  schema: Schema,
  text: string,
  outer: NamedQueries = new Map(),
): Scope {
  return new Scoping(schema, text).scopeOf(select, outer);
}

/** The columns that a query gives. */
export function outputsOf(select: SelectStmt, schema: Schema, text: string): readonly ScopeColumn[] {
  return new Scoping(schema, text).outputs(select, new Map());
}

class Scoping {
  readonly #schema: Schema;
  readonly #text: string;

  constructor(schema: Schema, text: string) {
    this.#schema = schema;
    this.#text = text;
  }

  scopeOf(select: SelectStmt, outer: NamedQueries): Scope {
    const named = this.#withQueries(select, outer);
    const relations: Relation[] = [];
    const columns = (select.fromClause ?? []).flatMap((item) => this.#item(item, named, relations));
    const text = this.#text;
    return {
      relations,
      columns,
      find: (reference) => find(relations, columns, reference),
      owner: (reference) => ownerOf(relations, columns, reference),
      resolve: (reference) => resolve(relations, columns, reference, text),
      expand: (relation, location) => expand(relations, columns, relation, text, location),
    };
  }

  #withQueries(select: SelectStmt, outer: NamedQueries): NamedQueries {
    const named = new Map(outer);
    for (const node of select.withClause?.ctes ?? []) {
      const { ctename = "", ctequery, aliascolnames } = as(node, "CommonTableExpr") ?? {};
      const query = as(ctequery, "SelectStmt");
      named.set(ctename, query === undefined ? [] : renamed(this.outputs(query, named), aliascolnames));
    }
    return named;
  }

  #item(item: Node, named: NamedQueries, relations: Relation[]): readonly Joined[] {
    const [kind, fields] = open(item);
    if (kind === "RangeVar") return this.#add(this.#table(fields, named), relations);
    if (kind === "RangeSubselect") {
      const alias = fields.alias as Fields | undefined;
      const query = as(fields.subquery as Node, "SelectStmt")!;
      const columns = renamed(this.outputs(query, named), alias?.colnames as Node[] | undefined);
      return this.#add({ alias: String(alias?.aliasname ?? ""), columns }, relations);
    }
    if (kind !== "JoinExpr") throw this.#error(`${kind} is not known in FROM`, fields);
    return this.#join(fields, named, relations);
  }

  #join(fields: Fields, named: NamedQueries, relations: Relation[]): readonly Joined[] {
    if (fields.alias !== undefined) throw this.#error("names of joins are not known here", fields);
    const left = this.#item(fields.larg as Node, named, relations);
    const right = this.#item(fields.rarg as Node, named, relations);
    const common =
      fields.isNatural === true
        ? left.map(({ name }) => name).filter((name) => right.some((column) => column.name === name))
        : stringsOf(fields.usingClause as Node[] | undefined);
    const merged = common.map((name): Joined => {
      const sides = [left, right].map((side) => side.find((column) => column.name === name)?.type);
      // What a full join merges is of either side.
      const type = same(sides[0], sides[1]) ? sides[0] : undefined;
      return { name, type, relation: undefined };
    });
    const others = [...left, ...right].filter(({ name }) => !common.includes(name));
    return [...merged, ...others];
  }

  #add(relation: Relation, relations: Relation[]): readonly Joined[] {
    relations.push(relation);
    return relation.columns.map((column) => ({ ...column, relation: relation.alias }));
  }

  #table(fields: Fields, named: NamedQueries): Relation {
    const name = String(fields.relname);
    const alias = fields.alias as Fields | undefined;
    const columns = (fields.schemaname === undefined && named.get(name)) || this.#columnsOf(fields);
    return {
      alias: String(alias?.aliasname ?? name),
      columns: renamed(columns, alias?.colnames as Node[] | undefined),
    };
  }

  #columnsOf(fields: Fields): readonly ScopeColumn[] {
    const name = tableName(fields);
    const table = Object.hasOwn(this.#schema.tables, name) ? this.#schema.tables[name] : undefined;
    if (table === undefined) throw this.#error(`there is no table ${name}`, fields);
    return Object.entries(table).map(([column, type]) => ({ name: column, type }));
  }

  /** The columns that a query gives. */
  outputs(select: SelectStmt, named: NamedQueries): readonly ScopeColumn[] {
    if (select.op !== undefined && select.op !== "SETOP_NONE") {
      return this.outputs(select.larg!, this.#withQueries(select, named)).map(({ name }) => ({
        name,
        type: undefined,
      }));
    }
    if (select.valuesLists !== undefined) {
      const width = as(select.valuesLists[0], "List")?.items?.length ?? 0;
      return Array.from({ length: width }, (_, index) => ({ name: `column${index + 1}`, type: undefined }));
    }
    const scope = this.scopeOf(select, named);
    return (select.targetList ?? []).flatMap((target): ScopeColumn | ScopeColumn[] => {
      const { val, name } = as(target, "ResTarget")!;
      const reference = as(val, "ColumnRef");
      const star = starOf(reference);
      if (star !== undefined) {
        return scope.expand(star.relation, reference?.location).map((column) => ({
          name: column.name,
          type: scope.resolve(as(column.reference, "ColumnRef")!).type,
        }));
      }
      const type = reference === undefined ? undefined : scope.find(reference)?.type;
      return { name: name ?? nameOf(val!), type };
    });
  }

  #error(message: string, fields: Fields): QueryError {
    return new QueryError(message, { place: placeOf(this.#text, fields.location as number | undefined) });
  }
}

/** The name under which a schema has a table. */
export function tableName(fields: Fields): string {
  const { schemaname, relname } = fields as { schemaname?: string; relname: string };
  return schemaname === undefined ? relname : `${schemaname}.${relname}`;
}

/** Whether a reference is `*` or `relation.*`, and of which relation. */
export function starOf(
  reference: Reference | undefined,
): { readonly relation: string | undefined } | undefined {
  const fields = reference?.fields ?? [];
  if (!fields.some((field) => "A_Star" in field)) return undefined;
  return { relation: fields.length > 1 ? as(fields.at(-2), "String")?.sval : undefined };
}

/** The name that PostgreSQL gives a column of which the query says none. */
export function nameOf(node: Node): string {
  const [kind, fields] = open(node);
  switch (kind) {
    case "ColumnRef":
      return stringsOf(fields.fields as Node[]).at(-1) ?? "?column?";
    case "FuncCall":
      return stringsOf(fields.funcname as Node[]).at(-1)!;
    case "TypeCast": {
      const inner = nameOf(fields.arg as Node);
      return inner === "?column?" ? stringsOf((fields.typeName as Fields).names as Node[]).at(-1)! : inner;
    }
    case "CollateClause":
      return nameOf(fields.arg as Node);
    case "CaseExpr": {
      const otherwise = fields.defresult === undefined ? "?column?" : nameOf(fields.defresult as Node);
      return otherwise === "?column?" ? "case" : otherwise;
    }
    case "CoalesceExpr":
      return "coalesce";
    case "MinMaxExpr":
      return fields.op === "IS_LEAST" ? "least" : "greatest";
    case "A_Expr":
      return fields.kind === "AEXPR_NULLIF" ? "nullif" : "?column?";
    case "A_ArrayExpr":
      return "array";
    case "RowExpr":
      return "row";
    case "SubLink":
      return nameOfSubquery(fields);
    default:
      return "?column?";
  }
}

function nameOfSubquery(fields: Fields): string {
  if (fields.subLinkType === "EXISTS_SUBLINK") return "exists";
  if (fields.subLinkType === "ARRAY_SUBLINK") return "array";
  if (fields.subLinkType !== "EXPR_SUBLINK") return "?column?";
  const target = as(as(fields.subselect as Node, "SelectStmt")?.targetList?.[0], "ResTarget");
  return target === undefined ? "?column?" : (target.name ?? nameOf(target.val!));
}

function same(a: ColumnType | undefined, b: ColumnType | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function renamed(
  columns: readonly ScopeColumn[],
  names: readonly Node[] | undefined,
): readonly ScopeColumn[] {
  const given = stringsOf(names);
  return columns.map((column, index) => ({ ...column, name: given[index] ?? column.name }));
}

function candidates(
  relations: readonly Relation[],
  columns: readonly Joined[],
  reference: Reference,
): readonly ScopeColumn[] {
  const [name, relation, schema] = stringsOf(reference.fields).toReversed();
  if (schema !== undefined || name === undefined) return [];
  // A column that USING has merged is still there under the name of its table.
  const among =
    relation === undefined ? columns : (relations.find(({ alias }) => alias === relation)?.columns ?? []);
  return among.filter((column) => column.name === name);
}

function find(
  relations: readonly Relation[],
  columns: readonly Joined[],
  reference: Reference,
): ScopeColumn | undefined {
  if (starOf(reference) !== undefined) return undefined;
  const found = candidates(relations, columns, reference);
  return found.length === 1 ? found[0] : undefined;
}

function ownerOf(
  relations: readonly Relation[],
  columns: readonly Joined[],
  reference: Reference,
): readonly string[] | undefined {
  if (find(relations, columns, reference) === undefined) return undefined;
  const names = stringsOf(reference.fields);
  if (names.length > 1) return names;
  const relation = columns.find(({ name }) => name === names[0])!.relation;
  return relation === undefined ? names : [relation, ...names];
}

function resolve(
  relations: readonly Relation[],
  columns: readonly Joined[],
  reference: Reference,
  text: string,
): ScopeColumn {
  const found = candidates(relations, columns, reference);
  if (found.length === 1) return found[0]!;
  const name = stringsOf(reference.fields).join(".");
  const message = found.length === 0 ? `there is no column ${name}` : `there are several columns ${name}`;
  throw new QueryError(message, { place: placeOf(text, reference.location) });
}

function expand(
  relations: readonly Relation[],
  columns: readonly Joined[],
  relation: string | undefined,
  text: string,
  location: number | undefined,
): readonly Expanded[] {
  if (relation === undefined) {
    return columns.map(({ name, relation: of }) => ({
      name,
      reference: of === undefined ? columnNode(name) : columnNode(of, name),
    }));
  }
  const found = relations.find(({ alias }) => alias === relation);
  if (found === undefined) {
    throw new QueryError(`there is no table ${relation} in FROM`, { place: placeOf(text, location) });
  }
  return found.columns.map(({ name }) => ({ name, reference: columnNode(relation, name) }));
}
