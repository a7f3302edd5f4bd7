import type { Block, Source } from "../../src/graph/block.ts";
import type { Plan, Rotation } from "../../src/graph/plan.ts";
import { depthOf } from "../../src/graph/rotation.ts";
import { PlanVerifier } from "../../src/graph/verify/verifier.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";

/** Values of inputs of which all combinations are tried. */
export const MOST_COMBINATIONS = 512;

/** Rotations with places, dependencies and priorities as they should be, so that nothing else is wrong with them. */
export function fitted(rotations: readonly Omit<Rotation, "index" | "dependencies" | "priority">[]): Plan {
  const producers = new Map<Source, number>();
  for (const [index, { tables }] of rotations.entries())
    for (const { output } of tables) if (!producers.has(output)) producers.set(output, index);
  const all = rotations.map((rotation, index) => {
    const read = rotation.terms.map(({ source }) => producers.get(source)).filter((at) => at !== undefined);
    return { ...rotation, index, dependencies: [...new Set(read)].sort((a, b) => a - b), priority: 0 };
  });
  for (const { dependencies, priority } of all.toReversed())
    for (const at of dependencies) all[at].priority = Math.max(all[at].priority, priority + 1);
  return { rotations: all, depth: depthOf(all) };
}

/** Verifies a plan that builds upon no other. */
export function verify(
  made: Plan,
  requested: readonly Block[],
  isUnderWay?: (block: Block) => boolean,
): void {
  new PlanVerifier(DEFAULT_PARAMETERS, MOST_COMBINATIONS).verify(made, requested, isUnderWay);
}
