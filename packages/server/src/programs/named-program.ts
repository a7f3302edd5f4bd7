import type { Tree } from "../jobs/tree.ts";
import type { ProgramDescription } from "../worker/computation.ts";

/** A program of the operator's that becomes a graph when it is known what it is run with. */
export interface NamedProgram {
  readonly name: string;
  readonly description: ProgramDescription;
  /**
   * The graph for such inputs and clear parameters.
   *
   * @throws ServiceError `invalid-request` for those that the program does not take.
   */
  graphFor(inputs: Readonly<Record<string, Tree<string>>>, parameters: unknown): unknown;
}
