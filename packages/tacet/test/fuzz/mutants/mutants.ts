import type { Mutant } from "./mutant.ts";
import { BUILDER } from "./of-builder.ts";
import { ENGINE } from "./of-engine.ts";
import { PLANNER } from "./of-planner.ts";

/**
 * Ways to break each pass of the planner, each decision of the builder, and what the engine knows of what is under way: all
 * that would give wrong results, or more noise or larger ranges than blocks hold.
 */
export const MUTANTS: readonly Mutant[] = [...PLANNER, ...BUILDER, ...ENGINE];
