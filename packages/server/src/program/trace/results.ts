import type { CiphertextType } from "tacet";
import { describe } from "../describe.ts";
import { Place } from "../error.ts";
import { nameOfType } from "../forms.ts";
import { type GraphOutput, RESULT } from "../graph.ts";
import { isList, isSingle, namedOutputs, type Output, type Outputs } from "../specification.ts";
import { RecordedArray } from "./array.ts";
import { RecordedHandle } from "./handles.ts";
import type { Recorder } from "./recorder.ts";

/** What the function of a program has returned, as the outputs of a graph. @throws ProgramError for what it must not. */
export function outputsOf(recorder: Recorder, specification: Outputs, returned: unknown): GraphOutput[] {
  const all = new Place(recorder.program).at("out");
  if (typeof (returned as { then?: unknown } | null | undefined)?.then === "function") {
    throw all.error("the function returns a promise: it is to return handles, and has nothing to wait for");
  }
  const single = isSingle(specification);
  const outputs = namedOutputs(specification, recorder.program, RESULT);
  if (!single) checkNames(returned, outputs, all);
  return outputs.map(([name, output]) => {
    const value = single ? returned : (returned as Record<string, unknown>)[name];
    return outputOf(recorder, name, output, value, single ? all : all.at(name));
  });
}

function checkNames(returned: unknown, outputs: readonly (readonly [string, Output])[], place: Place): void {
  const names = outputs.map(([name]) => name);
  if (typeof returned !== "object" || returned === null || returned instanceof RecordedHandle) {
    throw place.error(`expected an object with ${names.join(", ")}, not ${describeResult(returned)}`);
  }
  for (const name of names) {
    if (!Object.hasOwn(returned, name))
      throw place.at(name).error("the function does not return this output");
  }
  const other = Object.keys(returned).find((name) => !names.includes(name));
  if (other !== undefined) throw place.error(`the program has no output ${other.slice(0, 64)}`);
}

function outputOf(
  recorder: Recorder,
  name: string,
  output: Output,
  value: unknown,
  place: Place,
): GraphOutput {
  if (!isList(output)) {
    const type = nameOfType(output) as CiphertextType;
    return { name, type, of: numberOf(recorder, value, type, place) };
  }
  const type = nameOfType(output.of) as CiphertextType;
  if (!(Array.isArray(value) || value instanceof RecordedArray)) {
    throw place.error(`expected an array of values of type ${type}, not ${describeResult(value)}`);
  }
  const values = [...(value as Iterable<unknown>)];
  if (output.length !== undefined && output.length !== values.length) {
    throw place.error(`expected ${output.length} values, not ${values.length}`);
  }
  return { name, type, of: values.map((one, i) => numberOf(recorder, one, type, place.at(i))) };
}

function numberOf(recorder: Recorder, value: unknown, type: CiphertextType, place: Place): number {
  if (!(value instanceof RecordedHandle)) {
    throw place.error(`expected a value of type ${type}, not ${describeResult(value)}`);
  }
  const number = recorder.numberOf(value, place);
  if (value.type === type) return number;
  throw place.error(`expected a value of type ${type}, not ${value.type}; use cast to convert`);
}

function describeResult(value: unknown): string {
  if (value instanceof RecordedHandle) return `one of type ${value.type}`;
  if (["number", "bigint", "boolean", "string"].includes(typeof value)) {
    return `a clear ${typeof value}: engine.array(type, [value]).get(0) makes a value of one`;
  }
  return value === undefined ? "nothing" : describe(value);
}
