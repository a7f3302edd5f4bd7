import { ProgramError } from "../error.ts";
import { frozen, type Graph } from "../graph.ts";
import type { GraphLimits } from "../limits.ts";
import type { Inputs, Outputs } from "../specification.ts";
import { RecordedEngine } from "./engine.ts";
import { startOf } from "./known-inputs.ts";
import { pruned } from "./prune.ts";
import { Recorder } from "./recorder.ts";
import { outputsOf } from "./results.ts";

/** What there is to trace. */
export interface Traceable {
  readonly name: string;
  readonly in: Inputs;
  readonly out: Outputs;
  readonly checked?: readonly string[] | undefined;
  compute(inputs: never, engine: never): unknown;
}

/**
 * Runs the function of a program on recording handles, and gives what it did as a graph: without what none of its results
 * depends on.
 *
 * @throws ProgramError, and whatever the function throws.
 */
export function trace(
  program: Traceable,
  known: Readonly<Record<string, unknown>>,
  limits: GraphLimits,
): Graph {
  const start = startOf(program.name, program.in, known, limits);
  const recorder = new Recorder(program.name, start.forms, limits);
  const inputs = start.arguments((value) => recorder.input(value));
  const returned = program.compute(inputs as never, new RecordedEngine(recorder) as never);
  const outputs = outputsOf(recorder, program.out, returned);
  if (outputs.every(({ of }) => Array.isArray(of) && of.length === 0)) {
    throw new ProgramError("the program gives no values", `${program.name}.out`);
  }
  const inputsOf = start.inputs.map((input) =>
    program.checked?.includes(input.name) ? ({ ...input, checked: true } as const) : input,
  );
  const graph = { version: 1, name: program.name, inputs: inputsOf } as const;
  return frozen({ ...graph, ...pruned(start.forms.length, recorder.counted, outputs) });
}
