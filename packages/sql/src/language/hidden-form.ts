import { QueryError } from "../errors.ts";
import type { Condition, EqualSlot, Formula, OrderSlot, Plan, PlanValue, Slot } from "../plan/plan.ts";
import { ordinalOf } from "../schema/ordinal.ts";
import type { ColumnType } from "../schema/types.ts";
import type { Expression } from "../value/expression.ts";
import { column } from "./ast.ts";
import type { Context } from "./context.ts";
import { exactSizes, fitsTable, hashDigitsFor, orderSizes } from "./slots.ts";

/**
 * How much WHERE may say where its form is hidden: it is brought to so many clauses, between which there is AND, each with
 * a condition on every column, between which there is OR. What a query does not need of that is there, and says nothing.
 */
export interface FormBounds {
  readonly clauses: number;
  /** Constants in a clause that a column of many values is compared with: for =, for <>, and for an order, so many each. */
  readonly literals: number;
}

export const DEFAULT_FORM: FormBounds = Object.freeze({ clauses: 4, literals: 2 });

const DIGIT = 2048;
const NONE: Expression = { kind: "constant", type: "unknown", value: null };
/** What no value fulfils, and all do. */
const NEVER: Condition = { kind: "any", of: [] };

/** What the client sends whatever it asks, each slot saying "no"; and the formula over it. */
export function hiddenForm(
  context: Context,
  bounds: FormBounds,
): Pick<Plan, "values" | "slots" | "formulas"> {
  const { scope, schema, base } = context;
  const values = scope.columns.flatMap(({ name, relation, type }): PlanValue[] => {
    if (type === undefined) return [];
    const reference = relation === undefined ? column(name) : column(relation, name);
    return [{ column: base.add(reference), type }];
  });
  if (values.length === 0) throw new QueryError("there is no column of which a hidden WHERE could be");
  const hashDigits = hashDigitsFor(schema.rows, values.length * bounds.clauses * bounds.literals * 2);
  const slots: Slot[] = [];
  const clauses = Array.from({ length: bounds.clauses }, (): Formula => {
    const first = slots.length;
    for (const [value, { type }] of values.entries()) slots.push(...slotsOf(value, type, bounds, hashDigits));
    return { kind: "any", of: slots.slice(first).map((_, index) => ({ kind: "slot", slot: first + index })) };
  });
  return { values, slots, formulas: [{ kind: "all", of: clauses }] };
}

function slotsOf(value: number, type: ColumnType, { literals }: FormBounds, hashDigits: number): Slot[] {
  if (fitsTable(type)) {
    return [
      { kind: "table", value, size: Number(ordinalOf(type)!.size), atNull: "secret", condition: NEVER },
    ];
  }
  const exact = exactSizes(type);
  const hashed = exact === undefined || exact.length > hashDigits;
  const sizes = hashed ? new Array<number>(hashDigits).fill(DIGIT) : exact;
  const equal = (positive: boolean): EqualSlot => {
    const wanted = { positive, unknown: false };
    return { kind: "equal", value, sizes, hashed, atNull: false, constant: NONE, same: false, wanted };
  };
  const copies = Array.from({ length: literals });
  const ordered = type.type !== "text" || type.ordered;
  const order: OrderSlot[] = ordered
    ? copies.map(() => ({
        kind: "order",
        value,
        sizes: orderSizes(type),
        atNull: false,
        constant: NONE,
        equality: false,
        wanted: { positive: true, unknown: false },
      }))
    : [];
  const nulls: Slot = { kind: "null", value, atNull: "secret", holds: [false, false] };
  return [nulls, ...copies.map(() => equal(true)), ...copies.map(() => equal(false)), ...order];
}
