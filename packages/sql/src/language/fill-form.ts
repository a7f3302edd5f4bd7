import { QueryError } from "../errors.ts";
import type { Condition, Plan, Slot, Test, Wanted } from "../plan/plan.ts";
import type { Schema } from "../schema/schema.ts";
import { analyze } from "./analyze.ts";
import { as, type Node, replace, some } from "./ast.ts";
import { BaseColumns } from "./base.ts";
import { type Tree, treeOf } from "./conditions.ts";
import { type Context, errorAt } from "./context.ts";
import type { FormBounds } from "./hidden-form.ts";
import { hideIn } from "./hide-constants.ts";
import { parseSelect, print } from "./parse.ts";
import { scopeOf } from "./scope.ts";
import { fitsTable } from "./slots.ts";

/** A query whose WHERE only the client has. */
export interface HiddenQuery {
  /** Without WHERE: what the server gets. */
  readonly text: string;
  /** Which of the query's parameters the text has, from 1 on. */
  readonly parameters: readonly number[];
  /** The server's plan, with what the client fills in. */
  readonly plan: Plan;
  /** Constants of WHERE: what is filled in has them as parameters after those of the query. */
  readonly constants: readonly string[];
}

/** A test in a clause. */
interface Literal {
  readonly path: string;
  readonly test: Test;
  readonly wanted: Wanted;
}

/**
 * Takes WHERE out of a query, and fills it into the form that all queries on its tables have.
 *
 * @param count how many parameters the query has.
 * @throws QueryError for a WHERE that has more clauses, or compares with more constants, than the bounds allow; and for
 *   what cannot be hidden.
 */
export function hideWhere(
  text: string,
  schema: Schema,
  secrets: ReadonlySet<number>,
  count: number,
  bounds: FormBounds,
): HiddenQuery {
  const { whereClause, ...select } = parseSelect(text);
  const parameters: number[] = [];
  const stripped = replace(select, (node) => {
    const number = as(node, "ParamRef")?.number;
    if (number === undefined) return undefined;
    if (!parameters.includes(number)) parameters.push(number);
    return { ParamRef: { number: parameters.indexOf(number) + 1 } };
  });
  const sent = print(stripped);
  const sentSecrets = new Set(
    parameters.flatMap((number, index) => (secrets.has(number) ? [index + 1] : [])),
  );
  const analysis = analyze(sent, schema, sentSecrets, bounds);
  if (analysis.kind !== "plan") throw new QueryError("the query has no plan");

  const constants: string[] = [];
  const context: Context = {
    text,
    schema,
    secrets: new Set(Array.from({ length: count + 1000 }, (_, index) => index + 1)),
    scope: scopeOf(select, schema, text),
    base: new BaseColumns(),
    hidden: true,
  };
  const clauses =
    whereClause === undefined ? [] : clausesOf(hideIn(whereClause, constants, count), context, bounds);
  const plan = new Filling(analysis.plan, context, bounds).fill(clauses);
  return { text: sent, parameters, plan, constants };
}

function clausesOf(where: Node, context: Context, bounds: FormBounds): Literal[][] {
  if (some(where, "SubLink"))
    throw errorAt(context, "where the form of WHERE is hidden, it has no subqueries", where);
  const tree = treeOf(where, { positive: true, unknown: false }, context);
  const clauses = conjunctive(tree, context, bounds);
  if (clauses.length > bounds.clauses) {
    throw new QueryError(`WHERE comes to ${clauses.length} clauses, and the form has ${bounds.clauses}`);
  }
  return clauses;
}

/** Conjunctive normal form: AND of ORs. */
function conjunctive(tree: Tree, context: Context, bounds: FormBounds): Literal[][] {
  if (tree.kind === "clear") throw new QueryError("this cannot be hidden");
  if (tree.kind === "test") return literalsOf(tree, context);
  const parts = tree.of.map((part) => conjunctive(part, context, bounds));
  if (tree.kind === "all") return parts.flat();
  return parts.reduce<Literal[][]>(
    (clauses, part) => {
      const product = clauses.flatMap((clause) => part.map((other) => [...clause, ...other]));
      if (product.length > 100 * bounds.clauses) throw new QueryError("WHERE comes to too many clauses");
      return product;
    },
    [[]],
  );
}

/** A test as clauses: NOT IN of a column of many values is one for each constant. */
function literalsOf(
  { column, type, test, wanted }: Extract<Tree, { kind: "test" }>,
  context: Context,
): Literal[][] {
  const node = context.base.at(column);
  const path = as(node, "ColumnRef") === undefined ? undefined : context.scope.owner(as(node, "ColumnRef")!);
  if (path === undefined || (test.kind === "like" && type.type === "text")) {
    throw errorAt(
      context,
      "where the form of WHERE is hidden, it compares columns, and has LIKE for dictionaries",
      node,
    );
  }
  const literal = (one: Test): Literal => ({ path: path.join("."), test: one, wanted });
  if (test.kind !== "in" || fitsTable(type)) return [[literal(test)]];
  const each = test.constants.map((constant) => literal({ kind: "equal", constant }));
  return wanted.positive ? [each] : each.map((one) => [one]);
}

class Filling {
  readonly #plan: Plan;
  readonly #bounds: FormBounds;
  readonly #paths: ReadonlyMap<string, number>;
  readonly #slots: Slot[];
  /** Slots that have a constant. */
  readonly #taken = new Set<number>();

  constructor(plan: Plan, context: Context, bounds: FormBounds) {
    this.#plan = plan;
    this.#bounds = bounds;
    this.#slots = [...plan.slots];
    const known = context.scope.columns.filter(({ type }) => type !== undefined);
    const paths = known.map(({ name, relation }) => (relation === undefined ? name : `${relation}.${name}`));
    this.#paths = new Map(paths.map((path, value) => [path, value]));
  }

  fill(clauses: readonly (readonly Literal[])[]): Plan {
    const perClause = this.#slots.length / this.#bounds.clauses;
    for (let clause = 0; clause < this.#bounds.clauses; clause++) {
      const first = clause * perClause;
      const literals = clauses[clause];
      if (literals === undefined) this.#always(first, perClause);
      else for (const literal of literals) this.#place(literal, first, perClause);
    }
    return { ...this.#plan, slots: this.#slots };
  }

  /** A clause that holds always: whatever the value of its first column. */
  #always(first: number, count: number): void {
    const index = this.#find(first, count, ({ kind }) => kind === "table" || kind === "null")!;
    const slot = this.#slots[index]!;
    this.#slots[index] =
      slot.kind === "table"
        ? { ...slot, condition: { kind: "all", of: [] } }
        : ({ ...slot, holds: [true, true] } as Slot);
  }

  #find(first: number, count: number, test: (slot: Slot, index: number) => boolean): number | undefined {
    for (let index = first; index < first + count; index++)
      if (test(this.#slots[index]!, index)) return index;
    return undefined;
  }

  #place({ path, test, wanted }: Literal, first: number, count: number): void {
    const value = this.#paths.get(path);
    if (value === undefined) throw new QueryError(`the type of ${path} is not known from the schema`);
    const table = this.#find(first, count, (slot) => slot.kind === "table" && slot.value === value);
    if (table !== undefined) {
      const slot = this.#slots[table] as Extract<Slot, { kind: "table" }>;
      const condition: Condition = { kind: "any", of: [slot.condition, { kind: "test", test, wanted }] };
      this.#slots[table] = { ...slot, condition };
      return;
    }
    this.#wide(value, test, wanted, first, count);
  }

  #wide(value: number, test: Test, wanted: Wanted, first: number, count: number): void {
    const { positive, unknown } = wanted;
    const isNull = test.kind === "null" ? positive : test.kind === "same" ? undefined : unknown;
    if (isNull === undefined)
      throw new QueryError(
        "where the form of WHERE is hidden, IS DISTINCT FROM is for columns of few values",
      );
    this.#holdsFor(value, test.kind === "null" && !positive, isNull, first, count);
    if (test.kind === "null") return;
    const index = this.#find(
      first,
      count,
      (slot, place) => slot.value === value && !this.#taken.has(place) && fits(slot, test, positive),
    );
    if (index === undefined) {
      throw new QueryError(
        `a clause compares a column with more than the ${this.#bounds.literals} constants of the form`,
      );
    }
    this.#taken.add(index);
    const slot = this.#slots[index]!;
    if (slot.kind === "equal" && test.kind === "equal") {
      this.#slots[index] = { ...slot, constant: test.constant, wanted };
    } else if (slot.kind === "order" && (test.kind === "less" || test.kind === "atMost")) {
      const equality = test.kind === "atMost";
      this.#slots[index] = { ...slot, constant: test.constant, equality, wanted };
    }
  }

  #holdsFor(value: number, notNull: boolean, isNull: boolean, first: number, count: number): void {
    const index = this.#find(first, count, (slot) => slot.kind === "null" && slot.value === value)!;
    const slot = this.#slots[index] as Extract<Slot, { kind: "null" }>;
    this.#slots[index] = { ...slot, holds: [slot.holds[0] || notNull, slot.holds[1] || isNull] };
  }
}

function fits(slot: Slot, test: Test, positive: boolean): boolean {
  if (slot.kind === "equal") return test.kind === "equal" && slot.wanted.positive === positive;
  return slot.kind === "order" && (test.kind === "less" || test.kind === "atMost");
}
