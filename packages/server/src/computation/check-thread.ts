import { clearEngine } from "tacet/clear";
import { checkGraph } from "../program/check-graph.ts";
import { ProgramError } from "../program/error.ts";
import { textOf } from "../program/graph.ts";
import type { GraphLimits } from "../program/limits.ts";
import { estimateGraph } from "../program/run/estimate.ts";
import type { CheckedProgram } from "../worker/computation.ts";

/** What a graph turns out to be. */
export type CheckOutcome =
  | { readonly program: CheckedProgram }
  | { readonly reason: string; readonly path: string };

/** What is to be checked. */
export interface CheckRequest {
  readonly graph: unknown;
  readonly limits: Partial<GraphLimits>;
  readonly mostBootstraps: number;
}

/**
 * Checks a graph and finds out what it takes: in a thread of its own, since planning what a stranger sends may take seconds
 * and gigabytes, and meanwhile the service is to answer others.
 */
export default async function check(request: CheckRequest): Promise<CheckOutcome> {
  const engine = await clearEngine({ planLimitBootstraps: request.mostBootstraps });
  try {
    const graph = checkGraph(request.graph, request.limits);
    const { bootstraps, depth } = await estimateGraph(graph, engine);
    const { name, inputs, outputs } = graph;
    const given = outputs.map(({ name: output, type, of }) => ({
      name: output,
      type,
      ...(typeof of === "number" ? {} : { length: of.length }),
    }));
    return {
      program: { graph: textOf(graph), description: { name, inputs, outputs: given }, bootstraps, depth },
    };
  } catch (error) {
    if (error instanceof ProgramError) return { reason: error.message, path: error.path };
    if (isOfLibrary(error)) return { reason: error.message, path: "" };
    throw error;
  } finally {
    engine.dispose();
  }
}

/** What the library refuses, as one of its own errors or of the language's. */
function isOfLibrary(error: unknown): error is Error {
  return error instanceof Error && /^(?:\w+Error)$/.test(error.name) && error.name !== "Error";
}
