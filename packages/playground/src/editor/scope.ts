import { type InputShape, inputTypes, shapeOf } from "../program/types.ts";
import type { Declaration } from "./protocol.ts";

/** The declarations of what a program has in scope without having declared it. */
export function declareScope(inputs: readonly Declaration[]): string {
  return `import type * as tacet from "./index.js";
import type * as regex from "./regex.js";
declare global {
  /** Computes on encrypted values: the server. */
  const engine: tacet.Engine;
${inputs.map(({ name, type }) => `  /** An input of the program, encrypted as ${type}. */\n  const ${name}: ${handleOf(shapeOf(type))};`).join("\n")}
${inputTypes.map(describeType).join("\n")}
  /** Compiles a regular expression, which \`matches\` of an encrypted text takes. */
  const compile: typeof regex.compile;
  type Engine = tacet.Engine;
  type IntegerHandle = tacet.IntegerHandle;
  type UintHandle<Bits extends tacet.Width> = tacet.UintHandle<Bits>;
  type IntHandle<Bits extends tacet.Width> = tacet.IntHandle<Bits>;
  type BoolHandle = tacet.BoolHandle;
  type StringHandle<Type extends tacet.FheAsciiString | tacet.FheUtf8String = tacet.FheAsciiString> = tacet.StringHandle<Type>;
  type Pattern = tacet.Pattern;
}
`;
}

/** The names that programs mostly use, which completion shows first. */
export function namesInScope(inputs: readonly Declaration[]): ReadonlySet<string> {
  return new Set([
    "engine",
    "compile",
    ...inputs.map(({ name }) => name),
    ...inputTypes.map(({ type }) => type),
  ]);
}

function describeType(shape: InputShape): string {
  return `  /** The type of encrypted ${valuesOf(shape)}. */\n  const ${shape.type}: typeof tacet.${shape.type};`;
}

function valuesOf(shape: InputShape): string {
  if (shape.kind === "boolean") return "truth values";
  if (shape.kind === "text") return `texts in ${shape.type === "FheAsciiString" ? "ASCII" : "Unicode"}`;
  return `${shape.kind} integers of ${shape.bits} bits`;
}

function handleOf(shape: InputShape): string {
  if (shape.kind === "boolean") return "tacet.BoolHandle";
  if (shape.kind === "text") return `tacet.StringHandle<tacet.${shape.type}>`;
  return `tacet.${shape.kind === "signed" ? "IntHandle" : "UintHandle"}<${shape.bits}>`;
}
