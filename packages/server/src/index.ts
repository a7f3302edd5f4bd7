export { ProgramError } from "./program/error.ts";
export { type Interface, Program, program } from "./program/program.ts";
export {
  clear,
  type Inputs,
  list,
  type Outputs,
  type PlainInputs,
  type PlainOutputs,
  text,
} from "./program/specification.ts";
