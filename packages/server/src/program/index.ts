export { type CheckedGraph, checkedGraph, checkGraph, parseGraph } from "./check-graph.ts";
export { ProgramError } from "./error.ts";
export type { EncryptedType, Form, TextType } from "./forms.ts";
export {
  type Graph,
  type GraphInput,
  type GraphNode,
  type GraphOutput,
  hashOf,
  type Json,
  RESULT,
  textOf,
  valuesIn,
} from "./graph.ts";
export { DEFAULT_LIMITS, type GraphLimits } from "./limits.ts";
export { type Interface, Program, program } from "./program.ts";
export { type Cipher, keyCipher, runPlain, trivialCipher } from "./run/clear.ts";
export { type Estimate, estimateGraph, type Placeholder } from "./run/estimate.ts";
export { type Encrypt, encryptInputs, formsOfValues, plainOutputs } from "./run/plain-values.ts";
export { type GraphResults, type RunOptions, type RunProgress, runGraph } from "./run/run-graph.ts";
export type { GivenInput, GivenInputs, GivenList, GivenValue } from "./run/values.ts";
export {
  type ArgumentsOf,
  type ClearType,
  clear,
  type HandleOf,
  type Inputs,
  type KnownInputs,
  type ListType,
  list,
  type Outputs,
  type PlainInputs,
  type PlainOutputs,
  type ResultOf,
  type SizedText,
  text,
} from "./specification.ts";
