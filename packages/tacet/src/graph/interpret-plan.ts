import { GraphError } from "../errors.ts";
import { type Block, constantOf, mirrored, type Source, type Term, termsOf } from "./block.ts";
import type { SourceValues } from "./interpret.ts";
import type { Plan } from "./plan.ts";

/**
 * Carries a plan out on plain integers, to show that the passes preserve what the graph means.
 *
 * @throws GraphError if a rotation reads what is not there yet or leaves its range.
 */
export function interpretPlan(plan: Plan, requested: readonly Block[], sources: SourceValues): number[] {
  const values = new Map<Source, number>(sources);
  const combine = (terms: readonly Term[], constant: number): number =>
    terms.reduce((sum, { source, coefficient }) => {
      const value = values.get(source);
      if (value === undefined) throw new GraphError(`block ${source.id} is read before it is computed`);
      return sum + coefficient * value;
    }, constant);

  for (const { index, terms, constant, size, anywhere, tables } of plan.rotations) {
    const value = combine(terms, constant);
    if (value < 0 || value >= (anywhere ? 2 * size : size)) {
      throw new GraphError(`the input of rotation ${index} is ${value}, outside 0 to ${size - 1}`);
    }
    for (const { table, output } of tables) {
      values.set(output, table[value] ?? mirrored(table[value - size], output));
    }
  }
  return requested.map((block) => combine(termsOf(block), constantOf(block)));
}
