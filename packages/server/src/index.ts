export { ProgramError } from "./program/error.ts";
export { type Interface, Program, program } from "./program/program.ts";
export { clear, list, type PlainInputs, type PlainOutputs, text } from "./program/specification.ts";
