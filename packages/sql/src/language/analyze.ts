import { QueryError } from "../errors.ts";
import type { GroupsAnswer, OrderItem, Output, Plan, RowsAnswer, Wanted } from "../plan/plan.ts";
import type { Schema } from "../schema/schema.ts";
import type { Expression } from "../value/expression.ts";
import { Aggregates, hasAggregate, hasWindow } from "./aggregates.ts";
import { checkAllowed } from "./allow.ts";
import { and, as, column, type Fields, type Node, open, type SelectStmt } from "./ast.ts";
import { ascending, BaseColumns, baseQueryOf, rankOver } from "./base.ts";
import { type Tree, treeOf } from "./conditions.ts";
import { type Context, errorAt, mentionsColumn, mentionsSecret, written } from "./context.ts";
import { expressionOf } from "./expressions.ts";
import { type FormBounds, hiddenForm } from "./hidden-form.ts";
import { parseSelect } from "./parse.ts";
import { nameOf, outputsOf, scopeOf, starOf } from "./scope.ts";
import { hashedConstants, Slots } from "./slots.ts";
import { liftConditions } from "./where.ts";

const TRUE: Wanted = { positive: true, unknown: false };

/** What a query is: with secrets a plan, without any a query that PostgreSQL answers by itself. */
export type Analysis =
  | { readonly kind: "plan"; readonly plan: Plan }
  | { readonly kind: "clear"; readonly base: Plan["base"]; readonly names: readonly string[] };

/**
 * Makes the plan of a query. `loadParser` must have been waited for.
 *
 * @param secrets which parameters are secret, numbered from 1 on.
 * @param form if the query's WHERE is hidden: then the text has none.
 * @throws QueryError for what cannot be answered, with the reason and the place.
 */
export function analyze(
  text: string,
  schema: Schema,
  secrets: ReadonlySet<number>,
  form?: FormBounds,
): Analysis {
  const select = parseSelect(text);
  checkAllowed({ SelectStmt: select }, text);
  if (form === undefined && !mentionsSecret(select, { secrets })) {
    const names = outputsOf(select, schema, text).map(({ name }) => name);
    return { kind: "clear", base: baseQueryOf(select, schema, text), names };
  }
  if (select.op !== undefined && select.op !== "SETOP_NONE") {
    throw new QueryError("UNION, INTERSECT and EXCEPT of secret selections are not known here");
  }
  const context: Context = {
    text,
    schema,
    secrets,
    scope: scopeOf(select, schema, text),
    base: new BaseColumns(),
  };
  return { kind: "plan", plan: new SelectAnalysis(select, context).plan(form) };
}

class SelectAnalysis {
  readonly #select: SelectStmt;
  readonly #context: Context;
  readonly #trees: Tree[] = [];
  readonly #targets: readonly { readonly name: string; readonly node: Node }[];

  constructor(select: SelectStmt, context: Context) {
    this.#select = select;
    this.#context = context;
    this.#targets = this.#readTargets();
  }

  plan(form: FormBounds | undefined): Plan {
    const { base, schema, text } = this.#context;
    this.#refuseElsewhere();
    const { from, conditions } = liftConditions(this.#select, this.#context);
    const clear = conditions.filter((condition) => !mentionsSecret(condition, this.#context));
    const secret = conditions.filter((condition) => mentionsSecret(condition, this.#context));
    this.#trees.push(this.#treeOfAll(secret));
    const grouped = this.#isGrouped();
    const { answer, outputs, order } = grouped ? this.#groups() : this.#rows();
    const [limit, offset] = [this.#bound(this.#select.limitCount), this.#bound(this.#select.limitOffset)];

    if (
      form !== undefined &&
      (this.#trees.length > 1 || secret.length > 0 || this.#select.whereClause !== undefined)
    ) {
      throw this.#refuse(
        "where the form of WHERE is hidden, secrets are there, and in what is selected",
        this.#select,
      );
    }
    const { values, slots, formulas } = form === undefined ? this.#slots() : hiddenForm(this.#context, form);
    const where = and(clear);
    const select: SelectStmt = {
      ...(this.#select.withClause && { withClause: this.#select.withClause }),
      targetList: base.targets(),
      ...(from && { fromClause: from }),
      ...(where && { whereClause: where }),
      ...(order.length > 0 && { sortClause: order }),
      limitOption: "LIMIT_OPTION_DEFAULT",
      op: "SETOP_NONE",
    };
    const query = baseQueryOf(select, schema, text);
    return {
      base: query,
      values,
      slots,
      formulas,
      answer,
      outputs,
      limit,
      offset,
    };
  }

  #slots(): Pick<Plan, "values" | "slots" | "formulas"> {
    const slots = new Slots(this.#context.schema.rows, hashedConstants(this.#trees));
    const formulas = this.#trees.map((tree) => slots.formulaOf(tree));
    return { values: slots.values, slots: slots.slots, formulas };
  }

  /** Secrets stand in WHERE, ON, FILTER, HAVING and what is selected. */
  #refuseElsewhere(): void {
    const { withClause, groupClause, windowClause, fromClause } = this.#select;
    const inside = (fromClause ?? []).filter((item) => !("JoinExpr" in item));
    for (const part of [withClause, groupClause, windowClause, inside]) {
      if (mentionsSecret(part, this.#context))
        throw this.#refuse("secrets are not known at this place", part);
    }
    if (hasWindow(this.#select.targetList) || hasWindow(this.#select.sortClause)) {
      const message =
        "window functions would see rows that the secret selection leaves out: use them in a subquery";
      throw this.#refuse(message, this.#select.targetList);
    }
  }

  #refuse(message: string, node: unknown): QueryError {
    return errorAt(this.#context, message, node);
  }

  #readTargets() {
    return (this.#select.targetList ?? []).flatMap((target) => {
      const { val, name } = as(target, "ResTarget")!;
      const reference = as(val, "ColumnRef");
      const star = starOf(reference);
      if (star === undefined) return [{ name: name ?? nameOf(val!), node: val! }];
      return this.#context.scope
        .expand(star.relation, reference?.location)
        .map((expanded) => ({ name: expanded.name, node: expanded.reference }));
    });
  }

  #treeOfAll(conditions: readonly Node[]): Tree {
    return { kind: "all", of: conditions.map((condition) => treeOf(condition, TRUE, this.#context)) };
  }

  #isGrouped(): boolean {
    const { groupClause, havingClause, distinctClause } = this.#select;
    const plainDistinct = distinctClause !== undefined && isPlainDistinct(distinctClause);
    return (
      groupClause !== undefined ||
      havingClause !== undefined ||
      plainDistinct ||
      this.#targets.some(({ node }) => hasAggregate(node))
    );
  }

  // One row for each candidate.

  #rows(): { answer: RowsAnswer; outputs: Output[]; order: Node[] } {
    const record = new Entries(this.#context.base);
    const outputs = this.#targets.map(({ name, node }) => ({
      name,
      expression: this.#expression(node, record),
    }));
    const order = (this.#select.sortClause ?? []).map((item) => {
      const sort = as(item, "SortBy")!;
      const node = this.#orderNode(sort.node!);
      if (mentionsSecret(node, this.#context)) throw this.#refuse("rows are not ordered by secrets", node);
      // By place: a name would be that of a column of the base query first.
      const place: Node = { A_Const: { ival: { ival: this.#context.base.add(node) + 1 } } };
      return { SortBy: { ...sort, node: place } };
    });
    return { answer: { kind: "rows", record: record.columns, distinct: this.#distinctOn() }, outputs, order };
  }

  #distinctOn(): number | undefined {
    const { distinctClause, sortClause = [] } = this.#select;
    if (distinctClause === undefined) return undefined;
    const nodes = distinctClause.map((node) => this.#orderNode(node));
    const first = sortClause
      .slice(0, nodes.length)
      .map((item) => written(this.#orderNode(as(item, "SortBy")!.node!)));
    if (first.some((item) => !nodes.some((node) => written(node) === item))) {
      throw this.#refuse("DISTINCT ON names what ORDER BY begins with", distinctClause);
    }
    for (const node of nodes) {
      if (mentionsSecret(node, this.#context)) throw this.#refuse("DISTINCT ON is not of secrets", node);
    }
    return this.#context.base.add(rankOver(nodes.map(ascending)));
  }

  /** What ORDER BY and GROUP BY name: a column that is selected, by place or by name, or what it is written as. */
  #orderNode(node: Node): Node {
    const position = as(node, "A_Const")?.ival;
    if (position !== undefined) {
      const target = this.#targets[(position.ival ?? 0) - 1];
      if (target === undefined)
        throw this.#refuse(`there is no column ${position.ival ?? 0} in SELECT`, node);
      return target.node;
    }
    const fields = as(node, "ColumnRef")?.fields;
    const name = fields?.length === 1 ? as(fields[0], "String")?.sval : undefined;
    const named = this.#targets.filter((target) => target.name === name);
    if (new Set(named.map((target) => written(target.node))).size > 1) {
      throw this.#refuse(`several columns of SELECT are named ${name}`, node);
    }
    return named[0]?.node ?? node;
  }

  /** GROUP BY takes a name for a column of the tables first. */
  #groupNode(node: Node): Node {
    const reference = as(node, "ColumnRef");
    if (reference !== undefined && this.#context.scope.find(reference) !== undefined) return node;
    return this.#orderNode(node);
  }

  // Sums over candidates.

  #groups(): { answer: GroupsAnswer; outputs: Output[]; order: Node[] } {
    const { base } = this.#context;
    const distinct = isPlainDistinct(this.#select.distinctClause);
    if (this.#select.distinctClause !== undefined && !distinct) {
      throw this.#refuse("DISTINCT ON with aggregates is not known here", this.#select.distinctClause);
    }
    const bare =
      distinct && this.#select.groupClause === undefined && !this.#targets.some((t) => hasAggregate(t.node));
    const keys = bare ? this.#targets.map(({ node }) => node) : this.#groupKeys();
    const record = new Entries(base);
    const aggregates = new Aggregates(this.#context, (filter) => this.#filtered(filter));
    const grouping = new Grouping(this.#context, keys, record, aggregates);
    const outputs = this.#targets.map(({ name, node }) => ({ name, expression: grouping.expression(node) }));
    const having = this.#select.havingClause;
    const order = (this.#select.sortClause ?? []).map((item) => this.#orderItem(item, grouping, distinct));
    const answer: GroupsAnswer = {
      kind: "groups",
      group: keys === undefined || keys.length === 0 ? undefined : base.add(rankOver(keys.map(ascending))),
      having: having && grouping.expression(having),
      order,
      record: record.columns,
      aggregates: aggregates.list,
      distinct: distinct && !bare,
    };
    return { answer, outputs, order: [] };
  }

  #groupKeys(): Node[] | undefined {
    const keys = this.#select.groupClause?.map((node) => this.#groupNode(node));
    for (const key of keys ?? []) {
      if ("GroupingSet" in key || mentionsSecret(key, this.#context) || hasAggregate(key)) {
        throw this.#refuse("groups are made by clear values", key);
      }
    }
    return keys;
  }

  #filtered(filter: Node): number {
    const where = this.#trees[0]!;
    return this.#trees.push({ kind: "all", of: [where, treeOf(filter, TRUE, this.#context)] }) - 1;
  }

  #orderItem(item: Node, grouping: Grouping, distinct: boolean): OrderItem {
    const sort = as(item, "SortBy")!;
    const node = this.#orderNode(sort.node!);
    if (sort.sortby_dir === "SORTBY_USING") throw this.#refuse("ORDER BY … USING is not known here", item);
    if (distinct && !this.#targets.some((target) => written(target.node) === written(node))) {
      throw this.#refuse("with DISTINCT, ORDER BY names what is selected", node);
    }
    const descending = sort.sortby_dir === "SORTBY_DESC";
    const nullsFirst =
      sort.sortby_nulls === "SORTBY_NULLS_FIRST" || (sort.sortby_nulls !== "SORTBY_NULLS_LAST" && descending);
    if (hasAggregate(node) || mentionsSecret(node, this.#context)) {
      return { by: { expression: grouping.expression(node) }, descending, nullsFirst };
    }
    grouping.check(node);
    const rank = this.#context.base.add(rankOver([{ SortBy: { ...sort, node } }]));
    return { by: { rank }, descending: false, nullsFirst: false };
  }

  #expression(node: Node, record: Entries): Expression {
    const leafOf = (leaf: Node) => (mentionsSecret(leaf, this.#context) ? undefined : record.add(leaf));
    return expressionOf(node, this.#context, { leafOf });
  }

  #bound(node: Node | undefined): Expression | undefined {
    if (node === undefined || as(node, "A_Const")?.isnull === true) return undefined;
    if (mentionsSecret(node, this.#context)) throw this.#refuse("LIMIT and OFFSET are not secret", node);
    if (mentionsColumn(node)) throw this.#refuse("LIMIT and OFFSET are constants", node);
    return expressionOf(node, this.#context, { leafOf: () => undefined });
  }
}

/** The entries of a record that is fetched. */
class Entries {
  readonly columns: number[] = [];
  readonly #base: BaseColumns;

  constructor(base: BaseColumns) {
    this.#base = base;
  }

  add(node: Node): Expression {
    const column = this.#base.add(node);
    const index = this.columns.indexOf(column);
    return { kind: "clear", entry: index >= 0 ? index : this.columns.push(column) - 1 };
  }
}

/** Expressions over groups: of what they are grouped by, and of aggregates. */
class Grouping {
  readonly #context: Context;
  readonly #keys: ReadonlySet<string>;
  readonly #always: boolean;
  readonly #record: Entries;
  readonly #aggregates: Aggregates;

  constructor(context: Context, keys: readonly Node[] | undefined, record: Entries, aggregates: Aggregates) {
    this.#context = context;
    this.#keys = new Set(keys?.map((key) => this.#canonical(key)));
    this.#always = keys === undefined || keys.length === 0;
    this.#record = record;
    this.#aggregates = aggregates;
  }

  expression(node: Node): Expression {
    return expressionOf(node, this.#context, { leafOf: (leaf) => this.#leafOf(leaf) });
  }

  #leafOf(node: Node): Expression | undefined {
    const aggregate = this.#aggregates.leafOf(node);
    if (aggregate !== undefined) return aggregate;
    if (mentionsSecret(node, this.#context) || hasAggregate(node)) return undefined;
    this.check(node);
    // Where there may be no candidate, there is nothing that PostgreSQL could compute it beside.
    return this.#always ? undefined : this.#record.add(node);
  }

  /** @throws QueryError if a column is named that the groups are not made by. */
  check(node: Node): void {
    if (this.#keys.has(this.#canonical(node))) return;
    const [kind, fields] = open(node);
    if (kind === "ColumnRef" && this.#context.scope.find(fields) !== undefined) {
      throw errorAt(this.#context, "a column stands in GROUP BY, or in an aggregate", node);
    }
    this.#checkBelow(fields);
  }

  #checkBelow(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    const keys = Object.keys(value);
    if (keys.length === 1 && /^[A-Z]/.test(keys[0]!)) this.check(value as Node);
    else for (const below of Object.values(value)) this.#checkBelow(below);
  }

  /** As it is written, but for tables' names before columns that do without. */
  #canonical(node: Node): string {
    const { scope } = this.#context;
    return JSON.stringify(node, (key, below: unknown) => {
      if (/location$/.test(key)) return undefined;
      if (key !== "ColumnRef") return below;
      const found = scope.owner(below as Fields);
      return found === undefined ? below : written(column(...found));
    });
  }
}

/** Plain DISTINCT is a list of nothing; DISTINCT ON has one. */
function isPlainDistinct(clause: readonly Node[] | undefined): boolean {
  return clause?.every((node) => Object.keys(node).length === 0) ?? false;
}
