import { compile } from "tacet/regex";
import { runProgram } from "../run.ts";
import { type ClearValue, type Input, shapeOf } from "../types.ts";
import { ClearBool } from "./bool.ts";
import { ClearEngine } from "./engine.ts";
import { ClearHandle } from "./handle.ts";
import { ClearInteger } from "./integer.ts";
import { clearTypes, FheAsciiString, FheUtf8String, integerTypeNamed } from "./maker.ts";
import { ClearText, unitsIn } from "./text.ts";

/**
 * What a program gives for its inputs, by plain arithmetic on this very thread: `runClear` has a worker do it.
 *
 * @throws NoClearCounterpart for what the mirror does not have, and as `runProgram`.
 */
export function computeClear(javascript: string, inputs: readonly Input[]): Map<string, ClearValue> {
  const handles = inputs.map((input) => [input.name, clearHandle(input)] as const);
  const scope = { ...clearTypes, compile, engine: new ClearEngine(), ...Object.fromEntries(handles) };
  const results = runProgram(javascript, scope, ClearHandle);
  return new Map([...results].map(([name, { clear }]) => [name, clear]));
}

function clearHandle({ type, value }: Input): ClearHandle {
  const { kind } = shapeOf(type);
  if (kind === "boolean") return new ClearBool(Boolean(value));
  if (kind === "text") {
    const text = type === "FheAsciiString" ? FheAsciiString : FheUtf8String;
    return new ClearText(text, unitsIn(text, value));
  }
  return new ClearInteger(integerTypeNamed(type), BigInt(value));
}
