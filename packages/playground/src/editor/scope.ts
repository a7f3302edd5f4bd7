import { type InputShape, inputTypes, shapeOf } from "../program/types.ts";
import type { Declaration } from "./protocol.ts";

/** The declarations of what a program has in scope without having declared it. */
export function declareScope(inputs: readonly Declaration[]): string {
  return `import type * as tacet from "./tacet.js";
declare global {
  /** Computes on encrypted values: the server. */
  const engine: tacet.Engine;
${inputs.map(({ name, type }) => `  /** An input of the program, encrypted as ${type}. */\n  const ${name}: ${handleOf(shapeOf(type))};`).join("\n")}
${inputTypes.map(describeType).join("\n")}
  type Engine = tacet.Engine;
  type IntegerHandle = tacet.IntegerHandle;
  type UintHandle<Bits extends tacet.Width> = tacet.UintHandle<Bits>;
  type IntHandle<Bits extends tacet.Width> = tacet.IntHandle<Bits>;
  type BoolHandle = tacet.BoolHandle;
}
`;
}

/** The names that programs mostly use, which completion shows first. */
export function namesInScope(inputs: readonly Declaration[]): ReadonlySet<string> {
  return new Set(["engine", ...inputs.map(({ name }) => name), ...inputTypes.map(({ type }) => type)]);
}

function describeType({ type, kind, bits }: InputShape): string {
  const values = kind === "boolean" ? "truth values" : `${kind} integers of ${bits} bits`;
  return `  /** The type of encrypted ${values}. */\n  const ${type}: typeof tacet.${type};`;
}

function handleOf({ kind, bits }: InputShape): string {
  if (kind === "boolean") return "tacet.BoolHandle";
  return `tacet.${kind === "signed" ? "IntHandle" : "UintHandle"}<${bits}>`;
}
