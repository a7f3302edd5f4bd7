import type { SlotTruth } from "../encoding/truths.ts";
import { combine, type Truth } from "../engine/job.ts";
import type { Formula, Plan } from "../plan/plan.ts";

/** A row of the base query, as PostgreSQL prints it. */
export type Row = readonly (string | null)[];

/**
 * Tells when candidates count. What is the same of several candidates is one truth: rows that are alike in all columns that
 * the query is about cost once.
 */
export class Candidates {
  /** Each once. */
  readonly truths: Truth[] = [];
  readonly #plan: Plan;
  readonly #slots: readonly SlotTruth[];
  readonly #columns: readonly number[];
  readonly #byTuple = new Map<string, readonly number[]>();
  readonly #byTruth = new Map<Truth, number>();

  constructor(plan: Plan, slots: readonly SlotTruth[]) {
    this.#plan = plan;
    this.#slots = slots;
    this.#columns = [
      ...new Set([...plan.values.map(({ column }) => column), ...plan.formulas.flatMap(clearColumns)]),
    ];
  }

  /** For each formula of the plan, the truth of a candidate, by its number. @throws DataError for values out of the schema. */
  truthsOf(row: Row): readonly number[] {
    const key = JSON.stringify(this.#columns.map((column) => row[column]));
    let found = this.#byTuple.get(key);
    if (found === undefined) {
      found = this.#plan.formulas.map((formula) => this.#indexOf(this.#truth(formula, row)));
      this.#byTuple.set(key, found);
    }
    return found;
  }

  #truth(formula: Formula, row: Row): Truth {
    switch (formula.kind) {
      case "constant":
        return formula.value;
      case "clear":
        return row[formula.column] === "t";
      case "slot":
        return this.#slots[formula.slot]!(
          row[this.#plan.values[this.#plan.slots[formula.slot]!.value]!.column]!,
        );
      default:
        return combine(
          formula.kind,
          formula.of.map((part) => this.#truth(part, row)),
        );
    }
  }

  #indexOf(truth: Truth): number {
    const known = this.#byTruth.get(truth);
    if (known !== undefined) return known;
    const index = this.truths.push(truth) - 1;
    this.#byTruth.set(truth, index);
    return index;
  }
}

function clearColumns(formula: Formula): number[] {
  if (formula.kind === "clear") return [formula.column];
  return "of" in formula ? formula.of.flatMap(clearColumns) : [];
}
