import { type ConnectOptions, ServiceConnection } from "./program.ts";

export { ProgramError } from "../program/error.ts";
export { type Interface, Program, program } from "../program/program.ts";
export {
  clear,
  type Inputs,
  list,
  type Outputs,
  type PlainInputs,
  type PlainOutputs,
  text,
} from "../program/specification.ts";
export type { Estimate, RunOptions } from "./connection.ts";
export { ServiceProblem, UnreachableError } from "./problem.ts";
export { type ConnectOptions, ServiceConnection };

/** Connects to a service. Nothing is sent before a program is run. */
export function connect(url: string | URL, options: ConnectOptions): ServiceConnection {
  return new ServiceConnection(url, options);
}
